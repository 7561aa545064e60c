import { Controller } from "@hotwired/stimulus";

// Keeps a draft of a form in this browser until it is sent. <form data-controller="autosave" data-autosave-key-value="note:7">
export default class extends Controller {
  static values = { key: String };
  static targets = ["notice"];

  connect() {
    this.store = `draft:${this.keyValue}`;
    this.restore();
    this.keep = () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.save(), 400); };
    this.sent = (event) => { if (event.detail.successful && event.target === this.element) this.forget(); };
    this.element.addEventListener("input", this.keep);
    this.element.addEventListener("submit", () => this.element.hasAttribute("hx-post") || this.forget());
    this.element.addEventListener("htmx:afterRequest", this.sent);
  }

  disconnect() {
    clearTimeout(this.timer);
    this.element.removeEventListener("input", this.keep);
    this.element.removeEventListener("htmx:afterRequest", this.sent);
  }

  fields() {
    return [...this.element.elements].filter((field) => field.name && !/^(hidden|file|password|submit|button)$/.test(field.type));
  }

  save() {
    const draft = this.fields().map((field) => [field.name, /checkbox|radio/.test(field.type) ? field.checked : field.value]);
    try { localStorage.setItem(this.store, JSON.stringify(draft)); } catch { /* storage full or forbidden: nothing is lost, only not kept */ }
  }

  restore() {
    let draft;
    try { draft = JSON.parse(localStorage.getItem(this.store) ?? "null"); } catch { draft = null; }
    if (!draft) return;
    const fields = this.fields();
    let changed = false;
    draft.forEach(([name, value], place) => {
      const field = fields[place];
      if (!field || field.name !== name) return;
      const kind = /checkbox|radio/.test(field.type) ? "checked" : "value";
      changed ||= field[kind] !== value;
      field[kind] = value;
    });
    if (changed && this.hasNoticeTarget) this.noticeTarget.hidden = false;
  }

  discard() {
    this.forget();
    this.element.reset();
    if (this.hasNoticeTarget) this.noticeTarget.hidden = true;
  }

  forget() {
    clearTimeout(this.timer);
    try { localStorage.removeItem(this.store); } catch { /* nothing was kept */ }
  }
}
