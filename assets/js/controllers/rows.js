import { Controller } from "@hotwired/stimulus";

// Rows of a form that are sent in the order they stand: moved by their buttons, or taken out. The focus stays with the row. Rows that wait
// hidden are shown one after another by the button `more`.
export default class extends Controller {
  static targets = ["row", "more"];

  moreTargetConnected(button) { button.hidden = !this.rowTargets.some((row) => row.hidden); }

  more() {
    const [next, ...others] = this.rowTargets.filter((row) => row.hidden);
    next.hidden = false;
    next.querySelector("select, input, textarea")?.focus();
    this.moreTarget.hidden = others.length === 0;
  }

  up(event) { this.place(event, (row) => row.previousElementSibling?.before(row)); }

  down(event) { this.place(event, (row) => row.nextElementSibling?.after(row)); }

  remove(event) {
    const row = this.rowOf(event);
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    next?.querySelector("select, input, textarea")?.focus();
    this.tell();
  }

  place(event, move) {
    move(this.rowOf(event));
    event.currentTarget.focus();
    this.tell();
  }

  rowOf(event) { return event.currentTarget.closest("[data-rows-target~=row]"); }

  // Whoever leaves the page is asked first.
  tell() { this.element.dispatchEvent(new Event("input", { bubbles: true })); }
}
