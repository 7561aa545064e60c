"""What an order begins by itself: a subscription for what comes again in it, billed for its first period at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from bandhu.billing.actions.renewing import bill_what_is_due
from bandhu.billing.actions.subscriptions import create_subscription, zone_of
from bandhu.billing.lines import drafts_from
from bandhu.billing.models import Subscription
from bandhu.billing.periods import local_day
from bandhu.catalog.pricing import recurrence_of
from bandhu.platform.notifications import notify
from bandhu.platform.record_kinds import record_kinds
from bandhu.quotes.models import Order, OrderLine, OrderState

_NOT_WRITTEN = gettext_noop("The subscription of the order %(number)s could not be written: %(problem)s")


@transaction.atomic
def begin_subscriptions(order: Order, *, actor: Any) -> list[Subscription]:
    """One for each period and number of periods in the order, each once however often this is asked.

    What cannot be written is told to the owner of the order, who writes it by hand.
    """
    fresh = (
        Order.objects.select_for_update(of=("self",)).select_related("contact", "company").get(pk=order.pk)
    )
    groups: dict[tuple[str, int], list[OrderLine]] = {}
    for line in fresh.lines.exclude(recurs="").select_related("product"):
        groups.setdefault(recurrence_of(line), []).append(line)
    if not groups or fresh.state != OrderState.PLACED or fresh.subscriptions.exists():
        return []
    try:
        with transaction.atomic():
            made = [_begin(fresh, *recurrence, lines, actor) for recurrence, lines in groups.items()]
    except ValidationError as problem:
        _tell_owner(fresh, " ".join(problem.messages))
        return []
    for one in made:
        bill_what_is_due(one.pk, timezone.now())
    return made


def _begin(order: Order, period: str, times: int, lines: Sequence[OrderLine], actor: Any) -> Subscription:
    zone = zone_of({"contact": order.contact, "company": order.company})
    made: Subscription = create_subscription(
        actor=actor,
        order=order,
        lines=drafts_from(lines, order.currency),
        interval=period,
        periods=times or None,
        language=order.language,
        time_zone=zone,
        starts_on=local_day(zone, timezone.now()),
        owner=order.owner,
        team=order.team,
        custom=None,
    )
    return made


def _tell_owner(order: Order, problem: str) -> None:
    if order.owner is not None:
        url = record_kinds["order"].url(order)
        notify(order.owner, _NOT_WRITTEN, url=url, icon="repeat", number=order.number, problem=problem)
