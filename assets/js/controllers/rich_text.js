// Formatted text over the textarea of a form. The editor is a file of its own; until it is there, and where it cannot be, the textarea serves.
import { Controller } from "@hotwired/stimulus";
import { htmlOfText } from "../text_surface.js";

// A field beside the textarea ("html") takes the formatted text, the textarea its words; without one the textarea itself holds HTML.
export default class extends Controller {
  static targets = ["tools", "html"];
  static values = { editor: String, language: String, placeholder: String, label: String, pictures: String, pictureBase: String };

  connect() {
    this.field = this.element.querySelector("textarea");
    if (!this.field || this.surface) return;
    // A page that the browser brings back still has the box without its editor.
    this.element.querySelectorAll(".rich-frame").forEach((old) => old.remove());
    this.noted = (event) => { this.isPlain ||= event.isTrusted && !this.surface; };
    this.replaced = () => this.surface?.replace(this.source);
    this.field.addEventListener("input", this.noted);
    this.field.addEventListener("text-replaced", this.replaced);
    this.load();
  }

  disconnect() {
    this.field?.removeEventListener("input", this.noted);
    this.field?.removeEventListener("text-replaced", this.replaced);
    this.surface?.destroy();
    this.surface = null;
    if (!this.field) return;
    delete this.field.surface;
    this.field.hidden = false;
    this.element.querySelectorAll(".rich-frame").forEach((old) => old.remove());
    if (this.hasHtmlTarget) this.htmlTarget.disabled = true;
  }

  get source() {
    if (!this.hasHtmlTarget) return this.field.value;
    return (!this.isPlain && this.htmlTarget.value) || htmlOfText(this.field.value);
  }

  async load() {
    let found;
    try { found = await import(this.editorValue); } catch { return; }
    if (!this.element.isConnected || this.surface) return;
    const hadFocus = document.activeElement === this.field;
    this.frame = Object.assign(document.createElement("div"), { className: "rich-frame" });
    const place = document.createElement("div");
    this.bar = this.toolsTarget.content.firstElementChild.cloneNode(true);
    this.frame.append(this.bar, place);
    this.field.before(this.frame);
    this.surface = found.makeEditor({
      place, html: this.source, attributes: this.attributes, placeholder: this.placeholderValue,
      pictures: this.picturesValue ? { base: this.pictureBaseValue } : null,
      changed: () => this.keep(), moved: () => this.show(), pressed: (event) => this.press(event), dropped: (files) => this.takeFiles(files),
    });
    this.field.surface = this.surface;
    // Before the textarea goes, so that no key is lost between the two.
    if (hadFocus) this.surface.focus();
    this.field.hidden = true;
    if (this.hasHtmlTarget) {
      this.htmlTarget.disabled = false;
      this.htmlTarget.value = this.surface.html;
    }
    this.frame.dataset.ready = "yes";
  }

  get attributes() {
    const label = this.element.querySelector(`label[for="${this.field.id}"]`);
    const named = label ? { "aria-labelledby": (label.id ||= `${this.field.id}-label`) } : { "aria-label": this.labelValue };
    label?.addEventListener("click", () => this.surface?.focus());
    const described = this.field.getAttribute("aria-describedby");
    return { class: "rich-text prose-body", role: "textbox", "aria-multiline": "true", dir: "auto", lang: this.languageValue, ...named, ...(described && { "aria-describedby": described }) };
  }

  act(event) {
    const { tool } = event.currentTarget.dataset;
    if (tool === "link") this.askAddress();
    else if (tool === "picture") this.bar.querySelector("[data-part=file]").click();
    else this.surface.run(tool);
    this.show();
  }

  // Arrow keys walk through the toolbar: it is one stop of the Tab key (ARIA practices, toolbar).
  walk(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || event.target.matches("input")) return;
    event.preventDefault();
    const buttons = [...this.bar.querySelectorAll("[data-tool]")];
    const turned = getComputedStyle(this.bar).direction === "rtl" ? -step : step;
    const next = buttons[(buttons.indexOf(document.activeElement) + turned + buttons.length) % buttons.length];
    for (const each of buttons) each.tabIndex = each === next ? 0 : -1;
    next.focus();
  }

  // The keys of the form (send, choose a canned reply) are written at the textarea and hear of it there.
  press(event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.stopPropagation();
      this.askAddress();
      return true;
    }
    const { key, code, ctrlKey, metaKey, shiftKey, altKey } = event;
    const told = new KeyboardEvent("keydown", { key, code, ctrlKey, metaKey, shiftKey, altKey, cancelable: true });
    this.field.dispatchEvent(told);
    return told.defaultPrevented;
  }

  get addressRow() { return this.bar.querySelector("[data-part=address]"); }

  askAddress() {
    const row = this.addressRow;
    const input = row.querySelector("input");
    row.hidden = false;
    input.value = this.surface.address;
    input.focus();
    input.select();
  }

  addressKey(event) {
    if (!["Enter", "Escape"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter") this.setAddress();
    else this.closeAddress();
  }

  setAddress() {
    const input = this.addressRow.querySelector("input");
    const isSet = this.surface.link(input.value);
    input.setAttribute("aria-invalid", String(!isSet));
    if (isSet) this.closeAddress();
  }

  closeAddress() {
    this.addressRow.hidden = true;
    this.surface.editor.view.focus();
  }

  takeFiles(files) {
    const pictures = this.picturesValue ? [...(files ?? [])].filter((file) => file.type.startsWith("image/")) : [];
    pictures.forEach((file) => this.send(file));
    return pictures.length > 0;
  }

  filesChosen(event) {
    this.takeFiles(event.currentTarget.files);
    event.currentTarget.value = "";
  }

  // The server looks at what the file is and says where it lies.
  async send(file) {
    const data = new FormData();
    data.set("picture", file);
    data.set("csrfmiddlewaretoken", JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "");
    const answer = await fetch(this.picturesValue, { method: "POST", body: data }).catch(() => null);
    const told = await answer?.json().catch(() => null);
    if (answer?.ok) this.surface.picture({ src: told.url, ...(await sizeOf(told.url)) });
    else window.dispatchEvent(new CustomEvent("toast", { detail: { text: told?.problem ?? this.bar.dataset.offline, tone: "danger" } }));
  }

  keep() {
    if (this.hasHtmlTarget) this.htmlTarget.value = this.surface.html;
    this.field.value = this.hasHtmlTarget ? this.surface.text : this.surface.html;
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // A chosen picture asks for the words of those who do not see it.
  showWords() {
    const row = this.bar.querySelector("[data-part=words]");
    if (!row || row.contains(document.activeElement)) return;
    const { words } = this.surface;
    row.hidden = words === null;
    row.querySelector("input").value = words ?? "";
  }

  wordsTyped({ currentTarget }) { this.surface.words = currentTarget.value; }

  show() {
    if (!this.surface) return;
    this.showWords();
    for (const button of this.bar.querySelectorAll("[aria-pressed]")) button.setAttribute("aria-pressed", String(this.surface.holds(button.dataset.tool)));
  }
}

// So that the page does not jump when it arrives.
async function sizeOf(url) {
  const picture = Object.assign(new Image(), { src: url });
  try { await picture.decode(); } catch { return {}; }
  return { width: picture.naturalWidth, height: picture.naturalHeight };
}
