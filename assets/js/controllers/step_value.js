import { Controller } from "@hotwired/stimulus";

// A step of a macro shows the one way to choose that fits it; without JavaScript all stand there.
export default class extends Controller {
  static targets = ["kind", "way"];

  connect() { this.show(); }

  show() {
    const { takes } = this.kindTarget.selectedOptions[0].dataset;
    this.wayTargets.forEach((way) => { way.hidden = way.dataset.takes !== takes; });
  }
}
