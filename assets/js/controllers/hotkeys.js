import { Controller } from "@hotwired/stimulus";

// Stands on <body>: [data-hotkey="c"] is clicked (or focused) by c, [data-hotkey="g c"] by g then c, "?" lists all that the page has, the keys of rows too.
export default class extends Controller {
  connect() {
    this.pressed = "";
    this.listen = (event) => this.key(event);
    document.addEventListener("keydown", this.listen);
  }

  disconnect() { document.removeEventListener("keydown", this.listen); }

  key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
    if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true], dialog[open]")) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.pressed = ""; }, 900);
    const sequence = this.pressed ? `${this.pressed} ${event.key}` : event.key;
    this.pressed = "";
    if (sequence === "?") { event.preventDefault(); this.help(); return; }
    const all = [...document.querySelectorAll("[data-hotkey]")];
    const element = all.find((each) => each.dataset.hotkey === sequence && each.getClientRects().length);
    if (element) {
      event.preventDefault();
      element.matches("input, textarea, select") ? element.focus() : element.click();
    } else if (all.some((each) => each.dataset.hotkey.startsWith(`${sequence} `))) {
      this.pressed = sequence;
    }
  }

  help() {
    const dialog = document.getElementById("keyboard-help");
    const list = dialog?.querySelector("[data-page-keys]");
    if (!list) return;
    const keys = new Map();
    for (const element of document.querySelectorAll("[data-hotkey], [data-row-key]")) {
      const key = element.dataset.hotkey || element.dataset.rowKey;
      if (!keys.has(key)) keys.set(key, element);
    }
    list.replaceChildren(...[...keys].map(([sequence, element]) => {
      const row = document.createElement("div");
      const name = document.createElement("dt");
      const key = document.createElement("dd");
      name.textContent = element.dataset.hotkeyName || element.getAttribute("aria-label") || element.placeholder || element.querySelector("span")?.textContent.trim() || element.textContent.trim();
      for (const part of sequence.split(" ")) {
        const cap = document.createElement("kbd");
        cap.className = "kbd";
        cap.textContent = part;
        key.append(cap, " ");
      }
      row.append(name, key);
      return row;
    }));
    if (!dialog.open) dialog.showModal();
  }
}
