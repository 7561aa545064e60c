"""Rows that would make a new record: which of them are probably somebody the book, or an earlier row, already has?

The scorer of the duplicate scan decides. What is worth comparing is found for a whole chunk at once: records that share
a mail address, a telephone number or the name as written, and for rows that can be told by more than that (a birthday, a
national id, a street, or no mail or telephone at all) also names that sound alike, whatever their spelling and script.
"""

from __future__ import annotations

import marshal
from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection

from bandhu.customers.book_records import MODELS, records_seen_by, scorer_of_book
from bandhu.customers.importing.lookup import Found
from bandhu.customers.importing.pending import Suspect
from bandhu.customers.imports.records import Record
from bandhu.customers.matching import records as matching
from bandhu.customers.matching.scan import LIKELY
from bandhu.customers.matching.scoring import Score, Scorer
from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.names.folding import normalise
from bandhu.platform.names.keys import prepare_name
from bandhu.platform.search.keys import whole_key
from bandhu.platform.sort_keys import sort_key

MOST_NAMESAKES = 20  # a name borne by more says nothing, and reading them all would cost much
MOST_REMEMBERED = 200_000  # rows of one file that later ones are compared with: about 70 MB
SAMPLE = 2_000  # rows that tell how frequent the file's values are
Values = dict[str, Any]


class Likeness:
    """Compares the rows of one import with the book and with each other. `look_up` a chunk, then ask row by row."""

    def __init__(self, kind: str, actor: Any, rows: int) -> None:
        self.kind, self.actor, self.rows = kind, actor, rows
        self.scorer: Scorer | None = None
        self.values: dict[int, Values] = {}
        self.book: dict[int, list[UUID]] = {}
        self.keys: dict[int, list[str]] = {}
        self.known: dict[UUID, matching.Record] = {}
        self.forget_rows()

    def forget_rows(self) -> None:
        """Rows that are written stand in the book from now on."""
        self.remembered: list[tuple[UUID, bytes]] = []
        self.places: dict[str, list[int]] = defaultdict(list)

    def look_up(self, rows: list[Record], found: Found) -> None:
        """Find what in the book the rows of a chunk may be, in sets."""
        self.values = {row.number: _values(self.kind, row) for row in rows}
        if self.scorer is None and rows:
            sample = [matching.prepare(values) for values in list(self.values.values())[:SAMPLE]]
            self.scorer = scorer_of_book(self.kind, sample, self.rows)
        self.book, self.keys = {}, {}
        for number, values in self.values.items():
            shared = (
                *(pk for mail in values["mails"] for pk in found.by_mail.get(mail, ())),
                *(pk for phone in values["phones"] for pk in found.by_phone.get(phone, ())),
            )
            if shared:
                self.book[number] = list(dict.fromkeys(shared))[:MOST_NAMESAKES]
        self._add_namesakes()
        self._add_sounding_alike()
        self.known = records_seen_by(self.actor, self.kind, {pk for ids in self.book.values() for pk in ids})

    def _add_namesakes(self) -> None:
        """Those of the same name as written, unless mail, telephone, town and company all speak against it."""
        named: dict[bytes, list[int]] = defaultdict(list)
        for number, values in self.values.items():
            named[sort_key(values["name"])].append(number)
        columns = ["sort_key", "pk", "primary_mail", "primary_phone", "city"]
        if self.kind == "contact":
            columns.append("company__name")
        rows = self._within().filter(sort_key__any_of=[key for key in named if key]).values_list(*columns)
        namesakes: dict[bytes, list[tuple[UUID, Values]]] = defaultdict(list)
        for key, pk, mail, phone, city, *company in rows:
            seen = {"mails": [mail] if mail else [], "phones": [phone] if phone else [], "city": city}
            namesakes[bytes(key)].append((pk, {**seen, "company": company[0] if company else ""}))
        for key, others in namesakes.items():
            for number in named[key] if len(others) <= MOST_NAMESAKES else ():
                mine = self.values[number]
                self._note(number, (pk for pk, theirs in others if _may_agree(mine, theirs)))

    def _add_sounding_alike(self) -> None:
        keys: dict[str, list[int]] = defaultdict(list)
        for number, values in self.values.items():
            if _tells_more(values):
                keys[_sound(values)].append(number)
        keys.pop("", None)
        if not keys:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT wanted.key, entry.record_id FROM unnest(%s::varchar[]) AS wanted(key) CROSS JOIN LATERAL"
                " (SELECT record_id FROM platform_searchentry WHERE kind = %s AND keys && ARRAY[wanted.key] LIMIT %s) AS entry",
                [list(keys), self.kind, MOST_NAMESAKES],
            )
            hits = cursor.fetchall()
        mine = set(self._within().filter(pk__any_of={pk for _key, pk in hits}).values_list("pk", flat=True))
        for key, pk in hits:
            for number in keys[key] if pk in mine else ():
                self._note(number, [pk])

    def _within(self) -> Any:
        return MODELS[self.kind].objects.visible_to(self.actor, f"customers.change_{self.kind}")

    def _note(self, number: int, ids: Iterable[UUID]) -> None:
        listed = self.book.setdefault(number, [])
        listed.extend(pk for pk in ids if pk not in listed)

    def suspect_for(self, row: Record, certain: UUID | None = None) -> Suspect | None:
        """The record this row most probably repeats, if that is more likely than not.

        `certain` is one that an id or mail address already points to: it is told of whatever its score.
        """
        values = self.values.get(row.number)
        if values is None or self.scorer is None:
            return Suspect(certain, 0.0, ()) if certain else None
        candidates = self._earlier(row.number, values)
        candidates |= {pk: self.known[pk] for pk in self.book.get(row.number, ()) if pk in self.known}
        if not candidates:
            return Suspect(certain, 0.0, ()) if certain else None
        mine = matching.prepare(values)
        scores = {pk: self.scorer.score(mine, theirs) for pk, theirs in candidates.items()}
        best = max(scores, key=lambda pk: scores[pk].probability)
        if scores[best].probability >= LIKELY:
            return Suspect(best, scores[best].probability, scores[best].reasons)
        if certain is None:
            return None
        score = scores.get(certain, Score(0.0, 0.0, ()))
        return Suspect(certain, score.probability, score.reasons)

    def _earlier(self, number: int, values: Values) -> dict[UUID, matching.Record]:
        found: dict[UUID, matching.Record] = {}
        self.keys[number] = _keys(values)
        for key in self.keys[number]:
            for place in self.places.get(key, ())[:MOST_NAMESAKES]:
                pk, packed = self.remembered[place]
                if pk not in found:
                    theirs = marshal.loads(packed)  # noqa: S302 our own bytes, of this very process
                    if _tells_more(values) or _may_agree(values, theirs):
                        found[pk] = matching.prepare(theirs)
        return found

    def remember(self, row: Record, pk: UUID) -> None:
        """A row has made this record; later rows are compared with it."""
        values = self.values.get(row.number)
        if values is None or len(self.remembered) >= MOST_REMEMBERED:
            return
        for key in self.keys.get(row.number) or _keys(values):
            self.places[key].append(len(self.remembered))
        self.remembered.append((pk, marshal.dumps(values)))


def _values(kind: str, row: Record) -> Values:
    """What the scorer compares, as `matching.records.prepare` takes it; plain texts and lists."""
    column = row.values.get
    address = row.addresses[0] if row.addresses else {}
    other, number = (
        ("nickname", "national_id") if kind == "contact" else ("legal_name", "registration_number")
    )
    names = [name for _kind, name in row.names]
    return {
        "name": row.fallback_name,
        "given": column("given_name", ""),
        "family": column("family_name", ""),
        "alternatives": [*names, column(other)] if column(other) else names,
        "mails": [mail_key(mail) for _label, mail in row.emails],
        "phones": [number for _label, number, _extension, _typed in row.phones],
        "birthday": str(column("birthday", "") or ""),
        "national_ids": [column(number)] if column(number) else [],
        "company": row.company_name if kind == "contact" else "",
        "street": address.get("street", ""),
        "locality": address.get("district", ""),
        "city": address.get("city", ""),
        "postcode": address.get("postcode", ""),
        "region": address.get("region", ""),
    }


def _tells_more(values: Values) -> bool:
    """Whether the row can be recognised, or has to be, by more than mail, telephone and the name as written."""
    return bool(
        values["birthday"] or values["national_ids"] or values["street"]
        or not (values["mails"] or values["phones"])
    )  # fmt: skip


def _may_agree(mine: Values, theirs: Values) -> bool:
    """Of two namesakes: whether anything besides the name could agree. Both known and different says it cannot."""
    if _tells_more(mine) or not (theirs["mails"] and theirs["phones"] and mine["mails"] and mine["phones"]):
        return True
    if set(mine["mails"]) & set(theirs["mails"]) or set(mine["phones"]) & set(theirs["phones"]):
        return True
    return any(
        mine[name] and mine[name].casefold() == theirs[name].casefold() for name in ("city", "company")
    )


def _sound(values: Values) -> str:
    prepared = prepare_name(normalise(values["name"])[:300])
    return whole_key(prepared) if prepared.tokens else ""


def _keys(values: Values) -> list[str]:
    name = _sound(values)
    found = [f"m:{mail}" for mail in values["mails"]] + [f"p:{phone}" for phone in values["phones"]]
    return [*found, f"n:{name}"] if name else found
