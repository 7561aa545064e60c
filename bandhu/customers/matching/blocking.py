"""Which pairs are worth comparing: records that share a key. Each key is text `kind:value`, so a table can hold them.

Comparing a million records with each other takes half a billion years of patience; sharing one of a dozen keys finds
nearly every true pair and leaves about ten comparisons a record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from bandhu.customers.matching.comparing import bag_of
from bandhu.customers.matching.records import Record
from bandhu.customers.matching.sounds import family_keys, latin, sound_key

MOST_IN_BLOCK = 60  # a key shared by more records than this says nothing and is left out
# Kinds of keys, and how many pairs a record each may propose on average: in a large book weak keys are shared by ever
# more strangers, and their largest blocks are left out until the kind keeps to its budget.
BUDGETS = {
    "m": 4.0, "p": 4.0, "i": 4.0, "l": 2.0, "n": 2.0, "f": 1.0, "b": 1.5, "bc": 1.0, "z": 1.5, "zh": 1.0, "s": 1.0,
    "e": 0.5, "y": 0.5, "d": 0.7, "h": 0.5, "c": 0.7, "w": 3.0,
}  # fmt: skip
KINDS = tuple(BUDGETS)
ALWAYS = 5_000  # pairs every kind may propose however few the records


def caps_for(sizes: Mapping[str, Mapping[int, int]], records: int) -> dict[str, int]:
    """The largest block that is compared, by kind, out of how many blocks there are of each size."""
    caps = {}
    for kind, histogram in sizes.items():
        left = BUDGETS[kind] * records + ALWAYS
        caps[kind] = 1
        for size in sorted(size for size in histogram if 1 < size <= MOST_IN_BLOCK):
            left -= histogram[size] * size * (size - 1) / 2
            if left < 0:
                break
            caps[kind] = size
    return caps


def keys_of(record: Record) -> Iterator[str]:
    """The record's keys. Repeats are possible."""
    given = sound_key(record.given) if record.given else ""
    family = sound_key(record.family) if record.family else ""
    for mail in record.mails:
        yield f"m:{mail}"
        local, _, domain = mail.partition("@")
        if len(local) >= 5:
            yield f"l:{local}"
        yield f"e:{local[:3]}@{domain[:5]}"
        yield f"e:{local[-3:]}@{domain[-7:]}"
    for phone in record.phones:
        yield f"p:{phone[-8:]}"
    for number in record.national_ids:
        yield f"i:{number}"
    birthday = record.birthday
    if birthday:
        for part in {latin(record.given)[:1], latin(record.family)[:1]} - {""}:
            yield f"b:{birthday}{part}"
        if not (given and family):
            yield f"b:{birthday}"
        if record.city:
            yield f"bc:{birthday}{record.city[:3]}"
    postcode = record.postcode
    for part in {given, family} - {""}:
        if postcode:
            yield f"z:{postcode}{part}"
        if birthday:
            yield f"y:{birthday[:4]}{part}"
            yield f"d:{birthday[4:]}{part}"
        if record.house:
            yield f"h:{record.house}{part}"
        if record.city:
            yield f"c:{record.city[:4]}{part}"
    if record.house and record.street:
        yield f"s:{record.house}{record.street[:6]}"
    if postcode and record.house:
        yield f"zh:{postcode}{record.house}"
    yield from _whole_name_keys(record)


def _whole_name_keys(record: Record) -> Iterator[str]:
    """Keys of a name whose parts are not known or not to be trusted: pairs of words, and single ones with a place."""
    for name in (record.name, *(one.split() for one in record.alternatives)):
        words = sorted({sound_key(word) for word in bag_of(name)} - {""})[:6]
        for first, second in combinations(words, 2):
            yield f"n:{first} {second}"
        families = sorted({family for word in bag_of(name) for family in family_keys(word)})
        for first, second in combinations(families[:5], 2):
            yield f"f:{first} {second}"
        if not record.given and not record.family:
            for word in words:
                yield f"w:{word}"
                if record.city:
                    yield f"c:{record.city[:4]}{word}"
