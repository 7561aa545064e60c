import { Controller } from "@hotwired/stimulus";
import { remember, takeUp } from "../focus.js";

// Stands on the toasts region. Shows {"toast": {text, tone, action_label, action_url}} from an HX-Trigger header or a window event.
export default class extends Controller {
  static targets = ["template", "card"];

  connect() {
    this.show = (event) => this.add(event.detail);
    // One listener serves both: htmx's event bubbles from the element up to the window.
    window.addEventListener("toast", this.show);
  }

  disconnect() { window.removeEventListener("toast", this.show); }

  cardTargetConnected(card) {
    // Whoever comes from the page to what a message offers goes back there when it is gone.
    card.addEventListener("focusin", ({ relatedTarget: from }) => { if (from && !this.element.contains(from)) this.before = remember(from); });
    if (card.dataset.stays) return;
    card.timer = setTimeout(() => this.take(card), 7000);
    card.addEventListener("pointerenter", () => clearTimeout(card.timer));
    card.addEventListener("focusin", () => clearTimeout(card.timer));
  }

  add({ text, tone = "success", action_label: label, action_url: url }) {
    if (!text) return;
    const source = this.templateTargets.find((template) => template.dataset.tone === tone) ?? this.templateTargets[0];
    const card = source.content.firstElementChild.cloneNode(true);
    card.querySelector("[data-text]").textContent = text;
    const button = card.querySelector("[data-act]");
    if (label && url) {
      button.textContent = label;
      button.setAttribute("hx-post", url);
      button.setAttribute("hx-swap", "none");
      button.hidden = false;
      // z takes back what was done last; Z where the page has another use for z.
      this.element.querySelectorAll("[data-hotkey]").forEach((each) => each.removeAttribute("data-hotkey"));
      button.dataset.hotkey = document.querySelector("[data-hotkey=z]") ? "Z" : "z";
      // Not before the answer: htmx sends nothing for what has left the page.
      button.addEventListener("htmx:afterRequest", () => this.take(card));
    } else {
      button.remove();
    }
    if (tone === "danger") card.dataset.stays = "yes";
    this.element.append(card);
    window.htmx.process(card);
    this.toFront();
  }

  // A dialog covers all but the top layer: the region joins it as a popover, shown again so that it comes last.
  toFront() {
    if (!document.querySelector("dialog[open]")) return;
    this.element.popover = "manual";
    if (this.element.matches(":popover-open")) this.element.hidePopover();
    this.element.showPopover();
  }

  close(event) { this.take(event.target.closest("[data-toast-target~=card]")); }

  take(card) {
    const held = card.contains(document.activeElement);
    card.remove();
    if (held) takeUp(this.before);
  }
}
