"""How a timeline entry is named and drawn."""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bandhu.interactions.departments import department_words
from bandhu.platform.html_cleaning import clean_html
from bandhu.platform.money import Money, MoneyError
from bandhu.platform.registries import TimelineKind, timeline_kinds
from bandhu.ui.templatetags.interface import badge

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
    """What happened and what it was about: "Invoice issued: INV-7"; without the latter with its direction: "Incoming: Call"."""
    kind = timeline_kind(entry).label or entry.kind
    if entry.subject:
        return _("%(kind)s: %(subject)s") % {"kind": kind, "subject": entry.subject}
    if entry.direction == "in":
        return _("Incoming: %(kind)s") % {"kind": kind}
    if entry.direction == "out":
        return _("Outgoing: %(kind)s") % {"kind": kind}
    return str(kind)


@register.filter
def timeline_marks(entry: Any) -> SafeString:
    """How it ended, how much it was about and which department it was with, as badges."""
    outcomes = [entry.outcome, amount_of(entry.details)]
    marks = [badge(one, "info") for one in outcomes if one]
    if entry.department:
        marks.append(badge(department_words(entry.department)))
    return mark_safe("".join(marks))  # noqa: S308 (badges escape their words)


def amount_of(details: Any) -> str:
    """The amount in `details` ("minor" and "currency") as the reader writes money, "" without one. Programs write details too: they may be wrong."""
    if not isinstance(details, dict):
        return ""
    try:
        return Money(details["minor"], details["currency"]).written()
    except (KeyError, TypeError, MoneyError):
        return ""


@register.filter
def others(entry: Any) -> list[str]:
    """Who else took part, each named once and not again who is named as the one who wrote it down."""
    named = {(None, entry.actor_id, ""): ""}
    for one in entry.taking_part:
        key = (one.contact_id, one.user_id, "" if one.contact_id or one.user_id else one.address)
        # The address of a contact out of reach tells as much as the name.
        named.setdefault(key, str(one.contact or one.user or ("" if one.contact_id else one.address)))
    return [name for name in named.values() if name]


@register.filter
def clean_body(entry: Any) -> SafeString:
    """The HTML body, cleaned once more: what an older version let in must not come out."""
    return mark_safe(clean_html(entry.body))  # noqa: S308
