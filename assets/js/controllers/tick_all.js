import { Controller } from "@hotwired/stimulus";

// One box that ticks all the others of its group. Without scripts it stays hidden.
export default class extends Controller {
  static targets = ["all", "offer"];

  connect() {
    this.offerTarget.hidden = this.boxes.length < 2;
    this.follow();
  }

  get boxes() { return [...this.element.querySelectorAll("input[type=checkbox][name]")]; }

  toggle() {
    this.boxes.forEach((box) => { box.checked = this.allTarget.checked; });
  }

  follow() {
    const ticked = this.boxes.filter((box) => box.checked).length;
    this.allTarget.checked = ticked === this.boxes.length;
    this.allTarget.indeterminate = ticked > 0 && ticked < this.boxes.length;
  }
}
