import { Controller } from "@hotwired/stimulus";

// A board of cards in columns. A card is moved with the mouse, or from the keyboard: arrows walk over the cards, m asks where to,
// [ and ] move to the column before and after. The server decides: a refused card stays where it was.
export default class extends Controller {
  static targets = ["card", "column", "switch"];

  connect() {
    this.watcher = new IntersectionObserver((seen) => this.mark(seen), { root: this.element.querySelector(".board"), threshold: 0.6 });
    this.columnTargets.forEach((column) => this.watcher.observe(column));
  }

  disconnect() { this.watcher?.disconnect(); }

  // A card moved by a key comes back as a new element: whoever moved it goes on from there.
  cardTargetConnected(card) {
    if (this.following !== card.id) return;
    this.following = null;
    this.focus(card);
  }

  columnTargetConnected(column) { this.watcher?.observe(column); }

  mark(seen) {
    const shown = seen.find((one) => one.isIntersecting)?.target;
    if (!shown) return;
    this.switchTargets.forEach((link) => (link.dataset.stage === shown.dataset.stage ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
  }

  show(event) {
    const column = this.columnTargets.find((one) => one.dataset.stage === event.currentTarget.dataset.stage);
    event.preventDefault();
    column?.scrollIntoView({ block: "nearest", inline: "start" });
  }

  start(event) {
    const card = event.target.closest?.("[data-board-target~=card]");
    if (!card) return;
    this.dragged = card;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.dataset.id);
    card.classList.add("is-dragged");
  }

  over(event) {
    const column = event.target.closest("[data-board-target~=column]");
    if (!this.dragged || !column) return;
    event.preventDefault();
    this.columnTargets.forEach((each) => each.classList.toggle("is-over", each === column));
  }

  drop(event) {
    const column = event.target.closest("[data-board-target~=column]");
    if (!this.dragged || !column) return;
    event.preventDefault();
    this.move(this.dragged, column.dataset.stage);
    this.end();
  }

  end() {
    this.dragged?.classList.remove("is-dragged");
    this.columnTargets.forEach((each) => each.classList.remove("is-over"));
    this.dragged = null;
  }

  move(card, stage) {
    if (card.dataset.stage === stage) return;
    const url = card.querySelector("[data-board-target~=mover]")?.getAttribute("hx-get");
    if (!url) return;
    const from = card.dataset.stage;
    const values = { stage, from, shown_from: this.shown(from), shown_to: this.shown(stage), csrfmiddlewaretoken: this.token };
    window.htmx.ajax("POST", url, { source: card, target: "#dialog-body", swap: "none", values });
  }

  // Count and sum above a column: the server carries them on instead of counting again.
  shown(stage) { return document.getElementById(`head-${stage}`)?.dataset.shown ?? ""; }

  follow(card, stage) {
    this.following = card.id;
    this.move(card, stage);
  }

  get token() { return document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? ""; }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog")) return;
    const card = event.target.closest("[data-board-target~=card]");
    if (!card) return;
    // In lanes the arrows stay in the lane of the card.
    const lane = card.closest(".board-lane") ?? this.element;
    const columns = this.columnTargets.filter((one) => lane.contains(one));
    const here = columns.findIndex((column) => column.contains(card));
    const rtl = document.documentElement.dir === "rtl" ? -1 : 1;
    if (event.key === "ArrowDown" || event.key === "j") this.focus(this.next(card, 1));
    else if (event.key === "ArrowUp" || event.key === "k") this.focus(this.next(card, -1));
    else if (event.key === "ArrowRight" || event.key === "ArrowLeft") this.focus(this.beside(columns, here, card, (event.key === "ArrowRight" ? 1 : -1) * rtl));
    else if (event.key === "m") card.querySelector("[data-board-target~=mover]")?.click();
    else if (event.key === "]" && columns[here + 1]) this.follow(card, columns[here + 1].dataset.stage);
    else if (event.key === "[" && columns[here - 1]) this.follow(card, columns[here - 1].dataset.stage);
    else return;
    event.preventDefault();
  }

  next(card, step) {
    const cards = [...card.parentElement.querySelectorAll("[data-board-target~=card]")];
    return cards[cards.indexOf(card) + step];
  }

  beside(columns, here, card, step) {
    const place = [...card.parentElement.querySelectorAll("[data-board-target~=card]")].indexOf(card);
    for (let at = here + step; columns[at]; at += step) {
      const cards = columns[at].querySelectorAll("[data-board-target~=card]");
      if (cards.length) return cards[Math.min(place, cards.length - 1)];
    }
    return null;
  }

  focus(card) { card?.querySelector("a")?.focus(); }
}
