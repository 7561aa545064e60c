// Whoever works with the keyboard stays where they are. When what has the focus is taken away by htmx, or a dialog closes whose opener
// is gone meanwhile, the focus goes to what stands there now: the same control, else the part that held it. Never to <body>.
const CONTROLS = "a[href], button:not(:disabled), input:not([type=hidden], :disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex]";

export const isLost = () => [null, document.body, document.documentElement].includes(document.activeElement);

const words = (element) => (element.getAttribute("aria-label") || element.textContent).trim().replace(/\s+/g, " ");

function marks(element) {
  const address = ["href", "hx-get", "hx-post"].map((name) => element.getAttribute(name)).find(Boolean) ?? element.form?.getAttribute("action");
  const value = element.matches("[type=checkbox], [type=radio], button") ? element.value : "";
  return { kind: [element.tagName, element.getAttribute("name"), value].join(" "), address: address === "#" ? null : address, said: words(element) };
}

// What has the focus, with all that is needed to find its like once it is gone; null if nothing has it.
export function remember(element = document.activeElement) {
  if (!element || element === document.body || element === document.documentElement) return null;
  const around = [];
  for (let parent = element.parentElement; parent && parent !== document.body; parent = parent.parentElement) around.push(parent);
  return { element, around, marks: marks(element) };
}

const isShown = (element) => element.isConnected && element.checkVisibility({ visibilityProperty: true });

function partNow({ around }) {
  for (const [depth, parent] of around.entries()) {
    const live = parent.isConnected ? parent : parent.id && document.getElementById(parent.id);
    if (!live) continue;
    if (live.matches("[popover]:not(:popover-open)")) return document.querySelector(`[popovertarget="${CSS.escape(live.id)}"]`) ?? live.parentElement;
    if (!isShown(live)) continue;
    // Inside of what is new, the part with the same name is nearer than the whole.
    for (const former of around.slice(0, depth)) {
      const name = former.getAttribute("aria-label");
      const same = name && live.querySelector(`${former.localName}[aria-label="${CSS.escape(name)}"]`);
      if (same && isShown(same)) return same;
    }
    return live;
  }
  return document.getElementById("main");
}

// The focus back to what was remembered or its like, unless something has it already.
export function takeUp(kept) {
  if (!kept || !isLost()) return;
  if (isShown(kept.element)) { kept.element.focus({ preventScroll: true }); if (!isLost()) return; }
  const part = partNow(kept);
  if (!part) return;
  const like = [...part.querySelectorAll(CONTROLS)].filter(isShown).map((element) => ({ element, ...marks(element) })).filter((one) => one.kind === kept.marks.kind && one.address === kept.marks.address);
  const found = like.find((one) => one.said === kept.marks.said) ?? (kept.marks.address && like.length === 1 ? like[0] : null);
  const next = found?.element ?? part;
  if (next === part && !part.matches(CONTROLS)) part.tabIndex = -1;
  next.focus({ preventScroll: true });
}

// Whoever else gives the focus away when something new came does so first.
export function follow() {
  let kept = null;
  document.addEventListener("htmx:beforeSwap", () => { kept = remember() ?? kept; });
  // Who lets go of it themselves meanwhile does not get it back: the next key is meant for the page.
  document.addEventListener("keydown", ({ key }) => { if (key === "Escape") kept = null; }, true);
  document.addEventListener("pointerdown", () => { kept = null; }, true);
  document.addEventListener("htmx:afterRequest", () => setTimeout(() => { takeUp(kept); kept = null; }));
}
