"""What every change of a subscription tells: the audit trail, the search, events, and pages that are open."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from bandhu.billing.actions.telling import Changes
from bandhu.billing.models import Subscription
from bandhu.billing.periods import local_day
from bandhu.identity.results import OutOfReach
from bandhu.platform import audit, live
from bandhu.platform.events import Event, publish
from bandhu.platform.search.indexing import index_records

KIND = "subscription"


def locked_subscription(pk: UUID) -> Subscription:
    """The row as it is now, held until the transaction ends; raises OutOfReach for one that is gone."""
    # No joins: after waiting for the lock they would still show what the row pointed to before.
    fresh = Subscription.objects.select_for_update().filter(pk=pk).first()
    if fresh is None:
        raise OutOfReach
    return fresh


def today_of(subscription: Subscription, now: Any) -> date:
    """The date where the customer is."""
    return local_day(subscription.time_zone, now)


def save_and_tell(
    subscription: Subscription, verb: str, *, actor: Any, event: Event | None = None, changes: Changes
) -> None:
    """Store what was changed on the locked row as a new version, and say so; in the transaction of the change."""
    subscription.version += 1
    subscription.save()
    told = changes | {"version": (subscription.version - 1, subscription.version)}
    announce_subscription(subscription, verb, actor=actor, event=event, changes=told)


def announce_subscription(
    subscription: Subscription, verb: str, *, actor: Any, event: Event | None = None, changes: Changes
) -> None:
    audit.record_change(
        verb, actor=actor, kind=KIND, record_id=subscription.pk, title=subscription.number, changes=changes
    )
    index_records(KIND, [subscription.pk])
    if event is not None:
        publish(event, actor=actor)
    live.hint(f"{KIND}:{subscription.pk}")


def facts_of_subscription(subscription: Subscription) -> dict[str, Any]:
    """What every event about a subscription carries."""
    return {
        "subscription_id": str(subscription.pk),
        "contact_id": _text(subscription.contact_id),
        "company_id": _text(subscription.company_id),
        "number": subscription.number,
        "state": str(subscription.state),
        "amount_minor": subscription.amount_minor or 0,
        "currency": subscription.currency,
        "interval": str(subscription.interval),
        "every": subscription.every,
        "owner_id": _text(subscription.owner_id),
    }


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
