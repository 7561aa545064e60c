"""Creating and changing opportunities."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.customers.actions.records import write_tags
from bandhu.identity.acting import action
from bandhu.identity.results import OutOfReach
from bandhu.platform.custom_values import write_custom
from bandhu.platform.money import Money
from bandhu.sales.actions.changes import (
    KIND,
    announce,
    clean_opportunity,
    conflict_with,
    locked,
    set_values,
    text_of,
    write,
)
from bandhu.sales.actions.moves import MissingFields
from bandhu.sales.events import (
    OpportunityChanged,
    OpportunityCreated,
    OpportunityDeleted,
    OpportunityRestored,
)
from bandhu.sales.models import Opportunity, Pipeline, Stage, StageKind, StageMove
from bandhu.sales.queries.pipelines import first_stage, missing_fields, requirable_label
from bandhu.sales.stage_conditions import may_enter, refusal_of

ACTOR = object()
# What nobody can say of an opportunity that does not exist yet.
_LATER = ("next_step", "decider")


@action("sales.create_opportunity", on_record=False)
def create_opportunity(
    *,
    actor: Any,
    name: str,
    contact: Any = None,
    company: Any = None,
    stage: Stage | None = None,
    pipeline: Pipeline | None = None,
    amount: Money | None = None,
    owner: Any = ACTOR,
    team: Any = ACTOR,
    tags: Sequence[Any] = (),
    custom: dict[str, Any] | None = None,
    **columns: Any,
) -> Opportunity:
    """A new opportunity of a contact, a company or both; a contact brings its company.

    It enters `stage`, else the first open one of `pipeline`, else of the first pipeline. It must have what that stage
    requires and, but in the first one, fit its condition.
    `columns` are any of COLUMNS and `recurring`. Without owner and team it belongs to the actor. Raises ValidationError with the problems by field.
    """
    given = {
        "name": name,
        "contact": contact,
        "company": company,
        "amount": amount,
        "owner": actor if owner is ACTOR else owner,
        "team": actor.team if team is ACTOR else team,
        "tags": tags,
        "custom": custom or {},
        **columns,
    }
    cleaned = clean_opportunity(given, actor=actor)
    stage = stage or first_stage(pipeline)
    if stage.kind != StageKind.OPEN:
        raise ValidationError({"stage": _("A new opportunity begins in an open stage.")})
    now = timezone.now()
    opportunity = Opportunity(
        pipeline_id=stage.pipeline_id, stage=stage, stage_entered_at=now, created_at=now,
        created_by=None if actor.is_system else actor,
    )  # fmt: skip
    changes = set_values(opportunity, cleaned)
    if opportunity.company is None and opportunity.contact is not None:
        opportunity.company = opportunity.contact.company
    changes |= write_custom(opportunity, cleaned.custom or {}, kind=KIND)
    _require(opportunity, stage)
    opportunity.save(force_insert=True)
    if cleaned.tags:
        changes |= write_tags(opportunity, cleaned.tags)  # type: ignore[arg-type]
    _must_fit(opportunity, stage)
    _enter_first(opportunity, now)
    filled = {name: pair for name, pair in changes.items() if pair[1] not in (None, "")}
    announce(opportunity, "created", [_created(opportunity)], actor=actor, changes=filled)
    return opportunity


@action("sales.change_opportunity")
def change_opportunity(
    opportunity: Opportunity, *, actor: Any, version: int | None = None, **changes: Any
) -> Opportunity:
    """Change any of COLUMNS, `amount` and `recurring` (Money or None), `tags` (names) and `custom` (by key).

    A changed amount is converted with today's rate. With `version`, somebody else's change in between raises EditConflict and
    nothing is written. Raises ValidationError by field. Returns the opportunity as stored.
    """
    fresh = locked(opportunity)
    cleaned = clean_opportunity(changes, actor=actor, record=fresh)
    if version is not None and version != fresh.version:
        raise conflict_with(fresh, version, cleaned)
    if written := write(fresh, cleaned):
        event = OpportunityChanged(
            **_who(fresh), title=fresh.name, version=fresh.version, fields=sorted(written)
        )
        announce(fresh, "changed", [event], actor=actor, changes=written)
    return fresh


@action("sales.delete_opportunity")
def delete_opportunity(opportunity: Opportunity, *, actor: Any) -> Opportunity:
    """Into the bin: out of boards, lists and search, whole, until restored. Repeating it changes nothing."""
    fresh = _held(opportunity)
    if fresh.deleted_at is None:
        fresh.deleted_at = timezone.now()
        _save_version(fresh)
        event = OpportunityDeleted(opportunity_id=str(fresh.pk), title=fresh.name)
        announce(fresh, "deleted", [event], actor=actor, changes={"deleted_at": (None, fresh.deleted_at)})
    return fresh


@action("sales.delete_opportunity")
def restore_opportunity(opportunity: Opportunity, *, actor: Any) -> Opportunity:
    """Back from the bin as it was."""
    fresh = _held(opportunity)
    if fresh.deleted_at is not None:
        before, fresh.deleted_at = fresh.deleted_at, None
        _save_version(fresh)
        event = OpportunityRestored(opportunity_id=str(fresh.pk), title=fresh.name)
        announce(fresh, "restored", [event], actor=actor, changes={"deleted_at": (before, None)})
    return fresh


def _require(opportunity: Opportunity, stage: Stage) -> None:
    """What the stage requires must be there from the start; what only an opportunity that exists can have, an earlier stage lets it get."""
    missing = missing_fields(opportunity, stage)
    if any(name in _LATER for name in missing) and stage == first_stage(stage.pipeline):
        missing = [name for name in missing if name not in _LATER]
    problems: dict[str, Any] = {}
    for name in missing:
        text = _("This stage needs it.")
        if name in _LATER:
            text = _(
                "“%(stage)s” needs more than a new opportunity has (%(field)s): begin in an earlier stage."
            ) % {
                "stage": stage.label,
                "field": requirable_label(name),
            }
        problems[name] = ValidationError(text, code="required")
    if problems:
        raise MissingFields(problems)


def _must_fit(opportunity: Opportunity, stage: Stage) -> None:
    if stage != first_stage(stage.pipeline) and not may_enter(opportunity, stage):
        raise MissingFields({"condition": ValidationError(refusal_of(stage), code="condition")})


def _enter_first(opportunity: Opportunity, at: datetime) -> None:
    """The move with which its history begins."""
    StageMove.objects.bulk_create([
        StageMove(
            opportunity=opportunity, pipeline_id=opportunity.pipeline_id, to_stage=opportunity.stage, at=at,
            actor=opportunity.created_by, amount_minor=opportunity.amount_minor, currency=opportunity.currency,
            base_amount_minor=opportunity.base_amount_minor,
        )
    ])  # fmt: skip


def _created(opportunity: Opportunity) -> OpportunityCreated:
    return OpportunityCreated(
        **_who(opportunity),
        title=opportunity.name,
        pipeline_id=str(opportunity.pipeline_id),
        stage_id=str(opportunity.stage_id),
        stage=opportunity.stage.name,
        amount_minor=opportunity.amount_minor,
        currency=opportunity.currency,
        owner_id=text_of(opportunity.owner_id),
    )


def _who(opportunity: Opportunity) -> dict[str, Any]:
    return {
        "opportunity_id": str(opportunity.pk),
        "contact_id": text_of(opportunity.contact_id),
        "company_id": text_of(opportunity.company_id),
    }


def _held(opportunity: Opportunity) -> Opportunity:
    found = Opportunity.objects.select_for_update(of=("self",)).filter(pk=opportunity.pk).first()
    if found is None:
        raise OutOfReach
    return found


def _save_version(opportunity: Opportunity) -> None:
    opportunity.version += 1
    opportunity.save(update_fields=["deleted_at", "version", "updated_at"])
