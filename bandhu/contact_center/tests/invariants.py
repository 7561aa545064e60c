"""What must hold of work whatever happened, read from the tables and from the history alone."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F

from bandhu.contact_center.models import Agent, WorkEvent, WorkItem

_BY_ROUTER = {WorkEvent.Verb.OFFERED, WorkEvent.Verb.ROUTED}
_TAKES = {*_BY_ROUTER, WorkEvent.Verb.ACCEPTED, WorkEvent.Verb.ASSIGNED}
_STAYS = {WorkEvent.Verb.HELD_BACK}


def broken() -> list[str]:
    """Sentences about what is broken; none when all is well."""
    return [*_unwritten_changes(), *_holders_that_differ(), *_overfull_by_router()]


def _unwritten_changes() -> list[str]:
    """Every version of an item has its event: nothing changed past the compare-and-set."""
    rows = WorkItem.objects.annotate(n=Count("history")).exclude(n=F("version"))
    return [f"{one} has version {one.version} and {one.n} events" for one in rows[:5]]


def _holders_that_differ() -> list[str]:
    """Who has an item by its history has it in the table."""
    last = {item: holders[-1][1] for item, holders in _holders().items()}
    rows = WorkItem.objects.values_list("pk", "agent_id")
    return [
        f"{pk} is with {agent}, by its history with {last.get(pk)}"
        for pk, agent in rows
        if last.get(pk) != agent
    ][:5]


def _overfull_by_router() -> list[str]:
    """Whenever the router gave something, what the agent had then was within the capacity."""
    weights = dict(WorkItem.objects.values_list("pk", "weight"))
    capacity = dict(Agent.objects.values_list("pk", "capacity"))
    steps: dict[UUID, list[tuple[datetime, int, bool]]] = defaultdict(list)
    for item, holders in _holders().items():
        before = None
        for at, holder, by_router in holders:
            if holder != before:
                if before is not None:
                    steps[before].append((at, -weights[item], False))
                if holder is not None:
                    steps[holder].append((at, weights[item], by_router))
            before = holder
    found = []
    for agent, taken in steps.items():
        load = 0
        for _at, change, by_router in sorted(taken):
            load += change
            if by_router and load > capacity[agent]:
                found.append(f"the router gave {agent} {load} units of {capacity[agent]}")
                break
    return found[:5]


def _holders() -> dict[UUID, list[tuple[datetime, UUID | None, bool]]]:
    """{item: who had it from when, and whether the router gave it}, in the order of its versions."""
    found: dict[UUID, list[tuple[datetime, UUID | None, bool]]] = defaultdict(list)
    rows = WorkEvent.objects.order_by("item", "version").values_list("item_id", "at", "verb", "agent_id")
    for item, at, verb, agent in rows.iterator(chunk_size=20_000):
        before = found[item][-1][1] if found[item] else None
        holder = before if verb in _STAYS else agent if verb in _TAKES else None
        found[item].append((at, holder, verb in _BY_ROUTER))
    return found
