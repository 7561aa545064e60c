import { Controller } from "@hotwired/stimulus";

import { inWords } from "../numbers.js";

// Rows picked in a list. When the whole page is picked, all that match the filter can be.
export default class extends Controller {
  static targets = ["all", "box", "bar", "count", "offer", "everything"];
  static values = { total: Number };

  connect() { this.update(); }
  boxTargetConnected() { this.update(); }

  get boxes() { return [...this.element.querySelectorAll(".cell-select input[name=selected]")]; }

  toggleAll(event) {
    this.boxes.forEach((box) => { box.checked = event.target.checked; });
    this.update();
  }

  // Shift picks the range from the last one clicked.
  pick(event) {
    const box = event.target.closest?.(".cell-select input[name=selected]");
    if (!box) return;
    const boxes = this.boxes;
    if (event.shiftKey && this.last && boxes.includes(this.last)) {
      const [from, to] = [boxes.indexOf(this.last), boxes.indexOf(box)].sort((a, b) => a - b);
      boxes.slice(from, to + 1).forEach((each) => { each.checked = box.checked; });
    }
    this.last = box;
    if (this.hasEverythingTarget) this.everythingTarget.value = "";
    this.update();
  }

  takeEverything() {
    this.everythingTarget.value = "yes";
    this.update();
  }

  clear() {
    this.boxes.forEach((box) => { box.checked = false; });
    if (this.hasEverythingTarget) this.everythingTarget.value = "";
    this.update();
  }

  update() {
    const boxes = this.boxes;
    const picked = boxes.filter((box) => box.checked).length;
    const everything = this.hasEverythingTarget && this.everythingTarget.value === "yes";
    this.allTargets.forEach((all) => {
      all.checked = picked > 0 && picked === boxes.length;
      all.indeterminate = picked > 0 && picked < boxes.length;
    });
    if (this.hasBarTarget) this.barTarget.hidden = picked === 0;
    const number = inWords(everything ? this.totalValue : picked);
    this.countTargets.forEach((count) => { count.textContent = number; });
    if (this.hasOfferTarget) this.offerTarget.hidden = everything || picked === 0 || picked < boxes.length || this.totalValue <= picked;
  }
}
