"""axe-core on a page, its findings as readable lines."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
# What fades in has its full contrast only at the end; a spinner never ends.
_SETTLED = """() => Promise.race([
    Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null))),
    new Promise((done) => setTimeout(done, 800)),
])"""


def violations(page: Page) -> list[str]:
    """One line per element that breaks a rule of WCAG 2.2 AA or of good practice, once nothing moves any more."""
    page.evaluate(_SETTLED)
    found = Axe().run(page, options=_RULES).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['html'][:140]} {node.get('failureSummary', '')[:200]}"
        for rule in found
        for node in rule["nodes"]
    ]
