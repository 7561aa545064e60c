import { Controller } from "@hotwired/stimulus";
import { surfaceOf } from "../text_surface.js";

// "/thanks" or "@Rupa" while one types in a text: the server offers, arrows choose, Enter takes it in the place of what was typed.
export default class extends Controller {
  static targets = ["text", "list", "chosen"];
  static values = { url: String, sign: String };

  disconnect() { clearTimeout(this.timer); }

  get surface() { return surfaceOf(this.textTarget); }

  get word() {
    const { before } = this.surface;
    const start = before.lastIndexOf(this.signValue);
    if (start < 0 || (start > 0 && !/[\s\ufffc]/.test(before[start - 1]))) return null;
    const text = before.slice(start + 1);
    return /\n/.test(text) || text.length > 40 || (this.signValue === "/" && /\s/.test(text)) ? null : { length: text.length + 1, text };
  }

  look() {
    clearTimeout(this.timer);
    const found = this.word;
    if (!found) { this.hide(); return; }
    this.timer = setTimeout(() => this.ask(found.text), 120);
  }

  open() { this.surface.focus(); this.ask(""); }

  // An answer that comes after something was chosen, or after a later question, offers nothing any more.
  async ask(text) {
    const turn = this.turn = (this.turn ?? 0) + 1;
    const url = new URL(this.urlValue, window.location.href);
    url.searchParams.set("q", text);
    const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
    const offered = answer?.ok ? await answer.text() : null;
    if (offered === null || turn !== this.turn) return;
    this.listTarget.innerHTML = offered;
    // A name was written out and the sentence goes on: nobody is looked for any more.
    if (!this.options.length && /\s/.test(text)) { this.hide(); return; }
    this.listTarget.hidden = false;
    this.move(0);
    this.listTarget.onmousedown = (event) => { event.preventDefault(); const option = event.target.closest("[data-text]"); if (option) this.take(option); };
  }

  get options() { return [...this.listTarget.querySelectorAll("[data-text]")]; }

  get place() { return this.options.findIndex((option) => option.getAttribute("aria-selected") === "true"); }

  move(place) {
    const options = this.options;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === (place + options.length) % options.length)));
    options[this.place]?.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (this.listTarget.hidden || event.isComposing) return;
    if (event.key === "ArrowDown") this.move(this.place + 1);
    else if (event.key === "ArrowUp") this.move(this.place - 1);
    else if ((event.key === "Enter" || event.key === "Tab") && this.place >= 0 && !event.ctrlKey && !event.metaKey) this.take(this.options[this.place]);
    else if (event.key === "Escape") this.hide();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  take(option) {
    if (option.dataset.canned) this.remember("canned", option.dataset.canned);
    if (option.dataset.person) this.remember("mentioned", option.dataset.person);
    this.surface.put({ text: option.dataset.text }, this.word?.length ?? 0);
    this.hide();
  }

  remember(name, value) {
    const box = this.hasChosenTarget ? this.chosenTarget : this.element;
    if (box.querySelector(`input[name="${name}"][value="${CSS.escape(value)}"]`)) return;
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    box.append(input);
  }

  hide() {
    clearTimeout(this.timer);
    this.turn = (this.turn ?? 0) + 1;
    this.listTarget.hidden = true;
  }
}
