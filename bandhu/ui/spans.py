"""Lengths of time as people type them: "10 min", "2 h", "1 h 30 min", in the reader's language and digits, and in English."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.units import format_unit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandhu.ui.digits import to_latin
from bandhu.ui.formats import Reader, current_reader, locale_of

SECONDS = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
LONGEST_TEXT = 60
_LENGTHS, _COUNTS = ("narrow", "short", "long"), (1, 2, 5, 11, 21)
_ENGLISH = {
    "d": "day",
    "h": "hour",
    "hrs": "hour",
    "m": "minute",
    "mins": "minute",
    "s": "second",
    "secs": "second",
}
_PART = re.compile(r"\s*(\d{1,7})\s*([^\d]*)")
_AROUND = " ,;.:\u0983"


def read_span(text: str, *, bare: str = "minute", units: tuple[str, ...] = tuple(SECONDS)) -> int | None:
    """Seconds; None for nothing. A number alone is of `bare`. Raises ValidationError for what cannot be read, naming an example."""
    given = to_latin(text).casefold().strip()
    if not given:
        return None
    words, total, place = _words(current_reader().locale), 0, 0
    while place < len(given):
        part = _PART.match(given, place)
        unit = _unit(part[2], words, bare if given.isdecimal() else "") if part else None
        if part is None or unit not in units:
            raise ValidationError(
                _("Write a length of time, such as %(example)s.") % {"example": span_text(5_400)}
            )
        total, place = total + int(part[1]) * SECONDS[unit], part.end()
    return total


def span_text(
    seconds: int | None, reader: Reader | None = None, *, units: tuple[str, ...] = tuple(SECONDS)
) -> str:
    """As `read_span` reads it: "1 hr 30 min" in the reader's language; nothing for None."""
    if seconds is None:
        return ""
    reader, rest, parts = reader or current_reader(), seconds, []
    for unit in (one for one in SECONDS if one in units):
        number, rest = divmod(rest, SECONDS[unit])
        if number:
            parts.append(format_unit(number, f"duration-{unit}", length="short", locale=reader.locale))
    shown = " ".join(parts) or format_unit(0, f"duration-{units[-1]}", length="short", locale=reader.locale)
    return reader.in_digits(shown)


def _unit(written: str, words: dict[str, str], bare: str) -> str:
    word = written.strip(_AROUND)
    return words.get(word, "") if word else bare


@lru_cache(maxsize=64)
def _words(locale: Locale) -> dict[str, str]:
    """What the reader's language and English call each unit."""
    found = dict(_ENGLISH)
    for known in (locale_of("en"), locale):
        for unit in SECONDS:
            for length in _LENGTHS:
                for number in _COUNTS:
                    shown = to_latin(format_unit(number, f"duration-{unit}", length=length, locale=known))  # type: ignore[arg-type]
                    word = re.sub(r"\d+", "", shown).casefold().strip(_AROUND)
                    if word and not word.startswith("duration-"):
                        found.setdefault(word, unit)
    return found


class SpanField(forms.CharField):
    """Seconds, typed as people say them. A number alone is seconds or minutes as `bare` says."""

    def __init__(self, *, most: int = 31 * 86_400, bare: str = "minute", **options: Any) -> None:
        self.most, self.bare = most, bare
        widget = forms.TextInput(attrs={"placeholder": gettext_lazy("10 min")})
        super().__init__(**{"max_length": LONGEST_TEXT, "required": False, "widget": widget, **options})

    def prepare_value(self, value: Any) -> Any:
        return span_text(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        seconds = read_span(super().clean(value), bare=self.bare)
        if seconds is not None and seconds > self.most:
            raise ValidationError(_("At most %(most)s.") % {"most": span_text(self.most)})
        return seconds
