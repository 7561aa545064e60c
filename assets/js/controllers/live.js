import { Controller } from "@hotwired/stimulus";

// Stands on <body>. The server sends hints ("customer:7 changed"), never data; each [data-live-topic] that listens is
// fetched again by its own hx-get with hx-trigger="live", through the ordinary scoped view.
export default class extends Controller {
  static values = { url: String };

  connect() {
    if (!this.urlValue) return;
    this.due = new Map();
    this.visible = () => (document.hidden ? this.rest() : this.listen());
    this.changed = () => this.listen();
    document.addEventListener("visibilitychange", this.visible);
    document.addEventListener("htmx:afterSettle", this.changed);
    this.listen();
  }

  disconnect() {
    document.removeEventListener("visibilitychange", this.visible);
    document.removeEventListener("htmx:afterSettle", this.changed);
    this.stop();
  }

  get topics() {
    const found = [...document.querySelectorAll("[data-live-topic]")].flatMap((element) => element.dataset.liveTopic.split(/\s+/));
    return [...new Set(found.filter(Boolean))].sort();
  }

  listen() {
    clearTimeout(this.leaving);
    const topics = this.topics.join(",");
    if (topics === this.heard && this.source) return;
    this.stop();
    this.heard = topics;
    if (!topics) return;
    const url = new URL(this.urlValue, window.location.href);
    this.topics.forEach((topic) => url.searchParams.append("topic", topic));
    this.source = new EventSource(url);
    const hint = (event) => this.hint(event.data);
    this.source.addEventListener("hint", hint);
    this.source.addEventListener("message", hint);
    // After a gap anything may have changed; that somebody types is over then.
    this.source.addEventListener("open", () => { if (this.opened) this.topics.filter((topic) => !topic.startsWith("chat-typing:")).forEach((topic) => this.hint(topic)); this.opened = true; });
  }

  // A hidden tab gives its stream back after a minute.
  rest() { this.leaving = setTimeout(() => this.stop(), 60000); }

  stop() {
    this.source?.close();
    this.source = null;
  }

  hint(data) {
    let topic = data;
    try { topic = JSON.parse(data).topic ?? data; } catch { /* a bare topic */ }
    if (this.due.has(topic)) return;
    this.due.set(topic, setTimeout(() => {
      this.due.delete(topic);
      for (const element of document.querySelectorAll(`[data-live-topic~="${CSS.escape(topic)}"]`)) {
        if (!element.contains(document.activeElement) || !document.activeElement.closest("form")) window.htmx.trigger(element, "live");
      }
    }, 150 + Math.random() * 350));
  }
}
