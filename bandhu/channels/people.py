"""Whose addresses these are, in the customers' book."""

from __future__ import annotations

from collections.abc import Iterable

from bandhu.customers.models import Company, Contact, EmailAddress


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
