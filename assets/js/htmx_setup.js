// htmx 2 with morph swaps. Its configuration stands in the page's <meta name="htmx-config">.
import htmx from "htmx.org";
import { Idiomorph } from "idiomorph/htmx";
import { follow } from "./focus.js";

window.htmx = htmx;
follow();
// What somebody is writing in stays as it is while the page around it is morphed.
Idiomorph.defaults.callbacks.beforeNodeMorphed = (old) => old.dataset?.morph !== "keep";
const body = () => document.body;

let running = 0;
const busy = (change) => {
  running = Math.max(0, running + change);
  body().classList.toggle("is-busy", running > 0);
};
const isQuiet = (event) => event.detail.elt?.closest?.("[data-quiet]");
document.addEventListener("htmx:beforeRequest", (event) => isQuiet(event) || busy(1));
document.addEventListener("htmx:afterRequest", (event) => isQuiet(event) || busy(-1));

// A form that is refused (422) may go elsewhere than one that is accepted: hx-target-422="#form".
document.addEventListener("htmx:beforeSwap", (event) => {
  const elsewhere = event.detail.xhr.status === 422 && event.detail.requestConfig.elt.getAttribute("hx-target-422");
  if (elsewhere) event.detail.target = document.querySelector(elsewhere) ?? event.detail.target;
});

// A failed request says so; the page keeps what the person typed.
function report(event, text) {
  if (isQuiet(event)) return;
  window.dispatchEvent(new CustomEvent("toast", { detail: { text, tone: "danger" } }));
}
const says = (name) => document.querySelector(`meta[name="says-${name}"]`)?.content ?? "";
document.addEventListener("htmx:sendError", (event) => report(event, says("offline")));
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status === 401) return window.location.reload();
  report(event, status === 403 ? says("forbidden") : status === 404 ? says("gone") : status === 429 ? says("slow") : says("failed"));
});

export default htmx;
