import { Controller } from "@hotwired/stimulus";

// Reply or note, one at a time. Ctrl+Enter sends; Escape gives the keyboard back to the page.
export default class extends Controller {
  static targets = ["tab", "form", "kept", "files", "send"];
  static values = { conversation: String };

  choose(event) { this.show(event.currentTarget.dataset.kind, true); }

  show(kind, focus) {
    this.formTargets.forEach((form) => { form.hidden = form.dataset.kind !== kind; });
    this.tabTargets.forEach((tab) => tab.setAttribute("aria-pressed", String(tab.dataset.kind === kind)));
    const text = this.formOf(kind)?.querySelector("textarea");
    if (focus) text?.focus();
  }

  formOf(kind) { return this.formTargets.find((form) => form.dataset.kind === kind); }

  key(event) {
    if (event.key === "Escape" && !event.defaultPrevented) event.target.blur();
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.target.form.requestSubmit(event.target.form.querySelector("[type=submit]:not([name])") ?? undefined);
  }

  files(event) { this.filesTarget.textContent = [...event.target.files].map((file) => file.name).join(", "); }

  written({ detail }) {
    const form = this.formOf(detail.kind);
    if (!form) return;
    form.querySelectorAll(".talk-refusal").forEach((box) => box.replaceChildren());
    form.querySelectorAll("[type=file]").forEach((input) => { input.value = ""; });
    if (this.hasFilesTarget) this.filesTarget.textContent = "";
    form.dispatchEvent(new CustomEvent("draft-sent"));
  }

  restored({ detail }) {
    if (detail.conversation !== this.conversationValue) return;
    this.show("reply", false);
    this.formOf("reply").dispatchEvent(new CustomEvent("draft-restored", { detail }));
  }
}
