"""Letters every house starts with: an app names one, with its texts and its own merge fields; an administrator rewrites it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class ReadyLetter:
    """`texts` are {language: (subject, body)}; `fields` {merge field: label} beside those every letter knows.

    An automatic letter goes out by itself, unless it is out of use.
    """

    key: str
    name: Any
    texts: Mapping[str, tuple[str, str]]
    fields: Mapping[str, Any] = field(default_factory=dict)
    is_automatic: bool = False

    def text(self, language: str) -> dict[str, str]:
        """As a template keeps it; empty in a language it was never written in."""
        subject, body = self.texts.get(language, ("", ""))
        return {"subject": subject, "body": body} if subject else {}


ready_letters: dict[str, ReadyLetter] = {}


def register_letter(letter: ReadyLetter) -> None:
    ready_letters[letter.key] = letter


def fields_of(key: str) -> Mapping[str, Any]:
    """The merge fields only the letter of this key has; none for a letter that people made."""
    return ready_letters[key].fields if key in ready_letters else {}
