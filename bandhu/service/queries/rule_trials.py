"""Trying a rule out on what is past: which tickets it would have fitted and what it would have changed. Nothing is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone

from bandhu.contact_center.models import Queue
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.reading_only import reading_only
from bandhu.service.models import Level, Priority, Ticket, TicketRule, TicketStatus, TicketType
from bandhu.service.queries.rule_occasions import occasions
from bandhu.service.queries.tickets import tickets
from bandhu.service.rule_conditions import compiled, faults_of
from bandhu.service.rule_past import fitting, tickets_at
from bandhu.service.rule_steps import KINDS, Step, id_of, words_of_value
from bandhu.service.rule_tags import changed_tags
from bandhu.service.rule_times import due_tickets

MANAGE = "service.manage_service"
SHOWN, AT_ONCE, MOST_ROUNDS, MOST_DAYS = 100, 300, 25, 366
_CHOICES: dict[str, Any] = {"priority": Priority, "impact": Level, "urgency": Level}


@dataclass(frozen=True)
class Effect:
    """A step, what stood there and what would stand there; `changes` is False where it was so already."""

    label: Any
    before: str
    after: str
    changes: bool


@dataclass(frozen=True)
class Trial:
    """A ticket that fitted, when, and what would have been done."""

    ticket: Ticket
    at: datetime
    effects: list[Effect]

    @property
    def changes(self) -> bool:
        return any(one.changes for one in self.effects)


@dataclass
class TrialResult:
    """`looked_at` are tickets the trigger came to; `matched` those that fitted, `changed` those on which something would have been done.

    `shown` are the newest of `matched`. `is_cut`: there was more than one trial looks at. `due_now`: on how many tickets a timed rule
    would act as soon as it is in use. `faults` are msgids: then nothing was tried.
    """

    since: datetime
    until: datetime
    looked_at: int = 0
    matched: int = 0
    changed: int = 0
    is_cut: bool = False
    due_now: int | None = None
    shown: list[Trial] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def try_rule(user: Any, draft: TicketRule, *, days: int) -> TrialResult:
    """This rule alone, over the last `days` (1 to 366), on tickets within the user's reach, as they were then.

    The database refuses changes meanwhile.
    """
    require_anywhere(user, MANAGE)
    until = timezone.now()
    result = TrialResult(until - timedelta(days=min(max(days, 1), MOST_DAYS)), until)
    with reading_only():
        result.faults = faults_of(draft)
        if result.faults:
            return result
        _try(user, draft, result)
    return result


def _try(user: Any, draft: TicketRule, result: TrialResult) -> None:
    found, result.is_cut = occasions(user, draft, result.since, result.until)
    by_ticket: dict[UUID, list[datetime]] = defaultdict(list)
    for pk, at in found:
        by_ticket[pk].append(at)
    result.looked_at = len(by_ticket)
    result.is_cut |= any(len(moments) > MOST_ROUNDS for moments in by_ticket.values())
    trials = sorted(_matched(draft, by_ticket), key=lambda one: one.at, reverse=True)
    result.matched, result.changed = len(trials), sum(one.changes for one in trials)
    result.shown = trials[:SHOWN]
    if draft.is_timed:
        try:
            seen = tickets(user).values("pk")
            result.due_now = due_tickets(draft, result.until).filter(pk__in=seen).count()
        except ValidationError:
            result.due_now = None


def _matched(draft: TicketRule, by_ticket: Mapping[UUID, Sequence[datetime]]) -> list[Trial]:
    """Every ticket once, at the newest of its moments at which it fitted."""
    wanted, trials = compiled(draft.conditions), []
    left = dict(by_ticket)
    for number in range(MOST_ROUNDS):
        moments = {pk: moments[number] for pk, moments in left.items() if len(moments) > number}
        ids = list(moments)
        for start in range(0, len(ids), AT_ONCE):
            batch = {pk: moments[pk] for pk in ids[start : start + AT_ONCE]}
            past = tickets_at(batch)
            fitted = fitting(wanted, past.values())
            tags = _tags_of(fitted) if any(one["do"].endswith("_tags") for one in draft.steps) else {}
            queues = dict(Queue.objects.values_list("pk", "name"))
            for pk in fitted:
                effects = [_effect(one, past[pk], tags.get(pk, []), queues) for one in draft.steps]
                trials.append(Trial(past[pk], batch[pk], effects))
                left.pop(pk, None)
    return trials


def _tags_of(ids: set[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    pairs = Ticket.tags.through.objects.filter(ticket__in=ids).values_list("ticket", "tag__name")
    for pk, name in pairs.order_by("tag__name"):
        found[pk].append(name)
    return found


def _effect(step: Step, ticket: Ticket, tags: list[str], queues: Mapping[UUID, str]) -> Effect:
    do, label = str(step["do"]), KINDS[step["do"]].label
    if do in ("add_tags", "remove_tags"):
        after = changed_tags(tags, step)
        return Effect(label, ", ".join(tags), ", ".join(after), after != tags)
    if do in _CHOICES:
        before, wanted = getattr(ticket, do), str(step["value"])
        words = _CHOICES[do]
        return Effect(label, str(words(before).label), str(words(wanted).label), before != wanted)
    if do in ("status", "type", "queue", "person", "team"):
        stood = {
            "status": ticket.status_id, "type": ticket.type_id, "queue": ticket.queue_id, "person": ticket.owner_id,
            "team": ticket.team_id,
        }[do]  # fmt: skip
        return Effect(
            label, _name(do, ticket, queues), words_of_value({**step, "text": ""}), stood != id_of(step)
        )
    return Effect(label, "", words_of_value(step), True)


def _name(do: str, ticket: Ticket, queues: Mapping[UUID, str]) -> str:
    if do == "queue":
        return queues.get(ticket.queue_id, "") if ticket.queue_id else ""
    if do == "type":
        return str(TicketType.objects.get(pk=ticket.type_id))
    if do == "status":
        return str(TicketStatus.objects.get(pk=ticket.status_id))
    return str((ticket.owner if do == "person" else ticket.team) or "")
