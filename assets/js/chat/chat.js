// The chat on foreign pages. One script: it knows its house and its channel by its own address, keeps nothing before the visitor writes,
// sets no cookie, and stands in a shadow tree whose styles a page's own rules neither touch nor forbid.
import css from "./chat.css";
import { clock, make, shape, words } from "./drawing.js";
import { Line, secret } from "./line.js";
import { Queue } from "./queue.js";

class Chat {
  constructor(script) {
    const [, base, id] = script.src.match(/^(.*\/chat\/([0-9a-f-]{36}))\.js/);
    this.house = new URL(script.src).origin;
    this.options = script.dataset;
    this.key = `bandhu-chat:${id}`;
    this.line = new Line(base, this.options.lang || document.documentElement.lang || navigator.language || "");
    this.said = new Map();
    this.cursor = "";
    this.unread = 0;
    this.kept = this.#recall();
    if (this.options.token) this.kept = { token: this.options.token, queue: [] };
    this.queue = new Queue((one) => this.#send(one), () => this.#queueChanged(), this.kept.queue || []);
    this.#greet();
  }

  async #greet() {
    // A website the channel does not name is told nothing, which looks like no connection: it is not asked for ever.
    for (let pause = 2000; pause < 70000; pause *= 2) {
      try {
        this.facts = await this.line.ask("hello");
        if (this.facts.ok) break;
        if (this.facts.status === 403 || this.facts.status === 404) return;
      } catch { /* no connection yet */ }
      await new Promise((go) => setTimeout(go, pause));
    }
    if (!this.facts?.ok) return;
    this.#draw();
    if (this.kept.token) this.#connect();
    if ("full" in this.options) this.#open();
  }

  // What is kept, and only once a chat was begun: its token, and what waits to be sent.
  #recall() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) || {};
    } catch {
      return {};
    }
  }

  #keep() {
    if (this.options.token) return;
    try {
      if (this.kept.token || this.kept.client) {
        const queue = this.queue.waiting.filter((one) => !one.file);
        localStorage.setItem(this.key, JSON.stringify({ ...this.kept, queue }));
      } else localStorage.removeItem(this.key);
    } catch { /* a browser that keeps nothing: the chat lives as long as the page */ }
  }

  #draw() {
    const { texts, dir, lang, colour, side, title } = this.facts;
    this.host = make("div");
    this.host.style.setProperty("--c", colour);
    const tree = this.host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    tree.adoptedStyleSheets = [sheet];
    this.badge = make("span", { class: "badge", hidden: true });
    this.bell = make("button", { class: "bell", type: "button", "aria-expanded": "false", "aria-label": texts.open, on: { click: () => this.#toggle() } }, shape("chat"), this.badge);
    this.log = make("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": texts.log, tabindex: "0" });
    this.typing = make("div", { class: "line", role: "status" });
    this.form = make("form", { noValidate: true, on: { submit: (event) => this.#submit(event) } });
    const shut = make("button", { type: "button", class: "shut", "aria-label": texts.close, on: { click: () => this.#shut() } }, shape("close"));
    this.panel = make(
      "section", { class: "panel", role: "dialog", "aria-label": title, hidden: true, on: { keydown: (event) => event.key === "Escape" && this.#shut() } },
      make("div", { class: "head" }, make("h2", { dir: "auto" }, title), this.#menu(), shut), this.log, this.typing, this.form,
    );
    this.root = make("section", { "aria-label": texts.open, class: `root ${side}${"full" in this.options ? " full" : ""}`, dir, lang }, this.panel, this.bell);
    tree.append(this.root);
    document.body.append(this.host);
    this.#drawForm();
    this.#drawLog();
  }

  #menu() {
    const { texts } = this.facts;
    const item = (text, act) => make("button", { type: "button", on: { click: () => { this.more.open = false; act(); } } }, text);
    this.mailItems = [
      item(texts.elsewhere, () => this.#mail("link", {}, texts.link_sent)),
      item(texts.transcript, () => this.#mail("end", { transcript: true }, texts.ended)),
    ];
    const end = item(texts.end, () => this.#end());
    this.more = make("details", { hidden: true }, make("summary", { "aria-label": texts.more, title: texts.more }, shape("more")), make("div", { class: "menu" }, ...this.mailItems, end));
    return this.more;
  }

  #drawForm() {
    const { texts, ask, open, files } = this.facts;
    const begun = Boolean(this.kept.token);
    const field = (name, type, rule) =>
      rule === "no" ? null : make("label", {}, `${texts[name]}${rule === "required" ? "" : ` (${texts.optional})`}`, make("input", { name, type, autocomplete: type === "email" ? "email" : "name", required: rule === "required", dir: "auto" }));
    this.box = make("textarea", { name: "text", rows: "2", maxlength: "5000", dir: "auto", placeholder: texts.write, on: {
      keydown: (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.form.requestSubmit(); } },
      input: () => this.#tellTyping(),
    } });
    const label = make("label", {}, make("span", { class: "sr" }, texts.write), this.box);
    this.form.replaceChildren();
    if (begun && this.asked) {
      // Who gave no mail address gives it now, for what they asked for.
      const back = make("button", { type: "button", class: "link", on: { click: () => this.#askMail(null) } }, texts.cancel);
      this.form.append(field("mail", "email", "required"), make("button", { class: "wide" }, texts.send), back);
    } else if (begun) {
      const pick = make("input", { type: "file", hidden: true, on: { change: () => this.#pick(pick) } });
      const attach = files ? make("button", { type: "button", "aria-label": texts.attach, title: texts.attach, on: { click: () => pick.click() } }, shape("clip")) : null;
      const go = make("button", { class: "go", "aria-label": texts.send, title: texts.send }, shape("send"));
      this.form.append(make("div", { class: "row" }, ...[attach, label, go].filter(Boolean)), pick);
    } else {
      const mail = open ? ask.mail : "required";
      const fields = [field("name", "text", ask.name), field("mail", "email", mail), label].filter(Boolean);
      this.form.append(...fields, make("button", { class: "wide" }, open ? texts.begin : texts.leave));
    }
    this.more.hidden = !begun;
  }

  #drawLog() {
    const { texts, open, lang } = this.facts;
    const time = clock(lang);
    const isNear = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
    const greeting = this.said.size ? [] : [this.#one("greeting", texts[open || this.kept.token ? "welcome" : "away"], [], "")];
    const said = [...this.said.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
    const drawn = said.map((one) => this.#one(one.id, one.text, one.files, one.mine ? time(one.at) : `${one.by} · ${time(one.at)}`, one.mine));
    const known = new Set(said.map((one) => one.client));
    const waiting = this.queue.waiting.filter((one) => !known.has(one.id)).map((one) => this.#waiting(one));
    const wanted = [...greeting, ...drawn, ...waiting];
    // Rows that stay are left alone, so that a screen reader hears only what is new.
    for (const old of [...this.log.children]) if (!wanted.includes(old)) old.remove();
    wanted.forEach((row, at) => { if (this.log.children[at] !== row) this.log.insertBefore(row, this.log.children[at] || null); });
    if (isNear) this.log.scrollTop = this.log.scrollHeight;
  }

  #one(id, text, files, note, mine = false) {
    this.rows ||= new Map();
    if (this.rows.has(id)) return this.rows.get(id);
    const shown = files?.length
      ? files.map((file) => make("a", { href: this.house + file.url, target: "_blank", rel: "noopener" }, file.name))
      : words(text);
    const row = make("div", { class: mine ? "one mine" : "one" }, make("div", { class: "text", dir: "auto" }, ...shown), note ? make("div", { class: "note", dir: "auto" }, note) : null);
    this.rows.set(id, row);
    return row;
  }

  #waiting(one) {
    const { texts } = this.facts;
    const state = one.refused ? `${texts.refused} ${one.refused}` : one.offline ? texts.waiting : texts.sending;
    const key = `${one.id}${state}`;
    const row = this.#one(key, one.text || one.name, [], state, true);
    if (one.refused && !row.dataset.done) {
      row.dataset.done = "1";
      row.lastChild.classList.add("bad");
      row.lastChild.append(make("button", { type: "button", class: "link", on: { click: () => this.queue.again(one.id) } }, texts.again));
    }
    return row;
  }

  #toggle() {
    if (this.panel.hidden) this.#open();
    else this.#shut();
  }

  #open() {
    this.panel.hidden = false;
    this.root.classList.add("is-open");
    this.bell.setAttribute("aria-expanded", "true");
    this.#count(0);
    this.log.scrollTop = this.log.scrollHeight;
    (this.form.querySelector("input:not([hidden])") || this.box).focus();
    this.#tellSeen();
  }

  #shut() {
    if ("full" in this.options) return;
    this.panel.hidden = true;
    this.root.classList.remove("is-open");
    this.bell.setAttribute("aria-expanded", "false");
    this.bell.focus();
  }

  #count(number) {
    this.unread = number;
    this.badge.hidden = !number;
    this.badge.textContent = new Intl.NumberFormat(this.facts.lang).format(number);
    this.bell.setAttribute("aria-label", number ? `${this.facts.texts.open}. ${this.facts.texts.unread}: ${number}` : this.facts.texts.open);
  }

  #submit(event) {
    event.preventDefault();
    const { texts } = this.facts;
    const given = Object.fromEntries(new FormData(this.form));
    const wrong = [...this.form.elements].find((one) => one.name && !one.checkValidity());
    if (wrong) {
      this.#notice(wrong.validity.valueMissing ? texts.needed : texts.bad_mail, true);
      return wrong.focus();
    }
    if (this.asked) return this.#mail(...this.asked, given.mail);
    const text = this.box.value.trim();
    if (!text) return this.box.focus();
    if (!this.kept.token) {
      if (this.kept.client && this.queue.waiting.length) return;
      this.kept = { client: secret(32), name: given.name || "", mail: given.mail || "" };
    }
    this.box.value = "";
    this.#notice("");
    this.queue.add({ id: secret(), text });
  }

  // The first words begin the chat; on a bad line the same numbers are sent again and make the same chat.
  async #send(one) {
    if (!this.kept.token) {
      const { client, name, mail } = this.kept;
      const answer = await this.line.ask("start", { client, name, mail, id: one.id, text: one.text, page: location.href.slice(0, 500), identity: this.options.identity || "" });
      if (!answer.ok) {
        if (answer.status === 422) this.#startRefused(one, answer);
        return answer;
      }
      this.kept = { token: answer.token };
      this.#take(answer);
      this.#drawForm();
      this.box.focus();
      if (!this.facts.open) this.#notice(this.facts.texts.left);
      this.#connect();
      return answer;
    }
    const token = this.kept.token;
    const answer = one.file ? await this.line.ask("file", { token, id: one.id }, one.file) : await this.line.ask("say", { token, id: one.id, text: one.text });
    if (answer.status === 404) this.#lose();
    if (answer.ok) {
      // What it is shown as until it is read back, under its lasting number.
      this.said.set(answer.id, { id: answer.id, mine: true, text: one.text || one.name, at: answer.at, client: one.id, files: [] });
      this.#drawLog();
    }
    return answer;
  }

  #startRefused(one, answer) {
    this.kept = {};
    this.queue.drop(one.id);
    this.box.value = one.text;
    const [name] = Object.keys(answer.errors || {});
    this.#notice(Object.values(answer.errors || {}).flat().join(" "), true);
    this.form.elements[name]?.focus();
  }

  #queueChanged() {
    this.#keep();
    if (this.host) this.#drawLog();
  }

  #connect() {
    this.line.follow(this.kept.token, (topic) => {
      if (topic.startsWith("chat-agent:")) this.#showTyping();
      else this.#read();
    }, () => this.#lose());
    this.queue.run();
  }

  // One question at a time; hints that come meanwhile are one more question afterwards.
  async #read() {
    if (this.reading) {
      this.readAgain = true;
      return;
    }
    this.reading = true;
    try {
      do {
        this.readAgain = false;
        const answer = await this.line.ask("read", { token: this.kept.token, after: this.cursor });
        if (answer.ok) this.#take(answer);
        else if (answer.status === 404) this.#lose();
      } while (this.readAgain && this.kept.token);
    } catch { /* the line comes back and asks again */ }
    this.reading = false;
  }

  #take(answer) {
    let fresh = 0;
    for (const one of answer.messages) {
      const known = this.said.get(one.id);
      if (!known && !one.mine) fresh += 1;
      if (known && known.files?.length !== one.files.length) this.rows?.delete(one.id);
      this.said.set(one.id, one);
    }
    const isFirst = !this.cursor;
    if (answer.cursor > this.cursor) this.cursor = answer.cursor;
    this.hasMail = answer.mail;
    for (const one of this.mailItems) one.hidden = !answer.mail && this.facts.ask.mail === "no";
    if (fresh) this.#showTyping(false);
    if (answer.over && !this.over) this.#notice(this.facts.texts.ended);
    this.over = answer.over;
    this.#drawLog();
    if (isFirst) this.log.scrollTop = this.log.scrollHeight;
    if (fresh && this.panel.hidden && !isFirst) this.#count(this.unread + fresh);
    else if (fresh && this.panel.hidden) this.#count([...this.said.values()].filter((one) => !one.mine && !one.read).length);
    this.#tellSeen();
  }

  #tellSeen() {
    const unseen = [...this.said.values()].filter((one) => !one.mine && !one.read);
    if (this.panel.hidden || document.hidden || !unseen.length) return;
    const until = unseen.map((one) => one.id).sort().pop();
    for (const one of unseen) one.read = true;
    this.#ask("seen", { until }).catch(() => {});
  }

  #tellTyping() {
    if (!this.kept.token || Date.now() - (this.toldAt || 0) < 3000) return;
    this.toldAt = Date.now();
    this.#ask("typing").catch(() => {});
  }

  #showTyping(shown = true) {
    clearTimeout(this.typingEnds);
    this.typing.textContent = shown ? this.facts.texts.typing : "";
    if (shown) this.typingEnds = setTimeout(() => this.#showTyping(false), 5000);
  }

  #pick(pick) {
    const [file] = pick.files;
    pick.value = "";
    if (!file) return;
    if (file.size > this.facts.most) return this.#notice(this.facts.texts.too_large, true);
    this.queue.add({ id: secret(), name: file.name, file });
  }

  // Something that comes by mail; whoever has given no address is asked for one first.
  async #mail(what, more, told, mail = "") {
    if (!this.hasMail && !mail) return this.#askMail([what, more, told]);
    const { texts } = this.facts;
    const answer = await this.#ask(what, mail ? { ...more, mail } : more).catch(() => ({}));
    if (answer.errors) return this.#notice(Object.values(answer.errors).flat().join(" "), true);
    if (answer.ok && mail) this.hasMail = true;
    if (this.asked) this.#askMail(null);
    this.#notice(answer.mailed ? told : texts.refused, !answer.mailed);
  }

  #askMail(asked) {
    this.asked = asked;
    const typed = this.box.value;
    this.#drawForm();
    this.box.value = typed;
    this.#notice("");
    (this.form.querySelector("input[name=mail]") || this.box).focus();
  }

  #ask(what, more = {}) {
    return this.line.ask(what, { token: this.kept.token, ...more });
  }

  async #end() {
    await this.#ask("end").catch(() => {});
    this.#notice(this.facts.texts.ended);
    this.line.stop();
    this.#forget();
  }

  // Somebody proved by the mailed link whose chat it is: it goes on where that was.
  #lose() {
    this.#forget();
    this.#notice(this.facts.texts.moved);
  }

  // The chat is over, or too old: nothing of it stays in this browser.
  #forget() {
    this.line.stop();
    this.kept = {};
    this.asked = null;
    this.said.clear();
    this.rows?.clear();
    this.cursor = "";
    this.#keep();
    this.#drawForm();
    this.#drawLog();
  }

  #notice(text, isBad = false) {
    this.typing.textContent = text;
    this.typing.classList.toggle("bad", isBad);
  }
}

const script = document.currentScript;
if (script && !window.bandhuChat) {
  const begin = () => (window.bandhuChat = new Chat(script));
  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin);
}
