// Booking pages: the visitor's own time zone, asked for once where none was chosen. Without JavaScript it is picked from the list.
const asked = new URL(window.location.href);
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const shown = document.querySelector("select[name=zone]");
const known = shown && [...shown.options].some((one) => one.value === zone);
if (!asked.searchParams.has("zone") && known && shown.value !== zone) {
  asked.searchParams.set("zone", zone);
  window.location.replace(asked);
}
