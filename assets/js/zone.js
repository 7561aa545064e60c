// Booking pages: the visitor's own time zone, asked for once where none was chosen. Without JavaScript it is picked from the list.
// Browsers say some zones by their old names ("Asia/Calcutta"): the server knows today's.
const asked = new URL(window.location.href);
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const shown = document.querySelector("select[name=zone]");
if (!asked.searchParams.has("zone") && shown && zone && shown.value !== zone) {
  asked.searchParams.set("zone", zone);
  window.location.replace(asked);
}
