"""Rules of tickets as an administrator writes them: checked, versioned, put in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.platform import audit
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.texts import check_storable, clean_block, clean_line, has_visible
from bandhu.service.models import AT_ONCE, TIMED, Measure, RuleVersion, TicketRule, Trigger
from bandhu.service.rule_conditions import compiled, faults_of_conditions
from bandhu.service.rule_steps import KINDS, faults_of_steps, names_in

MANAGE = "service.manage_service"
KIND = "ticketrule"
MOST_MINUTES, MOST_STEPS, MOST_TEXT = 525_600, 12, 5_000
# What a version keeps, and what the trail of changes tells.
COLUMNS = (
    "name", "names", "trigger", "minutes", "in_business_time", "measure", "conditions", "steps", "stops", "is_active",
)  # fmt: skip
Given = Mapping[str, Any]


@action(MANAGE, on_record=False)
def set_ticket_rule(
    rule: TicketRule | None,
    *,
    actor: User,
    name: str,
    trigger: str,
    steps: Sequence[Given],
    names: Mapping[str, str] | None = None,
    conditions: Given | None = None,
    minutes: int | None = None,
    in_business_time: bool = True,
    measure: str = "",
    stops: bool = False,
    is_active: bool = True,
    version: int | None = None,
) -> TicketRule:
    """Write a rule, or change one; what it was stays readable as a version. A new one stands last.

    With `version`, somebody else's change in between raises EditConflict. Raises ValidationError by field.
    """
    row = TicketRule(position=_next()) if rule is None else _held(rule, version)
    before = {} if rule is None else definition_of(row)
    draft_rule(
        row, name=name, trigger=trigger, steps=steps, names=names, conditions=conditions, minutes=minutes,
        in_business_time=in_business_time, measure=measure, stops=stops, is_active=is_active,
    )  # fmt: skip
    after = definition_of(row)
    if before == after:
        return row
    row.version += bool(before)
    row.changed_by = actor
    row.save()
    RuleVersion.objects.create(rule=row, number=row.version, definition=after, actor=actor)
    changes = {key: (before.get(key), value) for key, value in after.items() if before.get(key) != value}
    _note("changed" if before else "created", row, actor, changes)
    return row


def draft_rule(
    rule: TicketRule,
    *,
    name: str,
    trigger: str,
    steps: Sequence[Given],
    names: Mapping[str, str] | None = None,
    conditions: Given | None = None,
    minutes: int | None = None,
    in_business_time: bool = True,
    measure: str = "",
    stops: bool = False,
    is_active: bool = True,
) -> TicketRule:
    """The rule as it would be saved: checked, and not saved, so that it can be tried out first."""
    problems: dict[str, Any] = {}
    rule.name = clean_line(name, 120)
    if not has_visible(rule.name):
        problems["name"] = _("A name is needed.")
    if trigger not in Trigger.values:
        problems["trigger"] = _("Choose one of the list.")
    if measure not in ("", *Measure.values):
        problems["measure"] = _("Choose one of the list.")
    if trigger in TIMED and (problem := _time_problem(trigger, minutes)):
        problems["minutes"] = problem
    rule.steps = [_step(one) for one in steps[:MOST_STEPS] if one.get("do")]
    if problem := _steps_problem(rule.steps):
        problems["steps"] = problem
    try:
        check_storable(conditions or {})
        compiled(conditions or {})
        problem = next((_(one) for one in faults_of_conditions(conditions or {})), "")
    except ValidationError as error:
        problem = " ".join(error.messages)
    if problem:
        problems["conditions"] = problem
    if problems:
        raise ValidationError(problems)
    rule.conditions, rule.trigger, rule.stops, rule.is_active = (
        dict(conditions or {}),
        trigger,
        stops,
        is_active,
    )
    rule.names = {code: text for code, one in (names or {}).items() if (text := clean_line(one, 120))}
    is_timed = trigger in TIMED
    rule.minutes = int(minutes or 0) if is_timed else 0
    rule.in_business_time = in_business_time if is_timed else True
    rule.measure = measure if trigger in (Trigger.BEFORE, Trigger.AFTER) else ""
    return rule


@action(MANAGE, on_record=False)
def use_rule_version(rule: TicketRule, *, actor: User, number: int) -> TicketRule:
    """As it was once, as a new version. Raises ValidationError where something it names is gone."""
    kept = RuleVersion.objects.filter(rule=rule, number=number).first()
    if kept is None:
        raise ValidationError(_("There is no such version."))
    known = {key: value for key, value in kept.definition.items() if key in COLUMNS}
    made: TicketRule = set_ticket_rule(rule, actor=actor, **known)
    return made


@action(MANAGE, on_record=False)
def switch_ticket_rule(rule: TicketRule, *, actor: User, is_active: bool) -> TicketRule:
    """On or off, even where it does not work."""
    row = _held(rule, None)
    if row.is_active != is_active:
        row.is_active = is_active
        row.version += 1
        row.changed_by = actor
        row.save()
        RuleVersion.objects.create(rule=row, number=row.version, definition=definition_of(row), actor=actor)
        _note("changed", row, actor, {"is_active": (not is_active, is_active)})
    return row


@action(MANAGE, on_record=False)
def put_ticket_rules_in_order(*, actor: User, ids: Sequence[UUID]) -> None:
    """Rules run from the first to the last. Ids that are not there are passed over."""
    for place, pk in enumerate(ids):
        TicketRule.objects.filter(pk=pk).update(position=place)
    audit.record_change("ordered", actor=actor, kind=KIND, record_id=actor.pk, title="")


@action(MANAGE, on_record=False)
def delete_ticket_rule(rule: TicketRule, *, actor: User) -> None:
    """With its log; what it did to tickets stays in their history."""
    row = _held(rule, None)
    pk = row.pk
    before = definition_of(row)
    row.delete()
    row.pk = pk
    _note("deleted", row, actor, {key: (value, None) for key, value in before.items()})


def definition_of(rule: TicketRule) -> dict[str, Any]:
    """All that makes a rule, as a version keeps it."""
    return {name: getattr(rule, name) for name in COLUMNS}


def _held(rule: TicketRule, version: int | None) -> TicketRule:
    row = TicketRule.objects.select_for_update().get(pk=rule.pk)
    if version is not None and version != row.version:
        raise EditConflict(row.version, base={}, theirs={}, yours={})
    return row


def _time_problem(trigger: str, minutes: int | None) -> str:
    least = 0 if trigger in AT_ONCE else 1
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not least <= minutes <= MOST_MINUTES:
        return _("Say how long, in hours and minutes.")
    return ""


def _step(given: Given) -> dict[str, Any]:
    minutes = given.get("minutes") or 0
    return {
        "do": clean_line(given.get("do") or "", 20),
        "value": clean_line(given.get("value") or "", 40),
        "text": clean_block(given.get("text") or "", MOST_TEXT),
        "minutes": minutes if isinstance(minutes, int) and 0 <= minutes <= MOST_MINUTES else 0,
    }


def _steps_problem(steps: Sequence[Given]) -> str:
    if not steps:
        return _("Say what is to be done: one step at least.")
    if faults := faults_of_steps(steps):
        return _(faults[0])
    for step in steps:
        kind = KINDS[step["do"]]
        if kind.text_needed and not step["text"]:
            return _("A step says nothing: write its text.")
        if kind.name in ("add_tags", "remove_tags") and not names_in(step["text"]):
            return _("A step says nothing: write its text.")
    return ""


def _next() -> int:
    last = TicketRule.objects.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _note(verb: str, rule: TicketRule, actor: User, changes: dict[str, tuple[Any, Any]]) -> None:
    audit.record_change(verb, actor=actor, kind=KIND, record_id=rule.pk, title=rule.name, changes=changes)
