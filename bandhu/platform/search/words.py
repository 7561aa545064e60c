"""The words of the book that a typed word may mean: itself, its beginning, other spellings, other scripts, slips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bandhu.platform.names.keys import Token, prepare_token, token_keys
from bandhu.platform.names.learnt import families_by_form
from bandhu.platform.names.similarity import asked_similarity

CLOSE = 0.8
LEAST_LIKE = 0.55
MOST_CLOSE = 100
MOST_FAR = 40
_TABLE = "platform_searchword"


@dataclass(frozen=True)
class Meaning:
    """A word of the book and how like the typed word it is."""

    word: str
    likeness: float


def close_words(cursor: Any, asked: Token) -> list[Meaning]:
    """Return the words that are `asked`, begin with it, or are it in another spelling or script; best first."""
    keys = token_keys(asked.folded)
    exact = [key for key in keys if key[0] in "rfs"]
    parts = [
        f"(SELECT word FROM {_TABLE} WHERE keys && %s::varchar[] LIMIT 200)",  # noqa: S608 - a constant
        f"(SELECT word FROM {_TABLE} WHERE word LIKE %s LIMIT 100)",  # noqa: S608
    ]
    values: list[Any] = [[*exact, f"r:{asked.roman}"], f"{_escaped(asked.folded)}%"]
    if weak := [key for key in keys if key[0] == "w"]:
        parts.append(f"(SELECT word FROM {_TABLE} WHERE keys && %s::varchar[] LIMIT 120)")  # noqa: S608
        values.append(weak)
    if len(asked.sound) >= 3:
        parts.append(f"(SELECT word FROM {_TABLE} WHERE sound LIKE %s LIMIT 120)")  # noqa: S608
        values.append(f"{_escaped(asked.sound)}%")
    cursor.execute(" UNION ".join(parts), values)
    found = {row[0] for row in cursor.fetchall()} | {asked.folded}
    return _ranked(asked, found, CLOSE, MOST_CLOSE)


def far_words(cursor: Any, asked: Token) -> list[Meaning]:
    """Return the words that contain `asked` or resemble its sound: parts of words and misspellings; best first."""
    if len(asked.sound) < 2:
        return []
    cursor.execute(
        f"(SELECT word FROM {_TABLE} WHERE sound %% %s ORDER BY similarity(sound, %s) DESC LIMIT 80)"  # noqa: S608
        f" UNION (SELECT word FROM {_TABLE} WHERE word LIKE %s LIMIT 60)",
        [asked.sound, asked.sound, f"%{_escaped(asked.folded)}%"],
    )
    return _ranked(asked, {row[0] for row in cursor.fetchall()}, LEAST_LIKE, MOST_FAR)


def _ranked(asked: Token, words: set[str], least: float, most: int) -> list[Meaning]:
    meanings = [Meaning(word, asked_similarity(asked, prepare_token(word))[0]) for word in words]
    meanings = [meaning for meaning in meanings if meaning.likeness >= least]
    # Among many beginnings alike, names known to be common are meant more often.
    common = families_by_form()
    meanings.sort(key=lambda meaning: (-meaning.likeness - 0.05 * (meaning.word in common), meaning.word))
    return meanings[:most]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
