"""REST: chances that are learned, and customers like those that bought."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from bandhu.identity.scoping import require_anywhere
from bandhu.platform.rest import Given, PageOf, YesNo, answers
from bandhu.sales import actions, queries
from bandhu.sales.models import LearnedModel

router = Router(tags=["learned scores"])
SubjectWord = Literal["lead", "opportunity"]


class LearnedModelOut(Schema):
    """What one learning is worth: `evaluation` has its figures (AUC, the base rate and a one-rule model beside it, calibration) and
    `refusal`, which says why it is not used. Only one that was not refused can be on."""

    id: UUID
    subject: SubjectWord
    trained_at: datetime
    trained_by_id: UUID | None
    own_fields: list[str]
    evaluation: dict[str, Any]
    is_refused: bool
    is_on: bool


class LearningIn(Given):
    """What to learn the chance of; `own_fields` are keys of own fields that are known when a record begins."""

    subject: SubjectWord
    own_fields: list[Annotated[str, Field(max_length=60)]] = Field(default_factory=list, max_length=50)


class LearningQuery(Given):
    """Of leads or of opportunities."""

    subject: SubjectWord = "lead"


class LearnedSwitch(Given):
    """Whether the chance is shown."""

    is_on: YesNo


class AskedOut(Schema):
    """The learning waits for the worker; its model is then the newest."""

    subject: SubjectWord


class LikenessReasonOut(Schema):
    """The `value` of the `feature` is so many `times` as frequent among buyers as among all."""

    feature: str
    value: str
    times: float


class LikeCompanyOut(Schema):
    """A company nobody sells to yet, so many `times` as frequent among buyers as among all."""

    company_id: UUID
    name: str
    times: float
    reasons: list[LikenessReasonOut]


class LikePersonOut(Schema):
    """A person without a company nobody sells to yet, so many `times` as frequent among buyers as among all."""

    contact_id: UUID
    name: str
    times: float
    reasons: list[LikenessReasonOut]


class SelectionQuery(Schema):
    """`of`: companies, or persons (contacts) who belong to no company."""

    of: queries.LikenessKind = "company"


class SelectionOut(Schema):
    """Customers like those that bought: `companies` or, asked for contacts, `contacts`; the other list is empty. `refusal` is "", "too_little" or "no_signal"; `auc` and its standard error `error` are of
    the later buyers it was tried on (`tried` of them)."""

    buyers: int
    tried: int
    auc: float | None
    error: float | None
    refusal: str
    companies: list[LikeCompanyOut]
    contacts: list[LikePersonOut]


@router.get("/learned-models", response=answers(PageOf[LearnedModelOut]))
def list_learned_models(request: HttpRequest, asked: Annotated[LearningQuery, Query(...)]) -> Any:
    """The newest learning of the subject: the one that counts. Empty where nothing was learned yet."""
    newest = queries.newest_model(request.user, asked.subject)
    return {"items": [_shape(newest)] if newest else [], "next": None}


@router.post("/learned-models", response=answers(AskedOut, 202))
def ask_to_learn(request: HttpRequest, payload: LearningIn) -> Any:
    """Learn anew, in the background. Fields that are filled in by the work on a record are refused (422)."""
    actions.ask_to_learn(actor=request.user, subject=payload.subject, own_fields=payload.own_fields)
    return Status(202, {"subject": payload.subject})


@router.patch("/learned-models/{model_id}", response=answers(LearnedModelOut))
def switch_learned_model(request: HttpRequest, model_id: UUID, payload: LearnedSwitch) -> Any:
    """Show the chance on records, or hide it."""
    found = queries.model_for(request.user, model_id)
    return _shape(actions.switch_learned(found, actor=request.user, is_on=payload.is_on))


@router.get("/selection", response=answers(SelectionOut))
def get_selection(request: HttpRequest, asked: Annotated[SelectionQuery, Query(...)]) -> Any:
    """Customers that are like those that bought and have nothing open, with the reasons."""
    require_anywhere(request.user, f"customers.view_{asked.of}")
    found = queries.likeness(request.user, asked.of)
    figures = {name: getattr(found, name) for name in ("buyers", "tried", "auc", "error", "refusal")}
    listed: dict[str, list[Any]] = {"company": [], "contact": []}
    listed[asked.of] = [
        {
            f"{asked.of}_id": one.customer.pk,
            "name": str(one.customer),
            "times": one.times,
            "reasons": [
                {"feature": feature, "value": value, "times": times} for feature, value, times in one.reasons
            ],
        }
        for one in found.found
    ]
    return figures | {"companies": listed["company"], "contacts": listed["contact"]}


def _shape(one: LearnedModel) -> dict[str, Any]:
    names = [name for name in LearnedModelOut.model_fields if name != "is_refused"]
    return {name: getattr(one, name) for name in names} | {"is_refused": one.scorecard is None}
