// A picture in a text: only one that lies with us, with the words for those who do not see it.
import { Node } from "@tiptap/core";

export function picture({ base }) {
  return Node.create({
    name: "picture",
    group: "block",
    draggable: true,
    addAttributes: () => ({ src: { default: null }, alt: { default: "" }, width: { default: null }, height: { default: null } }),
    parseHTML: () => [{ tag: "img[src]", getAttrs: (element) => (element.getAttribute("src").startsWith(base) ? null : false) }],
    renderHTML: ({ HTMLAttributes }) => ["img", HTMLAttributes],
  });
}
