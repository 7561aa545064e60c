"""Reading companies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from bandhu.customers.models import Company, Contact
from bandhu.customers.queries.contacts import as_uuid
from bandhu.customers.queries.merged import not_found
from bandhu.identity.masking import may_see
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.sort_keys import sort_key
from bandhu.platform.texts import fold

TREE_LIMIT = 200


def companies(user: Any, permission: str = "customers.view_company") -> ScopedQuerySet:
    """Every company the user may see (or may do `permission` to), without those in the bin."""
    return Company.objects.visible_to(user, permission)


def company_for(
    user: Any, company_id: UUID | str, permission: str = "customers.view_company", *, deleted: bool = False
) -> Company:
    """The company with its parent, owner and team; raises OutOfReach (404), or MergedInto with the one that stays."""
    rows = Company.objects.visible_to(user, permission, deleted=deleted)
    rows = rows.select_related("parent", "owner", "team", "last_touched_by")
    try:
        found: Company = rows.get(pk=as_uuid(company_id))
    except Company.DoesNotExist:
        raise not_found(user, Company, as_uuid(company_id)) from None
    return found


def seen_record(user: Any, kind: str, pk: UUID | str) -> Contact | Company:
    """The contact or company by its name alone, for showing what belongs to it; raises OutOfReach (404)."""
    rows = Contact.objects.only("full_name") if kind == "contact" else Company.objects.only("name")
    try:
        found: Contact | Company = rows.visible_to(user).get(pk=as_uuid(pk))
    except (Contact.DoesNotExist, Company.DoesNotExist):
        raise OutOfReach from None
    return found


def deleted_companies(user: Any) -> ScopedQuerySet:
    """The bin, newest first; needs the right to delete."""
    rows = Company.objects.visible_to(user, "customers.delete_company", deleted=True)
    return rows.filter(deleted_at__isnull=False, merged_into__isnull=True).order_by("-deleted_at", "-pk")


def hide_unseen_customers(user: Any, rows: Iterable[Any]) -> None:
    """Take the contact and the company off those of `rows` (for showing, not for saving) whose user may not see them."""
    for row in rows:
        for kind in ("contact", "company"):
            customer = getattr(row, kind)
            if customer is not None and not may_see(user, f"customers.view_{kind}", customer):
                setattr(row, kind, None)


def people_of(user: Any, company: Company) -> ScopedQuerySet:
    """The contacts of a company that the user may see, by name."""
    return Contact.objects.visible_to(user).filter(company=company).order_by("sort_key", "pk")


def subsidiaries_of(user: Any, company: Company) -> ScopedQuerySet:
    """The companies directly below, as far as the user may see them."""
    return Company.objects.visible_to(user).filter(parent=company).order_by("sort_key", "pk")


def company_called(user: Any, name: str) -> Company | None:
    """The oldest company the user may see of exactly this name, case and spaces aside. The index on sort keys finds it."""
    rows = Company.objects.visible_to(user).filter(sort_key=sort_key(name)).order_by("pk")
    return next((one for one in rows if fold(one.name) == fold(name)), None)


def companies_named(user: Any, text: str, limit: int = 8) -> list[Company]:
    """For choosing a company while typing: names that begin with, then names that contain the text."""
    rows = Company.objects.visible_to(user).only("pk", "name", "city")
    starting = list(rows.filter(name__istartswith=text).order_by("sort_key", "pk")[:limit])
    if len(starting) < limit and text:
        known = [one.pk for one in starting]
        more = rows.filter(name__icontains=text).exclude(pk__in=known).order_by("sort_key", "pk")
        starting += list(more[: limit - len(starting)])
    return starting
