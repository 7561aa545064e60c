"""How a timeline entry is named and drawn."""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bandhu.platform.html_cleaning import clean_html, plain_text
from bandhu.platform.registries import TimelineKind, timeline_kinds
from bandhu.ui.graphemes import shorten

register = template.Library()
_UNKNOWN = TimelineKind("other", "", "circle")
_TONES = {"in": "info", "out": "success"}


@register.filter
def timeline_kind(entry: Any) -> TimelineKind:
    return timeline_kinds.get(entry.kind, _UNKNOWN)


@register.filter
def timeline_tone(entry: Any) -> str:
    return _TONES.get(entry.direction, "neutral")


@register.filter
def timeline_title(entry: Any) -> str:
    """The kind, with its direction where there is one: "Incoming: Call"."""
    kind = timeline_kind(entry).label or entry.kind
    if entry.direction == "in":
        return _("Incoming: %(kind)s") % {"kind": kind}
    if entry.direction == "out":
        return _("Outgoing: %(kind)s") % {"kind": kind}
    return str(kind)


@register.filter
def clean_body(entry: Any) -> SafeString:
    """The HTML body, cleaned once more: what an older version let in must not come out."""
    return mark_safe(clean_html(entry.body))  # noqa: S308


@register.filter
def excerpt(entry: Any, words: str, width: int = 160) -> str:
    """The part of the body around the first searched word."""
    text = " ".join((plain_text(entry.body) if entry.is_html else entry.body).split()) or entry.subject
    places = [text.casefold().find(word) for word in words.casefold().split()]
    first = min((place for place in places if place >= 0), default=0)
    start = max(0, first - width // 4)
    part = shorten(text[start : start + width * 2], width)
    return ("… " if start else "") + part
