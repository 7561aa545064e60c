// Runs before the first paint: what this browser remembers about its own frame, so that nothing jumps.
const root = document.documentElement;
try {
  const nav = localStorage.getItem("nav");
  if (nav) root.dataset.nav = nav;
  // The server writes data-theme for people who are signed in; a stranger's choice lives in the browser only.
  if (!root.dataset.theme && localStorage.getItem("theme")) root.dataset.theme = localStorage.getItem("theme");
} catch {
  // Storage may be forbidden; the defaults serve.
}
