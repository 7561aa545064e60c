import { Controller } from "@hotwired/stimulus";

// Tabs whose parts htmx loads: marks the one that was opened. Without script each is a link to its own page.
export default class extends Controller {
  static targets = ["tab"];

  open(event) {
    for (const tab of this.tabTargets) tab.removeAttribute("aria-current");
    event.currentTarget.setAttribute("aria-current", "page");
  }
}
