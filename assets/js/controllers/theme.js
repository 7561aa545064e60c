import { Controller } from "@hotwired/stimulus";

// Light, dark or as the system says; comfortable or compact. Shown at once; the form around it tells the server.
export default class extends Controller {
  choose(event) {
    const { theme, density } = event.params;
    const root = document.documentElement;
    if (theme) {
      if (theme === "auto") delete root.dataset.theme; else root.dataset.theme = theme;
      try { theme === "auto" ? localStorage.removeItem("theme") : localStorage.setItem("theme", theme); } catch { /* only not remembered */ }
    }
    if (density) root.dataset.density = density;
    const group = event.currentTarget.closest("[role=group]");
    group?.querySelectorAll("[aria-pressed]").forEach((button) => button.setAttribute("aria-pressed", String(button === event.currentTarget)));
  }
}
