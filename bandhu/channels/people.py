"""Whose addresses these are, in the customers' book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from bandhu.customers.models import Company, Contact, EmailAddress
from bandhu.interactions.recognition import filed_by_hand

# Somebody, and the rule by which they are known: "before" (a person said so the last time) or "address".
Known = tuple[Contact | Company, str]


def contacts_at(keys: Iterable[str]) -> dict[str, Contact]:
    """key → the contact with this address; of several the one whose first address it is, else the oldest."""
    rows = (
        EmailAddress.objects.filter(
            key__in=list(keys), contact__deleted_at__isnull=True, contact__isnull=False
        )
        .select_related("contact__company", "contact__owner")
        .order_by("-is_primary", "contact_id")
    )
    found: dict[str, Contact] = {}
    for row in rows:
        if row.contact is not None:
            found.setdefault(row.key, row.contact)
    return found


def companies_at(keys: Iterable[str]) -> dict[str, Company]:
    """key → the company with this very address (info@…)."""
    rows = (
        EmailAddress.objects.filter(
            key__in=list(keys), company__deleted_at__isnull=True, company__isnull=False
        )
        .select_related("company")
        .order_by("-is_primary", "company_id")
    )
    found: dict[str, Company] = {}
    for row in rows:
        if row.company is not None:
            found.setdefault(row.key, row.company)
    return found


def known_at(
    place: UUID, keys: Iterable[str], contacts: Mapping[str, Contact] | None = None
) -> dict[str, Known]:
    """key → who writes from it to the mailbox `place`: whom a person filed them with, else who has the address. `contacts` as of
    `contacts_at`, where it was asked already.
    """
    wanted = {key for key in keys if key}
    in_book = contacts_at(wanted) if contacts is None else contacts
    found: dict[str, Known] = {key: (in_book[key], "address") for key in wanted if key in in_book}
    found |= {key: (one, "address") for key, one in companies_at(wanted - set(found)).items()}
    found |= {key: (one, "before") for key, one in filed_by_hand(place, wanted).items()}
    return found
