"""What an agent says to an offer, and offers nobody answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.contact_center.actions.giving import give, put_back
from bandhu.contact_center.actions.holding import hold
from bandhu.contact_center.actions.presence import set_away_for_missing
from bandhu.contact_center.actions.routing import TAKE
from bandhu.contact_center.models import WorkEvent, WorkItem
from bandhu.identity.acting import action
from bandhu.identity.ready_made import system_user
from bandhu.identity.results import OutOfReach


@action(TAKE, on_record=False)
def accept_work(item: WorkItem, *, actor: Any) -> WorkItem:
    """Take what was offered to the actor. Raises ValidationError when the offer is over, OutOfReach when it never was theirs."""
    held = _offered_to(actor, item)
    assert held.agent is not None
    give(held, held.agent, actor=actor, by_router=True, accepted=True)
    return held


@action(TAKE, on_record=False)
def decline_work(item: WorkItem, *, actor: Any) -> WorkItem:
    """Leave what was offered to the actor to others. Raises like `accept_work`."""
    held = _offered_to(actor, item)
    put_back(held, actor=actor, verb=WorkEvent.Verb.DECLINED, reason="declined")
    return held


@transaction.atomic
def end_offer(item_id: UUID) -> bool:
    """Take an offer back whose time is over; whether there was one."""
    item = hold(item_id)
    if item.state != WorkItem.State.OFFERED or not item.offered_until or item.offered_until > timezone.now():
        return False
    agent, actor = item.agent, system_user()
    put_back(item, actor=actor, verb=WorkEvent.Verb.MISSED, reason="missed")
    if agent is not None and item.queue.pauses_who_misses:
        set_away_for_missing(agent, actor=actor)
    return True


def _offered_to(actor: Any, item: WorkItem) -> WorkItem:
    held = hold(item.pk)
    if held.state == WorkItem.State.OFFERED and held.agent is not None and held.agent.user_id == actor.pk:
        return held
    was_theirs = held.history.filter(verb=WorkEvent.Verb.OFFERED, agent__user=actor).exists()
    if not was_theirs:
        raise OutOfReach
    raise ValidationError(_("This offer is over: the work is back in its queue or with somebody else."))
