import { Controller } from "@hotwired/stimulus";

// Marks a form that was changed (data-changed) and asks before the page is left.
export default class extends Controller {
  connect() {
    this.changed = () => { this.element.dataset.changed = "yes"; };
    this.sent = () => { delete this.element.dataset.changed; };
    this.leaving = (event) => { if ("changed" in this.element.dataset) event.preventDefault(); };
    this.element.addEventListener("input", this.changed);
    this.element.addEventListener("submit", this.sent);
    window.addEventListener("beforeunload", this.leaving);
  }

  disconnect() { window.removeEventListener("beforeunload", this.leaving); }
}
