"""Subscriptions of the last months: most run, some on trial, paused or cancelled; billed by the job itself, so that every invoice is real."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from django.utils import timezone

from bandhu.billing import actions
from bandhu.billing.actions import LineDraft
from bandhu.catalog.queries import base_currency
from bandhu.customers.models import Company
from bandhu.platform.money import Money

MOST = 24
_PLANS = (
    ("Shop maintenance", "month", 4_500),
    ("Till software", "month", 1_800),
    ("Delivery twice a week", "month", 7_200),
    ("Cold store inspection", "quarter", 12_000),
    ("Yearly service contract", "year", 60_000),
)
_AGES = {"month": 75, "quarter": 100, "year": 345}


def write_subscriptions(actor: Any, rng: Random) -> int:
    """For some companies, begun during the last months; returns how many."""
    companies = Company.objects.filter(deleted_at=None, owner__isnull=False).select_related("owner", "team")
    made = [_subscription(one, actor, rng) for one in companies.order_by("pk")[:MOST]]
    actions.bill_due_subscriptions()
    for number, one in enumerate(made):
        if number % 8 == 5:
            actions.pause_subscription(one, actor=actor)
        elif number % 8 == 6:
            actions.cancel_subscription(one, actor=actor, reason="Closed the shop")
    return len(made)


def _subscription(company: Company, actor: Any, rng: Random) -> Any:
    name, interval, price = rng.choice(_PLANS)
    age = rng.randrange(_AGES[interval])
    line = LineDraft(
        name=name, quantity=rng.randrange(1, 4), unit_price=Money.of(price, base_currency()), tax=None
    )
    today = timezone.localdate()
    is_tried = rng.random() < 0.15
    return actions.create_subscription(
        actor=actor, company=company, owner=company.owner, team=company.team, lines=[line], interval=interval,
        starts_on=today - timedelta(days=3) if is_tried else today - timedelta(days=age),
        trial_until=today + timedelta(days=11) if is_tried else None,
    )  # fmt: skip
