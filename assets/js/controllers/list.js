import { Controller } from "@hotwired/stimulus";

// Keyboard for lists: j and k move, Enter opens, x selects, e edits, and [data-row-key="d"] in a row is pressed by d.
// A click on a row with data-href opens it. A list that fetches itself anew (hx-get on it) goes on where it was.
const places = new Map();

export default class extends Controller {
  static targets = ["row"];

  connect() {
    this.listen = (event) => this.key(event);
    document.addEventListener("keydown", this.listen);
    if (this.element.classList.contains("is-told")) this.tell();
    if (places.has(this.name)) this.move(places.get(this.name));
  }

  // Where the cells of a row stand one below the other, each says what its column is.
  tell() {
    const heads = [...this.element.querySelectorAll("thead th")].map((head) => head.textContent.trim());
    for (const row of this.element.querySelectorAll("tbody tr, tfoot tr")) [...row.cells].forEach((cell, place) => { if (place) cell.dataset.head = heads[place] ?? ""; });
  }

  disconnect() { document.removeEventListener("keydown", this.listen); }

  get name() { return this.element.hasAttribute("hx-get") ? `${window.location.pathname}#${this.element.id}` : ""; }

  get place() { return this.rowTargets.findIndex((row) => row.classList.contains("is-current")); }

  key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    // A dialog over the list has the keyboard, wherever in it the focus is.
    if (document.querySelector("dialog:modal") || event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable=true], dialog[open], [popover]:popover-open")) return;
    const row = this.rowTargets[this.place];
    const pressed = event.key.length === 1 ? row?.querySelector(`[data-row-key="${CSS.escape(event.key)}"]`) : null;
    if (event.key === "j") this.move(this.place + 1);
    else if (event.key === "k") this.move(this.place < 0 ? this.rowTargets.length - 1 : this.place - 1);
    else if (event.key === "Enter" && row && !event.target.closest("a, button")) this.open(row);
    else if (event.key === "x" && row) row.querySelector(".cell-select input, input[type=checkbox]")?.click();
    else if (event.key === "e" && row?.querySelector("[data-list-edit]")) row.querySelector("[data-list-edit]").click();
    else if (pressed) pressed.click();
    else return;
    event.preventDefault();
  }

  move(place) {
    const row = this.rowTargets[Math.max(0, Math.min(place, this.rowTargets.length - 1))];
    this.rowTargets.forEach((each) => each.classList.toggle("is-current", each === row));
    if (this.name) places.set(this.name, this.place);
    row?.scrollIntoView({ block: "nearest" });
    // The link, not the first button: Enter must open, never act.
    (row?.querySelector("a[href]") ?? row?.querySelector("button"))?.focus({ preventScroll: true });
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
