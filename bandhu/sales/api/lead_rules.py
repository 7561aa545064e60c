"""REST: who gets which leads, and which leads get how many points. The ETag stands for what an answer shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.identity.scoping import require_anywhere
from bandhu.platform.rest import (
    Given,
    PageOf,
    Whole,
    YesNo,
    answers,
    changes_in,
    held_as_read,
    renamed,
    stamped,
)
from bandhu.sales import actions, queries
from bandhu.sales.api.setup import NamedPatch, OrderIn, check_order
from bandhu.sales.models import AssignmentRule, ScoreRule, Way

router = Router(tags=["leads"])
MANAGE = "sales.manage_leads"
MOST_PEOPLE = 50
_RULE, _SCORE = "/assignment-rules/{rule_id}", "/score-rules/{rule_id}"


class SeatIO(Given):
    """Somebody of a rule; who has `most_open` open leads gets no more, null is no end."""

    user_id: UUID
    most_open: Whole | None = Field(None, ge=1, le=10_000)


class AssignmentRuleOut(Schema):
    """Leads that fit `filter` (empty: all) go to `people` or `team_id` as `way` says; the first rule in use that fits decides.

    `way`: round_robin, least_loaded, team or territory.
    """

    id: UUID
    name: str
    names: dict[str, str]
    is_active: bool
    way: str
    team_id: UUID | None
    people: list[SeatIO]
    filter: dict[str, Any]

    @staticmethod
    def resolve_people(rule: AssignmentRule) -> list[dict[str, Any]]:
        return [{"user_id": one.user_id, "most_open": one.capacity} for one in rule.seats.all()]

    @staticmethod
    def resolve_filter(rule: AssignmentRule) -> dict[str, Any]:
        return dict(rule.conditions)


class AssignmentRulePatch(NamedPatch):
    """`people` and `filter` as a whole; `team_id` null is the team of the person."""

    way: Way | None = None
    team_id: UUID | None = None
    people: list[SeatIO] | None = Field(None, max_length=MOST_PEOPLE)
    filter: dict[str, Any] | None = None


class AssignmentRuleIn(AssignmentRulePatch):
    """After the others. Without `way` the people take turns."""

    name: str = Field(max_length=120)


class AssignmentTrialIn(Given):
    """The rules in use; with `rule` as if it were one of them, with `rule_id` too in the place of that one. Nothing is saved."""

    rule_id: UUID | None = None
    rule: AssignmentRuleIn | None = None


class AssignmentTrialOut(Schema):
    """A lead, and who would have got it: nobody where no rule fits. `by_this` says that it would have been the rule that was sent."""

    lead_id: UUID
    received_at: datetime
    owner_id: UUID | None
    user_id: UUID | None
    team_id: UUID | None
    rule_id: UUID | None
    by_this: bool


class ScoreRuleOut(Schema):
    """Points for leads that fit `filter`; below nought they count against the lead."""

    id: UUID
    name: str
    names: dict[str, str]
    is_active: bool
    points: int
    filter: dict[str, Any]

    @staticmethod
    def resolve_filter(rule: ScoreRule) -> dict[str, Any]:
        return dict(rule.conditions)


class ScoreRulePatch(NamedPatch):
    """Open leads get their new scores soon afterwards."""

    points: Whole | None = Field(None, ge=-1000, le=1000)
    filter: dict[str, Any] | None = None


class ScoreRuleIn(Given):
    """A filter is needed."""

    name: str = Field(max_length=120)
    names: dict[str, str] = Field(default_factory=dict)
    is_active: YesNo = True
    points: Whole = Field(ge=-1000, le=1000)
    filter: dict[str, Any]


@router.get("/assignment-rules", response=answers(PageOf[AssignmentRuleOut]))
def list_assignment_rules(request: HttpRequest) -> Any:
    """In the order in which they are asked, those out of use too."""
    return {"items": queries.assignment_rules(request.user), "next": None}


@router.post("/assignment-rules", response=answers(AssignmentRuleOut, 201))
def create_assignment_rule(request: HttpRequest, response: HttpResponse, payload: AssignmentRuleIn) -> Any:
    """A new one after the others."""
    with renamed("view", "filter"):
        made = actions.set_assignment_rule(None, actor=request.user, **_rule_values(payload))
    return Status(201, _rule(request, response, made.pk))


@router.put("/assignment-rules/order", response=answers(PageOf[AssignmentRuleOut]))
def order_assignment_rules(request: HttpRequest, payload: OrderIn) -> Any:
    """Which is asked first."""
    check_order(payload.ids, queries.assignment_rules(request.user))
    actions.put_rules_in_order(actor=request.user, model=AssignmentRule, ids=payload.ids)
    return {"items": queries.assignment_rules(request.user), "next": None}


@router.post("/assignment-rules/simulation", response=answers(PageOf[AssignmentTrialOut]))
def simulate_assignment(request: HttpRequest, payload: AssignmentTrialIn) -> Any:
    """Who would have got the last hundred leads in your reach, the newest first."""
    user, draft = request.user, None
    require_anywhere(user, MANAGE)
    row = queries.assignment_rule_for(user, payload.rule_id) if payload.rule_id else None
    if payload.rule is not None:
        values = _rule_values(payload.rule, row)
        names = ("way", "team", "people", "conditions")
        with renamed("view", "filter"):
            draft = actions.draft_rule(row, actor=user, **{name: values[name] for name in names})
        draft[0].name, draft[0].is_active = values["name"], values["is_active"]
    trials = queries.simulate_assignment(user, draft=draft)
    return {"items": [_trial(one, draft[0] if draft else None) for one in trials], "next": None}


@router.get(_RULE, response=answers(AssignmentRuleOut))
def get_assignment_rule(request: HttpRequest, response: HttpResponse, rule_id: UUID) -> Any:
    """One rule."""
    return _rule(request, response, rule_id)


@router.patch(_RULE, response=answers(AssignmentRuleOut))
def change_assignment_rule(
    request: HttpRequest, response: HttpResponse, rule_id: UUID, payload: AssignmentRulePatch
) -> Any:
    """Change what is sent; turns that were given stay given."""
    found = queries.assignment_rule_for(request.user, rule_id)
    with held_as_read(request, AssignmentRuleOut, found), renamed("view", "filter"):
        actions.set_assignment_rule(found, actor=request.user, **_rule_values(payload, found))
    return _rule(request, response, rule_id)


@router.delete(_RULE, response=answers(None, 204))
def delete_assignment_rule(request: HttpRequest, rule_id: UUID) -> Any:
    """Leads it gave out stay where they are."""
    found = queries.assignment_rule_for(request.user, rule_id)
    with held_as_read(request, AssignmentRuleOut, found):
        actions.delete_lead_rule(found, actor=request.user)
    return Status(204, None)


@router.get("/score-rules", response=answers(PageOf[ScoreRuleOut]))
def list_score_rules(request: HttpRequest) -> Any:
    """Those out of use too."""
    return {"items": queries.score_rules(request.user), "next": None}


@router.post("/score-rules", response=answers(ScoreRuleOut, 201))
def create_score_rule(request: HttpRequest, response: HttpResponse, payload: ScoreRuleIn) -> Any:
    """A new one."""
    with renamed("view", "filter"):
        made = actions.set_score_rule(None, actor=request.user, **_conditions(payload.dict()))
    return Status(201, stamped(response, ScoreRuleOut, made))


@router.get(_SCORE, response=answers(ScoreRuleOut))
def get_score_rule(request: HttpRequest, response: HttpResponse, rule_id: UUID) -> Any:
    """One rule."""
    return stamped(response, ScoreRuleOut, queries.score_rule_for(request.user, rule_id))


@router.patch(_SCORE, response=answers(ScoreRuleOut))
def change_score_rule(
    request: HttpRequest, response: HttpResponse, rule_id: UUID, payload: ScoreRulePatch
) -> Any:
    """Change what is sent."""
    found = queries.score_rule_for(request.user, rule_id)
    with held_as_read(request, ScoreRuleOut, found), renamed("view", "filter"):
        whole = {
            name: getattr(found, name) for name in ("name", "names", "is_active", "points", "conditions")
        }
        changed = actions.set_score_rule(
            found, actor=request.user, **whole | _conditions(changes_in(payload))
        )
    return stamped(response, ScoreRuleOut, changed)


@router.delete(_SCORE, response=answers(None, 204))
def delete_score_rule(request: HttpRequest, rule_id: UUID) -> Any:
    """Open leads lose its points soon afterwards."""
    found = queries.score_rule_for(request.user, rule_id)
    with held_as_read(request, ScoreRuleOut, found):
        actions.delete_lead_rule(found, actor=request.user)
    return Status(204, None)


def _rule(request: HttpRequest, response: HttpResponse, rule_id: UUID) -> AssignmentRule:
    return stamped(response, AssignmentRuleOut, queries.assignment_rule_for(request.user, rule_id))


def _rule_values(payload: AssignmentRulePatch, row: AssignmentRule | None = None) -> dict[str, Any]:
    """The whole rule as the actions take it: what was sent, else what stands there, else as a new one begins."""
    whole: dict[str, Any] = {
        "name": "", "names": {}, "is_active": True, "way": Way.ROUND_ROBIN, "team": None, "people": [], "conditions": {},
    }  # fmt: skip
    if row is not None:
        names = ("name", "names", "is_active", "way", "team", "conditions")
        whole = {name: getattr(row, name) for name in names}
        whole["people"] = [(seat.user, seat.capacity) for seat in row.seats.select_related("user")]
    sent = _conditions(changes_in(payload, "team_id"))
    if "team_id" in sent:
        sent["team"] = sent.pop("team_id")
    if "people" in sent:
        sent["people"] = [(one["user_id"], one["most_open"]) for one in sent["people"]]
    return whole | sent


def _conditions(sent: dict[str, Any]) -> dict[str, Any]:
    return {"conditions" if name == "filter" else name: value for name, value in sent.items()}


def _trial(one: queries.Trial, draft: AssignmentRule | None) -> dict[str, Any]:
    rule, user, team = one.choice.rule, one.choice.user, one.choice.team
    by_this = draft is not None and rule is not None and rule.pk == draft.pk
    return {
        "lead_id": one.lead.pk,
        "received_at": one.lead.received_at,
        "owner_id": one.lead.owner_id,
        "user_id": user.pk if user else None,
        "team_id": team.pk if team else None,
        "rule_id": None if rule is None or rule._state.adding else rule.pk,
        "by_this": by_this,
    }
