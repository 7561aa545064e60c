import { Controller } from "@hotwired/stimulus";

// A value that becomes a form where it stands: the server sends the form, Escape brings the value back.
export default class extends Controller {
  static targets = ["show", "form"];

  connect() {
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.before) return;
      event.stopPropagation();
      this.element.replaceChildren(...this.before);
      this.before = null;
      this.element.querySelector("[data-inline-edit-target=show]")?.focus();
    });
    this.element.addEventListener("htmx:beforeSwap", () => { this.before ??= [...this.element.childNodes]; });
    this.element.addEventListener("htmx:afterSwap", () => {
      const field = this.element.querySelector("form :is(input:not([type=hidden]), select, textarea)");
      if (field) { field.focus(); field.select?.(); } else { this.before = null; }
    });
  }

  submitOnEnter(event) {
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); event.target.form.requestSubmit(); }
  }
}
