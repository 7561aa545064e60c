"""What one record puts into the index, and the same forms for what is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.names.folding import latin_digits, normalise
from bandhu.platform.names.keys import (
    MOST_TOKENS,
    PreparedName,
    Token,
    prepare_name,
    prepare_token,
    token_keys,
)

if TYPE_CHECKING:
    from bandhu.platform.registries import SearchDocument

LONGEST_KEY = 300
_NOT_DIGIT = re.compile("[^0-9]+")


@dataclass
class Entry:
    """A row of the index and the words it needs."""

    record_id: UUID
    kind: str
    title: str
    detail: str
    other_names: list[str]
    keys: list[str]
    marks: str
    words: set[str] = field(default_factory=set)

    def row(self) -> tuple[UUID, str, str, str, list[str], list[str], str]:
        return self.record_id, self.kind, self.title, self.detail, self.other_names, self.keys, self.marks


def entry_of(kind: str, document: SearchDocument) -> Entry:
    """Return the row of one record."""
    names = [name for name in dict.fromkeys(normalise(name)[:300] for name in document.names) if name]
    keys: dict[str, None] = {}
    words: set[str] = set()
    for name in names:
        prepared = prepare_name(name)
        keys[whole_key(prepared)] = None
        for token in prepared.tokens:
            keys[token.folded] = None
            if token.roman:
                keys[f"i:{token.roman[0]}"] = None
            if not token.is_initial:
                words.add(token.folded)
    for token in _other_words(document.words):
        keys[f"c:{token.folded}"] = None
        words.add(token.folded)
    marks = [_NOT_DIGIT.sub("", latin_digits(phone)) for phone in document.phones]
    for mail in filter(None, map(mail_key, document.mails)):
        keys[f"m:{mail}"[:LONGEST_KEY]] = None
        keys[f"@{mail.rpartition('@')[2]}"[:LONGEST_KEY]] = None
        marks.append(f"{mail.rpartition('@')[0]}@")
    keys.update(dict.fromkeys(owner_keys(document.owner_id, document.team_id)))
    return Entry(
        record_id=document.record_id,
        kind=kind,
        title=names[0] if names else "",
        detail=normalise(document.detail)[:300],
        other_names=names[1:],
        keys=list(keys),
        marks=" ".join(filter(None, marks)),
        words=words,
    )


def _other_words(texts: Iterable[str]) -> list[Token]:
    found = [token for text in texts for token in prepare_name(text).tokens if not token.is_initial]
    return found[: 2 * MOST_TOKENS]


def whole_key(name: PreparedName) -> str:
    """Return one key for a whole name, blind to script, spelling, order, initials and Md."""
    telling = [token for token in name.tokens if token.weight == 1] or list(name.tokens)
    return ("=" + " ".join(sorted(token.weak or token.roman or token.folded for token in telling)))[
        :LONGEST_KEY
    ]


def owner_keys(owner_id: UUID | None, team_id: UUID | None) -> list[str]:
    """Return the keys that let a search within a user's own reach pass over everything else."""
    keys = [f"o:{owner_id.hex}"] if owner_id else []
    return [*keys, f"t:{team_id.hex}"] if team_id else keys


def word_row(word: str) -> tuple[str, str, list[str]]:
    """Return the row of one word: itself, its sound, and the keys under which other spellings meet it."""
    token = prepare_token(word)
    return token.folded, token.sound[:60], [key[:80] for key in token_keys(word) if key[0] in "rfsw"]
