"""Everything a record page shows of one customer, in few statements whatever its size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils.translation import get_language

from bandhu.customers.models import Company, Contact, Phone, PostalAddress, Tag
from bandhu.customers.point_values import LABELS, NETWORKS
from bandhu.customers.queries.belongings import belongings_of
from bandhu.customers.queries.companies import company_for, people_of, subsidiaries_of
from bandhu.customers.queries.contacts import contact_for
from bandhu.customers.queries.relations import RelationLine, relations_of
from bandhu.identity.masking import masked, may_reveal, may_see
from bandhu.platform.phone_numbers import dial_link, display_number
from bandhu.platform.postal_addresses import FIELDS, address_lines
from bandhu.ui.formats import current_reader

FIRST_PEOPLE = 12


@dataclass(frozen=True)
class PhoneLine:
    """A phone as the reader may see it: `shown` is covered and `link` empty for who may not see numbers."""

    id: UUID
    shown: str
    link: str
    label: Any
    is_primary: bool

    @property
    def is_masked(self) -> bool:
        return not self.link


@dataclass(frozen=True)
class AddressLine:
    """An address as its country writes it."""

    id: UUID
    lines: list[str]
    label: Any
    is_primary: bool


@dataclass
class Card:
    """A contact or company with all that belongs to it, primary rows first. National ids and phones are masked."""

    record: Any
    kind: str
    tags: list[Tag] = field(default_factory=list)
    phones: list[PhoneLine] = field(default_factory=list)
    mails: list[Any] = field(default_factory=list)
    addresses: list[AddressLine] = field(default_factory=list)
    socials: list[Any] = field(default_factory=list)
    other_names: list[Any] = field(default_factory=list)
    external_ids: list[Any] = field(default_factory=list)
    relations: list[RelationLine] = field(default_factory=list)
    people: list[Any] = field(default_factory=list)
    people_total: int = 0
    subsidiaries: list[Any] = field(default_factory=list)
    may_change: bool = False
    may_delete: bool = False
    may_export: bool = False
    national_id: str = ""
    may_reveal_national_id: bool = False

    @property
    def title(self) -> str:
        return str(self.record)


def contact_card(user: Any, contact_id: UUID | str) -> Card:
    """The page of a contact. Raises OutOfReach (404)."""
    contact = contact_for(user, contact_id)
    card = _card(user, contact, "contact")
    company = contact.company
    if company and (company.deleted_at or not may_see(user, "customers.view_company", company)):
        contact.company = None
    card.national_id = masked(user, contact, contact.national_id, "national_id")
    card.may_reveal_national_id = bool(contact.national_id) and may_reveal(user, contact, "national_id")
    return card


def company_card(user: Any, company_id: UUID | str) -> Card:
    """The page of a company, with the first of its people and its subsidiaries. Raises OutOfReach (404)."""
    company = company_for(user, company_id)
    card = _card(user, company, "company")
    if company.parent and not may_see(user, "customers.view_company", company.parent):
        company.parent = None
    people = people_of(user, company)
    card.people = list(people[:FIRST_PEOPLE])
    card.people_total = len(card.people)
    if card.people_total == FIRST_PEOPLE:
        card.people_total = people.order_by().aggregate(total=Count("pk"))["total"]
    card.subsidiaries = list(subsidiaries_of(user, company)[:FIRST_PEOPLE])
    return card


def phone_line(user: Any, record: Contact | Company, phone: Phone) -> PhoneLine:
    """One phone as `user` may see it on `record`."""
    shown = display_number(phone.number, phone.extension, current_reader().country)
    seen = masked(user, record, shown, "phone")
    link = dial_link(phone.number, phone.extension) if seen == shown else ""
    return PhoneLine(phone.pk, seen, link, label_of(phone.label), phone.is_primary)


def address_line(address: PostalAddress) -> AddressLine:
    """One address as its country writes it, for this reader."""
    parts = {name: getattr(address, name) for name in (*FIELDS, "country")}
    reader = current_reader()
    lines = address_lines(parts, reader_country=reader.country, language=get_language() or "en")
    return AddressLine(address.pk, lines, label_of(address.label), address.is_primary)


def label_of(label: str) -> Any:
    """The words of a label: translated when it is one of ours, else as written."""
    return LABELS.get(label, label)


def _card(user: Any, record: Contact | Company, kind: str) -> Card:
    found = belongings_of(record)
    return Card(
        record=record,
        kind=kind,
        tags=found.tags,
        phones=[phone_line(user, record, one) for one in found.phones],
        mails=_worded(found.mails, "label", LABELS),
        addresses=[address_line(one) for one in found.addresses],
        socials=_worded(found.socials, "network", NETWORKS),
        other_names=found.other_names,
        external_ids=found.external_ids,
        relations=relations_of(user, record, found.relations),
        may_change=may_see(user, f"customers.change_{kind}", record),
        may_delete=may_see(user, f"customers.delete_{kind}", record),
        may_export=kind == "contact" and may_see(user, "customers.export_personal_data", record),
    )


def _worded(rows: list[Any], name: str, words: Mapping[str, Any]) -> list[Any]:
    """The rows, each with `words`: what its kind is called."""
    for row in rows:
        row.words = words.get(getattr(row, name), getattr(row, name))
    return rows
