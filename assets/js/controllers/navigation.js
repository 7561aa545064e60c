import { Controller } from "@hotwired/stimulus";

// Folds the side navigation; on a telephone it is a sheet.
export default class extends Controller {
  get root() { return document.documentElement; }

  fold() {
    const narrow = window.matchMedia("(width < 68rem)").matches;
    const next = narrow ? (this.root.dataset.nav === "open" ? "auto" : "open") : this.root.dataset.nav === "folded" ? "auto" : "folded";
    this.root.dataset.nav = next;
    try { localStorage.setItem("nav", next); } catch { /* only not remembered */ }
  }

  openSheet() {
    this.root.dataset.navSheet = "open";
    this.element.querySelector("#navigation a")?.focus();
  }

  closeSheet() { delete this.root.dataset.navSheet; }
}
