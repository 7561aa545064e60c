"""Reading people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bandhu.customers.models import Contact
from bandhu.customers.queries.merged import not_found
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import ScopedQuerySet


def contacts(user: Any, permission: str = "customers.view_contact") -> ScopedQuerySet:
    """Everybody the user may see (or may do `permission` to), without those in the bin. Order them yourself."""
    return Contact.objects.visible_to(user, permission)


def contact_for(
    user: Any, contact_id: UUID | str, permission: str = "customers.view_contact", *, deleted: bool = False
) -> Contact:
    """The contact with its company, owner and team; raises OutOfReach (404), or MergedInto with the one that stays."""
    rows = Contact.objects.visible_to(user, permission, deleted=deleted)
    rows = rows.select_related("company", "owner", "team", "last_touched_by")
    try:
        found: Contact = rows.get(pk=as_uuid(contact_id))
    except Contact.DoesNotExist:
        raise not_found(user, Contact, as_uuid(contact_id)) from None
    return found


def contacts_named(user: Any, text: str, limit: int = 8) -> list[Contact]:
    """For choosing a person while typing: names that begin with, then names that contain the text."""
    rows = Contact.objects.visible_to(user).only("pk", "full_name", "city")
    starting = list(rows.filter(full_name__istartswith=text).order_by("sort_key", "pk")[:limit])
    if len(starting) < limit and text:
        known = [one.pk for one in starting]
        more = rows.filter(full_name__icontains=text).exclude(pk__in=known).order_by("sort_key", "pk")
        starting += list(more[: limit - len(starting)])
    return starting


def deleted_contacts(user: Any) -> ScopedQuerySet:
    """The bin, newest first; merged losers are not in it. Needs the right to delete."""
    rows = Contact.objects.visible_to(user, "customers.delete_contact", deleted=True)
    return rows.filter(deleted_at__isnull=False, merged_into__isnull=True).order_by("-deleted_at", "-pk")


def as_uuid(value: UUID | str) -> UUID:
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        raise OutOfReach from None
