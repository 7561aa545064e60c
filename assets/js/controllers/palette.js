import { Controller } from "@hotwired/stimulus";

// Ctrl K: one box over everything. Actions are in the page and filtered here; records come from the server by htmx.
export default class extends Controller {
  static targets = ["dialog", "input", "entry", "results", "actions", "empty"];

  connect() {
    this.listen = (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); this.open(); }
    };
    this.loaded = (event) => { if (this.resultsTarget.contains(event.target)) this.mark(0); };
    document.addEventListener("keydown", this.listen);
    document.addEventListener("htmx:afterSwap", this.loaded);
  }

  disconnect() {
    document.removeEventListener("keydown", this.listen);
    document.removeEventListener("htmx:afterSwap", this.loaded);
  }

  open() {
    if (!this.dialogTarget.open) this.dialogTarget.showModal();
    this.inputTarget.select();
    this.filter();
  }

  get entries() { return [...this.dialogTarget.querySelectorAll("[role=option]")].filter((entry) => !entry.hidden && !entry.closest("[hidden]")); }

  filter() {
    const wanted = this.inputTarget.value.trim().toLocaleLowerCase().split(/\s+/);
    let shown = 0;
    for (const entry of this.actionsTarget.querySelectorAll("[role=option]")) {
      const text = entry.textContent.toLocaleLowerCase();
      entry.hidden = !wanted.every((word) => text.includes(word));
      shown += entry.hidden ? 0 : 1;
    }
    this.actionsTarget.hidden = shown === 0;
    if (!this.inputTarget.value.trim()) this.resultsTarget.replaceChildren();
    this.mark(0);
  }

  mark(place) {
    const entries = this.entries;
    this.dialogTarget.querySelectorAll("[role=option][aria-selected=true]").forEach((entry) => entry.setAttribute("aria-selected", "false"));
    const current = entries[(place + entries.length) % entries.length];
    this.inputTarget.removeAttribute("aria-activedescendant");
    if (!current) return;
    current.id ||= `palette-entry-${Math.random().toString(36).slice(2)}`;
    current.setAttribute("aria-selected", "true");
    current.scrollIntoView({ block: "nearest" });
    this.inputTarget.setAttribute("aria-activedescendant", current.id);
  }

  key(event) {
    const entries = this.entries;
    const place = entries.findIndex((entry) => entry.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.mark(place + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      entries[place]?.click();
    }
  }

  tour() { document.dispatchEvent(new CustomEvent("tour-start")); }

  chosen() { this.dialogTarget.close(); }
}
