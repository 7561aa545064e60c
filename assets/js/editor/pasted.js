// What was copied elsewhere, before the editor reads it: in a document that loads and runs nothing, without anything that could.
const DROPPED = "script, style, link, meta, title, iframe, object, embed, svg, math, template, img, picture, video, audio, form, input, button";
const KEPT = new Set(["href", "src", "alt", "width", "height", "colspan", "rowspan", "start", "dir", "lang", "data-pm-slice"]);

export function bare(html, pictures) {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const one of page.querySelectorAll(DROPPED)) if (!(pictures && one.matches("img") && one.getAttribute("src")?.startsWith(pictures.base))) one.remove();
  for (const one of page.body.querySelectorAll("[style]")) written(page, one);
  for (const one of page.body.querySelectorAll("*")) for (const { name } of [...one.attributes]) if (!KEPT.has(name)) one.removeAttribute(name);
  return page.body.innerHTML;
}

// Office programs write bold and italic as styles, and take them back so.
function written(page, element) {
  const { fontWeight, fontStyle } = element.style;
  if (element.matches("b, strong") && ["normal", "400"].includes(fontWeight)) return element.replaceWith(...element.childNodes);
  const tags = [element.matches("span") && (fontWeight === "bold" || Number(fontWeight) >= 600) && "strong", element.matches("span") && fontStyle === "italic" && "em"];
  for (const tag of tags.filter(Boolean)) {
    const holder = page.createElement(tag);
    holder.append(...element.childNodes);
    element.append(holder);
  }
  return undefined;
}
