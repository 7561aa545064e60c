"""A dialog has an address: opened by it, it stands in the frame of a page (`ui.pages.render_part`), never bare."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Views that were written before the rule; each that is mended leaves the list, none is added.
STILL_BARE = {
    "calendars/views/meetings.py: calendars/_which.html",
    "contact_center/views/setup.py: contact_center/dialog.html",
    "contact_center/views/work.py: contact_center/dialog.html",
    "customers/views/attached.py: customers/records/relating.html",
    "customers/views/points.py: customers/records/point.html",
    "interactions/views/follow_ups.py: interactions/follow_ups/dialog.html",
    "platform/views/lists.py: platform/lists/condition.html",
    "privacy/views/consents.py: privacy/statement.html",
    "quotes/views/steps.py: sales/opportunities/part.html",
    "sales/views/forecast.py: sales/forecast/dialog.html",
    "sales/views/lead_life.py: sales/opportunities/part.html",
    "sales/views/lead_setup.py: sales/opportunities/part.html",
    "sales/views/parts.py: sales/opportunities/part.html",
    "sales/views/setup.py: sales/opportunities/part.html",
    "sales/views/territories.py: sales/opportunities/part.html",
}


def is_dialog(source: str) -> bool:
    """Whether a template is what fills the shell's dialog: it has a dialog's title and no page around it."""
    return 'class="dialog-title"' in source and "{% extends" not in source


def shown_bare(source: str, dialogs: set[str]) -> Iterator[str]:
    """The dialogs that this code answers with by Django's `render`, whole: a fragment named after "#" is none."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "render":
            named = node.args[1] if len(node.args) > 1 else None
            parts = named.values if isinstance(named, ast.JoinedStr) else [named]
            words = "".join(str(one.value) for one in parts if isinstance(one, ast.Constant))
            if words in dialogs:
                yield words


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('render(request, "a/ask.html", {})', ["a/ask.html"]),
        ('render(request, f"a/ask.html{part}", {})', ["a/ask.html"]),
        ('render(request, "a/ask.html#hits", {})', []),
        ('render_part(request, "a/ask.html", {}, title="Ask")', []),
        ('render(request, "a/list.html", {})', []),
    ],
)
def test_the_rule_sees_a_bare_dialog(code, found):
    assert list(shown_bare(code, {"a/ask.html"})) == found


def test_dialogs_stand_in_the_frame_when_their_own_address_is_opened():
    templates = ROOT.glob("bandhu/*/templates/**/*.html")
    dialogs = {
        re.sub(r"^.*/templates/", "", path.as_posix())
        for path in templates
        if is_dialog(path.read_text(encoding="utf-8"))
    }
    bare = {
        f"{path.relative_to(ROOT / 'bandhu').as_posix()}: {name}"
        for path in ROOT.glob("bandhu/*/views/**/*.py")
        for name in shown_bare(path.read_text(encoding="utf-8"), dialogs)
    }
    assert "inbox/filing.html" in dialogs
    assert sorted(bare - STILL_BARE) == [], "answer with render_part, and hide the title where `part` is set"
    assert sorted(STILL_BARE - bare) == [], "mended: take them out of the list"
