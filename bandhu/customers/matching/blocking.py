"""Which pairs are worth comparing: records that share a key. Each key is text `kind:value`, so a table can hold them.

Comparing a million records with each other takes half a billion years of patience; sharing one of a dozen keys finds
nearly every true pair and leaves about ten comparisons a record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bandhu.customers.matching.comparing import bag_of
from bandhu.customers.matching.records import Record

MOST_IN_BLOCK = 60  # a key shared by more records than this says nothing and is left out


def keys_of(record: Record, key: Callable[[str], str]) -> Iterator[str]:
    """The record's keys."""
    given, family = key(record.given.replace(" ", "")), key(record.family.replace(" ", ""))
    for mail in record.mails:
        yield f"m:{mail}"
        local = mail.split("@")[0]
        if len(local) >= 5:
            yield f"l:{local}"
    for phone in record.phones:
        yield f"p:{phone[-8:]}"
    for number in record.national_ids:
        yield f"i:{number}"
    birthday = record.birthday
    if birthday:
        for part in {record.given[:1], record.family[:1]} - {""}:
            yield f"b:{birthday}{part}"
        if not (given and family):
            yield f"b:{birthday}"
        if record.city:
            yield f"bc:{birthday}{record.city[:3]}"
    if given and family:
        first, second = sorted((given, family))
        yield f"n:{first} {second}"
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
    if not given and not family:
        words = sorted({key(word) for word in bag_of(record)})
        for word in words[:6]:
            yield f"w:{word}"
