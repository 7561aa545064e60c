"""{% load quote_words %}: states of quotes and orders in words."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.safestring import SafeString

from bandhu.platform.money import Money
from bandhu.quotes.recurring import closing_rows, in_words, parts_of, rows_of_parts
from bandhu.ui.formats import current_reader
from bandhu.ui.templatetags.interface import badge

register = template.Library()
_TONES = {
    "draft": ("neutral", "pencil"),
    "approval": ("warning", "hourglass"),
    "sent": ("info", "send"),
    "accepted": ("success", "circle-check"),
    "declined": ("danger", "circle-x"),
    "expired": ("neutral", "calendar-x"),
    "placed": ("success", "package-check"),
    "cancelled": ("danger", "circle-x"),
}


@register.simple_tag
def state_badge(record: Any) -> SafeString:
    """{% state_badge quote %}"""
    tone, icon = _TONES[record.state]
    return badge(record.get_state_display(), tone, icon)


@register.filter
def how_often(line: Any) -> str:
    """{{ line|how_often }}: "every month for 12 months", "" for what is paid once."""
    return in_words(line.recurs, line.times) if line.recurs else ""


@register.simple_tag
def sums_apart(lines: Iterable[Any], currency: str) -> list[list[str]]:
    """{% sums_apart lines currency as parts %}: (label, amount) of what is paid once and of what comes again; [] where nothing does."""
    return rows_of_parts([one.as_facts() for one in parts_of(lines)], currency, current_reader())


@register.simple_tag
def sums_at_the_end(lines: Iterable[Any], total: Money) -> list[list[str]]:
    """{% sums_at_the_end lines total as closing %}: (label, amount) of what is to be paid at the start, where it is another sum, and in all."""
    return closing_rows([one.as_facts() for one in parts_of(lines)], total, current_reader())
