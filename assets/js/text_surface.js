// Where somebody types, plain or formatted: what stands before the caret, and putting something in its place.

// The editor leaves its own surface at the field it stands for.
export function surfaceOf(field) {
  return field.surface ?? new PlainSurface(field);
}

class PlainSurface {
  constructor(field) { this.field = field; }

  get before() { return this.field.value.slice(0, this.field.selectionStart); }

  // Puts words where the caret is, in the place of the `length` characters before it.
  put({ text }, length = 0) {
    const end = this.field.selectionStart;
    this.field.setRangeText(text, end - length, this.field.selectionEnd, "end");
    this.field.focus();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  focus() { this.field.focus(); }

  blur() { this.field.blur(); }
}

// Plain text as paragraphs and lines, as the server makes them of it.
export function htmlOfText(text) {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
  const paragraphs = escaped.replaceAll("\r\n", "\n").split(/\n[^\S\n]*\n/).filter((each) => each.trim());
  return paragraphs.map((each) => `<p>${each.trim().replaceAll("\n", "<br>")}</p>`).join("");
}
