"""Which values a field offers to choose from, and how chosen ones are called."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from babel import Locale, UnknownLocaleError
from django.contrib.auth import get_user_model
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bandhu.platform.record_kinds import Field
from bandhu.platform.registries import value_sources
from bandhu.ui import formats
from bandhu.ui.digits import to_latin

_DAYS = ("date", "datetime")
_COUNTED = ("number", "money", *_DAYS)
_MOST_PLACES = 20


def choices_for(user: Any, field: Field) -> list[tuple[str, str]] | None:
    """(value, words) of a field with a fixed list; None for free input."""
    if field.choices is not None:
        return [(str(value), str(words)) for value, words in field.choices()]
    if field.type == "user":
        people = get_user_model().objects.filter(is_active=True, is_system=False).order_by("full_name")
        return [("me", _("Me")), *((str(one.pk), str(one)) for one in people[:500])]
    if field.type == "team":
        teams = user._meta.get_field("team").related_model.objects.order_by("name")
        return [("mine", _("My team")), *((str(one.pk), str(one)) for one in teams[:500])]
    if field.type in value_sources:
        return [(str(value), str(words)) for value, words in value_sources[field.type](user)]
    if field.type == "country":
        return sorted(_territories().items(), key=lambda pair: pair[1])
    return None


def words_for(user: Any, field: Field, value: Any) -> str:
    """A filter's or a bulk change's value as people read it."""
    values = value if isinstance(value, list | tuple) else [value]
    if value in (None, "", []):
        return ""
    if field.type == "country":
        names = _territories()
        return ", ".join(names.get(str(one), str(one)) for one in values)
    offered = dict(choices_for(user, field) or [])
    if offered:
        return ", ".join(offered.get(str(one)) or _missing(str(one)) for one in values)
    return " – ".join(_as_read(field, str(one)) for one in values)


def _as_read(field: Field, text: str) -> str:
    """A number or a day that was typed as a value of such a field, in the reader's digits; any other text as it was typed.

    "In the last days" of a day takes a number.
    """
    if field.type not in _COUNTED:
        return text
    latin, reader = to_latin(text.strip()), formats.current_reader()
    try:
        if field.type in _DAYS and not latin.isdecimal():
            return formats.day(date.fromisoformat(latin), reader)
        amount = Decimal(latin.replace(",", ""))
    except (ValueError, InvalidOperation):
        return text
    # Of more places than any value has it is no value, and written out it would fill the page.
    fits = amount.is_finite() and len(latin) <= _MOST_PLACES and abs(amount.adjusted()) < _MOST_PLACES
    return formats.exact(amount, reader) if fits else text


def _missing(value: str) -> str:
    """A word that is not offered says itself; an id says nothing to people."""
    try:
        UUID(value)
    except ValueError:
        return value
    return _("(no longer there)")


def _territories() -> dict[str, str]:
    try:
        names = Locale.parse((get_language() or "en").replace("-", "_")).territories
    except (UnknownLocaleError, ValueError):
        names = Locale("en").territories
    return {code: name for code, name in names.items() if len(code) == 2 and code.isalpha()}
