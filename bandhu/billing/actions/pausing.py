"""Subscriptions that rest, go on, or end because somebody says so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.billing.actions.adjusting import check_running, give_back_rest
from bandhu.billing.actions.renewing import bill_used_days, catch_up, end
from bandhu.billing.actions.subscription_telling import (
    facts_of_subscription,
    locked_subscription,
    save_and_tell,
    today_of,
)
from bandhu.billing.actions.telling import Changes
from bandhu.billing.events import SubscriptionChanged, SubscriptionPaused, SubscriptionResumed
from bandhu.billing.models import Subscription, SubscriptionState
from bandhu.identity.acting import action
from bandhu.platform.texts import clean_line


@action("billing.change_subscription")
def pause_subscription(subscription: Subscription, *, actor: Any) -> Subscription:
    """From today nothing is billed. What was paid for the days that are left waits until it is resumed; in arrears the days used are billed.

    Pausing again changes nothing.
    """
    fresh = locked_subscription(subscription.pk)
    if fresh.state == SubscriptionState.PAUSED:
        return fresh
    check_running(fresh)
    catch_up(fresh, today_of(fresh, timezone.now()), actor)
    check_running(fresh)
    pause(fresh, actor)
    return fresh


def pause(subscription: Subscription, actor: Any) -> None:
    """The same on a locked row that runs; in the caller's transaction."""
    today = today_of(subscription, timezone.now())
    bill_used_days(subscription, today, actor)
    before = subscription.state
    subscription.state = SubscriptionState.PAUSED
    subscription.paused_on = today
    event = SubscriptionPaused(**facts_of_subscription(subscription))
    changes: Changes = {"state": (before, subscription.state)}
    save_and_tell(subscription, "paused", actor=actor, event=event, changes=changes)


@action("billing.change_subscription")
def resume_subscription(subscription: Subscription, *, actor: Any) -> Subscription:
    """It goes on today: the days it rested are added to what was billed, and the next period begins so much later.

    That day is the one its periods keep from then on. Resuming what runs changes nothing.
    """
    fresh = locked_subscription(subscription.pk)
    if fresh.state != SubscriptionState.PAUSED:
        return fresh
    resume(fresh, actor)
    return fresh


def resume(subscription: Subscription, actor: Any) -> None:
    """The same on a locked row that rests; in the caller's transaction."""
    assert subscription.paused_on is not None  # kept by the database
    today, since = today_of(subscription, timezone.now()), subscription.paused_on
    rested = max((today - since).days, 0)
    if rested:
        _add_days(subscription, rested)
    on_trial = subscription.trial_until is not None and subscription.trial_until > today
    subscription.state = SubscriptionState.TRIAL if on_trial else SubscriptionState.ACTIVE
    subscription.paused_on, subscription.is_held_by_dunning = None, False
    event = SubscriptionResumed(**facts_of_subscription(subscription), paused_days=rested)
    changes: Changes = {
        "state": (SubscriptionState.PAUSED.value, subscription.state),
        "next_on": (None, subscription.next_on),
    }
    save_and_tell(subscription, "resumed", actor=actor, event=event, changes=changes)


def _add_days(subscription: Subscription, days: int) -> None:
    """Move all that lies after the pause by so many days; the days used before it stay used."""
    since, rest = subscription.paused_on, timedelta(days=days)
    subscription.billed.filter(to_on__gt=since).update(
        full_from=F("full_from") + rest, full_to=F("full_to") + rest, to_on=F("to_on") + rest,
        paused_days=F("paused_days") + days,
    )  # fmt: skip
    subscription.billed_parts.filter(to_on__gt=since).update(
        from_on=F("from_on") + rest, to_on=F("to_on") + rest
    )
    if subscription.trial_until is not None and since is not None and subscription.trial_until > since:
        subscription.trial_until += rest
    # In arrears the rest of the period that ran is still to be billed: all of it moves.
    full_from, _full_to = subscription.whole_period()
    subscription.next_on += rest
    subscription.anchor_on = full_from + rest if subscription.in_arrears else subscription.next_on
    subscription.period = 0


@action("billing.change_subscription")
def cancel_subscription(
    subscription: Subscription, *, actor: Any, reason: str, at_once: bool = False, credits: bool = True
) -> Subscription:
    """End it: with the period that is billed, or `at_once`, then with `credits` for the days that are left.

    In arrears it ends with the period that runs, or at once with the days used so far billed.
    Crediting needs its own permission. Raises ValidationError by field. Cancelling what has ended changes nothing.
    """
    fresh, reason = locked_subscription(subscription.pk), clean_line(reason or "", 300)
    if fresh.is_ended:
        return fresh
    if not reason:
        raise ValidationError({"reason": _("Say why.")}, code="required")
    today = today_of(fresh, timezone.now())
    catch_up(fresh, today, actor)
    if fresh.is_ended:
        return fresh
    if at_once:
        on = fresh.paused_on or today
        bill_used_days(fresh, on, actor)
        documents = give_back_rest(fresh, on, actor, reason=reason, credits=credits)
        end(fresh, on, reason, actor=actor, documents=documents)
        return fresh
    check_running(fresh)
    runs = fresh.in_arrears and fresh.next_on <= today
    last = (fresh.end_of_period() if runs else fresh.next_on) - timedelta(days=1)
    changes: Changes = {"last_day": (fresh.last_day, last), "reason": (None, reason)}
    fresh.last_day, fresh.end_reason = last, reason
    event = SubscriptionChanged(**facts_of_subscription(fresh), fields=["last_day"], documents=[])
    save_and_tell(fresh, "cancelled", actor=actor, event=event, changes=changes)
    return fresh
