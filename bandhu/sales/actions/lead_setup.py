"""The administrator's side of leads: sources, reasons, who gets what, what gives points, who is away.

Each takes the row to change, or None for a new one, and raises ValidationError by field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Max, Model, ProtectedError
from django.utils.translation import gettext as _

from bandhu.customers.record_values import linked_record
from bandhu.identity.acting import action
from bandhu.identity.ready_made import system_user
from bandhu.platform import audit
from bandhu.platform.filters import compile_filter
from bandhu.platform.queue import enqueue
from bandhu.platform.record_kinds import record_kinds
from bandhu.sales.actions.pipelines import put_names
from bandhu.sales.models import Absence, AssignmentRule, LeadReason, LeadSource, ScoreRule, Seat, Way

MANAGE = "sales.manage_leads"
MOST_HOURS, MOST_POINTS, MOST_SEATS = 24 * 60, 1000, 50
Names = Mapping[str, str]
People = Sequence[tuple[Any, int | None]]


@action(MANAGE, on_record=False)
def set_lead_source(
    source: LeadSource | None,
    *,
    actor: Any,
    name: str,
    names: Names | None = None,
    respond_within_hours: int | None = None,
    is_active: bool = True,
) -> LeadSource:
    """Where enquiries come from; leads that are there already keep their clocks."""
    row = source or LeadSource(position=_next(LeadSource))
    hours = respond_within_hours
    if hours is not None and not 1 <= hours <= MOST_HOURS:
        text = _("Write a number of hours from 1 to %(most)s.") % {"most": MOST_HOURS}
        raise ValidationError({"respond_within_hours": text})
    row.respond_within_hours = hours
    return _keep(row, source, actor, name, names, is_active)


@action(MANAGE, on_record=False)
def set_lead_reason(
    reason: LeadReason | None, *, actor: Any, name: str, names: Names | None = None, is_active: bool = True
) -> LeadReason:
    """Why leads are closed without becoming an opportunity."""
    row = reason or LeadReason(position=_next(LeadReason))
    return _keep(row, reason, actor, name, names, is_active)


@action(MANAGE, on_record=False)
def set_assignment_rule(
    rule: AssignmentRule | None,
    *,
    actor: Any,
    name: str,
    names: Names | None = None,
    way: str = Way.ROUND_ROBIN,
    team: Any = None,
    people: People = (),
    conditions: Mapping[str, Any] | None = None,
    is_active: bool = True,
) -> AssignmentRule:
    """Who gets the leads that fit `conditions`; `people` are (user, most open leads or None). Turns that were given stay given."""
    row, seats = draft_rule(rule, actor=actor, way=way, team=team, people=people, conditions=conditions)
    kept = _keep(row, rule, actor, name, names, is_active)
    known = {seat.user_id: seat for seat in Seat.objects.filter(rule=kept)}
    Seat.objects.filter(rule=kept).exclude(user__in=[seat.user_id for seat in seats]).delete()
    for seat in seats:
        if former := known.get(seat.user_id):
            former.capacity = seat.capacity
            former.save(update_fields=["capacity"])
        else:
            seat.rule = kept
            seat.save()
    return kept


def draft_rule(
    rule: AssignmentRule | None,
    *,
    actor: Any,
    way: str,
    team: Any,
    people: People,
    conditions: Mapping[str, Any] | None,
) -> tuple[AssignmentRule, list[Seat]]:
    """A rule with its people as it would be saved: checked, and not saved, so that it can be tried out first."""
    row = rule or AssignmentRule(position=_next(AssignmentRule))
    if way not in Way.values:
        raise ValidationError({"way": _("Choose one of the list.")})
    row.way, row.team = way, linked_record("team", team, actor)
    row.conditions = _checked(conditions)
    given = dict(Seat.objects.filter(rule=rule).values_list("user", "last_given_at")) if rule else {}
    found: dict[UUID, Seat] = {}
    for who, capacity in people:
        user = linked_record("owner", who, actor)
        if user is not None:
            found[user.pk] = Seat(user=user, capacity=capacity, last_given_at=given.get(user.pk))
    if row.way == Way.TEAM and row.team is None:
        raise ValidationError({"team": _("Choose the team.")})
    if row.way not in (Way.TEAM, Way.TERRITORY) and not found:
        raise ValidationError({"people": _("Choose at least one person.")})
    return row, list(found.values())[:MOST_SEATS]


@action(MANAGE, on_record=False)
def set_score_rule(
    rule: ScoreRule | None,
    *,
    actor: Any,
    name: str,
    points: int,
    conditions: Mapping[str, Any] | None,
    names: Names | None = None,
    is_active: bool = True,
) -> ScoreRule:
    """Points for leads that fit; open leads get their new scores from a job."""
    row = rule or ScoreRule(position=_next(ScoreRule))
    if not points or abs(points) > MOST_POINTS:
        text = _("Write points from -%(most)s to %(most)s, but not nought.") % {"most": MOST_POINTS}
        raise ValidationError({"points": text})
    row.points, row.conditions = points, _checked(conditions)
    if not row.conditions:
        raise ValidationError({"view": _("Choose which leads get these points.")})
    kept = _keep(row, rule, actor, name, names, is_active)
    enqueue("sales.score_open_leads")
    return kept


@action(MANAGE, on_record=False)
def delete_lead_rule(rule: AssignmentRule | ScoreRule, *, actor: Any) -> None:
    """Leads that were given or scored by it stay as they are until their score is made anew."""
    _remove(rule, actor, "")
    if isinstance(rule, ScoreRule):
        enqueue("sales.score_open_leads")


@action(MANAGE, on_record=False)
def delete_lead_choice(choice: LeadSource | LeadReason, *, actor: Any) -> None:
    """Only one that no lead has; others are switched off instead (ValidationError)."""
    _remove(choice, actor, _("Leads have it, so it can only be switched off."))


@action(MANAGE, on_record=False)
def put_rules_in_order(*, actor: Any, model: type[AssignmentRule | ScoreRule], ids: Sequence[UUID]) -> None:
    """These rules in this order: the first one that fits decides."""
    rows: dict[UUID, Any] = {row.pk: row for row in model.objects.filter(pk__in=ids)}
    for place, pk in enumerate(pk for pk in ids if pk in rows):
        rows[pk].position = place
    model.objects.bulk_update(rows.values(), ["position"])
    for row in list(rows.values())[:1]:
        _written("reordered", row, actor)


@action(MANAGE, on_record=False)
def note_absence(*, actor: Any, user: Any, first_day: date, last_day: date) -> Absence:
    """`user` gets no leads by rule from the first to the last of these days."""
    if last_day < first_day:
        raise ValidationError({"last_day": _("The last day is before the first.")})
    who = linked_record("owner", user, actor)
    if who is None:
        raise ValidationError({"user": _("Say who is away.")})
    absence = Absence.objects.create(user=who, first_day=first_day, last_day=last_day)
    changes = {"days": (None, f"{first_day} – {last_day}")}
    audit.record_change(
        "created", actor=actor, kind="absence", record_id=absence.pk, title=str(who), changes=changes
    )
    return absence


@action(MANAGE, on_record=False)
def remove_absence(absence: Absence, *, actor: Any) -> None:
    """They are here after all."""
    pk, title = absence.pk, str(absence.user)
    absence.delete()
    audit.record_change("deleted", actor=actor, kind="absence", record_id=pk, title=title)


def _checked(conditions: Mapping[str, Any] | None) -> dict[str, Any]:
    """A filter tree over leads that can be understood."""
    try:
        compile_filter(system_user(), record_kinds["lead"], conditions)
    except ValidationError as problem:
        raise ValidationError({"view": problem.messages}) from None
    return dict(conditions or {})


def _keep(row: Any, former: Any, actor: Any, name: str, names: Names | None, is_active: bool) -> Any:
    put_names(row, name, names or {})
    row.is_active = is_active
    row.save()
    _written("changed" if former is not None else "created", row, actor)
    return row


def _next(model: Any) -> int:
    last = model.objects.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _remove(row: Model, actor: Any, reason: str) -> None:
    pk = row.pk
    try:
        row.delete()
    except ProtectedError:
        raise ValidationError(reason) from None
    row.pk = pk
    _written("deleted", row, actor)


def _written(verb: str, row: Any, actor: Any) -> None:
    kind = str(row._meta.model_name)
    audit.record_change(verb, actor=actor, kind=kind, record_id=row.pk, title=row.name)
