import { Controller } from "@hotwired/stimulus";

// The calendar. Arrows go to the time before and after; a box is dragged to another quarter of an hour or day, or changed with m; a
// double click plans a meeting there. The server decides, and its answer draws the grid anew.
export default class extends Controller {
  static targets = ["before", "after", "grid", "day", "box"];

  gridTargetConnected(grid) {
    const eight = grid.querySelector(".cal-hours span:nth-child(8)");
    if (eight) grid.scrollTop += eight.getBoundingClientRect().top - grid.getBoundingClientRect().top - grid.querySelector(".cal-head").offsetHeight;
  }

  key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, [contenteditable=true], dialog[open], [role=menu]")) return;
    const box = event.target.closest("[data-calendar-target~=box]");
    const rtl = document.documentElement.dir === "rtl";
    if (event.key === "ArrowLeft") this.go(rtl ? "after" : "before");
    else if (event.key === "ArrowRight") this.go(rtl ? "before" : "after");
    else if (box && event.key === "ArrowDown") this.step(box, 1);
    else if (box && event.key === "ArrowUp") this.step(box, -1);
    else if (box && event.key === "m") box.querySelector("a")?.click();
    else return;
    event.preventDefault();
  }

  go(where) { (where === "after" ? this.afterTarget : this.beforeTarget).click(); }

  step(box, by) { this.boxTargets[this.boxTargets.indexOf(box) + by]?.querySelector("a")?.focus(); }

  start(event) {
    const box = event.target.closest?.("[data-move]");
    if (!box) return;
    this.dragged = box;
    this.grip = event.clientY - box.getBoundingClientRect().top;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", box.dataset.move);
  }

  over(event) {
    const day = event.target.closest("[data-calendar-target~=day]");
    if (!this.dragged || !day) return;
    event.preventDefault();
    this.dayTargets.forEach((each) => each.classList.toggle("is-over", each === day));
  }

  drop(event) {
    const day = event.target.closest("[data-calendar-target~=day]");
    if (!this.dragged || !day) return;
    event.preventDefault();
    const values = { start: this.at(day, event.clientY - this.grip), at: this.dragged.dataset.at, csrfmiddlewaretoken: this.token };
    window.htmx.ajax("POST", this.dragged.dataset.move, { source: this.dragged, swap: "none", values });
    this.end();
  }

  end() {
    this.dayTargets.forEach((each) => each.classList.remove("is-over"));
    this.dragged = null;
  }

  plan(event) {
    const day = event.target.closest("[data-calendar-target~=day]");
    const button = document.querySelector("[data-hotkey=n]");
    if (!day || !button || event.target.closest("a")) return;
    const url = new URL(button.getAttribute("hx-get"), window.location.href);
    url.searchParams.set("start", this.at(day, event.clientY));
    window.htmx.ajax("GET", url.pathname + url.search, { source: button, target: "#dialog-body" });
  }

  // The quarter of an hour at a height of a day's column.
  at(day, y) {
    const { top, height } = day.getBoundingClientRect();
    const quarter = Math.min(95, Math.max(0, Math.round(((y - top) / height) * 96)));
    const two = (number) => String(number).padStart(2, "0");
    return `${day.dataset.day}T${two(Math.floor(quarter / 4))}:${two((quarter % 4) * 15)}`;
  }

  get token() { return this.element.querySelector("[name=csrfmiddlewaretoken]")?.value ?? ""; }
}
