"""How alike two prepared values are, as a level per field: from the same through a slip of the hand to different.

A level is a small number, 0 best; -1 means one side does not know the value, which says nothing either way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler

from bandhu.customers.matching.records import COMPANY_WORDS, TITLES
from bandhu.customers.matching.sounds import latin, same_name

MISSING = -1
_DIGITS = re.compile("[0-9]+")
_NOT_DIGITS = re.compile("[^0-9]+")
_SEPARATORS = re.compile("[^a-z0-9]+")
_distance = OSA.distance


class Field(NamedTuple):
    """A compared field: its levels best first, each with a reason's key and how often it is seen.

    `same` is P(level | same person), `near` is P(level | two people of one household, or two branches at one address)
    and `other` is P(level | two strangers), before a source's own data have their say.
    """

    name: str
    reasons: tuple[str, ...]
    same: tuple[float, ...]
    near: tuple[float, ...]
    other: tuple[float, ...]


_NAME_LEVELS = ("same_{}_name", "{}_name_other_spelling", "{}_name_typo", "{}_name_initial", "{}_name_garbled",
                "{}_name_differs")  # fmt: skip
FIELDS = (
    Field(
        "given",
        tuple(level.format("given") for level in _NAME_LEVELS),
        (0.70, 0.06, 0.10, 0.03, 0.03, 0.08),
        (0.01, 0.004, 0.01, 0.03, 0.03, 0.916),
        (0.008, 0.002, 0.006, 0.03, 0.02, 0.934),
    ),
    Field(
        "family",
        tuple(level.format("family") for level in _NAME_LEVELS),
        (0.72, 0.06, 0.10, 0.02, 0.03, 0.07),
        (0.60, 0.05, 0.05, 0.02, 0.02, 0.26),
        (0.004, 0.001, 0.004, 0.03, 0.02, 0.941),
    ),
    Field("order", ("names_in_order", "names_swapped"), (0.96, 0.04), (0.9995, 0.0005), (0.9998, 0.0002)),
    Field(
        "name",
        ("same_name", "name_other_spelling", "part_of_the_name", "name_similar", "name_somewhat_similar",
         "name_differs"),
        (0.55, 0.10, 0.15, 0.10, 0.05, 0.05),
        (0.02, 0.02, 0.04, 0.07, 0.20, 0.65),
        (0.0002, 0.0005, 0.003, 0.004, 0.03, 0.9623),
    ),
    Field(
        "mail",
        ("same_mail", "mail_typo", "same_mail_name", "mail_similar", "mail_differs"),
        (0.65, 0.12, 0.04, 0.05, 0.14),
        (0.08, 0.03, 0.02, 0.15, 0.72),
        (0.0001, 0.0001, 0.0004, 0.002, 0.9974),
    ),
    Field("mail_name", ("mail_has_the_name", "mail_has_another_name"), (0.6, 0.4), (0.4, 0.6), (0.02, 0.98)),
    Field("phone", ("same_phone", "phone_typo", "phone_differs"), (0.75, 0.08, 0.17), (0.60, 0.10, 0.30),
          (0.0002, 0.0004, 0.9994)),
    Field(
        "birthday",
        ("same_birthday", "birthday_typo", "birthday_partly", "birthday_near", "birthday_differs"),
        # Two full dates that no slip of the hand explains are two people: the last figure is kept small.
        (0.814, 0.095, 0.055, 0.03, 0.006),
        (0.02, 0.003, 0.012, 0.06, 0.905),
        (0.0001, 0.001, 0.005, 0.05, 0.9439),
    ),
    Field("national_id", ("same_national_id", "national_id_typo", "national_id_differs"), (0.897, 0.095, 0.008),
          (0.001, 0.002, 0.997), (0.00001, 0.00005, 0.99994)),
    Field("house", ("same_house", "house_typo", "house_differs"), (0.80, 0.08, 0.12), (0.80, 0.08, 0.12),
          (0.01, 0.05, 0.94)),
    Field("street", ("same_street", "street_typo", "street_similar", "street_differs"), (0.70, 0.15, 0.05, 0.10),
          (0.70, 0.15, 0.05, 0.10), (0.002, 0.002, 0.016, 0.98)),
    Field("locality", ("same_locality", "locality_typo", "locality_similar", "locality_differs"),
          (0.70, 0.14, 0.06, 0.10), (0.70, 0.14, 0.06, 0.10), (0.005, 0.002, 0.013, 0.98)),
    Field("city", ("same_city", "city_typo", "city_similar", "city_differs"), (0.74, 0.13, 0.04, 0.09),
          (0.80, 0.11, 0.04, 0.05), (0.02, 0.004, 0.016, 0.96)),
    Field("postcode", ("same_postcode", "postcode_typo", "postcode_differs"), (0.84, 0.10, 0.06),
          (0.84, 0.10, 0.06), (0.002, 0.006, 0.992)),
    Field("region", ("same_region", "region_differs"), (0.93, 0.07), (0.95, 0.05), (0.2, 0.8)),
    Field("company", ("same_company", "company_similar", "company_differs"), (0.70, 0.15, 0.15), (0.75, 0.15, 0.10),
          (0.003, 0.004, 0.993)),
)  # fmt: skip
GIVEN, FAMILY, ORDER, NAME, MAIL, MAIL_NAME, PHONE, BIRTHDAY, NATIONAL_ID = range(9)
HOUSE, STREET, LOCALITY, CITY, POSTCODE, REGION, COMPANY = range(9, 16)
POSITION = {field.name: at for at, field in enumerate(FIELDS)}


def _jaro(one: str, other: str) -> float:
    return JaroWinkler.similarity(min(one, other), max(one, other))  # ordered: Jaro is not symmetric


def texts_level(one: str, other: str) -> int:
    """0 the same, 1 a slip of the hand, 2 similar, 3 different."""
    if one == other:
        return 0
    if " " in one or " " in other:
        joined, also = one.replace(" ", ""), other.replace(" ", "")
        if joined == also:
            return 1
        words, more = set(one.split()), set(other.split())
        if words <= more or more <= words:
            return 2
    else:
        joined, also = one, other
    longest = max(len(joined), len(also))
    far = _distance(joined, also, score_cutoff=longest // 2)
    if far <= 1 + longest // 6:
        return 1
    return 2 if far <= longest * 2 // 5 or _jaro(one, other) >= 0.88 else 3


def streets_level(one: str, other: str) -> int:
    """As `texts_level`, but a number is what tells streets apart: Road 37 is not Road 15."""
    level = texts_level(one, other)
    if level in (1, 2):
        numbers, others = _DIGITS.findall(one), _DIGITS.findall(other)
        if numbers and others and not set(numbers) & set(others):
            return 2 if sorted("".join(numbers)) == sorted("".join(others)) else 3
    return level


def codes_level(one: str, other: str) -> int:
    """For codes and numbers: 0 the same, 1 one character wrong, missing, extra or two changed places, 2 different."""
    if one == other:
        return 0
    if len(one) < 2 or len(other) < 2:
        return 2
    return 1 if _distance(one, other, score_cutoff=1) <= 1 else 2


def birthdays_level(one: str, other: str) -> int:
    """0 the same, 1 one slip or day and month exchanged, 2 two of three parts, 3 the year or near it, 4 different."""
    if one == other:
        return 0
    if len(one) != 8 or len(other) != 8:
        return 4
    if _distance(one, other, score_cutoff=1) <= 1 or one == f"{other[:4]}{other[6:]}{other[4:6]}":
        return 1
    year = one[:4] == other[:4]
    if year + (one[4:6] == other[4:6]) + (one[6:] == other[6:]) >= 2:
        return 2
    if year or _distance(one, other, score_cutoff=2) <= 2:
        return 3
    months = abs(12 * (int(one[:4]) - int(other[:4])) + int(one[4:6]) - int(other[4:6]))
    return 3 if months <= 13 else 4


@lru_cache(maxsize=1 << 17)
def words_level(one: str, other: str) -> int:
    """Of one part of a name: 0 same, 1 other spelling, 2 slip, 3 initial, 4 garbled, 5 different."""
    if one == other:
        return 0
    joined, also = latin(one), latin(other)
    if joined == also:
        return 0 if one.isascii() == other.isascii() else 1
    short, long = (joined, also) if len(joined) <= len(also) else (also, joined)
    size, longest = len(short), len(long)
    if size <= 1:
        return 3 if long[:1] == short else 5
    if size == 2:
        return 2 if longest == 3 and _distance(short, long, score_cutoff=1) == 1 else 5
    if same_name(one, other):
        return 1
    far = _distance(joined, also, score_cutoff=longest // 2)
    if far <= (1 if longest <= 5 else 2 if longest <= 9 else 3):
        return 2
    if long.startswith(short) or _jaro(joined, also) >= 0.9:
        return 2
    if " " in one or " " in other:
        words, more = set(one.split()), set(other.split())
        if words <= more or more <= words:
            return 2
    if far <= longest // 2 and far <= size - 2:
        return 4
    return (
        4
        if size >= 4 and _distance("".join(sorted(short)), "".join(sorted(long)), score_cutoff=1) <= 1
        else 5
    )


def mails_level(one: str, other: str) -> int:
    """0 same, 1 slip, 2 same name before the @, 3 similar, 4 different."""
    if one == other:
        return 0
    local, _, domain = one.partition("@")
    also, _, another_domain = other.partition("@")
    longest = max(len(one), len(other))
    far = _distance(one, other, score_cutoff=longest * 2 // 5)
    # Short names before one company's @ differ by a letter or two all the time: ali@, abi@. And padma-textiles is not
    # a slip for surma-textiles, however long the addresses are.
    slips = _distance(local, also, score_cutoff=4) <= max(len(local), len(also)) // 4
    at_one_domain = _distance(domain, another_domain, score_cutoff=3) <= 1 + len(domain) // 12
    if slips and at_one_domain and far <= longest // 6:
        # jack.bishop399@ and jack.bishop741@ are two of one name, not a slip.
        number, another = (_NOT_DIGITS.sub("", text) for text in (local, also))
        return 1 if number == another or not number or not another else 3
    if local == also and len(local) >= 4:
        return 2
    return 3 if far <= longest * 2 // 5 else 4


def spells_the_name(mail: str, name: Iterable[str]) -> bool:
    """Whether the part before the @ is nothing but the name: in parts, written together, or with initials.

    Digits in it say more than the name does. `name` are folded words in any script.
    """
    local = mail.partition("@")[0]
    words = [latin(word) for word in name if word]
    if not words or _DIGITS.search(local):
        return False
    pieces = [piece for piece in _SEPARATORS.split(local) if piece]
    if not pieces:
        return False
    if all(any(_spelt(piece, word) for word in words) for piece in pieces):
        return True
    joined = "".join(pieces)
    ways = (f"{first}{second}" for first in words for second in words if first is not second)
    short = (f"{first[:1]}{second}" for first in words for second in words if first is not second)
    begun = (f"{first}{second[:1]}" for first in words for second in words if first is not second)
    return any(words_level(joined, way) <= 2 for way in (*ways, *short, *begun, "".join(words)))


def _spelt(piece: str, word: str) -> bool:
    return piece == word[:1] if len(piece) == 1 else words_level(piece, word) <= 2


def phones_level(one: str, other: str) -> int:
    """0 same (a number without its country code is the same), 1 one digit wrong, 2 different."""
    if one == other:
        return 0
    short, long = sorted((one, other), key=len)
    if len(short) >= 7 and long.endswith(short):
        return 0
    return 1 if len(short) >= 7 and _distance(short, long, score_cutoff=1) <= 1 else 2


def best_level(
    ones: tuple[str, ...], others: tuple[str, ...], level: Callable[[str, str], int]
) -> tuple[int, str]:
    """The best level between any two values, and the value that reached it; MISSING when a side has none."""
    if not ones or not others:
        return MISSING, ""
    if len(ones) == len(others) == 1:
        return level(ones[0], others[0]), ones[0]
    return min((level(one, other), one) for one in ones for other in others)


def bag_of(name: Iterable[str]) -> tuple[str, ...]:
    """The words of a name that tell anything, in order, each once."""
    name = tuple(name)
    words = tuple(dict.fromkeys(word for word in name if word not in COMPANY_WORDS and word not in TITLES))
    return words or name


def bags_level(
    one: tuple[str, ...], other: tuple[str, ...], weight: Callable[[str], float]
) -> tuple[int, list[str]]:
    """Of whole names, whatever their order: 0 same, 1 other spelling, 2 part, 3 similar, 4 somewhat, 5 different.

    Words weigh by rarity (soft TF-IDF after Cohen, Ravikumar and Fienberg 2003); also gives the words both share.
    """
    if not one or not other:
        return MISSING, []
    if "".join(one) == "".join(other) or sorted(one) == sorted(other):
        return 0, list(one)
    if (len(one), one) > (len(other), other):
        one, other = other, one
    left, shared, found, exact = list(other), [], 0.0, True
    for word in one:
        level, match = min(((words_level(word, candidate), candidate) for candidate in left), default=(5, ""))
        if level < 5:
            left.remove(match)
            found += weight(word) * (1.0, 0.95, 0.85, 0.4, 0.3)[level]
            exact = exact and level <= 1
            if level <= 2:
                shared.append(word)
        else:
            exact = False
    whole, rest = sum(map(weight, one)), sum(map(weight, left))
    if exact and not left:
        return 1, shared
    if exact:
        return 2, shared
    part = found / (whole + rest)
    short = found / whole
    if part >= 0.7 or short >= 0.9:
        return 3, shared
    return (4, shared) if short >= 0.45 else (5, shared)
