"""Text as it is stored: normalised once, checked for length, never cut."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MANY_BREAKS = re.compile(r"\n{4,}")
# Direction overrides can make a text read as another ("Trojan source"); joiners (U+200C, U+200D) are needed by Indic
# scripts and stay.
_REFUSED_FORMATS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u2028\u2029")
# Letters and signs by their category, nothing to the eye: the fillers of Hangul and Braille's empty cell.
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
MAX_BLOCK = 50_000


def clean_line(text: object, max_length: int) -> str:
    """One line: NFC, control and direction characters gone, spaces single. Raises ValidationError when too long (characters)."""
    cleaned = _SPACES.sub(" ", _readable(text).replace("\n", " ")).strip()
    check_length(cleaned, max_length)
    return cleaned


def clean_block(text: object, max_length: int = MAX_BLOCK) -> str:
    """Several lines: as `clean_line`, but line breaks stay (at most three in a row) and so do inner spaces."""
    cleaned = _MANY_BREAKS.sub("\n\n\n", _readable(text)).strip()
    check_length(cleaned, max_length)
    return cleaned


def check_length(text: str, max_length: int) -> None:
    """Raise ValidationError with both lengths when the text has more than `max_length` characters."""
    if len(text) > max_length:
        raise ValidationError(
            _("This text has %(length)d characters; at most %(limit)d fit here."),
            code="too_long",
            params={"length": len(text), "limit": max_length},
        )


def check_storable(value: Any) -> None:
    """Raise ValidationError where a text in this JSON value holds what no database keeps: NUL, or half of a surrogate pair."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple):
            waiting += one
        elif isinstance(one, str) and _UNSTORABLE.search(one):
            raise ValidationError(_("The text contains characters that cannot be stored."), code="unstorable")


def has_visible(text: str) -> bool:
    """Whether anything of the text can be seen: letters, digits, signs; not spaces, joiners, fillers and lone marks alone."""
    return any(
        one not in _BLANKS and unicodedata.category(one)[0] not in "MZ" and unicodedata.category(one) != "Cf"
        for one in text
    )


def fold(text: str) -> str:
    """For comparing words a person would call the same: case, width and spacing do not count, accents do."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _readable(text: object) -> str:
    if not isinstance(text, str | int | float):
        raise ValidationError(_("This is not a text."), code="no_text")
    normal = unicodedata.normalize("NFC", str(text)).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(character for character in normal if _is_kept(character))


def _is_kept(character: str) -> bool:
    if character in "\n\t":
        return True
    return character not in _REFUSED_FORMATS and unicodedata.category(character) not in ("Cc", "Cs")
