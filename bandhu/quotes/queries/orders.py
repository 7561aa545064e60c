"""Reading orders."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q

from bandhu.customers.models import Company, Contact
from bandhu.customers.queries.contacts import as_uuid
from bandhu.identity.masking import seen
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.quotes.models import Order, OrderLine
from bandhu.sales.models import Opportunity

VIEW = "quotes.view_order"


def orders(user: Any, permission: str = VIEW) -> ScopedQuerySet:
    """Every order the user may see (or may do `permission` to). Order them yourself."""
    return Order.objects.visible_to(user, permission)


def order_for(user: Any, order_id: UUID | str, permission: str = VIEW) -> Order:
    """The order with all it points to; raises OutOfReach (404)."""
    rows = orders(user, permission).select_related(
        "contact", "company", "opportunity", "owner", "team", "quote"
    )
    found = rows.filter(pk=as_uuid(order_id)).first()
    if found is None:
        raise OutOfReach
    return found


def customers_seen(user: Any, order: Order) -> dict[str, Any]:
    """Its contact and company, those the user may see."""
    return {
        "contact": seen(user, order.contact, "customers.view_contact"),
        "company": seen(user, order.company, "customers.view_company"),
    }


def order_lines(user: Any, order: Order) -> list[OrderLine]:
    """Its lines in their order."""
    return list(order.lines.order_by("position"))


def orders_of(user: Any, record: Contact | Company | Opportunity) -> ScopedQuerySet:
    """Of a contact, of a company and its people, or of an opportunity; the newest first."""
    if isinstance(record, Opportunity):
        mine = Q(opportunity=record)
    elif isinstance(record, Contact):
        mine = Q(contact=record)
    else:
        mine = Q(company=record) | Q(contact__company=record)
    return orders(user).filter(mine).select_related("owner").order_by("-placed_at", "-pk")
