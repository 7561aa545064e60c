import { Controller } from "@hotwired/stimulus";

// Keeps what is typed on the server; where it cannot be reached, in this browser until it can. Another page's text is shown, never written over.
export default class extends Controller {
  static targets = ["text", "conflict", "theirs"];
  static values = { url: String, kind: String, version: Number, wait: { type: Number, default: 500 } };

  connect() {
    this.store = `draft:${this.urlValue}:${this.kindValue}`;
    this.saved = this.textTarget.value;
    this.takeUp();
    this.grow();
    this.sent = () => this.empty();
    this.back = (event) => this.restore(event.detail);
    this.element.addEventListener("draft-sent", this.sent);
    this.element.addEventListener("draft-restored", this.back);
    this.leave = () => { if (this.textTarget.value !== this.saved) navigator.sendBeacon?.(this.urlValue, this.message()); };
    window.addEventListener("pagehide", this.leave);
    if (this.textTarget.value && this.kindValue === "note") this.dispatch("found");
  }

  disconnect() {
    clearTimeout(this.timer);
    clearTimeout(this.quiet);
    window.removeEventListener("pagehide", this.leave);
    this.element.removeEventListener("draft-sent", this.sent);
    this.element.removeEventListener("draft-restored", this.back);
    if (this.textTarget.value !== this.saved) this.leave();
  }

  get notice() { return this.element.closest("[data-controller~=composer]")?.querySelector("[data-composer-target=kept]"); }

  takeUp() {
    let kept = null;
    try { kept = localStorage.getItem(this.store); } catch { /* storage is forbidden */ }
    if (!kept || kept === this.textTarget.value) return;
    this.textTarget.value = kept;
    this.save();
  }

  typed() {
    this.grow();
    this.element.dataset.changed = "yes";
    try { localStorage.setItem(this.store, this.textTarget.value); } catch { /* only not kept here */ }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), this.waitValue);
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => { delete this.element.dataset.changed; }, 15000);
  }

  grow() {
    const text = this.textTarget;
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight + 2, window.innerHeight * 0.4)}px`;
  }

  message() {
    const data = new FormData();
    data.set("kind", this.kindValue);
    data.set("version", String(this.versionValue));
    for (const field of this.element.querySelectorAll("[name=text], [name=to], [name=cc]")) data.set(field.name, field.value);
    data.set("csrfmiddlewaretoken", JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "");
    return data;
  }

  async save() {
    const text = this.textTarget.value;
    if (this.saving) { this.again = true; return; }
    this.saving = true;
    try {
      const answer = await fetch(this.urlValue, { method: "POST", body: this.message() });
      const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
      if (answer.status === 409) this.conflict(told);
      else if (answer.ok) this.kept(text, told.version);
    } catch { this.say("offline"); }
    this.saving = false;
    if (this.again) { this.again = false; this.save(); }
  }

  kept(text, version) {
    this.saved = text;
    this.versionValue = version;
    if (this.textTarget.value === text) try { localStorage.removeItem(this.store); } catch { /* nothing was kept */ }
    this.say(text.trim() ? "saved" : "");
  }

  say(what) { if (this.notice) this.notice.textContent = what ? this.notice.dataset[what] : ""; }

  conflict({ version, theirs }) {
    if (theirs === this.textTarget.value) { this.kept(theirs, version); return; }
    this.newer = { version, theirs };
    this.theirsTarget.textContent = theirs;
    this.conflictTarget.hidden = false;
  }

  takeTheirs() {
    this.textTarget.value = this.newer.theirs;
    this.kept(this.newer.theirs, this.newer.version);
    this.conflictTarget.hidden = true;
    this.grow();
  }

  keepMine() {
    this.versionValue = this.newer.version;
    this.conflictTarget.hidden = true;
    this.save();
  }

  empty() {
    clearTimeout(this.timer);
    this.textTarget.value = "";
    delete this.element.dataset.changed;
    this.kept("", 0);
    this.grow();
  }

  restore({ text, version }) {
    this.textTarget.value = text;
    this.kept(text, version);
    this.grow();
    this.textTarget.focus();
  }
}
