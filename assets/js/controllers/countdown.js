import { Controller } from "@hotwired/stimulus";
import { inWords } from "../numbers.js";

// What is left of a promise, or how late it is: counted on in the browser, in the reader's digits. Of the three faces the server drew (ok,
// soon, late) the one that fits is shown. The clock is not read aloud as it runs; what is said is that a threshold was passed.
const UNITS = [["year", 31536000], ["month", 2592000], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];

export default class extends Controller {
  static targets = ["face", "time", "said"];
  static values = { due: String, soon: String };

  connect() {
    this.due = Date.parse(this.dueValue);
    this.soon = Date.parse(this.soonValue);
    this.state = this.faceTargets.find((face) => !face.hidden)?.dataset.state;
    this.look = () => { if (!document.hidden) this.tick(); };
    document.addEventListener("visibilitychange", this.look);
    this.tick();
  }

  disconnect() {
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.look);
  }

  tick() {
    clearTimeout(this.timer);
    const now = Date.now();
    const state = now >= this.due ? "late" : now >= this.soon ? "soon" : "ok";
    const words = this.words(Math.abs(this.due - now) / 1000);
    this.timeTargets.forEach((place) => { if (place.textContent !== words) place.textContent = words; });
    if (state !== this.state) this.turn(state);
    this.timer = setTimeout(() => this.tick(), this.wait(now));
  }

  turn(state) {
    this.state = state;
    this.faceTargets.forEach((face) => { face.hidden = face.dataset.state !== state; });
    this.saidTarget.textContent = this.faceTargets.find((face) => !face.hidden)?.textContent.trim() ?? "";
  }

  // Until the next threshold, but no longer than what is shown stays true.
  wait(now) {
    const next = [this.soon, this.due].filter((moment) => moment > now).map((moment) => moment - now + 20);
    const step = Math.abs(this.due - now) < 120000 ? 1000 : 15000;
    return Math.min(step, ...next);
  }

  words(seconds) {
    const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? ["second", 1];
    return inWords(Math.max(1, Math.round(seconds / size)), { style: "unit", unit, unitDisplay: "long" });
  }
}
