"""How meetings are drawn."""

from datetime import UTC
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bandhu.calendars.recurrence import Rule
from bandhu.ui import formats

register = template.Library()
_ICONS = {"meeting": "users", "call": "phone", "follow_up": "list-todo", "busy": "lock"}


@register.filter
def entry_icon(entry: Any) -> str:
    return _ICONS.get(entry.kind, "calendar")


@register.filter
def stamp(moment: Any) -> str:
    """As addresses write a moment: 20261130T090000Z."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


@register.filter
def repetition(meeting: Any) -> str:
    """In words: every week until a day; of an occurrence by itself, that it belongs to a series."""
    rule = meeting.repetition
    if rule is None:
        return _("One of a series")
    reader = formats.current_reader()
    words = _every(rule, formats.number(rule.interval, reader))
    if rule.until:
        return _("%(often)s, until %(day)s") % {"often": words, "day": formats.day(rule.until.date(), reader)}
    if rule.count:
        return _("%(often)s, %(count)s times") % {"often": words, "count": formats.number(rule.count, reader)}
    return words


def _every(rule: Rule, number: str) -> str:
    one = rule.interval
    texts = {
        "DAILY": ngettext("Every day", "Every %(number)s days", one),
        "WEEKLY": ngettext("Every week", "Every %(number)s weeks", one),
        "MONTHLY": ngettext("Every month", "Every %(number)s months", one),
        "YEARLY": ngettext("Every year", "Every %(number)s years", one),
    }
    return texts[rule.freq] % {"number": number} if one > 1 else texts[rule.freq]
