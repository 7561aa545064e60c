"""Records out of the house: a view as it is shown, or whole records in a layout that comes in again equal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse

from bandhu.customers.export_trail import ExportTrail
from bandhu.customers.importing import sets  # noqa: F401 (registers any_of)
from bandhu.customers.imports.countries import country_name
from bandhu.customers.imports.mapping import marked
from bandhu.customers.imports.vcards import Card, write_card
from bandhu.customers.models import (
    AlternativeName,
    Company,
    Contact,
    EmailAddress,
    ExternalId,
    Phone,
    PostalAddress,
    Relation,
    SocialHandle,
)
from bandhu.identity.masking import may_see as may_see_record
from bandhu.platform.cells import value_of
from bandhu.platform.custom_fields import definitions, label_of, may_see
from bandhu.platform.listing import listing_for
from bandhu.platform.public_url import absolute
from bandhu.platform.record_kinds import Field, record_kinds
from bandhu.ui.formats import currency_exponent

BATCH = 1_000
IMPORT_KIND = {"contact": "contacts", "company": "companies"}
MODELS: dict[str, Any] = {"contact": Contact, "company": Company}
CONTACT_COLUMNS = {
    "Name": "full_name", "Name Prefix": "name_prefix", "First Name": "given_name", "Last Name": "family_name",
    "Name Suffix": "name_suffix", "Nickname": "nickname", "Sort as": "sort_as", "Form of address": "form_of_address",
    "Job title": "job_title", "Department": "department", "Birthday": "birthday", "National id": "national_id",
}  # fmt: skip
COMPANY_COLUMNS = {
    "Company name": "name", "Legal name": "legal_name", "Website": "website", "Industry": "industry",
    "Employees": "employees", "Registration number": "registration_number",
}  # fmt: skip
SHARED_COLUMNS = {
    "Lifecycle": "lifecycle", "Language": "language", "Time zone": "time_zone", "Preferred channel": "preferred_channel",
    "Source": "source", "Note": "note",
    "Culture note": "culture_note", "Created": "created_at",
}  # fmt: skip
POINTS: tuple[tuple[str, Any, tuple[tuple[str, str], ...]], ...] = (
    ("E-mail", EmailAddress, (("Label", "label"), ("Value", "address"))),
    ("Phone", Phone, (("Label", "label"), ("Value", "number"))),
    ("Address", PostalAddress, (("Label", "label"), ("Street", "street"), ("District", "district"), ("City", "city"),
                                ("Region", "region"), ("Postal Code", "postcode"), ("Country", "country"))),
    ("Social", SocialHandle, (("Label", "network"), ("Value", "handle"))),
)  # fmt: skip
# Columns and lists that only who may see them gets, each for the records where that holds.
MASKED = {"national_id": "customers.see_national_ids", "Phone": "customers.see_phones"}


@dataclass(frozen=True)
class Table:
    """What is exported: names of the columns, and the rows (lists of plain values), made while they are read."""

    header: list[str]
    rows: Iterator[list[Any]]


def comes_in_again(kind: str) -> bool:
    """Whether whole records of this kind go out in a layout that an import reads; the others go out as lists."""
    return kind in MODELS


def view_table(user: Any, kind: str, definition: dict[str, Any], text: str = "") -> Table:
    """A view as it is shown: its columns, filter and order; every field of the list with "whole" in it.

    Raises ValidationError for a view that makes no sense.
    """
    listing = listing_for(user, kind, definition, text=text)
    if definition.get("whole"):
        listing = replace(listing, columns=[field for field in listing.known if field.in_list])
    columns = [field for field in listing.columns if user.holds(field.masked_by)]
    header = [str(field.label) for field in columns]
    return Table(header, _view_rows(listing.all(), columns, ExportTrail(user, kind)))


def _view_rows(records: Iterator[Any], columns: list[Field], trail: ExportTrail) -> Iterator[list[Any]]:
    """Empty where a value is masked: what is covered must not come in again as if it were the value."""
    masked = [(place, field) for place, field in enumerate(columns) if field.masked_by]
    while batch := list(islice(records, BATCH)):
        rows, given = [], []
        for record in batch:
            row = [_cell(record, field) if trail.shows(field.masked_by, record) else "" for field in columns]
            rows.append(row)
            given.append((record, [field.setting or field.name for place, field in masked if row[place]]))
        trail.note(given)
        yield from rows


def _cell(record: Any, field: Field) -> Any:
    value = value_of(record, field)
    return _file(value) if field.type == "file" else _plain(value)


def whole_table(user: Any, kind: str, records: QuerySet | None = None) -> Table:
    """Every field of the records `user` may see (or of `records`), masked ones only where the user may see them."""
    rows = MODELS[kind].objects.visible_to(user) if records is None else records
    layout = _Layout(user, kind, rows)
    return Table(layout.header, layout.rows(rows))


class _Layout:
    """The columns that these records need: as many telephones as the richest of them has."""

    def __init__(self, user: Any, kind: str, records: QuerySet) -> None:
        self.user, self.kind, self.side = user, kind, f"{kind}_id"
        self.trail = ExportTrail(user, kind)
        own = (CONTACT_COLUMNS if kind == "contact" else COMPANY_COLUMNS) | SHARED_COLUMNS
        self.columns = {title: name for title, name in own.items() if user.holds(MASKED.get(name, ""))}
        self.points = [one for one in POINTS if user.holds(MASKED.get(one[0], ""))]
        within = records.order_by().values("pk")
        self.counts = {
            word: self._most(model, within.filter(self._unmasked(word)))
            for word, model, _parts in self.points
        }
        self.names = self._most(AlternativeName, within)
        ids = ExternalId.objects.filter(**{f"{self.side}__in": within})
        related = further_companies(user).filter(from_contact__in=within)
        self.works_for = 0 if kind != "contact" else _most_of(related, "from_contact_id")
        self.sources = list(ids.order_by("source").values_list("source", flat=True).distinct())
        self.custom = [field for field in definitions(kind) if may_see(user, field)]
        link = ["Company", "Company id"] if kind == "contact" else ["Parent company", "Parent company id"]
        self.header = [
            "Bandhu id", *self.columns, *link,
            *(f"Also works for {n} - {part}" for n in range(1, self.works_for + 1) for part in ("Name", "Id")),
            "Owner", "Team", "Tags",
            *(f"{word} {n} - {title}" for word, _m, parts in self.points for n in range(1, self.counts[word] + 1) for title, _c in parts),
            *(f"Other name {n}" for n in range(1, self.names + 1)),
            *(f"Id in {source}" for source in self.sources),
            *(marked(label_of(field), IMPORT_KIND[kind]) for field in self.custom),
        ]  # fmt: skip

    def _unmasked(self, word: str) -> Q:
        return record_kinds[self.kind].unmasked_rows(self.user, MASKED.get(word, ""))

    def _most(self, model: Any, within: Any) -> int:
        return _most_of(model.objects.filter(**{f"{self.side}__in": within}), self.side)

    def rows(self, records: QuerySet) -> Iterator[list[Any]]:
        link = "company" if self.kind == "contact" else "parent"
        found = records.select_related(link, "owner", "team").prefetch_related("tags").order_by("pk")
        stream = found.iterator(chunk_size=BATCH)
        while batch := list(islice(stream, BATCH)):
            yield from self._batch(batch, link)

    def _batch(self, batch: list[Any], link: str) -> list[list[Any]]:
        ids = [record.pk for record in batch]
        found, given = [], []
        points = [
            (
                parts,
                self.counts[word],
                _by_record(model, self.side, [one.pk for one in batch if self._shows(word, one)]),
            )
            for word, model, parts in self.points
        ]
        phones = {
            pk
            for (word, *_), (_p, _c, rows) in zip(self.points, points, strict=True)
            if word == "Phone"
            for pk in rows
        }
        names = _by_record(AlternativeName, self.side, ids)
        external = _by_record(ExternalId, self.side, ids)
        related = self._related(ids) if self.works_for else {}
        for record in batch:
            linked = _seen(self.user, getattr(record, link))
            row: list[Any] = [
                str(record.pk),
                *(
                    _plain(getattr(record, name)) if self._shows(name, record) else ""
                    for name in self.columns.values()
                ),
            ]
            row += [str(linked) if linked else "", str(linked.pk) if linked else ""]
            others = related.get(record.pk, [])
            row += [part for other in others for part in other] + ["", ""] * (self.works_for - len(others))
            row += [record.owner.email if record.owner else ""]
            row += [str(record.team or ""), ", ".join(tag.name for tag in record.tags.all())]
            for parts, count, rows in points:
                row += _slots(rows.get(record.pk, []), parts, count)
            row += [one.name for one in names.get(record.pk, [])]
            row += [""] * (self.names - len(names.get(record.pk, [])))
            by_source = {one.source: one.external_id for one in reversed(external.get(record.pk, []))}
            row += [by_source.get(source, "") for source in self.sources]
            row += [_custom(field, record.custom.get(field.key)) for field in self.custom]
            found.append(row)
            given.append((record, self._given(record, record.pk in phones)))
        self.trail.note(given)
        return found

    def _shows(self, word: str, record: Any) -> bool:
        return self.trail.shows(MASKED.get(word, ""), record)

    def _given(self, record: Any, has_phones: bool) -> list[str]:
        """Which masked fields of this record are in its row."""
        names = ["phones"] if has_phones else []
        with_id = "national_id" in self.columns.values() and record.national_id
        return [*names, "national_id"] if with_id and self._shows("national_id", record) else names

    def _related(self, ids: list[Any]) -> dict[Any, list[tuple[str, str]]]:
        """The further companies people work for, as (name, id)."""
        found: dict[Any, list[tuple[str, str]]] = defaultdict(list)
        rows = further_companies(self.user).filter(from_contact__any_of=ids).order_by("pk")
        for contact, name, company in rows.values_list(
            "from_contact_id", "to_company__name", "to_company_id"
        ):
            found[contact].append((name, str(company)))
        return found


def further_companies(user: Any) -> QuerySet:
    """Relations that say for which companies that `user` may see, besides the one on the record, somebody works."""
    seen = Company.objects.visible_to(user)
    return Relation.objects.filter(role=Relation.Role.WORKS_FOR, to_company__in=seen.values("pk"))


def _seen(user: Any, company: Company | None) -> Company | None:
    """The company, if `user` may know of it."""
    return company if company and may_see_record(user, "customers.view_company", company) else None


def _most_of(rows: QuerySet, side: str) -> int:
    """How many rows the record with the most of them has."""
    counted = rows.order_by().values(side).annotate(number=Count("pk"))
    return counted.aggregate(most=Max("number"))["most"] or 0


def _slots(rows: Sequence[Any], parts: Iterable[tuple[str, str]], count: int) -> list[str]:
    cells = []
    for place in range(count):
        one = rows[place] if place < len(rows) else None
        for title, column in parts:
            value = getattr(one, column) if one else ""
            if one and column == "number":
                value = one.as_typed if one.as_typed and not one.number.startswith("+") else _dialled(one)
            cells.append(country_name(value) if title == "Country" else value)
    return cells


def _dialled(phone: Phone) -> str:
    return f"{phone.number} ext. {phone.extension}" if phone.extension else phone.number


def _by_record(model: Any, side: str, ids: list[Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    order = ["-is_primary", "pk"] if hasattr(model, "is_primary") else ["pk"]
    for row in model.objects.filter(**{f"{side}__any_of": ids}).order_by(*order):
        found[getattr(row, side)].append(row)
    return found


def _custom(field: Any, value: Any) -> Any:
    if value is None:
        return ""
    if field.type == "file":
        return _file(value)
    if field.type == "money":
        places = currency_exponent(value["currency"])
        whole, rest = divmod(abs(value["amount"]), 10**places)
        sign = "-" if value["amount"] < 0 else ""
        return (
            f"{sign}{whole}.{rest:0{places}d} {value['currency']}"
            if places
            else f"{sign}{whole} {value['currency']}"
        )
    return ", ".join(value) if isinstance(value, list) else _plain(value)


def _file(value: Any) -> str:
    """Name and address of a file in an own field: the address asks for a sign-in."""
    if not isinstance(value, dict):
        return str(value or "")
    return f"{value['name']} <{absolute(reverse('platform:file', args=[value['id']]))}>"


def _plain(value: Any) -> Any:
    """A value as data: dates in ISO order, records by their name, lists as lists."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def vcards(user: Any, records: QuerySet | None = None) -> Iterator[str]:
    """Contacts as vCard 4.0, one text per card."""
    rows = Contact.objects.visible_to(user) if records is None else records
    trail = ExportTrail(user, "contact")
    found = (
        rows.select_related("company")
        .prefetch_related("tags", "mails", "addresses", "socials", "phones")
        .order_by("pk")
    )
    stream = found.iterator(chunk_size=BATCH)
    while batch := list(islice(stream, BATCH)):
        shown = {contact.pk: trail.shows(MASKED["Phone"], contact) for contact in batch}
        trail.note((one, ["phones"] if shown[one.pk] and one.phones.all() else []) for one in batch)
        for contact in batch:
            yield write_card(_card(contact, _seen(user, contact.company), shown[contact.pk]))


def _card(contact: Contact, company: Company | None, sees_phones: bool) -> Card:
    def primary_first(rows: Any) -> list[Any]:
        return sorted(rows.all(), key=lambda row: (not row.is_primary, row.pk))

    names = (
        "given_name",
        "family_name",
        "name_prefix",
        "name_suffix",
        "nickname",
        "job_title",
        "sort_as",
        "language",
        "time_zone",
    )
    fields = {name: getattr(contact, name) for name in names if getattr(contact, name)}
    if contact.birthday:
        fields["birthday"] = contact.birthday.isoformat()
    return Card(
        name=contact.full_name,
        fields=fields,
        company=company.name if company else "",
        department=contact.department,
        emails=[(row.label, row.address) for row in primary_first(contact.mails)],
        phones=[(row.label, _dialled(row)) for row in primary_first(contact.phones)] if sees_phones else [],
        addresses=[
            {"label": row.label, "street": row.street, "city": row.city, "region": row.region,
             "postal_code": row.postcode, "country": country_name(row.country), "extended": row.district}
            for row in primary_first(contact.addresses)
        ],
        websites=[(row.network[8:], row.handle) for row in contact.socials.all() if row.network.startswith("website")],
        social=[(row.network, row.handle) for row in contact.socials.all() if not row.network.startswith("website")],
        tags=[tag.name for tag in contact.tags.all()],
        notes=[contact.note] if contact.note else [],
    )  # fmt: skip
