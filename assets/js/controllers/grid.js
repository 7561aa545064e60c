import { Controller } from "@hotwired/stimulus";

// Arrow keys up and down go to the same column of the row above or below; a box is marked with data-grid-column="price".
export default class extends Controller {
  move(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const column = event.target.dataset?.gridColumn;
    if (!step || !column) return;
    const boxes = [...this.element.querySelectorAll(`[data-grid-column="${column}"]`)];
    const next = boxes[boxes.indexOf(event.target) + step];
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    next.focus();
    next.select();
  }
}
