"""Which values a field offers to choose from, and how chosen ones are called."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from babel import Locale, UnknownLocaleError
from django.contrib.auth import get_user_model
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bandhu.platform.cells import in_words
from bandhu.platform.record_kinds import Field
from bandhu.platform.registries import value_sources


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
    return " – ".join(in_words(str(one), Field(name="", label="")) for one in values)


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
