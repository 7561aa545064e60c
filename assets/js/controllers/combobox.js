import { Controller } from "@hotwired/stimulus";

// A text box with a list of answers from the server (ARIA combobox pattern). The hidden field carries the value.
export default class extends Controller {
  static targets = ["input", "value", "list"];
  static values = { url: String, free: Boolean };

  connect() {
    this.place = -1;
    this.outside = (event) => this.element.contains(event.target) || this.close();
    document.addEventListener("pointerdown", this.outside);
  }

  disconnect() {
    document.removeEventListener("pointerdown", this.outside);
    this.asking?.abort();
  }

  search() {
    if (!this.freeValue) this.valueTarget.value = "";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), 160);
  }

  async ask() {
    this.asking?.abort();
    this.asking = new AbortController();
    const url = new URL(this.urlValue, window.location.href);
    url.searchParams.set("q", this.inputTarget.value);
    try {
      const answer = await fetch(url, { signal: this.asking.signal, headers: { "HX-Request": "true" } });
      if (!answer.ok) return;
      this.listTarget.innerHTML = await answer.text();
      this.options.forEach((option, index) => { option.id ||= `${this.listTarget.id}-${index}`; });
      this.place = -1;
      this.show(this.listTarget.childElementCount > 0);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  get options() { return [...this.listTarget.querySelectorAll('[role="option"]')]; }

  show(open) {
    this.listTarget.hidden = !open;
    this.inputTarget.setAttribute("aria-expanded", String(open));
    if (!open) this.inputTarget.removeAttribute("aria-activedescendant");
  }

  close() {
    this.show(false);
    // What was typed but not chosen is no value: say so by clearing it, unless free text is allowed.
    if (!this.freeValue && this.inputTarget.value && !this.valueTarget.value && this.chosen) this.inputTarget.value = "";
  }

  key(event) {
    const options = this.options;
    if (event.key === "ArrowDown" && this.listTarget.hidden) { this.ask(); event.preventDefault(); return; }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.mark((this.place + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length);
    } else if (event.key === "Enter" && !this.listTarget.hidden && options[this.place]) {
      event.preventDefault();
      this.take(options[this.place]);
    } else if (event.key === "Escape" && !this.listTarget.hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.show(false);
    } else if (event.key === "Tab") {
      this.show(false);
    }
  }

  mark(place) {
    this.place = place;
    this.options.forEach((option, index) => option.setAttribute("aria-selected", String(index === place)));
    const current = this.options[place];
    current?.scrollIntoView({ block: "nearest" });
    if (current) this.inputTarget.setAttribute("aria-activedescendant", current.id);
  }

  choose(event) {
    const option = event.target.closest('[role="option"]');
    if (option) this.take(option);
  }

  take(option) {
    this.chosen = true;
    this.valueTarget.value = option.dataset.value;
    this.inputTarget.value = option.dataset.text ?? option.textContent.trim();
    this.show(false);
    this.valueTarget.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
