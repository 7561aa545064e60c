"""Reading subscriptions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, Sum

from bandhu.billing.models import (
    EARNING_STATES,
    BilledPeriod,
    Invoice,
    Subscription,
    SubscriptionLine,
)
from bandhu.catalog.queries import base_currency
from bandhu.customers.models import Company, Contact
from bandhu.customers.queries.contacts import as_uuid
from bandhu.identity.masking import may_see, seen
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import ScopedQuerySet
from bandhu.platform.money import Money
from bandhu.quotes.models import Order

VIEW_SUBSCRIPTION = "billing.view_subscription"
SHOWN_PERIODS = 36


def subscriptions(user: Any, permission: str = VIEW_SUBSCRIPTION) -> ScopedQuerySet:
    """Every one the user may see (or may do `permission` to). Order them yourself."""
    return Subscription.objects.visible_to(user, permission)


def subscription_for(
    user: Any, subscription_id: UUID | str, permission: str = VIEW_SUBSCRIPTION
) -> Subscription:
    """One with all it points to; raises OutOfReach (404)."""
    rows = subscriptions(user, permission).select_related("contact", "company", "owner", "team", "order")
    found = rows.filter(pk=as_uuid(subscription_id)).first()
    if found is None:
        raise OutOfReach
    return found


def subscriptions_of(user: Any, record: Contact | Company | Order) -> ScopedQuerySet:
    """Of a contact, of a company and its people, or of an order; the newest first."""
    if isinstance(record, Contact):
        mine = Q(contact=record)
    elif isinstance(record, Company):
        mine = Q(company=record) | Q(contact__company=record)
    else:
        mine = Q(order=record)
    return subscriptions(user).filter(mine).order_by("-created_at", "-pk")


def monthly_recurring(rows: Any) -> Money | None:
    """What the active and past due ones among `rows` bring in a month without taxes, in the base currency; None before one is chosen."""
    currency = base_currency()
    if not currency:
        return None
    found = rows.filter(state__in=EARNING_STATES).aggregate(sum=Sum("monthly_minor", default=0))
    return Money(int(found["sum"]), currency)


@dataclass
class SubscriptionCard:
    """Everything the page of a subscription shows. Customers and orders out of reach are left out."""

    record: Subscription
    lines: list[SubscriptionLine]
    contact: Contact | None
    company: Company | None
    order: Order | None
    periods: list[BilledPeriod]
    invoices: list[Invoice]
    monthly: Money | None
    may: dict[str, bool] = field(default_factory=dict)


def subscription_card(user: Any, subscription_id: UUID | str) -> SubscriptionCard:
    """The page of a subscription. Raises OutOfReach (404)."""
    found = subscription_for(user, subscription_id)
    currency = base_currency()
    invoices = Invoice.objects.visible_to(user, "billing.view_invoice").filter(subscription=found)
    return SubscriptionCard(
        record=found,
        lines=list(found.lines.select_related("product")),
        contact=seen(user, found.contact, "customers.view_contact"),
        company=seen(user, found.company, "customers.view_company"),
        order=found.order if found.order and may_see(user, "quotes.view_order", found.order) else None,
        periods=list(found.billed.select_related("invoice")[:SHOWN_PERIODS]),
        invoices=list(invoices.order_by("-created_at", "-pk")[:SHOWN_PERIODS]),
        monthly=Money(found.monthly_minor, currency) if currency else None,
        may={
            "change": may_see(user, "billing.change_subscription", found),
            "credit": may_see(user, "billing.credit_invoice", found),
        },
    )
