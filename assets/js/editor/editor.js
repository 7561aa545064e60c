// The one editor of the product: what the server keeps of HTML and nothing else. A file of its own, fetched by pages with a field for it.
import { Editor, Extension, Mark } from "@tiptap/core";
import { TableCell, TableHeader, TableRow, Table } from "@tiptap/extension-table";
import StarterKit from "@tiptap/starter-kit";
import { htmlOfText } from "../text_surface.js";
import { bare } from "./pasted.js";
import { picture } from "./picture.js";

// Its own table would write its widths as styles, which the page's policy forbids.
const PlainTable = Table.extend({ renderHTML: ({ HTMLAttributes }) => ["table", HTMLAttributes, ["tbody", 0]] });

// The direction and the language of a part stay what they were.
const kept = (name) => ({ default: null, parseHTML: (element) => element.getAttribute(name), renderHTML: (found) => (found[name] ? { [name]: found[name] } : {}) });
const Direction = Extension.create({
  name: "direction",
  addGlobalAttributes: () => [{ types: ["paragraph", "heading", "blockquote", "listItem", "tableCell", "tableHeader"], attributes: { dir: kept("dir"), lang: kept("lang") } }],
});

// Written elsewhere (an import), and kept.
const small = (name, tag) => Mark.create({ name, parseHTML: () => [{ tag }], renderHTML: () => [tag, 0] });
const Subscript = small("subscript", "sub");
const Superscript = small("superscript", "sup");

const TOOLS = {
  bold: (chain) => chain.toggleBold(),
  italic: (chain) => chain.toggleItalic(),
  heading: (chain) => chain.toggleHeading({ level: 2 }),
  subheading: (chain) => chain.toggleHeading({ level: 3 }),
  bullets: (chain) => chain.toggleBulletList(),
  numbers: (chain) => chain.toggleOrderedList(),
  quote: (chain) => chain.toggleBlockquote(),
  code: (chain, editor) => (editor.state.selection.$from.sameParent(editor.state.selection.$to) && !editor.state.selection.empty ? chain.toggleCode() : chain.toggleCodeBlock()),
  undo: (chain) => chain.undo(),
  redo: (chain) => chain.redo(),
};
const HELD = {
  bold: ["bold"], italic: ["italic"], heading: ["heading", { level: 2 }], subheading: ["heading", { level: 3 }], bullets: ["bulletList"], numbers: ["orderedList"],
  quote: ["blockquote"], link: ["link"],
};

export function isSafe(address) {
  return /^(https?:|mailto:|tel:|\/(?!\/)|#)/i.test(address);
}

// `attributes` stand at the box one types in; `changed`, `moved` and `pressed(event)` are called as their names say.
export function makeEditor({ place, html, attributes, placeholder, pictures, changed, moved, pressed, dropped }) {
  const editor = new Editor({
    element: place,
    content: html,
    // A style sheet of the editor's own would be refused by the page's policy; ours stands in editor.css.
    injectCSS: false,
    extensions: [
      StarterKit.configure({
        heading: { levels: [2, 3, 4] },
        trailingNode: false,
        link: { openOnClick: false, autolink: true, defaultProtocol: "https", HTMLAttributes: { target: null, rel: null, class: null }, isAllowedUri: isSafe },
      }),
      Subscript, Superscript, Direction, PlainTable, TableRow, TableHeader, TableCell,
      ...(pictures ? [picture(pictures)] : []),
    ],
    editorProps: {
      attributes: (state) => ({ ...attributes, class: state.doc.textContent || state.doc.childCount > 1 || state.doc.firstChild?.type.name !== "paragraph" ? attributes.class : `${attributes.class} is-empty`, "data-placeholder": placeholder }),
      // While an input method composes a letter, its keys are its own.
      handleKeyDown: (_view, event) => !event.isComposing && event.keyCode !== 229 && pressed(event),
      transformPastedHTML: (html) => bare(html, pictures),
      handleDrop: (_view, event) => dropped(event.dataTransfer?.files),
      handlePaste: (_view, event) => dropped(event.clipboardData?.getData("text/html") ? null : event.clipboardData?.files),
    },
    onUpdate: () => changed(),
    onTransaction: () => moved(),
  });
  return new Surface(editor);
}

class Surface {
  constructor(editor) { this.editor = editor; }

  get box() { return this.editor.view.dom; }

  get html() { return this.editor.isEmpty ? "" : tidied(this.editor.getHTML()); }

  get text() { return this.editor.getText({ blockSeparator: "\n\n" }); }

  get before() {
    const { $from } = this.editor.state.selection;
    return $from.parent.textBetween(0, $from.parentOffset, null, "\ufffc");
  }

  put({ text, html }, length = 0) {
    const { from } = this.editor.state.selection;
    this.editor.view.focus();
    const chain = this.editor.chain();
    if (length) chain.deleteRange({ from: from - length, to: from });
    chain.insertContent(html ?? (/\n/.test(text) ? htmlOfText(text) : { type: "text", text })).run();
  }

  replace(html) { this.editor.commands.setContent(html, { emitUpdate: false }); }

  run(tool) { TOOLS[tool]?.(this.editor.chain().focus(), this.editor).run(); }

  holds(tool) {
    if (tool === "code") return this.editor.isActive("code") || this.editor.isActive("codeBlock");
    return HELD[tool] ? this.editor.isActive(...HELD[tool]) : false;
  }

  get address() { return this.editor.getAttributes("link").href ?? ""; }

  // An address for what is chosen, or for itself where nothing is; "" takes it away. False for one that is not safe.
  link(address) {
    const given = address.trim();
    const href = !given || isSafe(given) ? given : `https://${given}`;
    const chain = this.editor.chain().focus().extendMarkRange("link");
    if (!href) chain.unsetLink().run();
    else if (!isSafe(href) || /\s/.test(href)) return false;
    else if (this.editor.state.selection.empty && !this.address) chain.insertContent({ type: "text", text: given, marks: [{ type: "link", attrs: { href } }] }).run();
    else chain.setLink({ href }).run();
    return true;
  }

  // It is chosen afterwards, so that its words can be written at once.
  picture(attrs) {
    const { from } = this.editor.state.selection;
    this.editor.chain().focus().insertContent({ type: "picture", attrs }).run();
    let place = null;
    this.editor.state.doc.descendants((node, at) => { if (node.type.name === "picture" && node.attrs.src === attrs.src && (place === null || at <= from)) place = at; });
    if (place !== null) this.editor.commands.setNodeSelection(place);
  }

  // The words of the chosen picture; null where none is chosen.
  get words() { return this.editor.isActive("picture") ? this.editor.getAttributes("picture").alt : null; }

  set words(alt) { this.editor.commands.updateAttributes("picture", { alt }); }

  // At once: the editor's own command waits for a frame, in which keys would go to the page.
  focus() {
    this.editor.commands.setTextSelection(this.editor.state.doc.content.size);
    this.editor.view.focus();
  }

  blur() { this.box.blur(); }

  destroy() { this.editor.destroy(); }
}

// An entry of a list and a cell of a table hold their words themselves where they are one paragraph.
function tidied(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const inner of page.querySelectorAll("li > p:first-child, td > p:only-child, th > p:only-child")) {
    if (inner.parentElement.querySelectorAll(":scope > p").length === 1) inner.replaceWith(...inner.childNodes);
  }
  for (const cell of page.querySelectorAll('[colspan="1"]')) cell.removeAttribute("colspan");
  for (const cell of page.querySelectorAll('[rowspan="1"]')) cell.removeAttribute("rowspan");
  return page.body.innerHTML;
}
