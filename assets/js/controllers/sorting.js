import { Controller } from "@hotwired/stimulus";

// Rows of a form in an order of their own: dragged rows change places, dropping sends the form. The buttons beside do the same from the keyboard.
export default class extends Controller {
  static targets = ["row"];

  start(event) {
    this.row = event.target.closest("[data-sorting-target~=row]");
    event.dataTransfer.effectAllowed = "move";
  }

  over(event) {
    const other = event.target.closest("[data-sorting-target~=row]");
    if (!this.row || !other) return;
    event.preventDefault();
    if (other === this.row) return;
    const box = other.getBoundingClientRect();
    other[event.clientY > box.top + box.height / 2 ? "after" : "before"](this.row);
  }

  drop(event) {
    event.preventDefault();
    this.row = null;
    this.element.requestSubmit();
  }
}
