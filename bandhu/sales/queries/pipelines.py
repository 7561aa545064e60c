"""Pipelines, stages and reasons: set up by the administrator, read by everybody who sees opportunities."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from bandhu.customers.queries.contacts import as_uuid
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.custom_fields import definitions, label_of
from bandhu.platform.whole_rows import rows_of
from bandhu.sales.models import CloseReason, Opportunity, Pipeline, Stage, StageKind

VIEW = "sales.view_opportunity"


def pipelines(user: Any, *, with_inactive: bool = False) -> list[Pipeline]:
    """In their order, each with its stages in theirs (`.stages.all()`); the user must see opportunities somewhere."""
    require_anywhere(user, VIEW)
    rows = Pipeline.objects.prefetch_related(Prefetch("stages", Stage.objects.order_by("position", "pk")))
    return list(rows if with_inactive else rows.filter(is_active=True))


def pipeline_for(user: Any, pipeline_id: UUID | str) -> Pipeline:
    """With its stages; raises OutOfReach (404)."""
    require_anywhere(user, VIEW)
    rows = Pipeline.objects.prefetch_related(Prefetch("stages", Stage.objects.order_by("position", "pk")))
    return one_of(rows, pipeline_id)


def stages_for(user: Any, *stage_ids: UUID | str) -> list[Stage]:
    """These stages in this order, read together; raises OutOfReach (404) when one is missing."""
    require_anywhere(user, VIEW)
    wanted = [as_uuid(one) for one in stage_ids]
    found = rows_of(Stage, wanted)
    if any(pk not in found for pk in wanted):
        raise OutOfReach
    return [found[pk] for pk in wanted]


def stage_for(user: Any, stage_id: UUID | str) -> Stage:
    """With its pipeline; raises OutOfReach (404)."""
    require_anywhere(user, VIEW)
    return one_of(Stage.objects.select_related("pipeline"), stage_id)


def reasons(user: Any, kind: str = "", *, with_inactive: bool = False) -> list[CloseReason]:
    """The reasons of winning or of losing, or both."""
    require_anywhere(user, VIEW)
    rows = CloseReason.objects.filter(**({"kind": kind} if kind else {}))
    return list(rows if with_inactive else rows.filter(is_active=True))


def reason_for(user: Any, reason_id: UUID | str) -> CloseReason:
    require_anywhere(user, VIEW)
    return one_of(CloseReason.objects.all(), reason_id)


def one_of(rows: Any, pk: UUID | str) -> Any:
    """The row of this id; raises OutOfReach (404)."""
    found = rows.filter(pk=as_uuid(pk)).first()
    if found is None:
        raise OutOfReach
    return found


def first_stage(pipeline: Pipeline | None = None) -> Stage:
    """Where a new opportunity of the pipeline (else of the first one) begins. Raises OutOfReach where none is set up."""
    rows = Stage.objects.filter(kind=StageKind.OPEN, is_active=True, pipeline__is_active=True)
    if pipeline is not None:
        rows = rows.filter(pipeline=pipeline)
    found = rows.select_related("pipeline").order_by("pipeline__position", "pipeline_id", "position").first()
    if found is None:
        raise OutOfReach
    return found


def requirable_fields() -> list[tuple[str, Any]]:
    """(name, label) of what a stage may require."""
    own = [(f"custom.{one.key}", label_of(one)) for one in definitions("opportunity")]
    return [
        ("contact", _("Contact")),
        ("company", _("Company")),
        ("amount", _("Amount")),
        ("expected_close", _("Expected close")),
        ("owner", _("Owner")),
        ("source", _("Source")),
        ("next_step", _("Next step")),
        ("decider", _("Somebody who decides")),
        *own,
    ]


def missing_fields(opportunity: Opportunity, stage: Stage) -> list[str]:
    """Names of what `stage` requires and the opportunity does not have."""
    return [name for name in stage.required_fields if not _filled(opportunity, name)]


def _filled(opportunity: Opportunity, name: str) -> bool:
    if name.startswith("custom."):
        return opportunity.custom.get(name.removeprefix("custom.")) not in (None, "", [])
    if name == "next_step":
        return opportunity.next_step_due_at is not None
    if name == "decider":
        return opportunity.stakeholders.filter(role="decides").exists()
    return getattr(opportunity, name) not in (None, "")


def requirable_label(name: str) -> Any:
    """What people call a field a stage may require."""
    return dict(requirable_fields()).get(name, name)
