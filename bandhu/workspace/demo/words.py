"""The lists of names and sentences in `data/`, read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"
Word = tuple[str, str]


@dataclass(frozen=True)
class Place:
    """A part of a town where customers live; `city` and `area` in their script and in Latin letters."""

    country: str
    branch: str
    weight: int
    region: str
    city: Word
    area: Word
    postcode: str
    zone: str


@dataclass(frozen=True)
class Step:
    """One interaction of a story, `days` after the step before it."""

    days: int
    kind: str
    direction: str
    department: str
    outcome: str
    seconds: int
    subject: str
    body: str


@dataclass(frozen=True)
class Story:
    """Steps that follow each other, told in one language; `weight` says how often it happens."""

    language: str
    weight: int
    steps: tuple[Step, ...]


@cache
def word_lists() -> dict[str, list[Word]]:
    """Every list of names.txt and companies.txt by its name: pairs of (own script, Latin)."""
    lists: dict[str, list[Word]] = {}
    for line in _lines("names.txt") + _lines("companies.txt"):
        if line.startswith("@"):
            current = lists.setdefault(line[1:].strip(), [])
        else:
            native, _tab, latin = line.partition("\t")
            current.append((native, latin or native))
    return lists


@cache
def places() -> list[Place]:
    """Where customers live."""
    found = []
    for line in _lines("places.txt"):
        country, branch, weight, region, city, area, postcode, zone = line.split("\t")
        found.append(Place(country, branch, int(weight), region, _pair(city), _pair(area), postcode, zone))
    return found


@cache
def stories() -> dict[str, list[Story]]:
    """The stories by language."""
    found: dict[str, list[Story]] = {}
    for block in _text("stories.txt").split("\n# ")[1:]:
        head, *lines = block.strip().splitlines()
        words = head.split()
        if len(words) == 2 and words[1].isdigit():
            steps = tuple(_step(line) for line in lines if line and not line.startswith("#"))
            found.setdefault(words[0], []).append(Story(words[0], int(words[1]), steps))
    return found


@cache
def follow_up_texts() -> dict[str, list[Word]]:
    """(kind, what is to be done) by language."""
    found: dict[str, list[Word]] = {}
    for line in _lines("follow_ups.txt"):
        kind, language, what = line.split("|")
        found.setdefault(language, []).append((kind, what))
    return found


@cache
def notes() -> dict[str, list[Word]]:
    """(note, culture note) by language."""
    found: dict[str, list[Word]] = {}
    for line in _lines("notes.txt"):
        language, note, culture_note = line.split("|")
        found.setdefault(language, []).append((note, culture_note))
    return found


def _step(line: str) -> Step:
    days, kind, direction, department, outcome, seconds, subject, body = line.split("|", 7)
    return Step(
        int(days), kind, direction, department, outcome, int(seconds), subject, body.replace("\\n", "\n")
    )


def _pair(text: str) -> Word:
    native, _bar, latin = text.partition("|")
    return native, latin


def _lines(name: str) -> list[str]:
    return [line for line in _text(name).splitlines() if line.strip() and not line.startswith("#")]


def _text(name: str) -> str:
    return (_DATA / name).read_text(encoding="utf-8")
