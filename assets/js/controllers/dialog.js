import { Controller } from "@hotwired/stimulus";
import { isLost, remember, takeUp } from "../focus.js";

// An answer that closes the dialog fires afterSwap too, even where it swaps nothing into it.
const closes = (request) => request?.getResponseHeader("HX-Trigger")?.includes("dialog-close") ?? false;

// Stands on <body>. Opens <dialog>s from any [data-dialog="id"], and the shell's own when htmx has filled them.
export default class extends Controller {
  connect() {
    this.click = (event) => this.clicked(event);
    this.filled = (event) => !closes(event.detail.xhr) && this.open(event.detail.target?.closest?.("dialog[data-fills]"));
    this.shut = () => document.querySelectorAll("dialog[data-fills][open]").forEach((dialog) => dialog.close());
    document.addEventListener("click", this.click);
    document.addEventListener("htmx:afterSwap", this.filled);
    document.addEventListener("dialog-close", this.shut);
  }

  disconnect() {
    document.removeEventListener("click", this.click);
    document.removeEventListener("htmx:afterSwap", this.filled);
    document.removeEventListener("dialog-close", this.shut);
  }

  clicked(event) {
    const opener = event.target.closest("[data-dialog]");
    if (opener) return this.open(document.getElementById(opener.dataset.dialog));
    const closer = event.target.closest("[data-dialog-close]");
    if (closer) return closer.closest("dialog")?.close();
    // The backdrop belongs to the dialog itself; what was typed is not thrown away by a slip of the mouse.
    if (event.target.matches?.("dialog[open]") && !event.target.querySelector("form[data-changed]")) {
      const box = event.target.getBoundingClientRect();
      const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!inside) event.target.close();
    }
    return undefined;
  }

  open(dialog) {
    if (!dialog) return;
    const first = () => dialog.querySelector("[autofocus], [aria-invalid=true], input:not([type=hidden]), select, textarea");
    if (dialog.open) {
      // What was asked brought other questions into the same dialog, in the place of what had the focus.
      if (isLost()) (first() ?? dialog.querySelector("[data-dialog-close]"))?.focus();
      return;
    }
    const before = remember();
    dialog.addEventListener("close", () => setTimeout(() => takeUp(before)), { once: true });
    dialog.showModal();
    first()?.focus();
  }
}
