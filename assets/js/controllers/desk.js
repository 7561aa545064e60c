import { Controller } from "@hotwired/stimulus";

// The inbox: which row is open on the desk, and what comes next when one is done. One column at a time on a telephone.
export default class extends Controller {
  static targets = ["link"];

  connect() { this.settled(); }

  linkTargetConnected(link) { this.mark(link); }

  get open() { return window.location.pathname; }

  mark(link) {
    const isOpen = new URL(link.href).pathname === this.open;
    link.closest("li").classList.toggle("is-open", isOpen);
    if (isOpen) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }

  settled() {
    this.linkTargets.forEach((link) => this.mark(link));
    this.element.classList.toggle("has-talk", Boolean(document.querySelector("#talk .talk")) && /[0-9a-f-]{36}/.test(this.open));
  }

  // While rows are selected the list stays as it is: a fresh one would know of no selection.
  hold(event) {
    const isLive = event.detail.requestConfig?.triggeringEvent?.type === "live";
    if (isLive && event.target.id === "desk-rows" && event.target.querySelector(".cell-select input:checked")) event.preventDefault();
  }

  // What is on the desk was closed, put off or thrown away: the one below it comes up, the one above at the end of the list.
  next(event) {
    const ids = event.detail.ids ?? [];
    if (!ids.some((id) => this.open.includes(id))) return;
    const rows = this.linkTargets.filter((link) => !ids.some((id) => link.href.includes(id)));
    const all = this.linkTargets;
    const place = all.findIndex((link) => ids.some((id) => link.href.includes(id)));
    const following = rows.find((link) => all.indexOf(link) > place) ?? rows.at(-1);
    if (following) following.click();
  }

  close(event) {
    if (!window.matchMedia("(width < 82rem)").matches) return;
    event.preventDefault();
    window.history.pushState({}, "", event.currentTarget.href);
    this.element.classList.remove("has-talk");
    this.settled();
  }
}
