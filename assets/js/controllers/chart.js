import { Controller } from "@hotwired/stimulus";
import { inWords } from "../numbers.js";

// The theme's colours are in oklch, which the library cannot calculate with.
function plain(colour) {
  const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}

// A picture of the table that stands with it: the table has the numbers, their links and their names, the picture adds nothing of its own.
// Head cells with data-series ("bar", "line"; data-stack, data-tone) are drawn, from the data-value of their column's cells; whoever presses a
// mark opens the link of its cell; data-short is what stands beneath, where the first cell's words are long. Until the file with the charts is there, and where it cannot be, what the place held before stays.
export default class extends Controller {
  static targets = ["place"];
  static values = { module: String };

  connect() {
    this.look = new MutationObserver(() => this.draw());
    this.look.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    this.system = matchMedia("(prefers-color-scheme: dark)");
    this.again = () => this.draw();
    this.system.addEventListener("change", this.again);
    this.size = new ResizeObserver(() => this.chart?.resize());
    this.size.observe(this.placeTarget);
    this.load();
  }

  disconnect() {
    this.look.disconnect();
    this.size.disconnect();
    this.system.removeEventListener("change", this.again);
    this.chart?.dispose();
    this.chart = null;
  }

  async load() {
    try { this.charts = await import(this.moduleValue); } catch { return; }
    await document.fonts.ready;
    if (this.element.isConnected) this.draw();
  }

  draw() {
    const { heads, lines } = this.table;
    if (!this.charts || !heads.length || !lines.length) return;
    this.chart?.dispose();
    this.placeTarget.replaceChildren();
    this.placeTarget.classList.add("chart");
    this.placeTarget.setAttribute("aria-hidden", "true");
    this.chart = this.charts.makeChart({
      place: this.placeTarget, ...this.theme(heads), number: (value) => inWords(value, { notation: "compact" }),
      rows: lines.map((line) => this.words(line.cells[0])), marks: lines.map((line) => line.cells[0].dataset.short ?? this.words(line.cells[0])),
      series: heads.map((head) => ({
        name: this.words(head), kind: head.dataset.series, stack: head.dataset.stack, values: lines.map((line) => Number(line.cells[head.cellIndex].dataset.value)),
        told: lines.map((line) => this.words(line.cells[head.cellIndex].querySelector("a") ?? line.cells[head.cellIndex])),
      })),
      opened: (series, row) => lines[row].cells[heads[series].cellIndex].querySelector("a")?.click(),
    });
  }

  get table() {
    const table = this.element.querySelector("table");
    return { heads: [...(table?.tHead?.querySelectorAll("th[data-series]") ?? [])], lines: [...(table?.tBodies[0]?.rows ?? [])] };
  }

  words(cell) { return cell.textContent.replace(/\s+/g, " ").trim(); }

  theme(heads) {
    const style = getComputedStyle(this.placeTarget);
    const tone = (name) => plain(style.getPropertyValue(`--color-${name}`).trim());
    return {
      colours: heads.map((head) => tone(head.dataset.tone)), font: style.fontFamily,
      ink: { text: tone("base-content"), ground: tone("base-100"), line: tone("base-300") },
    };
  }
}
