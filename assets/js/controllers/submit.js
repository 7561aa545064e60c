import { Controller } from "@hotwired/stimulus";

// A choice that sends its form at once; without scripts a button does.
export default class extends Controller {
  now() { this.element.form.requestSubmit(); }
}
