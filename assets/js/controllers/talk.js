import { Controller } from "@hotwired/stimulus";

// The messages of a conversation: opened at the newest, older ones put in above without a jump, frames as high as their mail.
export default class extends Controller {
  static targets = ["scroll", "frame"];
  static values = { id: String };

  connect() {
    const wanted = window.location.hash && this.element.querySelector(CSS.escape ? `#${CSS.escape(window.location.hash.slice(1))}` : window.location.hash);
    if (wanted) wanted.scrollIntoView({ block: "center" });
    else this.toEnd();
    this.height = this.scrollTarget.scrollHeight;
    this.before = (event) => { if (this.element.contains(event.detail.target)) { this.height = this.scrollTarget.scrollHeight; this.wasAtEnd = this.isAtEnd; } };
    document.addEventListener("htmx:beforeSwap", this.before);
  }

  disconnect() { document.removeEventListener("htmx:beforeSwap", this.before); }

  get isAtEnd() { const box = this.scrollTarget; return box.scrollHeight - box.scrollTop - box.clientHeight < 80; }

  toEnd() { this.scrollTarget.scrollTop = this.scrollTarget.scrollHeight; }

  settled(event) {
    if (!this.scrollTarget.contains(event.target)) return;
    if (this.wasAtEnd) this.toEnd();
    else this.scrollTarget.scrollTop += event.target.matches("#talk-messages") ? 0 : this.scrollTarget.scrollHeight - this.height;
  }

  // Same origin but without scripts: its height can be read, nothing in it can act.
  fit({ currentTarget: frame }) {
    const page = frame.contentDocument;
    if (!page?.body) return;
    const atEnd = this.isAtEnd;
    const measure = () => { frame.style.height = `${Math.min(page.documentElement.scrollHeight, 6000)}px`; };
    measure();
    page.addEventListener("toggle", () => { frame.style.height = "0"; measure(); }, true);
    if (atEnd) this.toEnd();
  }
}
