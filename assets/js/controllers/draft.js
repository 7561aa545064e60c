import { Controller } from "@hotwired/stimulus";
import { surfaceOf } from "../text_surface.js";

// A save that takes more thousandths of a second than this is given up, and tried again with the next word.
const LONGEST = 8000;

// Keeps what is typed on the server; where it cannot be reached, in this browser until it can. Another page's text is shown, never written over.
// Nothing is sent before what was typed is kept, and nothing kept while it is sent: a late draft would bring back what has gone.
export default class extends Controller {
  static targets = ["text", "conflict", "theirs"];
  static values = { url: String, kind: String, version: Number, wait: { type: Number, default: 500 } };

  connect() {
    this.store = `draft:${this.urlValue}:${this.kindValue}`;
    this.takeUp();
    this.grow();
    this.sent = () => this.empty();
    this.back = (event) => this.restore(event.detail);
    this.heard = { "draft-sent": this.sent, "draft-restored": this.back, "htmx:confirm": this.hold, "htmx:afterRequest": this.release, "htmx:validation:halted": this.release };
    for (const [name, heard] of Object.entries(this.heard)) this.element.addEventListener(name, heard);
    this.leave = () => { if (this.isUnsaved && !this.isSending) navigator.sendBeacon?.(this.urlValue, this.message()); };
    window.addEventListener("pagehide", this.leave);
    if (this.textTarget.value && this.kindValue === "note") this.dispatch("found");
  }

  disconnect() {
    clearTimeout(this.timer);
    clearTimeout(this.quiet);
    window.removeEventListener("pagehide", this.leave);
    for (const [name, heard] of Object.entries(this.heard)) this.element.removeEventListener(name, heard);
    this.leave();
  }

  get notice() { return this.element.closest("[data-controller~=composer]")?.querySelector("[data-composer-target=kept]"); }

  // The formatted text of the editor, where it runs; the words alone stand in the textarea.
  get formatted() { return this.element.querySelector("input[name=html]"); }

  get written() { return { text: this.textTarget.value, html: this.formatted && !this.formatted.disabled ? this.formatted.value : "" }; }

  fill(text, html = "") {
    this.textTarget.value = text;
    if (this.formatted) this.formatted.value = html;
    this.textTarget.dispatchEvent(new CustomEvent("text-replaced"));
    this.grow();
  }

  takeUp() {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(this.store)); } catch { /* storage is forbidden, or holds something else */ }
    if (!kept?.text || kept.text === this.textTarget.value) return;
    this.fill(kept.text, kept.html);
    this.isUnsaved = true;
    this.save(kept);
  }

  typed() {
    this.grow();
    this.isUnsaved = true;
    this.element.dataset.changed = "yes";
    try { localStorage.setItem(this.store, JSON.stringify(this.written)); } catch { /* only not kept here */ }
    // In a pause, and every few seconds of writing without one.
    this.since ??= Date.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), Math.min(this.waitValue, Math.max(0, this.since + 3000 - Date.now())));
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => { delete this.element.dataset.changed; }, 15000);
  }

  grow() {
    const text = this.textTarget;
    if (text.hidden) return;
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight + 2, window.innerHeight * 0.4)}px`;
  }

  message(written = this.written) {
    const data = new FormData();
    data.set("kind", this.kindValue);
    data.set("version", String(this.versionValue));
    for (const field of this.element.querySelectorAll("[name=to], [name=cc]")) data.set(field.name, field.value);
    for (const [name, value] of Object.entries(written)) data.set(name, value ?? "");
    data.set("csrfmiddlewaretoken", JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "");
    return data;
  }

  // Before it is sent: what was typed is kept, so that it is a draft still if sending fails, and gone with it if not.
  hold = async (event) => {
    if (event.target !== this.element) return;
    event.preventDefault();
    if (this.isSending) return;
    this.isSending = true;
    clearTimeout(this.timer);
    await this.saving;
    if (this.isUnsaved) await this.keep(this.written);
    this.carry(event.detail.triggeringEvent?.submitter);
    event.detail.issueRequest(true);
  };

  // The button that was pressed has lost the keys meanwhile, where it stood in a menu: what it says goes along by itself.
  carry(button) {
    this.pressed = Object.assign(document.createElement("input"), { type: "hidden", name: button?.name ?? "", value: button?.value ?? "" });
    if (button?.name) this.element.append(this.pressed);
  }

  release = (event) => {
    if (event.target !== this.element) return;
    this.isSending = false;
    this.pressed?.remove();
    if (this.isUnsaved) this.save();
  };

  save(written = this.written) {
    if (this.isSending) return;
    if (this.saving) { this.again = true; return; }
    this.saving = this.keep(written).then(() => {
      this.saving = null;
      if (this.again) { this.again = false; this.save(); }
    });
  }

  async keep(written) {
    this.since = undefined;
    this.isUnsaved = false;
    try {
      const answer = await fetch(this.urlValue, { method: "POST", body: this.message(written), signal: AbortSignal.timeout(LONGEST) });
      const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
      if (answer.status === 409) this.conflict(told);
      else if (answer.ok) this.kept(written.text, told.version);
      else this.isUnsaved = true;
    } catch {
      this.isUnsaved = true;
      this.say("offline");
    }
  }

  kept(text, version) {
    this.versionValue = version;
    if (this.textTarget.value === text) try { localStorage.removeItem(this.store); } catch { /* nothing was kept */ }
    this.say(text.trim() ? "saved" : "");
  }

  say(what) { if (this.notice) this.notice.textContent = what ? this.notice.dataset[what] : ""; }

  conflict({ version, theirs, theirs_html: html }) {
    if (theirs === this.textTarget.value) { this.kept(theirs, version); return; }
    this.newer = { version, theirs, html };
    this.theirsTarget.textContent = theirs;
    this.conflictTarget.hidden = false;
  }

  takeTheirs() {
    this.fill(this.newer.theirs, this.newer.html);
    this.kept(this.newer.theirs, this.newer.version);
    this.conflictTarget.hidden = true;
  }

  keepMine() {
    this.versionValue = this.newer.version;
    this.conflictTarget.hidden = true;
    this.save();
  }

  empty() {
    clearTimeout(this.timer);
    this.isUnsaved = false;
    if (this.saving) this.again = true;
    delete this.element.dataset.changed;
    this.fill("");
    this.kept("", 0);
  }

  restore({ text, html, version }) {
    this.fill(text, html);
    this.kept(text, version);
    surfaceOf(this.textTarget).focus();
  }
}
