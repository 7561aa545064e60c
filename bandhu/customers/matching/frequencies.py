"""How often each value occurs: agreeing on a rare name says more than agreeing on a common one."""

from __future__ import annotations

from array import array
from zlib import crc32

from bandhu.customers.matching.comparing import bag_of
from bandhu.customers.matching.records import Record

SINGLE = (
    "given",
    "family",
    "birthday",
    "house",
    "street",
    "locality",
    "city",
    "postcode",
    "region",
    "company",
)
SEVERAL = {"mail": "mails", "phone": "phones", "national_id": "national_ids"}
MOST_BUCKETS = 1 << 21
EXPERIENCE = (
    200  # records the setting's own shares are worth: five rows do not teach how rare a phone number is
)


class Frequencies:
    """Counts of hashed values per field, in bounded memory (4 bytes a bucket, at most 2 million a field).

    Two values in one bucket look a little more frequent than they are, which only makes the evidence more careful.
    """

    def __init__(self, expected: int) -> None:
        buckets = 1 << 10
        while buckets < min(4 * expected, MOST_BUCKETS):
            buckets <<= 1
        self._mask = buckets - 1
        self._counts: dict[str, array[int]] = {}
        self.records = 0
        # The size of the book where only a sample was counted: what identifies is rarer than a sample can show.
        self.population = 0

    def add(self, record: Record) -> None:
        """Counts one record's values."""
        self.records += 1
        for field in SINGLE:
            if value := getattr(record, field):
                self._count(field, value)
        for field, attribute in SEVERAL.items():
            for value in getattr(record, attribute):
                self._count(field, value)
        for word in bag_of(record.name):
            self._count("word", word)

    def _count(self, field: str, value: str) -> None:
        counts = self._counts.get(field)
        if counts is None:
            counts = self._counts[field] = array("I", bytes(4 * (self._mask + 1)))
        counts[crc32(value.encode()) & self._mask] += 1

    def count(self, field: str, value: str) -> int:
        """How many records carry the value, itself included."""
        counts = self._counts.get(field)
        return max(1, counts[crc32(value.encode()) & self._mask]) if counts is not None else 1

    def share(self, field: str, value: str, usual: float = 0.001) -> float:
        """The chance that another record carries the value; `usual` is believed until the data say more.

        The one who carries it is not counted: a number two records share is seen once by either.
        """
        records = max(self.records, self.population) if field in SEVERAL else self.records
        return (self.count(field, value) - 1 + EXPERIENCE * usual) / (records + EXPERIENCE)
