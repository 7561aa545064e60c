"""A record as matching sees it: folded text, digits and tuples, small enough to keep a million of them packed.

Everything a person may have typed goes through `prepare`, which never raises: what it cannot read is absent.
"""

from __future__ import annotations

import marshal
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from anyascii import anyascii

from bandhu.customers.matching.sounds import without_light_words
from bandhu.platform.names.folding import fold as fold_name

LONGEST_TEXT = 200  # of a value; nobody's name is longer, and comparing costs the square of the length
LONGEST_WORD, MOST_WORDS = 48, 12
MOST_VALUES = 8  # phones, mails or ids of one record that are compared

_NOT_WORD = re.compile(r"[^0-9a-z]+")
_NOT_DIGIT = re.compile(r"\D+")
_HOUSE_FIRST = re.compile(
    r"^\W*(?:(?:house|h|flat|no|plot|door|unit)\b\W*)*(\d+[a-z]?(?:[-/]\d+[a-z]?)?)\b\W*(.*)$"
)
_HOUSE_LAST = re.compile(r"^(.*?\D)\W*(\d+[a-z]?)\W*$")

# Written short or in full, these say the same; American and British, as addresses in files carry both.
STREET_WORDS = {
    "st": "street", "str": "street", "rd": "road", "ave": "avenue", "av": "avenue", "blvd": "boulevard",
    "blv": "boulevard", "dr": "drive", "ln": "lane", "pl": "place", "ct": "court", "crt": "court", "cct": "circuit",
    "cres": "crescent", "hwy": "highway", "pkwy": "parkway", "sq": "square", "ter": "terrace", "tce": "terrace",
    "n": "north", "s": "south", "e": "east", "w": "west", "ne": "northeast", "nw": "northwest",
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th",
    "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th",
}  # fmt: skip
_COMPANY_WORDS = """the a an and of at in on inc llc ltd limited pvt private corp corporation co company plc gmbh ag sa bv
    group"""
_TITLES = """mr mrs ms miss dr prof sir madam md mohd mst shri smt sri hon rev jr sr ii iii phd mbbs
    engr adv"""
COMPANY_WORDS = frozenset(_COMPANY_WORDS.split())
TITLES = frozenset(_TITLES.split())


@dataclass(slots=True, frozen=True)
class Record:
    """One person, company or place, prepared for comparing. Empty string or empty tuple means: not known.

    `given` and `family` are folded words in their own script, without Md., Mr. and the like; `name` are the words of
    the whole name (always set when any name is known); `alternatives` are other whole names; `birthday` is YYYYMMDD;
    phones are digits without trunk zeros. Places and companies are in Latin letters.
    """

    name: tuple[str, ...] = ()
    given: str = ""
    family: str = ""
    alternatives: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    birthday: str = ""
    house: str = ""
    street: str = ""
    locality: str = ""
    city: str = ""
    postcode: str = ""
    region: str = ""
    national_ids: tuple[str, ...] = ()
    company: str = ""


FIELD_NAMES = tuple(field.name for field in fields(Record))


def pack(record: Record) -> bytes:
    """The record in about 200 bytes, for keeping a million of them in memory."""
    return marshal.dumps(tuple(getattr(record, name) for name in FIELD_NAMES))


def unpack(packed: bytes) -> Record:
    """The record that `pack` packed. Only for bytes of this very process."""
    return Record(*marshal.loads(packed))  # noqa: S302 our own bytes, never from outside


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """Lower case ASCII words separated by single spaces; other scripts romanised, accents dropped."""
    if not text:
        return ""
    text = text[:LONGEST_TEXT]
    if not text.isascii():
        text = anyascii(unicodedata.normalize("NFKC", text))[: 2 * LONGEST_TEXT]
    return _NOT_WORD.sub(" ", text.lower().replace("'", "").replace("`", "")).strip()


def fold_digits(text: str) -> str:
    """ASCII digits of the text; digits of other scripts (০-৯, ௦-௯) count."""
    return _NOT_DIGIT.sub("", text if text.isascii() else anyascii(text))[:40]


def fold_phone(text: str) -> str:
    """Digits without country-trunk zeros; at least six, else empty. E.164 keeps its country digits."""
    digits = fold_digits(re.split(r"(?:ext|x)\.?\s*\d", text.lower())[0]).lstrip("0")
    return digits if len(digits) >= 6 else ""


def fold_mail(text: str) -> str:
    """The address in lower case without a `+tag`; empty when it is none."""
    text = text.strip().lower()[:LONGEST_TEXT]
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain:
        return ""
    local = local.split("+", 1)[0] or local
    return f"{local}@{domain}"


def fold_birthday(text: str, *, day_first: bool | None = None) -> str:
    """YYYYMMDD out of 1971-06-24, 19710624, 24/06/1971 or 6/24/71; day first unless the numbers say otherwise."""
    text = text.strip()[:30]
    if not text.isascii():
        text = anyascii(text)
    parts = re.findall(r"\d+", text)
    if len(parts) == 1 and len(parts[0]) == 8:
        return parts[0]
    if len(parts) < 3:
        return ""
    if len(parts[0]) == 4:
        year, month, day = parts[:3]
    else:
        day, month, year = parts[:3]
        if (day_first is False and int(month) <= 31) or int(month) > 12:
            day, month = month, day
    if len(year) == 2:
        year = ("19" if int(year) > 30 else "20") + year
    return f"{year[:4]}{month[:2]:0>2}{day[:2]:0>2}" if len(year) == 4 else ""


def split_street(text: str) -> tuple[str, str]:
    """House number and street words of an address line, either order: `435 s. la cienega blv.`, `Lange Str. 5a`."""
    folded = fold(text.split("  between ")[0])
    first = _HOUSE_FIRST.match(folded)
    house, street = "", folded
    if first and first.group(2):
        house, street = first.group(1), first.group(2)
    elif last := _HOUSE_LAST.match(folded):
        street, house = last.group(1), last.group(2)
    return house, " ".join(STREET_WORDS.get(word, word) for word in street.split())


def _name_words(text: str) -> list[str]:
    return [word[:LONGEST_WORD] for word in fold_name(text[:LONGEST_TEXT]).split()[:MOST_WORDS]]


def prepare(values: Mapping[str, Any], *, day_first: bool | None = None) -> Record:
    """A record out of plain values, each a text or a list of texts, all optional.

    Keys: name, given, family, alternatives, mails, phones, birthday, house, street, locality, city, postcode, region,
    national_ids, company. `street` may carry the house number. Never raises.
    """

    def text(key: str) -> str:
        value = values.get(key)
        return "" if value is None else str(value)

    def texts(key: str) -> Iterable[str]:
        value = values.get(key) or ()
        return [value] if isinstance(value, str) else [str(one) for one in value if one][:MOST_VALUES]

    given, family = _name_words(text("given")), _name_words(text("family"))
    words = _name_words(text("name")) or [*given, *family]
    house, street = fold(text("house")), text("street")
    if house:
        street = " ".join(STREET_WORDS.get(word, word) for word in fold(street).split())
    else:
        house, street = split_street(street)
    return Record(
        name=tuple(words),
        given=" ".join(without_light_words(given)),
        family=" ".join(family),
        alternatives=_kept(" ".join(_name_words(one)) for one in texts("alternatives")),
        mails=_kept(fold_mail(one) for one in texts("mails")),
        phones=_kept(fold_phone(one) for one in texts("phones")),
        birthday=fold_birthday(text("birthday"), day_first=day_first),
        house=house,
        street=street,
        locality=fold(text("locality")),
        city=fold(text("city")),
        postcode=fold(text("postcode")).replace(" ", ""),
        region=fold(text("region")),
        national_ids=_kept(fold(one).replace(" ", "") for one in texts("national_ids")),
        company=fold(text("company")),
    )


def _kept(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
