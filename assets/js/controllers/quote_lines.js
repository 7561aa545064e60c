import { Controller } from "@hotwired/stimulus";

// Lines of a quote: taken out, moved with Alt and the arrows, added from the box below. The server reckons; "lines-changed" asks it to.
export default class extends Controller {
  static targets = ["line", "adding", "amounts"];

  key(event) {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const line = event.target.closest("[data-quote-lines-target~=line]");
    if (event.code === "KeyN") this.box?.focus();
    else if (event.key === "Delete" && line) this.take(line);
    else if (event.key === "ArrowUp" && line) this.move(line, line.previousElementSibling, "before", event.target);
    else if (event.key === "ArrowDown" && line) this.move(line, line.nextElementSibling, "after", event.target);
    else return;
    event.preventDefault();
  }

  // What is typed takes the place of the figure that stands there.
  select(event) {
    if (["quantity", "price", "discount"].includes(event.target.dataset.gridColumn)) event.target.select();
  }

  remove(event) {
    this.take(event.target.closest("[data-quote-lines-target~=line]"));
  }

  added() {
    if (this.box) this.box.value = "";
    const value = this.addingTarget.querySelector("input[type=hidden]");
    if (value) value.value = "";
    this.changed();
  }

  // What the server reckoned, into the rows it is of.
  amountsTargetConnected({ content }) {
    for (const { dataset, textContent } of content.children) {
      const place = document.getElementById(dataset.for);
      if (place && place.textContent !== textContent) place.textContent = textContent;
    }
  }

  take(line) {
    const next = line.nextElementSibling?.querySelector("input:not([type=hidden])") ?? this.box;
    line.remove();
    (next ?? this.box)?.focus();
    this.changed();
  }

  move(line, other, side, focused) {
    if (!other?.matches("[data-quote-lines-target~=line]")) return;
    other[side](line);
    focused.focus();
    this.changed();
  }

  get box() { return this.hasAddingTarget ? this.addingTarget.querySelector("[role=combobox]") : null; }

  changed() {
    this.element.dispatchEvent(new Event("input", { bubbles: true }));
    this.element.dispatchEvent(new CustomEvent("lines-changed"));
  }
}
