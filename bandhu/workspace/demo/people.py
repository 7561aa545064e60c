"""Invents people: a name in its own script and in Latin letters, where they live, how they are reached."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from bandhu.ui.graphemes import graphemes
from bandhu.workspace.demo.words import Place, Word, places, word_lists

# Who lives where: culture and share in percent.
_MIXTURES = {
    "dhaka": {"bn": 88, "wb": 7, "en": 5},
    "chattogram": {"bn": 86, "wb": 9, "en": 5},
    "kolkata": {"wb": 74, "bn": 12, "hi": 10, "en": 4},
    "chennai": {"ta": 88, "hi": 6, "en": 6},
    "colombo": {"ta": 55, "si": 40, "en": 5},
    "abroad": {"en": 40, "bn": 32, "ta": 28},
}
_LANGUAGES = {"bn": "bn", "wb": "bn", "ta": "ta", "hi": "hi", "si": "si", "en": "en"}
# How else people write these: what makes duplicates hard to see.
_OTHER_SPELLINGS = {
    "Rahman": "Rohman", "Chowdhury": "Choudhury", "Hossain": "Hussain", "Ahmed": "Ahmad", "Islam": "Eslam", "Akter": "Aktar",
    "Haque": "Hoque", "Mukherjee": "Mukhopadhyay", "Chatterjee": "Chattopadhyay", "Banerjee": "Bandyopadhyay",
    "Lakshmi": "Laxmi", "Karthik": "Kartik", "Subramanian": "Subramaniam", "Murugan": "Murukan", "Selvaraj": "Selvaraja",
    "Fatema": "Fatima", "Nasrin": "Nasreen", "Dutta": "Datta", "Sheikh": "Shaikh", "Priya": "Priyaa", "Das": "Dass",
    "Begum": "Begam", "Khatun": "Khatoon", "Shafiqul": "Shofiqul", "Sivakumar": "Shivakumar", "Roy": "Ray", "Md.": "Mohammad",
}  # fmt: skip
_DIGITS = re.compile(r"[^a-z0-9]+")


@dataclass
class Person:
    """Somebody invented. `name` is how the record shows it; `other` the same name in the other script, or ""."""

    native: str
    latin: str
    culture: str
    female: bool
    place: Place
    is_native: bool
    phone: str
    mail: str
    street: str
    birthday: date | None = None
    respelt: str = field(default="")

    @property
    def name(self) -> str:
        return self.native if self.is_native else self.latin

    @property
    def other(self) -> str:
        other = self.latin if self.is_native else self.native
        return "" if other == self.name else other

    @property
    def language(self) -> str:
        return _LANGUAGES[self.culture]


class Inventor:
    """Draws people from a seeded generator; `today` bounds birthdays."""

    def __init__(self, rng: Random, today: date) -> None:
        self.rng = rng
        self.today = today
        self.lists = word_lists()
        self.places = places()
        self.weights = [place.weight for place in self.places]
        self.used_mails: set[str] = set()
        self.count = 0

    def person(self) -> Person:
        """A new person."""
        rng = self.rng
        self.count += 1
        place = rng.choices(self.places, self.weights)[0]
        mixture = _MIXTURES[place.branch]
        culture = rng.choices(list(mixture), list(mixture.values()))[0]
        female = rng.random() < 0.45
        native, latin = self.name(culture, female)
        is_native = culture == "en" or rng.random() < 0.62
        return Person(
            native, latin, culture, female, place, is_native,
            phone=self.phone(place.country), mail=self.mail(latin), street=self.street(culture, place, is_native),
            birthday=self.today - timedelta(days=rng.randrange(19 * 365, 75 * 365)) if rng.random() < 0.55 else None,
            respelt=respell(latin),
        )  # fmt: skip

    def name(self, culture: str, female: bool) -> Word:
        """A full name in its script and in Latin letters."""
        rng = self.rng
        given = rng.choice(self.lists[f"{culture}_{'female' if female else 'male'}"])
        if culture == "ta":
            return self._tamil_name(given)
        family = rng.choice(
            self.lists["bn_family_female" if culture == "bn" and female else f"{culture}_family"]
        )
        parts = [given, family] if given != family else [given]
        if culture == "bn" and rng.random() < (0.15 if female else 0.4):
            parts.insert(0, ("মোছাঃ", "Mst.") if female else ("মোঃ", "Md."))
        return " ".join(part[0] for part in parts), " ".join(part[1] for part in parts)

    def _tamil_name(self, given: Word) -> Word:
        """With the father's initial, with his name, or alone."""
        father = self.rng.choice(self.lists["ta_male"])
        style = self.rng.random()
        if style < 0.5:
            return f"{graphemes(father[0])[0]}. {given[0]}", f"{father[1][0]}. {given[1]}"
        if style < 0.85 and father != given:
            return f"{given[0]} {father[0]}", f"{given[1]} {father[1]}"
        return given

    def phone(self, country: str) -> str:
        """A number that this country's rules allow, in E.164."""
        rng = self.rng
        if country == "BD":
            return f"+88011{rng.randrange(10**8):08d}"
        if country == "IN":
            return f"+91{rng.choice(('90000', '98400', '98300'))}{rng.randrange(10**5):05d}"
        if country == "LK":
            return f"+94{rng.choice(('70', '71', '77'))}{rng.randrange(10**7):07d}"
        if country == "GB":
            return f"+44740{rng.randrange(10**7):07d}"
        if country == "US":
            return f"+1{rng.choice(('212', '718', '202'))}55501{rng.randrange(100):02d}"
        return (
            f"+658{rng.randrange(1, 9)}{rng.randrange(10**6):06d}"
            if country == "SG"
            else f"+97150{rng.randrange(10**7):07d}"
        )

    def mail(self, latin: str, domain: str = "") -> str:
        """An address nobody can own, not given before."""
        slug = ".".join(_DIGITS.sub("", word) for word in latin.lower().split() if _DIGITS.sub("", word))
        host = domain or self.rng.choice(("example.com", "example.com", "example.org", "example.net"))
        address = f"{slug}@{host}"
        while address in self.used_mails:
            address = f"{slug}{self.rng.randrange(2, 9_999)}@{host}"
        self.used_mails.add(address)
        return address

    def street(self, culture: str, place: Place, is_native: bool) -> str:
        """House and road as the country writes them, in the script of the record."""
        house, road = self.rng.randrange(1, 140), self.rng.randrange(1, 30)
        if place.country == "BD":
            native = f"বাড়ি {house}, রোড {road}"
            return (
                native.translate(str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯"))
                if is_native and culture in ("bn", "wb")
                else f"House {house}, Road {road}"
            )
        if culture == "ta" and is_native:
            return f"எண் {house}, {road}-வது தெரு"
        if culture == "wb" and is_native:
            return f"{house}/{road} স্টেশন রোড".translate(str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯"))
        return (
            f"No. {house}, {road}th Cross Street" if place.country in ("IN", "LK") else f"{house} High Street"
        )


def respell(latin: str) -> str:
    """The same name as somebody else would spell it; the name itself where no other spelling is known."""
    return " ".join(_OTHER_SPELLINGS.get(word, word) for word in latin.split())
