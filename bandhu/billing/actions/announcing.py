"""Before a long subscription renews its customer is told, once, so that nobody is surprised by a year."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bandhu.billing.actions.dunning import account_for, words_of
from bandhu.billing.actions.subscription_telling import (
    facts_of_subscription,
    locked_subscription,
    save_and_tell,
    today_of,
)
from bandhu.billing.dunning_letters import RENEWAL, renewal_values
from bandhu.billing.events import SubscriptionRenewsSoon
from bandhu.billing.models import BILLED_STATES, Interval, Subscription
from bandhu.billing.queries import issuer
from bandhu.channels.actions import write_mail
from bandhu.channels.queries import drafted_from, letter_called
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions import plan_follow_up
from bandhu.ui.formats import Reader, day

_DUE_WITHIN = timedelta(hours=8)
# A year or longer.
_LONG = (
    Q(interval=Interval.YEAR) | Q(interval=Interval.QUARTER, every__gte=4)
    | Q(interval=Interval.MONTH, every__gte=12) | Q(interval=Interval.WEEK, every__gte=52)
)  # fmt: skip


def announce_renewals(now: datetime | None = None) -> int:
    """Write to the customers of subscriptions of a year or longer that renew within the days the administrator chose.

    Each renewal is told once; returns how many were.
    """
    at, who = now or timezone.now(), issuer()
    if who is None or not who.renewal_days:
        return 0
    until = (at + timedelta(days=who.renewal_days + 1)).date()
    near = Subscription.objects.filter(
        _LONG,
        Q(due_on=None, next_on__lte=until) | Q(due_on__lte=until),
        state__in=BILLED_STATES,
        billed_periods__gt=0,
    )
    rows = list(near.order_by("next_on", "pk").values_list("pk", flat=True))
    return sum(_announce(pk, who.renewal_days, who.name, at) for pk in rows)


@transaction.atomic
def _announce(pk: UUID, days: int, seller: str, at: datetime) -> bool:
    subscription = locked_subscription(pk)
    renews = subscription.next_period_on
    if renews is None or not 0 < (renews - today_of(subscription, at)).days <= days:
        return False
    if subscription.state not in BILLED_STATES or subscription.told_renewal_on == renews:
        return False
    problem = _write(subscription, seller)
    if problem:
        _follow_up(subscription, problem)
    subscription.told_renewal_on = renews
    event = SubscriptionRenewsSoon(**facts_of_subscription(subscription), renews_on=renews.isoformat())
    changes: dict[str, Any] = {"told_renewal_on": (None, renews)}
    save_and_tell(subscription, "renewal_announced", actor=system_user(), event=event, changes=changes)
    return True


def _write(subscription: Subscription, seller: str) -> str:
    """Put the letter into the outbox; returns why it could not be written, or ""."""
    system, customer = system_user(), subscription.contact or subscription.company
    letter = letter_called(RENEWAL.key)
    if customer is None or not letter.is_active:
        return _("Its customer is no longer in the book, or the letter is out of use.")
    try:
        with transaction.atomic():
            values = renewal_values(subscription, seller)
            words = drafted_from(letter, customer, system, language=subscription.language, values=values)
            write_mail(
                customer, actor=system, account=account_for(subscription.owner), to=[customer.primary_mail], subject=words.subject,
                body=words.body, about=("subscription", subscription.pk), is_automatic=True,
            )  # fmt: skip
    except (ValidationError, PermissionDenied, Http404) as refusal:
        return words_of(refusal)
    return ""


def _follow_up(subscription: Subscription, problem: str) -> None:
    customer, owner = subscription.contact or subscription.company, subscription.owner
    if customer is None or owner is None or not owner.is_active:
        return
    language = owner.language or "en"
    with translation.override(language):
        text = _("Subscription %(number)s renews on %(day)s, and the customer was not told: %(problem)s")
        renews = day(subscription.next_period_on or subscription.next_on, Reader(language=language))
        what = text % {"number": subscription.number, "day": renews, "problem": problem}
    plan_follow_up(customer, actor=system_user(), what=what, due_at=timezone.now() + _DUE_WITHIN, owner=owner)
