"""Contacts and companies of the book as matching compares them, read in sets."""

from __future__ import annotations

import copy
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import connection

from bandhu.customers.matching.frequencies import Frequencies
from bandhu.customers.matching.records import Record, prepare
from bandhu.customers.matching.scoring import Scorer
from bandhu.customers.models import (
    AlternativeName,
    Company,
    Contact,
    EmailAddress,
    Phone,
    PostalAddress,
)

CHUNK = 5_000
SAMPLE = 2_000  # newest records whose names, towns and so on tell how frequent values are
SAMPLE_SECONDS = 600
SMALLEST_BOOK = 200  # a book of ten people would otherwise find everybody a duplicate of everybody
MODELS: dict[str, type[Contact] | type[Company]] = {"contact": Contact, "company": Company}
_COLUMNS = {
    "contact": (
        "full_name",
        "given_name",
        "family_name",
        "nickname",
        "birthday",
        "national_id",
        "company__name",
    ),
    "company": ("name", "legal_name", "registration_number"),
}
# Which permission shows them; what of a company looks like a national id is its registration number.
_MASKED = {
    "contact": {"phones": "customers.see_phones", "national_ids": "customers.see_national_ids"},
    "company": {"phones": "customers.see_phones"},
}


def records_of(kind: str, ids: Iterable[UUID]) -> dict[UUID, Record]:
    """The prepared records of those among `ids` that stand in the book; five statements whatever their number."""
    wanted = list(ids)
    return _read(kind, {"any_of": wanted}) if wanted else {}


def records_seen_by(user: Any, kind: str, ids: Iterable[UUID]) -> dict[UUID, Record]:
    """As `records_of`, without the telephones and national ids that are masked for `user`: likeness must not tell of them."""
    records = records_of(kind, ids)
    for name, permission in _MASKED[kind].items():
        if user.holds_on_all(permission):
            continue
        rows = MODELS[kind].objects.visible_to(user, permission).filter(pk__in=list(records))
        seen = set(rows.values_list("pk", flat=True))
        nothing: dict[str, Any] = {name: ()}
        records = {pk: one if pk in seen else replace(one, **nothing) for pk, one in records.items()}
    return records


def whole_book(kind: str) -> Iterator[tuple[UUID, Record]]:
    """Every record of the book, by id, in chunks."""
    after = UUID(int=0)
    rows = MODELS[kind]._default_manager.filter(deleted_at__isnull=True).order_by("pk")
    while True:
        last = list(rows.filter(pk__gt=after).values_list("pk", flat=True)[CHUNK - 1 : CHUNK])
        # By ranges: sending thousands of ids with every statement costs more than reading the rows.
        within = {"gt": after, "lte": last[0]} if last else {"gt": after}
        yield from _read(kind, within).items()
        if not last:
            return
        after = last[0]


def _read(kind: str, within: Mapping[str, Any]) -> dict[UUID, Record]:
    def where(column: str) -> dict[str, Any]:
        return {f"{column}__{lookup}": value for lookup, value in within.items()}

    lists = _belongings(f"{kind}_id", where(f"{kind}_id"))
    rows = MODELS[kind]._default_manager.filter(**where("pk"), deleted_at__isnull=True).order_by("pk")
    return {row[0]: _prepared(kind, row, lists) for row in rows.values_list("pk", *_COLUMNS[kind])}


def size_of_book(kind: str) -> int:
    """How many records there are, about: PostgreSQL's own estimate, or a count where it has none yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [MODELS[kind]._meta.db_table]
        )
        estimate = int(cursor.fetchone()[0])
    return (
        estimate
        if estimate > 10_000
        else MODELS[kind]._default_manager.filter(deleted_at__isnull=True).count()
    )


def scorer_of_book(kind: str, arriving: Sequence[Record] = (), more: int = 0) -> Scorer:
    """A scorer for single questions, with the frequencies of a sample; made anew every ten minutes per process.

    Where a file of `more` records is arriving, `arriving` are some of them: they count as if they stood in the book.
    """
    made_at, frequencies, size = _samples.get(kind, (0.0, None, 0))
    if frequencies is None or time.monotonic() - made_at > SAMPLE_SECONDS:
        ids = MODELS[kind]._default_manager.order_by("-pk").values_list("pk", flat=True)[:SAMPLE]
        frequencies = Frequencies(SAMPLE)
        for record in records_of(kind, ids).values():
            frequencies.add(record)
        size = size_of_book(kind)
        frequencies.population = size
        _samples[kind] = (time.monotonic(), frequencies, size)
    if more:
        frequencies, size = copy.deepcopy(frequencies), size + more
        frequencies.population = size
        for record in arriving:
            frequencies.add(record)
    return Scorer(frequencies, records=max(size, SMALLEST_BOOK))


_samples: dict[str, tuple[float, Frequencies, int]] = {}


def _belongings(side: str, condition: Mapping[str, Any]) -> Mapping[str, Mapping[UUID, list[Any]]]:
    found: dict[str, dict[UUID, list[Any]]] = {}
    for name, model, columns in (
        ("alternatives", AlternativeName, ("name",)),
        ("mails", EmailAddress, ("key",)),
        ("phones", Phone, ("number",)),
        ("addresses", PostalAddress, ("street", "district", "city", "postcode", "region")),
    ):
        by_record: dict[UUID, list[Any]] = defaultdict(list)
        for pk, *values in (
            model._default_manager.filter(**condition).order_by("pk").values_list(side, *columns)
        ):
            by_record[pk].append(values[0] if len(values) == 1 else values)
        found[name] = by_record
    return found


def _prepared(kind: str, row: Sequence[Any], lists: Mapping[str, Mapping[UUID, list[Any]]]) -> Record:
    pk = row[0]
    values: dict[str, Any] = {name: lists[name].get(pk, []) for name in ("alternatives", "mails", "phones")}
    if kind == "contact":
        _pk, name, given, family, nickname, birthday, national_id, company = row
        values |= {"given": given, "family": family, "birthday": birthday, "company": company}
        extra = nickname
    else:
        _pk, name, extra, national_id = row
    values |= {"name": name, "national_ids": [national_id] if national_id else []}
    values["alternatives"] = [*values["alternatives"], *([extra] if extra else [])]
    if addresses := lists["addresses"].get(pk):
        street, district, city, postcode, region = addresses[0]
        values |= {
            "street": street,
            "locality": district,
            "city": city,
            "postcode": postcode,
            "region": region,
        }
    return prepare(values)
