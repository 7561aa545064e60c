"""A contact's own data as plain values, for who asks what we know about them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Model, Q

from bandhu.customers.models import Contact, Relation
from bandhu.customers.point_values import POINT_KINDS
from bandhu.platform.custom_fields import definitions, label_of
from bandhu.platform.files import files_of

# Ours, made from the rest: they tell nobody anything.
_DERIVED = {"sort_key", "key", "contact", "company", "custom", "version", "merged_into", "is_disputed"}
_PEOPLE = ("owner", "team", "company", "created_by", "last_touched_by")


def data_of_contact(contact_id: UUID) -> list[dict[str, Any]]:
    """The record with everything on it, nothing masked; nothing when there is no such contact."""
    contact = Contact.objects.select_related(*_PEOPLE).filter(pk=contact_id).first()
    if contact is None:
        return []
    points = {
        name: [_plain(row) for row in getattr(contact, name).order_by("pk")] for name in sorted(POINT_KINDS)
    }
    return [
        {
            **_plain(contact),
            "company": str(contact.company or ""),
            "tags": sorted(contact.tags.values_list("name", flat=True)),
            **points,
            "own_fields": {
                label_of(one): contact.custom[one.key]
                for one in definitions("contact")
                if one.key in contact.custom
            },
        }
    ]


def relations_of_contact(contact_id: UUID) -> list[dict[str, Any]]:
    """How the contact stands to other people and companies, read from its side and from theirs."""
    rows = Relation.objects.filter(Q(from_contact=contact_id) | Q(to_contact=contact_id)).select_related(
        "from_contact", "from_company", "to_contact", "to_company"
    )
    return [
        {
            "who": str(row.from_contact or row.from_company),
            "role": row.role,
            "whom": str(row.to_contact or row.to_company),
            "title": row.title,
            "since": row.since,
            "until": row.until,
        }
        for row in rows.order_by("pk")
    ]


def files_of_contact(contact_id: UUID) -> list[dict[str, Any]]:
    """The files kept with the contact: what they are, not their content."""
    return [
        {"name": one.name, "media_type": one.media_type, "size": one.size, "at": one.created_at}
        for one in files_of(contact_id)
    ]


def _plain(row: Model) -> dict[str, Any]:
    """The columns that hold something; whom they point to by name."""
    found = {
        field.name: str(getattr(row, field.name) or "") if field.is_relation else getattr(row, field.name)
        for field in row._meta.concrete_fields
        if field.name not in _DERIVED
    }
    return {name: value for name, value in found.items() if value not in (None, "")}
