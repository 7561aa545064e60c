"""The administrator's side: pipelines, their stages, and the reasons of winning and losing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _

from bandhu.identity.acting import action
from bandhu.platform import audit, live
from bandhu.platform.events import publish
from bandhu.platform.texts import clean_line
from bandhu.sales.actions.changes import clean_share
from bandhu.sales.actions.stage_rules import draft_stage_rules, rules_of, tell_of_rules
from bandhu.sales.events import CloseReasonChanged, PipelineChanged, StageChanged
from bandhu.sales.models import CloseReason, Forecast, Opportunity, Pipeline, Stage, StageKind, line_by_chance
from bandhu.sales.queries.pipelines import requirable_fields

MANAGE = "sales.manage_pipelines"
_CERTAIN = {StageKind.WON: "1", StageKind.LOST: "0"}


@action(MANAGE, on_record=False)
def create_pipeline(*, actor: Any, name: str, names: Mapping[str, str] | None = None) -> Pipeline:
    """A new pipeline after the others, with one open, one won and one lost stage to start from."""
    pipeline = Pipeline(position=_next(Pipeline))
    put_names(pipeline, name, names or {})
    pipeline.save()
    for place, (title, kind) in enumerate(
        ((_("New"), StageKind.OPEN), (_("Won"), StageKind.WON), (_("Lost"), StageKind.LOST))
    ):
        forecast = Forecast.PIPELINE if kind == StageKind.OPEN else Forecast.CLOSED
        Stage.objects.create(
            pipeline=pipeline,
            name=title,
            kind=kind,
            probability=Decimal(_CERTAIN.get(kind, "0.1")),
            position=place,
            forecast=forecast if kind != StageKind.LOST else Forecast.OMITTED,
        )
    _written("created", pipeline, actor)
    return pipeline


@action(MANAGE, on_record=False)
def change_pipeline(pipeline: Pipeline, *, actor: Any, **changes: Any) -> Pipeline:
    """`name`, `names` (by language code) or `is_active`. The last active pipeline stays active (ValidationError)."""
    if "name" in changes or "names" in changes:
        put_names(pipeline, changes.get("name", pipeline.name), changes.get("names", pipeline.names))
    if "is_active" in changes:
        others = Pipeline.objects.filter(is_active=True).exclude(pk=pipeline.pk)
        if not changes["is_active"] and not others.exists():
            raise ValidationError(_("One pipeline must stay in use."))
        pipeline.is_active = bool(changes["is_active"])
    pipeline.save()
    _written("changed", pipeline, actor)
    return pipeline


@action(MANAGE, on_record=False)
def delete_pipeline(pipeline: Pipeline, *, actor: Any) -> None:
    """Only one that never held an opportunity; others are switched off instead (ValidationError)."""
    if not Pipeline.objects.exclude(pk=pipeline.pk).filter(is_active=True).exists():
        raise ValidationError(_("One pipeline must stay in use."))
    _delete(pipeline, actor, _("This pipeline holds opportunities, so it can only be switched off."))


@action(MANAGE, on_record=False)
def add_stage(pipeline: Pipeline, *, actor: Any, name: str, **values: Any) -> Stage:
    """A stage after the pipeline's open ones; `values` as in change_stage."""
    stage = Stage(pipeline=pipeline, position=_next(Stage, pipeline=pipeline))
    _set_stage(stage, {"name": name} | values)
    stage.save()
    if stage.kind == StageKind.OPEN:
        _put_open_stages_first(pipeline)
    _written("created", stage, actor)
    if stage.condition or stage.steps:
        tell_of_rules(stage, actor)
    return stage


@action(MANAGE, on_record=False)
def change_stage(stage: Stage, *, actor: Any, **changes: Any) -> Stage:
    """Any of name, names, kind, probability, forecast, required_fields, ageing_days, is_active, condition, condition_words, steps.

    The kind of a stage that holds opportunities stays. Raises ValidationError by field.
    """
    before = rules_of(stage)
    if changes.get("kind", stage.kind) != stage.kind and Opportunity.objects.filter(stage=stage).exists():
        raise ValidationError({"kind": _("Opportunities stand in this stage, so its kind stays.")})
    _set_stage(stage, changes)
    _require_ends(stage)
    stage.save()
    after = rules_of(stage)
    differing = {name: (before[name], value) for name, value in after.items() if before[name] != value}
    _written("changed", stage, actor, changes=differing)
    if differing:
        tell_of_rules(stage, actor)
    return stage


@action(MANAGE, on_record=False)
def delete_stage(stage: Stage, *, actor: Any) -> None:
    """Only one no opportunity ever stood in (ValidationError)."""
    left = stage.pipeline.stages.exclude(pk=stage.pk).filter(is_active=True)
    if stage.kind == StageKind.OPEN and not left.filter(kind=StageKind.OPEN).exists():
        raise ValidationError(_("A pipeline needs at least one open stage."))
    _delete(stage, actor, _("Opportunities stood in this stage, so it can only be switched off."))


@action(MANAGE, on_record=False)
def create_reason(*, actor: Any, kind: str, name: str, names: Mapping[str, str] | None = None) -> CloseReason:
    """A reason for winning ("won") or losing ("lost")."""
    if kind not in (StageKind.WON, StageKind.LOST):
        raise ValidationError({"kind": _("Choose won or lost.")})
    reason = CloseReason(kind=kind, position=_next(CloseReason, kind=kind))
    put_names(reason, name, names or {})
    reason.save()
    _written("created", reason, actor)
    return reason


@action(MANAGE, on_record=False)
def change_reason(reason: CloseReason, *, actor: Any, **changes: Any) -> CloseReason:
    """`name`, `names` or `is_active`."""
    put_names(reason, changes.get("name", reason.name), changes.get("names", reason.names))
    reason.is_active = bool(changes.get("is_active", reason.is_active))
    reason.save()
    _written("changed", reason, actor)
    return reason


@action(MANAGE, on_record=False)
def put_in_order(*, actor: Any, model: type[Pipeline | Stage | CloseReason], ids: Sequence[UUID]) -> None:
    """These rows in this order; rows that are not named keep their places behind."""
    rows: dict[UUID, Any] = {row.pk: row for row in model.objects.filter(pk__in=ids)}
    for place, pk in enumerate(pk for pk in ids if pk in rows):
        rows[pk].position = place
    model.objects.bulk_update(rows.values(), ["position"])
    for row in list(rows.values())[:1]:
        _written("reordered", row, actor)


def put_names(row: Any, name: str, names: Mapping[str, str]) -> None:
    """A name and its translations; raises ValidationError when empty or too long, or in a language that is not spoken here."""
    row.name = clean_line(name, 120)
    if not row.name:
        raise ValidationError({"name": _("A name is needed.")})
    if strange := sorted(names.keys() - dict(settings.LANGUAGES) - row.names.keys()):
        text = _("There is no language “%(code)s” here.") % {"code": strange[0]}
        raise ValidationError({"names": text})
    row.names = {code: text for code, one in names.items() if (text := clean_line(one, 120))}


def _set_stage(stage: Stage, changes: Mapping[str, Any]) -> None:
    put_names(stage, changes.get("name", stage.name), changes.get("names", stage.names))
    if "kind" in changes:
        stage.kind = _one_of(StageKind, changes["kind"], "kind")
    if "forecast" in changes:
        stage.forecast = _one_of(Forecast, changes["forecast"], "forecast")
    if "required_fields" in changes:
        stage.required_fields = _clean_required(stage, changes["required_fields"])
    if "ageing_days" in changes:
        stage.ageing_days = _clean_days(changes["ageing_days"])
    if "is_active" in changes:
        stage.is_active = bool(changes["is_active"])
    draft_stage_rules(stage, changes)
    if "probability" in changes or stage.kind != StageKind.OPEN:
        try:
            share = clean_share(_CERTAIN.get(StageKind(stage.kind), changes.get("probability")))
        except ValidationError as problem:
            raise ValidationError({"probability": problem.messages}) from None
        stage.probability = share if share is not None else stage.probability
    if stage._state.adding and not changes.get("forecast") and stage.kind == StageKind.OPEN:
        stage.forecast = line_by_chance(stage.probability)


def _one_of(choices: Any, value: Any, name: str) -> str:
    if value not in choices.values:
        raise ValidationError({name: _("Choose one of the list.")})
    return str(value)


def _clean_required(stage: Stage, names: Sequence[str]) -> list[str]:
    """Names of `requirable_fields`, each once. What is no field any more goes in silence only where the stage had it."""
    known = dict(requirable_fields())
    if strange := [name for name in names if name not in known and name not in stage.required_fields]:
        text = _("“%(name)s” is nothing that a stage can ask for.") % {"name": strange[0]}
        raise ValidationError({"required_fields": text})
    return [name for name in dict.fromkeys(names) if name in known]


def _clean_days(value: Any) -> int | None:
    if value in (None, ""):
        return None
    if not str(value).isdecimal() or not 0 < int(str(value)) <= 3650:
        raise ValidationError({"ageing_days": _("Write a number of days from 1 to 3650.")})
    return int(str(value))


def _require_ends(stage: Stage) -> None:
    """A pipeline keeps an open stage to begin in."""
    others = stage.pipeline.stages.exclude(pk=stage.pk).filter(kind=StageKind.OPEN, is_active=True)
    if not (stage.kind == StageKind.OPEN and stage.is_active) and not others.exists():
        raise ValidationError(_("A pipeline needs at least one open stage."))


def _put_open_stages_first(pipeline: Pipeline) -> None:
    rows = sorted(
        Stage.objects.filter(pipeline=pipeline), key=lambda one: (one.kind != StageKind.OPEN, one.position)
    )
    for place, row in enumerate(rows):
        row.position = place
    Stage.objects.bulk_update(rows, ["position"])


def _next(model: Any, **within: Any) -> int:
    last = model.objects.filter(**within).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _delete(row: Pipeline | Stage | CloseReason, actor: Any, reason: str) -> None:
    try:
        title, pk = str(row), row.pk
        row.delete()
    except ProtectedError:
        raise ValidationError(reason) from None
    row.pk = pk
    _written("deleted", row, actor, title)


def _written(
    verb: str,
    row: Pipeline | Stage | CloseReason,
    actor: Any,
    title: str = "",
    changes: dict[str, tuple[Any, Any]] | None = None,
) -> None:
    """Setting up is audited and told like everything else; open boards are told."""
    kind = str(row._meta.model_name)
    audit.record_change(
        verb, actor=actor, kind=kind, record_id=row.pk, title=title or row.name, changes=changes
    )
    told: dict[str, Any] = {"title": title or row.name, "change": verb}
    if isinstance(row, Stage):
        live.hint(f"pipeline:{row.pipeline_id}")
        publish(StageChanged(pipeline_id=str(row.pipeline_id), stage_id=str(row.pk), **told), actor=actor)
    elif isinstance(row, Pipeline):
        publish(PipelineChanged(pipeline_id=str(row.pk), **told), actor=actor)
    else:
        publish(CloseReasonChanged(reason_id=str(row.pk), outcome=str(row.kind), **told), actor=actor)
