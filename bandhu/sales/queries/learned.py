"""What scores are learned from, what was learned, and the chance of a record with its reasons.

Columns hold what is written down when a record begins and not touched by the work on it. `LATER` names what is filled in by that work:
such fields are never offered, whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.custom_fields import definitions, label_of
from bandhu.sales.learning.scorecards import Scorecard, scorecard_of
from bandhu.sales.learning.tables import Column, LearningTable
from bandhu.sales.models import (
    Lead,
    LeadStatus,
    LearnedModel,
    Opportunity,
    StageKind,
    StageMove,
    Subject,
)
from bandhu.sales.queries.leads import MANAGE

LEARNED_SUBJECTS: dict[str, Any] = dict(Subject.choices)
# What is older than this many records says little about the next one.
MOST_ROWS = 50_000
_USABLE_TYPES = {
    "choice": "category",
    "boolean": "category",
    "country": "category",
    "number": "number",
    "text": "category",
}
# Filled in by working on a record: the answer, or traces of it.
LATER = {
    Subject.LEAD: ("status", "closed_at", "close_reason", "opportunity", "first_response_at", "waits_since", "owner", "score", "company"),
    Subject.OPPORTUNITY: ("stage", "state", "closed_at", "close_reason", "probability", "forecast", "expected_close", "amount"),
}  # fmt: skip
_LEAD_COLUMNS = [
    *(Column(name, name, is_sure=True) for name in (
        "source", "web_form", "campaign", "utm_source", "utm_medium", "language", "country", "landing_page", "referrer", "known_before",
    )),
    *(Column(name, name, "number", is_sure=True) for name in ("message_length", "answers", "hour")),
]  # fmt: skip
# A company's country and industry may have been looked up after the sale: they are guarded by their figures.
_DEAL_COLUMNS = [
    *(Column(name, name, is_sure=True) for name in ("source", "pipeline", "created_by", "from_lead", "bought_before")),
    Column("first_amount", "first_amount", "number", is_sure=True),
    *(Column(name, name) for name in ("country", "industry")),
]  # fmt: skip


@dataclass(frozen=True)
class Chance:
    """Of one record, 0 to 1, calibrated, and what moves it away from the average one."""

    value: float
    reasons: list[dict[str, Any]]


def newest_model(user: Any, subject: str) -> LearnedModel | None:
    """The last learning of a subject; who may set up leads may see it."""
    require_anywhere(user, MANAGE)
    rows = LearnedModel.objects.filter(subject=subject).select_related("trained_by")
    return rows.order_by("-trained_at").first()


def model_for(user: Any, model_id: UUID | str) -> LearnedModel:
    """Raises OutOfReach (404)."""
    require_anywhere(user, MANAGE)
    found = LearnedModel.objects.filter(pk=model_id).first()
    if found is None:
        raise OutOfReach
    return found


def scorecard_in_use(subject: str) -> tuple[Scorecard, list[str]] | None:
    """The newest scorecard, with the own fields it reads, if it is switched on."""
    newest = LearnedModel.objects.filter(subject=subject).order_by("-trained_at").first()
    if newest is None or not newest.is_on or newest.scorecard is None:
        return None
    return scorecard_of(newest.scorecard), newest.own_fields


def chance_of(opportunity: Opportunity) -> Chance | None:
    """Of an open opportunity, where a model is in use."""
    found = scorecard_in_use(Subject.OPPORTUNITY) if opportunity.state == StageKind.OPEN else None
    if found is None:
        return None
    scorecard, own_fields = found
    row = next(iter(_deal_rows(Opportunity.objects.filter(pk=opportunity.pk), own_fields)))[1]
    return Chance(scorecard.chance(row), scorecard.reasons(row))


def usable_own_fields(user: Any, subject: str) -> list[tuple[str, str]]:
    """(key, label) of own fields a model can read."""
    require_anywhere(user, MANAGE)
    return [(one.key, label_of(one)) for one in definitions(subject) if one.type in _USABLE_TYPES]


def learning_table(subject: str, own_fields: Sequence[str] = ()) -> LearningTable:
    """Every record of the subject that came to its end, the oldest first; for the job that learns."""
    known = {
        one.key: one for one in definitions(subject) if one.type in _USABLE_TYPES and one.key in own_fields
    }
    own = [Column(f"own.{key}", label_of(one), _USABLE_TYPES[one.type]) for key, one in known.items()]
    if subject == Subject.LEAD:
        ended = Lead.objects.filter(
            deleted_at__isnull=True, status__in=(LeadStatus.QUALIFIED, LeadStatus.CLOSED)
        )
        found = list(_lead_rows(ended.order_by("-received_at", "-pk")[:MOST_ROWS], known))
        table = LearningTable([*_LEAD_COLUMNS, *own])
        outcome = LeadStatus.QUALIFIED.value
    else:
        closed = Opportunity.objects.filter(deleted_at__isnull=True).exclude(state=StageKind.OPEN)
        found = list(_deal_rows(closed.order_by("-created_at", "-pk")[:MOST_ROWS], known))
        table = LearningTable([*_DEAL_COLUMNS, *own])
        outcome = StageKind.WON.value
    for _pk, row, end in reversed(found):
        table.rows.append(row)
        table.outcomes.append(end == outcome)
    return table


def lead_rows(ids: Iterable[UUID], own_fields: Iterable[str]) -> dict[UUID, dict[str, Any]]:
    """What a model reads of these leads."""
    return {pk: row for pk, row, _end in _lead_rows(Lead.objects.filter(pk__in=list(ids)), own_fields)}


def _lead_rows(rows: QuerySet[Lead], own_fields: Iterable[str]) -> Iterable[tuple[UUID, dict[str, Any], str]]:
    """(id, values, status); two statements whatever their number."""
    earlier = Lead.objects.filter(contact=OuterRef("contact"), received_at__lt=OuterRef("received_at"))
    plain = ("campaign", "utm_source", "utm_medium", "language", "country")
    names = (
        "pk",
        "status",
        "message",
        "answers",
        "landing_page",
        "referrer",
        "received_at",
        "custom",
        *plain,
    )
    found = rows.annotate(known=Exists(earlier), source_name=F("source__name"), form_name=F("web_form__name"))
    for one in found.values(*names, "known", "source_name", "form_name"):
        values = {name: one[name] for name in plain} | {
            "source": one["source_name"],
            "web_form": one["form_name"],
            "landing_page": _path(one["landing_page"]),
            "referrer": _host(one["referrer"]),
            "message_length": len(one["message"]),
            "answers": sum(bool(answer) for answer in one["answers"].values()),
            "hour": timezone.localtime(one["received_at"]).hour,
            "known_before": "yes" if one["known"] else "no",
        }
        yield one["pk"], values | _own(one["custom"], own_fields), one["status"]


def _deal_rows(
    rows: QuerySet[Opportunity], own_fields: Iterable[str]
) -> Iterable[tuple[UUID, dict[str, Any], str]]:
    """(id, values, state) of opportunities, as they stood when they began."""
    begun = StageMove.objects.filter(opportunity=OuterRef("pk"), from_stage__isnull=True).order_by("at")
    won = Opportunity.objects.filter(
        company=OuterRef("company"), state=StageKind.WON, closed_at__lt=OuterRef("created_at")
    )
    found = rows.annotate(
        first_amount=Subquery(begun.values("base_amount_minor")[:1]),
        bought=Exists(won),
        lead_of=F("lead__pk"),
        pipeline_name=F("pipeline__name"),
        maker=F("created_by__full_name"),
        company_country=F("company__country"),
        company_industry=F("company__industry"),
    )
    names = (
        "first_amount",
        "bought",
        "lead_of",
        "pipeline_name",
        "maker",
        "company_country",
        "company_industry",
    )
    for one in found.values("pk", "state", "source", "custom", *names):
        values = {
            "source": one["source"],
            "pipeline": one["pipeline_name"],
            "created_by": one["maker"],
            "country": one["company_country"],
            "industry": one["company_industry"],
            "first_amount": one["first_amount"],
            "from_lead": "yes" if one["lead_of"] else "no",
            "bought_before": "yes" if one["bought"] else "no",
        }
        yield one["pk"], values | _own(one["custom"], own_fields), one["state"]


def _own(custom: dict[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    found = {}
    for key in keys:
        value = custom.get(key)
        found[f"own.{key}"] = ("yes" if value else "no") if isinstance(value, bool) else value
    return found


def _path(address: str) -> str:
    """Of what a stranger's browser sent: what is no address says nothing."""
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
