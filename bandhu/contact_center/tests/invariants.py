"""What must hold of work whatever happened, read from the tables and from the history alone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F

from bandhu.contact_center.models import Agent, WorkEvent, WorkItem

_BY_ROUTER = {WorkEvent.Verb.OFFERED, WorkEvent.Verb.ROUTED}
_TAKES = {*_BY_ROUTER, WorkEvent.Verb.ACCEPTED, WorkEvent.Verb.ASSIGNED}
_STAYS = {WorkEvent.Verb.HELD_BACK, WorkEvent.Verb.RESTS, WorkEvent.Verb.RESUMED}
_WAKES = {WorkEvent.Verb.RESUMED, WorkEvent.Verb.FINISHED, WorkEvent.Verb.REOPENED}


@dataclass(frozen=True)
class _Step:
    """Who had an item from then on, whether it counted with them, and whether the router gave it."""

    at: datetime
    holder: UUID | None
    rests: bool
    by_router: bool

    @property
    def counts_with(self) -> UUID | None:
        return None if self.rests else self.holder


def broken() -> list[str]:
    """Sentences about what is broken; none when all is well."""
    return [*_unwritten_changes(), *_holders_that_differ(), *_overfull_by_router()]


def _unwritten_changes() -> list[str]:
    """Every version of an item has its event: nothing changed past the compare-and-set."""
    rows = WorkItem.objects.annotate(n=Count("history")).exclude(n=F("version"))
    return [f"{one} has version {one.version} and {one.n} events" for one in rows[:5]]


def _holders_that_differ() -> list[str]:
    """Who has an item by its history has it in the table, and it rests there where it rests by its history."""
    last = {item: (steps[-1].holder, steps[-1].rests) for item, steps in _steps().items()}
    rows = WorkItem.objects.values_list("pk", "agent_id", "rests")
    return [
        f"{pk} is with {agent} ({rests}), by its history {last.get(pk)}"
        for pk, agent, rests in rows
        if last.get(pk) != (agent, rests)
    ][:5]


def _overfull_by_router() -> list[str]:
    """Whenever the router gave something, what the agent had then was within the capacity."""
    weights = dict(WorkItem.objects.values_list("pk", "weight"))
    capacity = dict(Agent.objects.values_list("pk", "capacity"))
    loads: dict[UUID, list[tuple[datetime, int, bool]]] = defaultdict(list)
    for item, steps in _steps().items():
        before = None
        for step in steps:
            now = step.counts_with
            if now != before:
                if before is not None:
                    loads[before].append((step.at, -weights[item], False))
                if now is not None:
                    loads[now].append((step.at, weights[item], step.by_router))
            before = now
    found = []
    for agent, taken in loads.items():
        load = 0
        for _at, change, by_router in sorted(taken):
            load += change
            if by_router and load > capacity[agent]:
                found.append(f"the router gave {agent} {load} units of {capacity[agent]}")
                break
    return found[:5]


def _steps() -> dict[UUID, list[_Step]]:
    """The history of every item, in the order of its versions."""
    found: dict[UUID, list[_Step]] = defaultdict(list)
    rows = WorkEvent.objects.order_by("item", "version").values_list("item_id", "at", "verb", "agent_id")
    for item, at, verb, agent in rows.iterator(chunk_size=20_000):
        last = found[item][-1] if found[item] else _Step(at, None, rests=False, by_router=False)
        holder = last.holder if verb in _STAYS else agent if verb in _TAKES else None
        rests = verb == WorkEvent.Verb.RESTS or (last.rests and verb not in _WAKES)
        found[item].append(_Step(at, holder, rests=rests, by_router=verb in _BY_ROUTER))
    return found
