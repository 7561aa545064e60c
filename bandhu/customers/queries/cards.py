"""Everything a record page shows of one customer, in few statements whatever its size."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count

from bandhu.customers.models import Company, Contact, Tag
from bandhu.customers.queries.companies import company_for, people_of, subsidiaries_of
from bandhu.customers.queries.contacts import contact_for
from bandhu.customers.queries.relations import RelationLine, relations_of

FIRST_PEOPLE = 12


@dataclass
class Card:
    """A contact or company with all that belongs to it; lists as Python lists, primary rows first."""

    record: Any
    kind: str
    tags: list[Tag] = field(default_factory=list)
    phones: list[Any] = field(default_factory=list)
    mails: list[Any] = field(default_factory=list)
    addresses: list[Any] = field(default_factory=list)
    socials: list[Any] = field(default_factory=list)
    other_names: list[Any] = field(default_factory=list)
    external_ids: list[Any] = field(default_factory=list)
    relations: list[RelationLine] = field(default_factory=list)
    people: list[Any] = field(default_factory=list)
    people_total: int = 0
    subsidiaries: list[Any] = field(default_factory=list)


def contact_card(user: Any, contact_id: UUID | str) -> Card:
    """The page of a contact. Raises OutOfReach (404)."""
    contact = contact_for(user, contact_id)
    card = _card(user, contact, "contact")
    if contact.company_id and contact.company and contact.company.deleted_at:
        contact.company = None
    return card


def company_card(user: Any, company_id: UUID | str) -> Card:
    """The page of a company, with the first of its people and its subsidiaries. Raises OutOfReach (404)."""
    company = company_for(user, company_id)
    card = _card(user, company, "company")
    people = people_of(user, company)
    card.people = list(people[:FIRST_PEOPLE])
    card.people_total = len(card.people)
    if card.people_total == FIRST_PEOPLE:
        card.people_total = people.order_by().aggregate(total=Count("pk"))["total"]
    card.subsidiaries = list(subsidiaries_of(user, company)[:FIRST_PEOPLE])
    return card


def _card(user: Any, record: Contact | Company, kind: str) -> Card:
    first = ("-is_primary", "pk")
    return Card(
        record=record,
        kind=kind,
        tags=list(record.tags.all()),
        phones=list(record.phones.order_by(*first)),
        mails=list(record.mails.order_by(*first)),
        addresses=list(record.addresses.order_by(*first)),
        socials=list(record.socials.order_by("pk")),
        other_names=list(record.other_names.order_by("pk")),
        external_ids=list(record.external_ids.order_by("pk")),
        relations=relations_of(user, record),
    )
