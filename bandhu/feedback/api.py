"""REST: surveys, what was asked, and what came back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.customers import queries as customers
from bandhu.feedback import actions, queries
from bandhu.feedback.models import AskingState, Occasion
from bandhu.feedback.scales import SurveyKind
from bandhu.platform.rest import (
    Given,
    PageOf,
    PagingQuery,
    YesNo,
    answers,
    page_of,
    wanted_version,
    with_version,
)

router = Router(tags=["feedback"])


class SurveyOut(Schema):
    """One question and whom it is put to; `texts` are {language: {"question", "low", "high", "thanks"}}, the house's where empty."""

    id: UUID
    name: str
    kind: str
    occasion: str
    texts: dict[str, dict[str, str]]
    channels: list[str]
    languages: list[str]
    delay_minutes: int
    sample_percent: int
    rest_days: int
    every_days: int
    expires_days: int
    low_at: int | None
    alerted_id: UUID | None
    is_active: bool


class SurveyIn(Given):
    """A new survey. A score up to `low_at` alerts `alerted_id`, or whoever looked after the customer."""

    name: str = Field(min_length=1, max_length=120)
    kind: SurveyKind = SurveyKind.CSAT
    occasion: Occasion = Occasion.CONVERSATION
    texts: dict[str, dict[str, str]] = {}
    channels: list[str] = Field(default=[], max_length=20)
    languages: list[str] = Field(
        default=[], max_length=100, description="Codes; empty means customers of every language."
    )
    delay_minutes: int = Field(60, ge=0, le=43_200)
    sample_percent: int = Field(100, ge=1, le=100)
    rest_days: int = Field(30, ge=0, le=730)
    every_days: int = Field(90, ge=7, le=730)
    expires_days: int = Field(30, ge=1, le=365)
    low_at: int | None = Field(None, ge=0, le=10)
    is_active: YesNo = True


class SurveyPatch(Given):
    """What is to change."""

    name: str | None = Field(None, min_length=1, max_length=120)
    kind: SurveyKind | None = None
    occasion: Occasion | None = None
    texts: dict[str, dict[str, str]] | None = None
    languages: list[str] | None = Field(None, max_length=100)
    delay_minutes: int | None = Field(None, ge=0, le=43_200)
    sample_percent: int | None = Field(None, ge=1, le=100)
    rest_days: int | None = Field(None, ge=0, le=730)
    low_at: int | None = Field(None, ge=0, le=10)
    is_active: YesNo | None = None


class AskingOut(Schema):
    """A survey put to a contact, and the answer; `reason` says why somebody was not asked."""

    id: UUID
    survey_id: UUID
    contact_id: UUID
    about_kind: str
    about_id: UUID | None
    channel: str
    language: str
    state: str
    reason: str
    sent_at: datetime | None
    score: int | None
    comment: str
    answered_at: datetime | None


class AskingIn(Given):
    """Ask this contact now."""

    survey_id: UUID
    contact_id: UUID


class SurveyResultOut(Schema):
    """What came back: `value` is a share of one (for NPS from -1 to 1), between `low` and `high` with 95 % certainty."""

    survey_id: UUID
    asked: int
    answered: int
    value: float | None
    low: float | None
    high: float | None
    scores: dict[int, int]


@router.get("/surveys", response=answers(PageOf[SurveyOut]))
def list_surveys(request: HttpRequest, paging: PagingQuery) -> Any:
    """Every survey, by name."""
    return page_of(queries.surveys(request.user), ["name"], paging, lambda row: row)


@router.post("/surveys", response=answers(SurveyOut, 201))
def create_survey(request: HttpRequest, payload: SurveyIn) -> Any:
    """A new survey."""
    return Status(201, actions.save_survey(actor=request.user, **payload.dict()))


@router.get("/surveys/{survey_id}", response=answers(SurveyOut))
def get_survey(request: HttpRequest, response: HttpResponse, survey_id: UUID) -> Any:
    """One survey."""
    survey = queries.survey_for(request.user, survey_id)
    with_version(response, survey.version)
    return survey


@router.patch("/surveys/{survey_id}", response=answers(SurveyOut))
def change_survey(request: HttpRequest, response: HttpResponse, survey_id: UUID, payload: SurveyPatch) -> Any:
    """Change a survey, or take it out of use."""
    survey = queries.survey_for(request.user, survey_id)
    given = payload.dict(exclude_unset=True)
    facts = {name: value for name, value in given.items() if value is not None or name == "low_at"}
    version = wanted_version(request, survey.version)
    survey = actions.save_survey(survey, actor=request.user, version=version, **facts)
    with_version(response, survey.version)
    return survey


@router.get("/surveys/{survey_id}/results", response=answers(SurveyResultOut))
def get_results(request: HttpRequest, survey_id: UUID, days: int = 90) -> Any:
    """The figure over what was asked within the last `days` days (at most 3,650) and the caller's reach."""
    survey = queries.survey_for(request.user, survey_id)
    found = queries.results(request.user, days=max(1, min(days, 3_650)))
    line = next((one for one in found if one.survey == survey), queries.Line(survey))
    figure = line.figure
    return {
        "survey_id": survey.pk,
        "asked": line.asked,
        "answered": line.answered,
        "value": figure.value if figure else None,
        "low": figure.low if figure else None,
        "high": figure.high if figure else None,
        "scores": dict(line.scores),
    }


@router.get("/askings", response=answers(PageOf[AskingOut]))
def list_askings(
    request: HttpRequest,
    paging: PagingQuery,
    survey_id: UUID | None = None,
    contact_id: UUID | None = None,
    state: AskingState | None = None,
) -> Any:
    """What was asked and answered, the newest first."""
    rows = queries.askings(request.user)
    wanted = {"survey": survey_id, "contact": contact_id, "state": state}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    return page_of(rows, ["-id"], paging, lambda row: row)


@router.get("/askings/{asking_id}", response=answers(AskingOut))
def get_asking(request: HttpRequest, asking_id: UUID) -> Any:
    """One of them."""
    return queries.asking_for(request.user, asking_id)


@router.post("/askings", response=answers(AskingOut, 201))
def ask(request: HttpRequest, payload: AskingIn) -> Any:
    """Ask somebody by hand; the rest period holds here too."""
    contact = customers.contact_for(request.user, payload.contact_id)
    survey = queries.survey_for(request.user, payload.survey_id)
    return Status(201, actions.ask_contact(contact, actor=request.user, survey=survey))
