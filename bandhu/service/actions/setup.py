"""The administrator's side of service: types, statuses, the matrix of priorities, service levels with their steps.

Each takes the row to change, or None for a new one, and raises ValidationError by field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _

from bandhu.calendars.models import BusinessCalendar
from bandhu.contact_center.models import Queue
from bandhu.customers.record_values import linked_record
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.platform import audit
from bandhu.platform.custom_fields import definitions
from bandhu.platform.filters import compile_filter
from bandhu.platform.models import Setting
from bandhu.platform.queue import enqueue
from bandhu.platform.record_kinds import record_kinds
from bandhu.platform.texts import clean_line
from bandhu.service.actions.changes import KIND
from bandhu.service.days import CLOSE_DAYS, REOPEN_DAYS, all_days, setting_of
from bandhu.service.models import (
    EscalationStep,
    Measure,
    Nature,
    Priority,
    ServiceLevel,
    Stage,
    TicketStatus,
    TicketType,
)
from bandhu.service.priorities import keep_matrix

MANAGE = "service.manage_service"
MOST_MINUTES, MOST_STEPS = 525_600, 12
Names = Mapping[str, str]


@action(MANAGE, on_record=False)
def set_ticket_type(
    row: TicketType | None,
    *,
    actor: User,
    name: str,
    names: Names | None = None,
    nature: str = Nature.REQUEST,
    fields: Sequence[str] = (),
    portal_fields: Sequence[str] = (),
    queue: UUID | str | None = None,
    is_public: bool = True,
    is_active: bool = True,
) -> TicketType:
    """A kind of ticket with the own fields its form asks for, by key and in this order; `portal_fields` are asked of customers."""
    made = row or TicketType(position=_next(TicketType))
    if nature not in Nature.values:
        raise ValidationError({"nature": _("Choose one of the list.")})
    # A field that was retired since stays on the type: it is only not shown.
    known = {one.key for one in definitions(KIND)} | {*made.fields, *made.portal_fields}
    made.nature, made.is_public = nature, is_public
    for place, keys in (("fields", fields), ("portal_fields", portal_fields)):
        if unknown := [key for key in keys if key not in known]:
            raise ValidationError(
                {place: _("Tickets have no own field %(key)s.") % {"key": unknown[0][:100]}}
            )
    made.fields, made.portal_fields = list(dict.fromkeys(fields)), list(dict.fromkeys(portal_fields))
    made.queue_id = _queue(queue)
    return _keep(made, row, actor, name, names, is_active)


@action(MANAGE, on_record=False)
def set_ticket_status(
    row: TicketStatus | None,
    *,
    actor: User,
    name: str,
    names: Names | None = None,
    stage: str = "",
    pauses: bool = False,
    is_usual: bool = False,
    is_active: bool = True,
) -> TicketStatus:
    """A status and what it means. The meaning of one that tickets have stays as it is."""
    made = row or TicketStatus(position=_next(TicketStatus))
    if stage not in Stage.values:
        raise ValidationError({"stage": _("Choose one of the list.")})
    if row is not None and row.stage != stage and row.tickets.exists():
        raise ValidationError({"stage": _("Tickets have this status: make a new one instead.")})
    others = TicketStatus.objects.filter(stage=stage).exclude(pk=made.pk)
    if not is_active and not others.filter(is_active=True).exists():
        raise ValidationError({"is_active": _("One status of this meaning must stay in use.")})
    made.stage, made.pauses = stage, pauses
    made.is_usual = is_usual or not others.filter(is_usual=True).exists()
    if made.is_usual:
        others.filter(is_usual=True).update(is_usual=False)
    kept: TicketStatus = _keep(made, row, actor, name, names, is_active)
    if row is not None:
        count_anew()
    return kept


@action(MANAGE, on_record=False)
def set_priority_matrix(*, actor: User, matrix: Mapping[tuple[str, str], str]) -> None:
    """(impact, urgency) → priority for all nine pairs. Tickets keep theirs until they are changed."""
    try:
        keep_matrix(matrix)
    except (KeyError, ValueError):
        raise ValidationError(_("Choose one of the list.")) from None
    audit.record_change("changed", actor=actor, kind="priority_matrix", record_id=actor.pk, title="")


@action(MANAGE, on_record=False)
def set_service_level(
    row: ServiceLevel | None,
    *,
    actor: User,
    name: str,
    targets: Mapping[str, Mapping[str, int | None]],
    names: Names | None = None,
    conditions: Mapping[str, Any] | None = None,
    calendar: UUID | str | None = None,
    steps: Sequence[Mapping[str, Any]] = (),
    is_active: bool = True,
) -> ServiceLevel:
    """What is promised to tickets that fit `conditions`: business minutes by priority and measure, and what is done before a breach.

    `steps` are {percent, what, measure, user, queue}; those there were are kept where they are the same, so that none is done
    again. Running clocks are counted anew by a job.
    """
    made = row or ServiceLevel(position=_next(ServiceLevel))
    compile_filter(actor, record_kinds[KIND], conditions or {})
    made.conditions = dict(conditions or {})
    made.targets = _checked_targets(targets)
    made.calendar = _calendar(calendar)
    drafted = [_step(one, actor) for one in steps[:MOST_STEPS]]
    kept: ServiceLevel = _keep(made, row, actor, name, names, is_active)
    _write_steps(kept, drafted)
    count_anew()
    return kept


@action(MANAGE, on_record=False)
def put_levels_in_order(*, actor: User, ids: Sequence[UUID]) -> None:
    """The first that fits decides; running clocks are counted anew."""
    for place, pk in enumerate(ids):
        ServiceLevel.objects.filter(pk=pk).update(position=place)
    audit.record_change("ordered", actor=actor, kind="servicelevel", record_id=actor.pk, title="")
    count_anew()


@action(MANAGE, on_record=False)
def delete_service_row(row: TicketType | TicketStatus | ServiceLevel, *, actor: User) -> None:
    """Remove a type, status or service level. Raises ValidationError for one that tickets have."""
    pk, is_level = row.pk, isinstance(row, ServiceLevel)
    try:
        row.delete()
    except ProtectedError:
        raise ValidationError(_("Tickets have it, so it can only be switched off.")) from None
    row.pk = pk
    _note("deleted", row, actor)
    if is_level:
        count_anew()


@action(MANAGE, on_record=False)
def set_service_days(*, actor: User, **days: int) -> None:
    """`reopen_within_days` and `close_after_days`. Raises ValidationError by field."""
    before = all_days()
    for name, value in days.items():
        if name not in (REOPEN_DAYS, CLOSE_DAYS) or not 0 <= value <= 3650:
            raise ValidationError({name: _("From %(least)d to %(most)d.") % {"least": 0, "most": 3650}})
        Setting.objects.update_or_create(name=setting_of(name), defaults={"value": value})
    changes = {name: (before[name], value) for name, value in days.items() if before[name] != value}
    audit.record_change(
        "changed", actor=actor, kind="service_days", record_id=actor.pk, title="", changes=changes
    )


def count_anew() -> None:
    """Have a job settle the clocks of all open tickets."""
    enqueue("service.settle_open_tickets", queueing_lock="service.settle_open_tickets")


def _checked_targets(targets: Mapping[str, Mapping[str, int | None]]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for priority, measures in targets.items():
        for measure, minutes in measures.items():
            if priority not in Priority.values or measure not in Measure.values:
                raise ValidationError({"targets": _("Choose one of the list.")})
            if minutes in (None, 0):
                continue
            if not isinstance(minutes, int) or not 1 <= minutes <= MOST_MINUTES:
                raise ValidationError({f"{priority}-{measure}": _("This is too long or too short a time.")})
            found.setdefault(priority, {})[measure] = minutes
    if not found:
        raise ValidationError({"targets": _("Promise at least one time.")})
    return found


def _step(given: Mapping[str, Any], actor: User) -> EscalationStep:
    what, measure = given.get("what"), given.get("measure") or ""
    percent = given.get("percent")
    if what not in EscalationStep.What.values or measure not in ("", *Measure.values):
        raise ValidationError({"steps": _("Choose one of the list.")})
    if not isinstance(percent, int) or not 1 <= percent <= 300:
        raise ValidationError({"steps": _("From %(least)d to %(most)d.") % {"least": 1, "most": 300}})
    step = EscalationStep(what=what, measure=measure, percent=percent)
    if what in (EscalationStep.What.NOTIFY_USER, EscalationStep.What.REASSIGN):
        step.user = linked_record("owner", given.get("user"), actor)
        if step.user is None:
            raise ValidationError({"steps": _("Choose a person for this step.")})
    if what == EscalationStep.What.QUEUE:
        step.queue_id = _queue(given.get("queue"))
        if step.queue_id is None:
            raise ValidationError({"steps": _("Choose a queue for this step.")})
    return step


def _write_steps(level: ServiceLevel, drafted: Sequence[EscalationStep]) -> None:
    def key(one: EscalationStep) -> tuple[Any, ...]:
        return one.measure, one.percent, one.what, one.user_id, one.queue_id

    former = {key(one): one for one in EscalationStep.objects.filter(level=level)}
    wanted = {key(one): one for one in drafted}
    for gone in former.keys() - wanted.keys():
        former[gone].delete()
    for new in wanted.keys() - former.keys():
        wanted[new].level = level
        wanted[new].save()


def _queue(value: Any) -> UUID | None:
    if not value:
        return None
    found = Queue.objects.filter(pk=value).values_list("pk", flat=True).first()
    if found is None:
        raise ValidationError({"queue": _("Choose one of the list.")})
    return found


def _calendar(value: Any) -> BusinessCalendar | None:
    if not value:
        return None
    found = BusinessCalendar.objects.filter(pk=value).first()
    if found is None:
        raise ValidationError({"calendar": _("Choose one of the list.")})
    return found


def _keep(row: Any, former: Any, actor: User, name: str, names: Names | None, is_active: bool) -> Any:
    row.name = clean_line(name, 120)
    if not row.name:
        raise ValidationError({"name": _("A name is needed.")})
    row.names = {code: text for code, one in (names or {}).items() if (text := clean_line(one, 120))}
    row.is_active = is_active
    row.save()
    _note("changed" if former is not None else "created", row, actor)
    return row


def _next(model: Any) -> int:
    last = model.objects.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _note(verb: str, row: Any, actor: User) -> None:
    audit.record_change(verb, actor=actor, kind=str(row._meta.model_name), record_id=row.pk, title=row.name)
