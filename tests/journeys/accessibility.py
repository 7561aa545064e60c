"""axe-core on a page, its findings as readable lines."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


def violations(page: Page) -> list[str]:
    """One line per element that breaks a rule of WCAG 2.2 AA or of good practice."""
    found = Axe().run(page, options=_RULES).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['html'][:140]} {node.get('failureSummary', '')[:200]}"
        for rule in found
        for node in rule["nodes"]
    ]
