"""Lucide icons as inline SVG, rendered once per name and size."""

import functools
import re

from django.utils.safestring import SafeString, mark_safe
from lucide import IconDoesNotExist
from lucide.templatetags.lucide import lucide

# Icons that say a direction of reading turn round in right-to-left pages (class "turns", see ground.css).
_DIRECTIONAL = re.compile(
    r"^(arrow|chevron|chevrons|move)-(left|right)$|^(corner|panel|log-(in|out)|redo|undo|reply|send|list|text-|external-link|forward)"
)
_UNKNOWN = "circle-question-mark"


@functools.lru_cache(maxsize=1024)
def icon_svg(name: str, size: int = 16, classes: str = "") -> SafeString:
    """The icon as SVG, hidden from screen readers (the words beside it speak); an unknown name gives a question mark."""
    class_list = " ".join(filter(None, ["icon", "turns" if _DIRECTIONAL.match(name) else "", classes]))
    options = {
        "class": class_list,
        "aria_hidden": "true",
        "focusable": "false",
        "stroke_width": "1.75" if size <= 20 else "1.5",
    }
    try:
        svg = lucide(name, size=size, **options)
    except IconDoesNotExist:
        svg = lucide(_UNKNOWN, size=size, **options)
    return mark_safe(re.sub(r">\s+<", "><", re.sub(r"\s+", " ", svg)))  # noqa: S308
