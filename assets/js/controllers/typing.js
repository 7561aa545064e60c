import { Controller } from "@hotwired/stimulus";

// Somebody on the other side is writing: shown when a hint says so, gone when none came for a while.
export default class extends Controller {
  static targets = ["words"];

  disconnect() { clearTimeout(this.timer); }

  show() {
    this.wordsTarget.hidden = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.wordsTarget.hidden = true; }, 6000);
  }
}
