// Formatted text over the textarea of a form: the browser's own editing, a toolbar, and only the tags the server keeps.
import { Controller } from "@hotwired/stimulus";

const KEPT = new Set(["A", "B", "BLOCKQUOTE", "BR", "CODE", "EM", "H2", "H3", "H4", "HR", "I", "LI", "OL", "P", "PRE", "S", "STRONG", "SUB", "SUP", "TABLE", "TBODY", "TD", "TH", "THEAD", "TR", "U", "UL"]);
const BLOCKS = new Set(["ADDRESS", "ARTICLE", "DD", "DIV", "DL", "DT", "FIGURE", "HEADER", "MAIN", "SECTION"]);
const DROPPED = new Set(["HEAD", "IFRAME", "MATH", "META", "OBJECT", "SCRIPT", "STYLE", "SVG", "TEMPLATE", "TITLE"]);
const RENAMED = { H1: "H2", H5: "H4", H6: "H4", DIV: "P" };
const TOOLS = [
  ["bold", "bold", "Control+B"], ["italic", "italic", "Control+I"], ["heading-2", "heading"], ["heading-3", "subheading"], ["list", "bullets"],
  ["list-ordered", "numbers"], ["message-square-quote", "quote"], ["code", "code"], ["link", "link", "Control+K"], ["undo-2", "undo"], ["redo-2", "redo"],
];

export default class extends Controller {
  static targets = ["icons"];
  static values = Object.fromEntries(["language", "toolbar", "address", ...TOOLS.map(([, name]) => name)].map((name) => [name, String]));

  connect() {
    this.field = this.element.querySelector("textarea");
    if (!this.field || this.box) return;
    this.box = Object.assign(document.createElement("div"), { className: "rich-text prose-body", contentEditable: "true", dir: "auto", lang: this.languageValue });
    for (const [name, value] of [["role", "textbox"], ["aria-multiline", "true"], ["aria-labelledby", this.#labelId()]]) this.box.setAttribute(name, value);
    this.box.append(cleaned(this.field.value));
    this.bar = this.#toolbar();
    // One element, so that the gaps of a field stand around both.
    const frame = document.createElement("div");
    frame.append(this.bar, this.box);
    this.field.before(frame);
    this.field.hidden = true;
    document.execCommand("defaultParagraphSeparator", false, "p");
    this.box.addEventListener("input", () => this.#keep());
    this.box.addEventListener("paste", (event) => this.#paste(event));
    this.box.addEventListener("drop", (event) => event.preventDefault());
    this.box.addEventListener("keydown", (event) => this.#key(event));
    this.showState = () => this.#show();
    document.addEventListener("selectionchange", this.showState);
  }

  disconnect() {
    document.removeEventListener("selectionchange", this.showState);
  }

  act(event) {
    this.#run(event.currentTarget.dataset.tool);
  }

  // Arrow keys walk through the toolbar: it is one stop of the Tab key (ARIA practices, toolbar).
  walk(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...this.bar.querySelectorAll("button")];
    const turned = getComputedStyle(this.bar).direction === "rtl" ? -step : step;
    const next = buttons[(buttons.indexOf(document.activeElement) + turned + buttons.length) % buttons.length];
    for (const each of buttons) each.tabIndex = each === next ? 0 : -1;
    next.focus();
  }

  #run(tool) {
    this.box.focus();
    const toggled = (tag) => (this.#within(tag) ? "p" : tag);
    const act = {
      bold: () => document.execCommand("bold"), italic: () => document.execCommand("italic"),
      heading: () => document.execCommand("formatBlock", false, toggled("h2")), subheading: () => document.execCommand("formatBlock", false, toggled("h3")),
      quote: () => document.execCommand("formatBlock", false, toggled("blockquote")), code: () => this.#wrapInCode(),
      bullets: () => document.execCommand("insertUnorderedList"), numbers: () => document.execCommand("insertOrderedList"),
      link: () => this.#link(), undo: () => document.execCommand("undo"), redo: () => document.execCommand("redo"),
    }[tool];
    act?.();
    this.#keep();
    this.#show();
  }

  #link() {
    const known = this.#within("a");
    const address = window.prompt(this.addressValue, known?.getAttribute("href") ?? "https://");
    if (address === null) return;
    if (known) document.getSelection().selectAllChildren(known);
    if (!address.trim()) document.execCommand("unlink");
    else if (isSafe(address.trim())) document.execCommand("createLink", false, address.trim());
  }

  #wrapInCode() {
    const words = document.getSelection().toString();
    if (!words) return;
    const code = document.createElement("code");
    code.textContent = words;
    document.execCommand("insertHTML", false, code.outerHTML);
  }

  #paste(event) {
    event.preventDefault();
    const html = event.clipboardData.getData("text/html");
    if (!html) return void document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
    const holder = document.createElement("div");
    holder.append(cleaned(html));
    document.execCommand("insertHTML", false, holder.innerHTML);
  }

  #key(event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      event.stopPropagation();
      this.#run("link");
    }
  }

  #keep() {
    const holder = document.createElement("div");
    holder.append(cleaned(this.box.innerHTML));
    this.field.value = holder.textContent.trim() ? holder.innerHTML : "";
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #show() {
    if (!this.box.contains(document.getSelection().anchorNode)) return;
    const held = { bold: document.queryCommandState("bold"), italic: document.queryCommandState("italic"), heading: this.#within("h2"), subheading: this.#within("h3"), bullets: this.#within("ul"), numbers: this.#within("ol"), quote: this.#within("blockquote"), code: this.#within("code"), link: this.#within("a") };
    for (const button of this.bar.querySelectorAll("button[aria-pressed]")) button.setAttribute("aria-pressed", String(Boolean(held[button.dataset.tool])));
  }

  #within(tag) {
    const node = document.getSelection().anchorNode;
    const found = (node?.nodeType === Node.ELEMENT_NODE ? node : node?.parentElement)?.closest(tag);
    return found && this.box.contains(found) && found !== this.box ? found : null;
  }

  #labelId() {
    const label = this.element.querySelector(`label[for="${this.field.id}"]`);
    if (!label) return "";
    label.id ||= `${this.field.id}-label`;
    label.addEventListener("click", () => this.box.focus());
    return label.id;
  }

  #toolbar() {
    const bar = Object.assign(document.createElement("div"), { className: "rich-bar" });
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", this.toolbarValue);
    bar.dataset.action = "keydown->rich-text#walk";
    TOOLS.forEach(([icon, name, keys], place) => {
      const button = Object.assign(document.createElement("button"), { type: "button", title: this[`${name}Value`], tabIndex: place ? -1 : 0 });
      button.dataset.tool = name;
      button.dataset.action = "rich-text#act";
      button.setAttribute("aria-label", this[`${name}Value`]);
      if (keys) button.setAttribute("aria-keyshortcuts", keys);
      if (!["undo", "redo"].includes(name)) button.setAttribute("aria-pressed", "false");
      const drawn = this.iconsTarget.content.querySelector(`[data-icon="${icon}"]`);
      if (drawn) button.append(...drawn.cloneNode(true).childNodes);
      bar.append(button);
    });
    return bar;
  }
}

function isSafe(address) {
  return /^(https?:|mailto:|tel:|\/(?!\/)|#)/i.test(address);
}

// What the server would keep, as nodes that never ran: the parser's document loads and runs nothing.
function cleaned(html) {
  const kept = document.createDocumentFragment();
  for (const node of new DOMParser().parseFromString(html, "text/html").body.childNodes) kept.append(copied(node));
  return kept;
}

function copied(node) {
  if (node.nodeType === Node.TEXT_NODE) return document.createTextNode(node.data);
  const kept = document.createDocumentFragment();
  if (node.nodeType !== Node.ELEMENT_NODE || DROPPED.has(node.tagName)) return kept;
  const inner = [...node.childNodes].map(copied);
  const hasBlocks = [...node.children].some((each) => BLOCKS.has(each.tagName) || /^(P|UL|OL|TABLE|H[1-6]|BLOCKQUOTE|PRE)$/.test(each.tagName));
  const name = RENAMED[node.tagName] ?? (BLOCKS.has(node.tagName) ? "P" : node.tagName);
  if (!KEPT.has(name) || (name === "P" && hasBlocks)) {
    kept.append(...inner);
    return kept;
  }
  const element = document.createElement(name);
  const address = node.getAttribute("href");
  if (name === "A" && address && isSafe(address)) element.setAttribute("href", address);
  for (const attribute of ["dir", "lang", "colspan", "rowspan"]) if (node.hasAttribute(attribute) && name !== "A") element.setAttribute(attribute, node.getAttribute(attribute));
  element.append(...inner);
  return element;
}
