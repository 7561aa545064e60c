import { Controller } from "@hotwired/stimulus";

// Copies a text: <button data-controller="copy" data-action="copy#copy" data-copy-text-value="…" data-copy-done-value="Copied.">
export default class extends Controller {
  static values = { text: String, done: String };

  async copy() {
    await navigator.clipboard.writeText(this.textValue);
    window.dispatchEvent(new CustomEvent("toast", { detail: { text: this.doneValue, tone: "success" } }));
  }
}
