"""What was asked, and among whose records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.names.folding import normalise
from bandhu.platform.names.keys import PreparedName, Token, prepare_name
from bandhu.platform.phone_numbers import digits_to_search

LONGEST_QUERY = 200
# Beyond this many telling words a query is a pasted text; the first ones decide.
MOST_WORDS = 5
_DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)*\.[^\W\d_]{2,}")


@dataclass(frozen=True)
class Group:
    """Kinds searched alike: None for `within` means everybody's records, else keys of owners and teams.

    `phones_within` says the same of the records whose telephone numbers are not masked.
    """

    kinds: tuple[str, ...]
    within: tuple[str, ...] | None
    phones_within: tuple[str, ...] | None = None
    all_kinds: bool = False


class Question:
    """What was typed, read as a name, a number and a mail address."""

    def __init__(self, text: str) -> None:
        self.text = normalise(text)[:LONGEST_QUERY]

    @cached_property
    def name(self) -> PreparedName:
        return prepare_name(self.text)

    @cached_property
    def telling(self) -> list[Token]:
        """The words that must be found; initials, honorifics and Md. only where there is nothing else."""
        words = [token for token in self.name.tokens if token.weight == 1]
        words = words or [token for token in self.name.tokens if not token.is_initial]
        return (words or list(self.name.tokens))[:MOST_WORDS]

    @cached_property
    def initials(self) -> list[str]:
        return [f"i:{token.roman[0]}" for token in self.name.tokens if token.is_initial and token.roman]

    @cached_property
    def digits(self) -> str:
        """Digits to look for when nothing but a telephone number can be meant."""
        return "" if any(letter.isalpha() for letter in self.text) else digits_to_search(self.text)

    @cached_property
    def mail(self) -> str:
        return mail_key(self.text) if "@" in self.text and " " not in self.text else ""

    @cached_property
    def domain(self) -> str:
        """What may be the domain of a mail address, as the index names it: example.com."""
        text = self.text.lower().removeprefix("@")
        return f"@{text}" if _DOMAIN.fullmatch(text) else ""

    @cached_property
    def handle(self) -> str:
        """One word that may be a piece of a mail address."""
        text = self.text.lower()
        return text if text.isascii() and " " not in text and "@" not in text and not self.digits else ""
