"""REST: rules of tickets, what they did, and trying one out before it counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.platform.rest import (
    Given,
    PageOf,
    PagingQuery,
    answers,
    page_of,
    wanted_version,
    with_version,
)
from bandhu.service import actions, queries

router = Router()
_ONE = "/ticket-rules/{rule_id}"


class RuleStepIn(Given):
    """`do` is one of priority, impact, urgency, status, type, add_tags, remove_tags, queue, person, team, note, reply, follow_up,
    tell_owner, tell_person, tell_team, event; `value` an id or a word, `text` what is said, `minutes` of business time."""

    do: str = Field(max_length=20)
    value: str = Field("", max_length=40)
    text: str = Field("", max_length=5_000)
    minutes: int = Field(0, ge=0, le=525_600)


class TicketRuleIn(Given):
    """`trigger` is created, changed, status, priority, customer, agent, waited, unanswered, before, after, due_soon or overdue; the last six take `minutes`.

    `filter` is a tree as in views, empty for all. Steps are done in order, all of them or none.
    """

    name: str = Field(max_length=120)
    names: dict[str, str] = Field(default_factory=dict)
    trigger: str = Field(max_length=10)
    minutes: int = Field(0, ge=0, le=525_600)
    in_business_time: bool = True
    measure: str = Field("", max_length=10)
    filter: dict[str, Any] = Field(default_factory=dict)
    steps: list[RuleStepIn] = Field(max_length=12)
    stops: bool = False
    is_active: bool = True


class TicketRuleOut(TicketRuleIn):
    """`faults` say what keeps it from working; it is skipped meanwhile."""

    id: UUID
    version: int
    position: int
    faults: list[str]


class RuleOrderIn(Given):
    """All ids, in the order in which the rules run."""

    ids: list[UUID] = Field(max_length=500)


class RuleRunOut(Schema):
    """What a rule did to a ticket: `outcome` is done, nothing, skipped or failed; `trouble` says why."""

    id: UUID
    ticket_id: UUID
    version: int
    at: datetime
    outcome: str
    trouble: str
    did: list[dict[str, Any]]


class RuleTrialIn(Given):
    """A rule that need not be saved, and over how many days it is tried."""

    rule: TicketRuleIn
    days: int = Field(30, ge=1, le=366)


class RuleEffectOut(Schema):
    """A step, what stood there, what would stand there."""

    label: str
    before: str
    after: str
    changes: bool


class TriedTicketOut(Schema):
    """A ticket the rule would have fitted, and when."""

    ticket_id: UUID
    number: int
    title: str
    at: datetime
    effects: list[RuleEffectOut]


class RuleTrialOut(Schema):
    """Nothing was written. `due_now`: tickets for which the time of a timed rule is up already. `is_cut`: there was more than was looked at."""

    since: datetime
    until: datetime
    looked_at: int
    matched: int
    changed: int
    is_cut: bool
    due_now: int | None
    tickets: list[TriedTicketOut]


@router.get("/ticket-rules", response=answers(PageOf[TicketRuleOut]), tags=["tickets"])
def list_ticket_rules(request: HttpRequest) -> Any:
    """In the order in which they run, those switched off too."""
    return {"items": [_shaped(one) for one in queries.ticket_rules(request.user)], "next": None}


@router.post("/ticket-rules", response=answers(TicketRuleOut, 201), tags=["tickets"])
def create_ticket_rule(request: HttpRequest, response: HttpResponse, payload: TicketRuleIn) -> Any:
    """Write a rule; it runs last."""
    made = actions.set_ticket_rule(None, actor=request.user, **_arguments(payload))
    with_version(response, made.version)
    return Status(201, _shaped(made))


@router.put("/ticket-rules/order", response=answers(PageOf[TicketRuleOut]), tags=["tickets"])
def order_ticket_rules(request: HttpRequest, payload: RuleOrderIn) -> Any:
    """Put the rules in another order."""
    actions.put_ticket_rules_in_order(actor=request.user, ids=payload.ids)
    return list_ticket_rules(request)


@router.post("/ticket-rules/trial", response=answers(RuleTrialOut), tags=["tickets"])
def try_ticket_rule(request: HttpRequest, payload: RuleTrialIn) -> Any:
    """Which past tickets a rule would have fitted and what it would have changed; nothing is written."""
    queries.ticket_rules(request.user)
    draft = actions.draft_rule(queries.draft_of(None), **_arguments(payload.rule))
    found = queries.try_rule(request.user, draft, days=payload.days)
    plain = ("since", "until", "looked_at", "matched", "changed", "is_cut", "due_now")
    return {name: getattr(found, name) for name in plain} | {"tickets": [_trial(one) for one in found.shown]}


@router.get(_ONE, response=answers(TicketRuleOut), tags=["tickets"])
def get_ticket_rule(request: HttpRequest, response: HttpResponse, rule_id: UUID) -> Any:
    """One rule; its version is the ETag."""
    found = queries.ticket_rule_for(request.user, rule_id)
    with_version(response, found.version)
    return _shaped(found)


@router.put(_ONE, response=answers(TicketRuleOut), tags=["tickets"])
def change_ticket_rule(
    request: HttpRequest, response: HttpResponse, rule_id: UUID, payload: TicketRuleIn
) -> Any:
    """Write the rule anew, whole. With If-Match, a version that is no longer the newest is refused (412)."""
    found = queries.ticket_rule_for(request.user, rule_id)
    wanted = wanted_version(request, found.version)
    saved = actions.set_ticket_rule(found, actor=request.user, version=wanted, **_arguments(payload))
    with_version(response, saved.version)
    return _shaped(saved)


@router.delete(_ONE, response=answers(None, 204), tags=["tickets"])
def delete_ticket_rule(request: HttpRequest, rule_id: UUID) -> Any:
    """With its log; what it did to tickets stays in their history."""
    found = queries.ticket_rule_for(request.user, rule_id)
    wanted_version(request, found.version)
    actions.delete_ticket_rule(found, actor=request.user)
    return Status(204, None)


@router.get(f"{_ONE}/runs", response=answers(PageOf[RuleRunOut]), tags=["tickets"])
def list_rule_runs(request: HttpRequest, rule_id: UUID, asked: PagingQuery) -> Any:
    """What it did, on tickets within reach, the newest first."""
    rows = queries.runs_of(request.user, queries.ticket_rule_for(request.user, rule_id))
    return page_of(rows, ["-pk"], asked, lambda one: one)


def _arguments(payload: TicketRuleIn) -> dict[str, Any]:
    given = payload.dict()
    return {"conditions": given.pop("filter"), **given}


def _shaped(rule: Any) -> dict[str, Any]:
    plain = (
        "id", "name", "names", "trigger", "minutes", "in_business_time", "measure", "steps", "stops", "is_active", "version",
        "position",
    )  # fmt: skip
    return {name: getattr(rule, name) for name in plain} | {
        "filter": rule.conditions,
        "faults": queries.fault_words(rule),
    }


def _trial(one: Any) -> dict[str, Any]:
    return {
        "ticket_id": one.ticket.pk,
        "number": one.ticket.number,
        "title": one.ticket.title,
        "at": one.at,
        "effects": [
            {"label": str(each.label), "before": each.before, "after": each.after, "changes": each.changes}
            for each in one.effects
        ],
    }
