"""Endless, repeatable rows for the bench: names of several scripts, ids with their time inside, texts of every channel."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta

from bandhu.workspace.demo.words import Word, places, stories, word_lists

END = datetime(2026, 11, 21, 18, tzinfo=UTC)
MONTHS = 24
_SPAN = timedelta(days=MONTHS * 30)
_ONSETS = [
    "b",
    "bh",
    "br",
    "ch",
    "d",
    "dh",
    "g",
    "gr",
    "h",
    "j",
    "k",
    "kh",
    "kr",
    "l",
    "m",
    "n",
    "p",
    "ph",
    "pr",
    "r",
    "s",
    "sh",
    "sr",
    "st",
    "t",
    "th",
    "tr",
    "v",
    "w",
    "y",
    "z",
]
_VOWELS = ["a", "a", "a", "e", "i", "i", "o", "u", "aa", "ee", "ai"]
_WORD = re.compile(r"[\w\u0980-\u09ff\u0b80-\u0bff]+")
_CODAS = ["", "", "", "n", "r", "l", "m", "sh", "k", "nd", "rt", "s"]


class Stream:
    """Draws from one seeded generator; two streams with one seed give the same rows."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        lists = word_lists()
        self._cultures = [
            (lists["bn_male"] + lists["bn_female"], lists["bn_family"] + lists["bn_family_female"]),
            (lists["wb_male"] + lists["wb_female"], lists["wb_family"]),
            (lists["ta_male"] + lists["ta_female"], lists["ta_male"]),
        ]
        self._given = [self._word(2) for _ in range(2_500)]
        self._family = [self._word(3) for _ in range(9_000)]
        self.places = places()

    def _word(self, syllables: int) -> str:
        rng = self.rng
        return "".join(
            rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(syllables)
        ).capitalize()

    def full_name(self) -> Word:
        """(as shown, in Latin letters): half of a real culture's names in its script or in Latin, half of invented ones."""
        rng = self.rng
        if rng.random() < 0.5:
            name = f"{rng.choice(self._given)} {rng.choice(self._family)}"
            return name, name
        given, family = rng.choice(self._cultures)
        parts = [rng.choice(given), rng.choice(family)]
        if rng.random() < 0.6:
            parts.insert(1, rng.choice(given))
        latin = " ".join(part[1] for part in parts)
        return (" ".join(part[0] for part in parts) if rng.random() < 0.6 else latin), latin

    def company_name(self, number: int) -> str:
        """A firm's name; the number keeps it apart from its namesakes."""
        lists = word_lists()
        script = self.rng.choice(("bn", "ta", "en"))
        side = self.rng.choice((0, 1))
        first, second = self.rng.choice(lists[f"{script}_first"]), self.rng.choice(lists[f"{script}_second"])
        return f"{first[side]} {self.rng.choice(self._family)} {second[side]} {number}"

    def new_id(self, at: datetime) -> str:
        """A UUIDv7 of that moment, as 32 hexadecimal digits."""
        noise = self.rng.getrandbits(74)
        return f"{int(at.timestamp() * 1000):012x}7{noise >> 62:03x}{8 | (noise >> 60 & 3):x}{noise & ((1 << 60) - 1):015x}"

    def moment(self) -> datetime:
        """Some moment of the last two years."""
        return END - _SPAN * self.rng.random()

    def moments(self, count: int) -> list[datetime]:
        """So many moments in order, evenly over the two years."""
        step = _SPAN / max(count, 1)
        return [END - _SPAN + step * number for number in range(count)]


class Texts:
    """Subjects and bodies taken from the demonstration's stories, with a number in each that is found nowhere else."""

    def __init__(self) -> None:
        lists = word_lists()
        self.templates = [
            (step.kind, step.direction, step.department, step.subject, step.body.replace("\n", " "), language)
            for language, told in stories().items()
            for story in told
            for step in story.steps
        ]
        self.products = {
            language: [word[0] for word in lists[f"products_{language}"]] for language in stories()
        }

    def one(self, rng: random.Random, number: int, name: str) -> tuple[str, str, str, str, str]:
        """(kind, direction, department, subject, body) of interaction `number`."""
        kind, direction, department, subject, body, language = rng.choice(self.templates)
        values = {
            "name": name,
            "agent": "Rafiq Ahmed",
            "city": "Dhaka",
            "product": rng.choice(self.products[language]),
            "n": str(rng.randrange(20, 500)),
            "amount": str(rng.randrange(4_000, 480_000)),
            "date": f"{rng.randrange(1, 29)}/{rng.randrange(1, 13)}",
        }
        return (
            kind,
            direction,
            department,
            subject.format_map(values),
            f"{body.format_map(values)} Ref. B{number}",
        )

    def words(self, subject: str, body: str) -> str:
        """The text's words as a tsvector of the "simple" configuration would hold them (without places in overlong texts)."""
        found: dict[str, list[int]] = {}
        for place, word in enumerate(_WORD.findall(f"{subject} {body}".lower()), start=1):
            found.setdefault(word, []).append(place)
        return " ".join(f"'{word}':{','.join(map(str, places))}" for word, places in found.items())
