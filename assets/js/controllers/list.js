import { Controller } from "@hotwired/stimulus";

// Keyboard for lists: j and k move, Enter opens, x selects, e edits. A click on a row with data-href opens it.
export default class extends Controller {
  static targets = ["row"];

  connect() {
    this.listen = (event) => this.key(event);
    document.addEventListener("keydown", this.listen);
  }

  disconnect() { document.removeEventListener("keydown", this.listen); }

  get place() { return this.rowTargets.findIndex((row) => row.classList.contains("is-current")); }

  key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable=true], dialog[open], [popover]:popover-open")) return;
    const row = this.rowTargets[this.place];
    if (event.key === "j") this.move(this.place + 1);
    else if (event.key === "k") this.move(this.place < 0 ? this.rowTargets.length - 1 : this.place - 1);
    else if (event.key === "Enter" && row && !event.target.closest("a, button")) this.open(row);
    else if (event.key === "x" && row) row.querySelector(".cell-select input, input[type=checkbox]")?.click();
    else if (event.key === "e" && row) row.querySelector("[data-list-edit]")?.click();
    else return;
    event.preventDefault();
  }

  move(place) {
    const row = this.rowTargets[Math.max(0, Math.min(place, this.rowTargets.length - 1))];
    this.rowTargets.forEach((each) => each.classList.toggle("is-current", each === row));
    row?.scrollIntoView({ block: "nearest" });
    row?.querySelector("a, button")?.focus({ preventScroll: true });
  }

  click(event) {
    if (event.target.closest("a, button, input, label, select, textarea, summary, [contenteditable], [data-inline-edit-target]")) return;
    const row = event.target.closest("[data-list-target~=row]");
    if (row?.dataset.href && !window.getSelection().toString()) this.open(row, event.metaKey || event.ctrlKey);
  }

  open(row, elsewhere = false) {
    const url = row.dataset.href;
    if (!url) row.querySelector("a[href], [hx-get]")?.click();
    else if (elsewhere) window.open(url, "_blank", "noopener");
    else window.location.assign(url);
  }
}
