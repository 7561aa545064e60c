import { Controller } from "@hotwired/stimulus";

import { inWords } from "../numbers.js";

// A first-run tour: steps in <template data-tour-target="step" data-for="#search">; remembered by the server through data-tour-url-value.
export default class extends Controller {
  static targets = ["step", "card", "text", "count", "next", "back"];
  static values = { url: String, place: { type: Number, default: 0 }, auto: Boolean };

  connect() {
    if (this.autoValue) requestAnimationFrame(() => this.start());
    this.begin = () => this.start();
    document.addEventListener("tour-start", this.begin);
  }

  disconnect() { document.removeEventListener("tour-start", this.begin); }

  start() {
    this.steps = this.stepTargets.filter((step) => document.querySelector(step.dataset.for)?.getClientRects().length);
    if (!this.steps.length) return;
    this.placeValue = 0;
    this.cardTarget.showPopover();
    this.show();
  }

  next() {
    if (this.placeValue + 1 >= this.steps.length) return this.finish();
    this.placeValue += 1;
    return this.show();
  }

  back() {
    this.placeValue = Math.max(0, this.placeValue - 1);
    this.show();
  }

  show() {
    this.unmark();
    const step = this.steps[this.placeValue];
    this.marked = document.querySelector(step.dataset.for);
    this.marked.classList.add("tour-mark");
    this.marked.scrollIntoView({ block: "center", inline: "nearest" });
    this.textTarget.replaceChildren(step.content.cloneNode(true));
    this.countTarget.textContent = `${inWords(this.placeValue + 1)} / ${inWords(this.steps.length)}`;
    this.backTarget.hidden = this.placeValue === 0;
    const last = this.placeValue + 1 === this.steps.length;
    this.nextTarget.textContent = last ? this.nextTarget.dataset.done : this.nextTarget.dataset.next;
    this.place();
    this.nextTarget.focus();
  }

  place() {
    const box = this.marked.getBoundingClientRect();
    const card = this.cardTarget;
    const { offsetWidth: width, offsetHeight: height } = card;
    const beside = box.height > 160 && box.width < window.innerWidth / 2;
    const rtl = document.documentElement.dir === "rtl";
    const left = beside ? (rtl ? box.left - width - 16 : box.right + 16) : box.left;
    const top = beside ? box.top + 48 : box.bottom + 12 + height < window.innerHeight ? box.bottom + 12 : box.top - height - 12;
    card.style.left = `${Math.max(16, Math.min(left, window.innerWidth - width - 16))}px`;
    card.style.top = `${Math.max(16, Math.min(top, window.innerHeight - height - 16))}px`;
  }

  unmark() { this.marked?.classList.remove("tour-mark"); }

  finish() {
    this.unmark();
    this.cardTarget.hidePopover();
    if (this.urlValue) window.htmx.ajax("POST", this.urlValue, { swap: "none" });
  }
}
