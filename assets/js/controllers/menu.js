import { Controller } from "@hotwired/stimulus";

// A button with a panel in the top layer. The panel is a popover: the browser closes it, we place it and give it arrow keys.
export default class extends Controller {
  static targets = ["button", "panel"];

  connect() {
    this.toggled = (event) => {
      const open = event.newState === "open";
      this.buttonTarget.setAttribute("aria-expanded", String(open));
      if (open) this.place();
    };
    this.replace = () => this.panelTarget.matches(":popover-open") && this.place();
    this.panelTarget.addEventListener("toggle", this.toggled);
    window.addEventListener("scroll", this.replace, { passive: true, capture: true });
    window.addEventListener("resize", this.replace);
  }

  disconnect() {
    window.removeEventListener("scroll", this.replace, { capture: true });
    window.removeEventListener("resize", this.replace);
  }

  place() {
    const button = this.buttonTarget.getBoundingClientRect();
    const panel = this.panelTarget;
    const { offsetWidth: width, offsetHeight: height } = panel;
    const rtl = document.documentElement.dir === "rtl";
    const alignEnd = (panel.dataset.align === "end") !== rtl;
    const left = alignEnd ? button.right - width : button.left;
    const below = button.bottom + 4 + height <= window.innerHeight || button.top < height;
    panel.style.left = `${Math.max(8, Math.min(left, window.innerWidth - width - 8))}px`;
    panel.style.top = `${below ? button.bottom + 4 : button.top - height - 4}px`;
    if (panel.dataset.match) panel.style.minWidth = `${button.width}px`;
  }

  get entries() { return [...this.panelTarget.querySelectorAll("a[href], button:not(:disabled), [role^=menuitem]")]; }

  buttonKey(event) {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    if (!this.panelTarget.matches(":popover-open")) this.panelTarget.showPopover();
    this.entries[0]?.focus();
  }

  panelKey(event) {
    const entries = this.entries;
    const place = entries.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.target.closest("input, select, textarea")) return;
    event.preventDefault();
    entries[(place + step + entries.length) % entries.length]?.focus();
  }

  chosen(event) {
    if (!event.target.closest("a, [role^=menuitem], [data-menu-close]") || event.target.closest("[data-stays]")) return;
    // After the click has done its work: hiding takes the focus away, and htmx then forgets which button sends the form.
    setTimeout(() => this.panelTarget.matches(":popover-open") && this.panelTarget.hidePopover());
  }
}
