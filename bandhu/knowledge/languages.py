"""The languages articles are written in, and the text of several that a reader gets."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def language_codes() -> list[str]:
    """Those an article can be written in, in the house's order."""
    return [code for code, _name in settings.LANGUAGES]


def own_name(code: str) -> str:
    """The language in its own words."""
    return str(dict(settings.LANGUAGES).get(code, code))


def known_language(code: str) -> str:
    """The code itself; raises ValidationError for a language the house does not speak."""
    if code not in language_codes():
        raise ValidationError({"language": _("Articles cannot be written in this language.")}, code="unknown")
    return code


def reading_language() -> str:
    """The language of the page being made."""
    return (get_language() or settings.LANGUAGE_CODE).split("-")[0]


def in_language(texts: Mapping[str, str], language: str = "") -> str:
    """The text in a language (default: the reader's), else in English, else whichever there is."""
    return texts.get(language or reading_language()) or texts.get("en") or next(iter(texts.values()), "")
