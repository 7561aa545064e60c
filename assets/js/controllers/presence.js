import { Controller } from "@hotwired/stimulus";

// Tells the server every half minute that this record is looked at (or edited) while the tab is in front, and shows who else is.
export default class extends Controller {
  static values = { url: String, every: { type: Number, default: 25000 } };

  connect() {
    this.beat();
    this.timer = setInterval(() => this.beat(), this.everyValue);
    this.editing = () => { if (!this.typed) { this.typed = true; this.beat(); } };
    document.addEventListener("input", this.editing);
    this.leave = () => navigator.sendBeacon?.(this.urlValue, this.message("left"));
    window.addEventListener("pagehide", this.leave);
  }

  disconnect() {
    clearInterval(this.timer);
    document.removeEventListener("input", this.editing);
    window.removeEventListener("pagehide", this.leave);
  }

  message(state) {
    const data = new FormData();
    data.set("state", state);
    data.set("csrfmiddlewaretoken", JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "");
    return data;
  }

  async beat() {
    if (document.hidden) return;
    const state = this.typed && document.querySelector("form[data-changed]") ? "editing" : "viewing";
    try {
      const answer = await fetch(this.urlValue, { method: "POST", body: this.message(state) });
      if (answer.ok && answer.status !== 204) this.element.innerHTML = await answer.text();
    } catch { /* offline: the next beat tries again */ }
  }
}
