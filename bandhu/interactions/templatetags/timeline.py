"""How a timeline entry is named and drawn."""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bandhu.platform.html_cleaning import clean_html
from bandhu.platform.registries import TimelineKind, timeline_kinds

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
