import { Controller } from "@hotwired/stimulus";
import { surfaceOf } from "../text_surface.js";

// Reply or note, one at a time. Ctrl+Enter sends, Ctrl+/ looks for an article; Escape gives the keyboard back to the page.
export default class extends Controller {
  static targets = ["tab", "form", "kept", "files", "send", "articles"];
  static values = { conversation: String };

  choose(event) { this.show(event.currentTarget.dataset.kind, true); }

  show(kind, focus) {
    this.formTargets.forEach((form) => { form.hidden = form.dataset.kind !== kind; });
    this.tabTargets.forEach((tab) => tab.setAttribute("aria-pressed", String(tab.dataset.kind === kind)));
    if (focus) surfaceOf(this.textOf(kind)).focus();
  }

  formOf(kind) { return this.formTargets.find((form) => form.dataset.kind === kind); }

  textOf(kind) { return this.formOf(kind).querySelector("textarea"); }

  key(event) {
    const held = event.ctrlKey || event.metaKey;
    if (event.key === "Escape" && !event.defaultPrevented) surfaceOf(event.target).blur();
    else if (event.key === "/" && held && this.hasArticlesTarget) this.articlesTarget.click();
    else if (event.key === "Enter" && held) event.target.form.requestSubmit(event.target.form.querySelector("[type=submit]:not([name])") ?? undefined);
    else return;
    event.preventDefault();
  }

  files({ target }) {
    const told = target.form.querySelector("[data-composer-target=files]");
    told.textContent = [...target.files].map((file) => file.name).join(", ");
  }

  // An article goes where the caret was, as its text or as the address where it stands.
  inserted({ detail }) { if (this.isMine(detail)) this.put(detail); }

  // What a registered aid offers (data-text, with data-html where it is formatted) goes there too.
  take({ currentTarget: { dataset } }) { this.put({ text: dataset.text, html: dataset.html }); }

  put(words) {
    this.show("reply", false);
    surfaceOf(this.textOf("reply")).put(words);
  }

  // A ticket's page has a box for each of its conversations.
  isMine({ conversation }) { return conversation === this.conversationValue; }

  written({ detail }) {
    if (!this.isMine(detail)) return;
    const form = this.formOf(detail.kind);
    if (!form) return;
    form.querySelectorAll(".talk-refusal, .talk-aid, [data-suggest-target=chosen], [data-composer-target=files]").forEach((box) => box.replaceChildren());
    form.querySelectorAll("[type=file]").forEach((input) => { input.value = ""; });
    form.dispatchEvent(new CustomEvent("draft-sent"));
  }

  restored({ detail }) {
    if (!this.isMine(detail)) return;
    this.show("reply", false);
    this.formOf("reply").dispatchEvent(new CustomEvent("draft-restored", { detail }));
  }
}
