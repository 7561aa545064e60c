// Elements by hand: what people wrote only ever becomes text.
const SHAPES = {
  chat: "M21 12a8 8 0 0 1-8 8H4l2-3a8 8 0 1 1 15-5Z",
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12l16-8-6 16-3-7-7-1Z",
  clip: "M20 11l-8 8a5 5 0 0 1-7-7l8-8a3.500 3.500 0 0 1 5 5l-8 8a2 2 0 0 1-3-3l7-7",
  more: "M5 12h.01M12 12h.01M19 12h.01",
};

export function make(tag, more = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(more)) {
    if (name === "on") for (const [event, act] of Object.entries(value)) made.addEventListener(event, act);
    else if (name in made && typeof value !== "string") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...inside.filter((one) => one !== null));
  return made;
}

export function shape(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawn = document.createElementNS(space, "svg");
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", SHAPES[name]);
  drawn.append(path);
  return drawn;
}

// The time of day as the language says it: in Bengali and Tamil with the part of the day before it, not with AM and PM.
export function clock(lang) {
  const style = { hour: "numeric", minute: "2-digit" };
  if (!["bn", "ta"].includes(lang)) {
    const plain = new Intl.DateTimeFormat(lang, style);
    return (at) => plain.format(new Date(at));
  }
  const spoken = new Intl.DateTimeFormat(lang, { ...style, hour12: true, dayPeriod: "short" });
  return (at) => {
    const parts = spoken.formatToParts(new Date(at));
    const said = (isPeriod) => parts.filter((one) => (one.type === "dayPeriod") === isPeriod).map((one) => one.value).join("").trim();
    return `${said(true)} ${said(false)}`;
  };
}

// The words, with addresses of the web as links.
export function words(text) {
  return text.split(/(https?:\/\/[^\s<>"']+)/g).map((part, at) =>
    at % 2 ? make("a", { href: part, target: "_blank", rel: "noopener noreferrer nofollow" }, part) : part,
  );
}
