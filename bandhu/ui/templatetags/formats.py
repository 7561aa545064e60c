"""Filters that write values for the reader of the request: {% load formats %}, then {{ moment|when }}, {{ total|money:"BDT" }}.

They read language and zone from what Django has active, digits and country from `formats.set_reader`. An empty value gives an empty text.
"""

import re
from decimal import Decimal
from typing import Any

from django import template
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from bandhu.ui import formats, graphemes

register = template.Library()
_ADDRESS_WORDS = re.compile(r"(?<=[/.?&=_-])(?=[^/.?&=_-])")


def _is_empty(value: Any) -> bool:
    return value is None or value == ""


@register.filter
def when(value: Any, style: str = "medium") -> str:
    """Date and time: 22 Nov 2026, 2:05 pm."""
    return "" if _is_empty(value) else formats.when(value, formats.current_reader(), style=style)


@register.filter
def brief(value: Any) -> str:
    """The time if today, day and month if this year, else the date."""
    return "" if _is_empty(value) else formats.brief(value, formats.current_reader())


@register.filter
def day(value: Any, style: str = "medium") -> str:
    """A date: 22 Nov 2026; styles short, medium, long, full."""
    return "" if _is_empty(value) else formats.day(value, formats.current_reader(), style)


@register.filter
def month_and_day(value: Any) -> str:
    """A day of a year that is known, as beneath a chart: 22 Nov."""
    return "" if _is_empty(value) else formats.month_and_day(value, formats.current_reader())


@register.filter
def weekday_and_day(value: Any) -> str:
    """The head of a calendar's column: Mon 23."""
    return "" if _is_empty(value) else formats.weekday_and_day(value, formats.current_reader())


@register.filter
def clock(value: Any) -> str:
    """The time of day: 2:05 pm."""
    return "" if _is_empty(value) else formats.clock(value, formats.current_reader())


@register.filter
def ago(value: Any) -> str:
    """How far from now: 3 days ago, in 2 hours."""
    return "" if _is_empty(value) else formats.ago(value, formats.current_reader())


@register.filter
def duration(value: Any) -> str:
    """A length of time in its largest unit: 5 minutes."""
    return "" if _is_empty(value) else formats.duration(value, formats.current_reader())


@register.filter
def number(value: Any, places: int | None = None) -> str:
    """A number with the place's grouping and the reader's digits."""
    return "" if _is_empty(value) else formats.number(value, formats.current_reader(), places=places)


@register.filter
def exact(value: Any) -> str:
    """A number with all its decimals, in the reader's digits: an exchange rate."""
    return "" if _is_empty(value) else formats.exact(Decimal(value), formats.current_reader())


@register.filter
def web_address(text: Any) -> SafeString:
    """An address that breaks between its words where a line is too short: after a slash, a dot, a sign of its question."""
    parts = _ADDRESS_WORDS.split(str(text or ""))
    return format_html_join(mark_safe("<wbr>"), "{}", ((part,) for part in parts if part))


@register.filter
def country(code: Any) -> str:
    """The name of a country of two letters in the reader's language."""
    return "" if _is_empty(code) else formats.country(str(code), formats.current_reader())


@register.filter
def compact(value: Any) -> str:
    """A large number in few letters: 1.5M."""
    return "" if _is_empty(value) else formats.compact(value, formats.current_reader())


@register.filter
def percent(value: Any, places: int = 0) -> str:
    """A share of one as a percentage."""
    return "" if _is_empty(value) else formats.percent(value, formats.current_reader(), places=places)


@register.filter
def sureness(value: Any) -> str:
    """A probability as a whole percentage, cut and not rounded: 100% is said of certainty only, and 0% never."""
    return "" if _is_empty(value) else formats.sureness(value, formats.current_reader())


@register.filter
def money(value: Any, currency: str) -> str:
    """An amount in minor units with its currency."""
    return "" if _is_empty(value) else formats.money(value, currency, formats.current_reader())


@register.filter
def digits(value: Any) -> str:
    """Any text with its Latin digits in the reader's digits (never for phone numbers, codes and links)."""
    return "" if _is_empty(value) else formats.current_reader().in_digits(str(value))


@register.filter
def shorten(value: Any, most: int = 80) -> str:
    """A text in at most so many characters, never cut inside a letter."""
    return "" if _is_empty(value) else graphemes.shorten(str(value), most)


@register.filter
def listing(value: Any) -> str:
    """Words joined as the language joins: a, b and c."""
    return formats.listing([str(word) for word in value or []], formats.current_reader())


@register.filter
def language_name(code: Any) -> str:
    """A language by its name in the reader's language: Bangla."""
    base = str(code or "").replace("_", "-").split("-")[0].lower()
    return str(formats.locale_of(translation.get_language() or "en").languages.get(base, "") or base)


@register.simple_tag
def moment(value: Any, show: str = "brief") -> SafeString | str:
    """A <time> element: machine-readable, the full date on hover; shows it "brief", as "when" or as "ago"."""
    if _is_empty(value):
        return ""
    reader = formats.current_reader()
    styles: dict[str, Any] = {"brief": formats.brief, "when": formats.when, "ago": formats.ago}
    shown = styles[show](value, reader)
    full = formats.when(value, reader, style="full")
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), full, shown)


@register.simple_tag
def direction(language: str | None = None) -> str:
    """ "ltr" or "rtl" of a language, or of the active one."""
    return formats.text_direction(language or translation.get_language() or "en")
