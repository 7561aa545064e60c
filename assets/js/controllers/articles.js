import { Controller } from "@hotwired/stimulus";

// Articles for a reply: arrows choose, Enter puts in the text, Shift+Enter the link. Where the caret was in the reply, it stands then.
export default class extends Controller {
  static targets = ["input", "hit"];
  static values = { conversation: String };

  key(event) {
    const place = this.hitTargets.indexOf(event.target);
    const chosen = this.hitTargets[Math.max(place, 0)];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing) return;
    if (step) (this.hitTargets[place + step] ?? this.inputTarget).focus();
    else if (event.key === "Enter" && chosen && (event.target === this.inputTarget || (place >= 0 && event.shiftKey))) this.take(chosen.dataset.url, event.shiftKey);
    else return;
    event.preventDefault();
  }

  text({ currentTarget }) { this.take(currentTarget.dataset.url, false); }

  link({ currentTarget }) { this.take(currentTarget.dataset.url, true); }

  async take(url, asLink) {
    const answer = await fetch(url).catch(() => null);
    if (!answer?.ok) return;
    const given = await answer.json();
    this.element.closest("dialog")?.close();
    // Hits that are still on their way would open the dialog again.
    this.element.remove();
    document.dispatchEvent(new CustomEvent("article-chosen", { detail: { conversation: this.conversationValue, ...(asLink ? linkTo(given) : { text: `${given.text}\n\n${given.url}`, html: given.html }) } }));
  }
}

function linkTo({ title, url }) {
  const link = Object.assign(document.createElement("a"), { href: url, textContent: title });
  return { text: `${title}\n${url}`, html: `${link.outerHTML} ` };
}
