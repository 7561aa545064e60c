import { Controller } from "@hotwired/stimulus";

import { inWords } from "../numbers.js";

// Dropping on the box fills the file input beneath; the input alone works without this script.
export default class extends Controller {
  static targets = ["input", "names"];

  over(event) { event.preventDefault(); this.element.classList.add("is-over"); }
  leave() { this.element.classList.remove("is-over"); }

  drop(event) {
    event.preventDefault();
    this.leave();
    if (event.dataTransfer.files.length) {
      this.inputTarget.files = event.dataTransfer.files;
      this.inputTarget.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  show() {
    const files = [...this.inputTarget.files];
    this.namesTarget.textContent = files.map((file) => `${file.name} (${this.size(file.size)})`).join(", ");
  }

  size(bytes) {
    const unit = bytes < 1e6 ? "kilobyte" : "megabyte";
    return inWords(bytes / (unit === "kilobyte" ? 1e3 : 1e6), { style: "unit", unit, maximumFractionDigits: 1 });
  }
}
