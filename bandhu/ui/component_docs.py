"""Reads the comment at the head of each component, so that the living page can never be behind the code."""

import functools
import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "templates" / "cotton"
_COMMENT = re.compile(r"\{% comment %\}\n(.*?)\{% endcomment %\}", re.DOTALL)
GROUPS = {
    "actions": [
        "button",
        "icon-button",
        "menu",
        "menu-item",
        "menu-divider",
        "kbd",
        "copy",
        "tooltip",
        "icon",
    ],
    "figures": [
        "badge",
        "status",
        "avatar",
        "stat",
        "key-values",
        "key-value",
        "progress",
        "skeleton",
        "code",
    ],
    "structure": ["page", "section", "card", "tabs", "tab", "breadcrumb", "crumb", "steps", "step"],
    "lists": [
        "filter-bar",
        "filter-chip",
        "table",
        "table-head",
        "selection-bar",
        "pagination",
        "empty-state",
        "inline-edit",
    ],
    "forms": [
        "form",
        "form-errors",
        "field",
        "input",
        "textarea",
        "select",
        "combobox",
        "option",
        "date-time",
        "checkbox",
        "radio",
        "switch",
        "file-drop",
    ],
    "over": ["dialog", "drawer", "alert", "toast"],
    "time": ["timeline", "timeline-entry", "diff", "side-by-side"],
}


@dataclass(frozen=True)
class ComponentDoc:
    """A component's name, its first sentence, and (attribute or slot, meaning) pairs."""

    name: str
    summary: str
    attributes: list[tuple[str, str]]


@functools.cache
def component_docs() -> dict[str, list[ComponentDoc]]:
    """Every component's documentation, by group, in the order the living page shows them."""
    return {group: [read_doc(name) for name in names] for group, names in GROUPS.items()}


def component_names() -> set[str]:
    return {path.stem.replace("_", "-") for path in FOLDER.glob("*.html")}


def read_doc(name: str) -> ComponentDoc:
    """The head comment of one component; a component without one is an error."""
    source = (FOLDER / f"{name.replace('-', '_')}.html").read_text(encoding="utf-8")
    comment = _COMMENT.match(source)
    if comment is None:
        raise ValueError(f"<c-{name}> has no comment at its head")
    summary, *lines = comment[1].strip().splitlines()
    pairs = [tuple(part.strip() for part in line.partition(":")[::2]) for line in lines]
    return ComponentDoc(name, summary, [(key, meaning) for key, meaning in pairs])
