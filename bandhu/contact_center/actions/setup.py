"""Setting up queues, skills, reasons to be away, and what agents can do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandhu.calendars.models import BusinessCalendar
from bandhu.contact_center.actions.checking import checked_number, checked_spans
from bandhu.contact_center.actions.holding import agent_of, lock_agents
from bandhu.contact_center.actions.waking import wake_agent, wake_queue
from bandhu.contact_center.models import AwayReason, Queue, QueueMember, QueuePlace, Skill, WorkItem
from bandhu.contact_center.models.agents import LEVELS
from bandhu.contact_center.models.queues import PRIORITIES, WEIGHTS
from bandhu.contact_center.skill_levels import needs_of
from bandhu.customers.record_values import linked_record
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.platform.audit import record_change
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.texts import clean_line

MANAGE = "contact_center.manage_queues"
SPANS = ("sticky_seconds", "acceptance_seconds", "relax_after", "overflow_after", "max_wait", "return_after")
_PLAIN = ("is_sticky", "pauses_who_misses", "is_active")
_MOST_MEMBERS = 500
_CHOOSE = gettext_lazy("Choose one of the list.")


@action(MANAGE, on_record=False)
def set_queue(queue: Queue | None, *, actor: User, version: int | None = None, **values: Any) -> Queue:
    """Make a queue, or change what is given of one: columns of the model; `skills` {skill: least level}, `members` users,
    `places` pairs (channel, place id or None). Raises ValidationError by field, EditConflict for an old version.
    """
    row = Queue() if queue is None else Queue.objects.select_for_update(no_key=True).get(pk=queue.pk)
    if queue is not None and version is not None and version != row.version:
        raise EditConflict(row.version, base={}, theirs={}, yours={})
    before = _told(row) if queue is not None else {}
    problems: dict[str, Any] = {}
    for name, value in values.items():
        try:
            _set(row, name, value, actor)
        except ValidationError as problem:
            problems[name] = problem.messages
    problems = _faults(row, {*values}) | problems
    if problems:
        raise ValidationError(problems)
    row.version = row.version + 1 if queue is not None else 1
    row.save()
    if "members" in values:
        set_members(row, values["members"])
    if "places" in values:
        _set_places(row, values["places"])
    after = _told(row)
    changes = {name: (before.get(name), value) for name, value in after.items() if before.get(name) != value}
    _record(row, "queue", actor, "changed" if queue is not None else "created", changes)
    wake_queue(row.pk)
    return row


def set_members(queue: Queue, members: Iterable[User]) -> None:
    """These people and nobody else serve the queue. Who has work of it keeps it."""
    wanted = {agent_of(one).pk for one in members}
    if len(wanted) > _MOST_MEMBERS:
        raise ValidationError({"members": _("At most %(most)d people.") % {"most": _MOST_MEMBERS}})
    present = set(queue.members.values_list("agent", flat=True))
    lock_agents(wanted ^ present)
    queue.members.exclude(agent__in=wanted).delete()
    QueueMember.objects.bulk_create(QueueMember(queue=queue, agent_id=pk) for pk in wanted - present)
    for pk in wanted - present:
        wake_agent(pk)


@action(MANAGE, on_record=False)
def set_skill(skill: Skill | None, *, actor: User, name: str, is_active: bool = True) -> Skill:
    """A new skill, or another name for one. What is retired nobody is asked for any more."""
    row = skill or Skill()
    row.name, row.is_active = _named(Skill, row, name, 80), is_active
    row.save()
    if not is_active:
        _stop_asking_for(row)
    _record(row, "skill", actor, "changed" if skill else "created", {})
    return row


@action(MANAGE, on_record=False)
def set_away_reason(
    reason: AwayReason | None, *, actor: User, name: str, is_active: bool = True
) -> AwayReason:
    """A new reason comes after the others; one that is renamed is no longer translated."""
    row = reason or AwayReason(position=(AwayReason.objects.aggregate(last=Max("position"))["last"] or 0) + 1)
    row.name, row.is_active = _named(AwayReason, row, name, 80), is_active
    if row.key == "missed" and not is_active:
        raise ValidationError(
            {"is_active": _("This one is needed: it is set when somebody does not answer.")}
        )
    row.save()
    _record(row, "away_reason", actor, "changed" if reason else "created", {})
    return row


def _set(row: Queue, name: str, value: Any, actor: User) -> None:
    if name in ("members", "places"):
        return
    if name == "skills":
        row.needs = needs_of(checked_levels(value).items())
    elif name == "name":
        row.name = _named(Queue, row, value, 120)
    elif name == "team":
        row.team = linked_record("team", value, actor)
    elif name == "strategy":
        if value not in Queue.Strategy.values:
            raise ValidationError(_CHOOSE)
        row.strategy = value
    elif name in SPANS:
        setattr(row, name, checked_spans(name, value))
    elif name == "priority":
        row.priority = checked_number(value, PRIORITIES)
    elif name == "weight":
        row.weight = checked_number(value, WEIGHTS)
    elif name == "calendar":
        row.calendar = _calendar(value)
    elif name == "overflow_queue":
        row.overflow_queue = _other_queue(row, value)
    elif name in _PLAIN:
        setattr(row, name, value)
    else:
        raise TypeError(f"a queue has no {name!r}")


def checked_levels(levels: Mapping[Any, Any]) -> dict[UUID, int]:
    """{skill id: level} of skills or their ids. Raises ValidationError for what is no skill in use, or no level."""
    found = {getattr(skill, "pk", skill): level for skill, level in levels.items()}
    try:
        ids = {UUID(str(pk)): checked_number(level, LEVELS) for pk, level in found.items()}
    except ValueError:
        raise ValidationError(_CHOOSE) from None
    if Skill.objects.filter(pk__in=ids, is_active=True).count() < len(ids):
        raise ValidationError(_CHOOSE)
    return ids


def _calendar(value: Any) -> BusinessCalendar | None:
    if value in (None, "") or isinstance(value, BusinessCalendar):
        return value or None
    found = BusinessCalendar.objects.filter(pk=value).first()
    if found is None:
        raise ValidationError(_CHOOSE)
    return found


def _other_queue(row: Queue, value: Any) -> Queue | None:
    """The queue this one flows over into. Raises ValidationError where work would go round in a circle."""
    if value in (None, ""):
        return None
    other = value if isinstance(value, Queue) else Queue.objects.filter(pk=value, is_active=True).first()
    if other is None:
        raise ValidationError(_CHOOSE)
    passing: Queue | None = other
    while passing is not None:
        if passing.pk == row.pk:
            raise ValidationError(_("From there it would come back to this queue."))
        passing = passing.overflow_queue
    return other


def _faults(row: Queue, given: set[str]) -> dict[str, Any]:
    """What does not go together."""
    faults: dict[str, Any] = {}
    if not row.name:
        faults["name"] = [_("A name is needed.")]
    if row.overflow_after is not None and row.overflow_queue is None and "overflow_after" in given:
        faults["overflow_queue"] = [_("Say which queue it goes on to.")]
    if not row.is_active and not row._state.adding:
        if WorkItem.objects.filter(queue=row).exclude(state=WorkItem.State.FINISHED).exists():
            faults["is_active"] = [_("There is open work in this queue. Move it first.")]
        elif row.places.filter(channel="", place_id=None).exists():
            faults["is_active"] = [_("This queue takes what has no other. Choose another for that first.")]
    return faults


def _set_places(row: Queue, places: Sequence[tuple[str, UUID | None]]) -> None:
    """Its work comes from these places. What had everything keeps it until another queue takes it."""
    wanted = {(channel.strip()[:30], place) for channel, place in places}
    present = set(row.places.values_list("channel", "place_id"))
    for channel, place in wanted - present:
        other = QueuePlace.objects.filter(channel=channel, place_id=place).select_related("queue").first()
        if other is not None and channel:
            text = _("The queue “%(queue)s” takes this already.") % {"queue": other.queue}
            raise ValidationError({"places": text})
        if other is not None:
            other.delete()
        QueuePlace.objects.create(queue=row, channel=channel, place_id=place)
    if ("", None) in present - wanted:
        raise ValidationError(
            {
                "places": _(
                    "Some queue must take what has no other. Choose it there, and it is taken from this one."
                )
            }
        )
    for channel, place in present - wanted:
        row.places.filter(channel=channel, place_id=place).delete()


def _stop_asking_for(skill: Skill) -> None:
    words = [f"{skill.pk}:{level}" for level in range(LEVELS[0], LEVELS[1] + 1)]
    for rows in (
        Queue.objects.filter(needs__overlap=words),
        WorkItem.objects.exclude(state=WorkItem.State.FINISHED).filter(needs__overlap=words),
    ):
        for one in rows.only("needs").iterator():
            type(one).objects.filter(pk=one.pk).update(
                needs=[need for need in one.needs if need not in words]
            )
    for queue_id in Queue.objects.filter(is_active=True).values_list("pk", flat=True):
        wake_queue(queue_id)


def _named(model: Any, row: Any, name: Any, most: int) -> str:
    """A name nothing else of the kind has. Raises ValidationError."""
    cleaned = clean_line(name or "", most)
    if not cleaned:
        raise ValidationError({"name": _("A name is needed.")})
    if model.objects.filter(name__iexact=cleaned).exclude(pk=row.pk).exists():
        raise ValidationError({"name": _("There is one of this name already.")})
    return cleaned


def _told(row: Queue) -> dict[str, Any]:
    """What the audit trail keeps of a queue, as words and numbers."""
    plain = ("name", "strategy", "priority", "weight", "is_sticky", "pauses_who_misses", "is_active", *SPANS)
    found = {name: getattr(row, name) for name in plain}
    found["calendar"] = str(row.calendar) if row.calendar else None
    found["team"] = str(row.team) if row.team else None
    found["overflow_queue"] = str(row.overflow_queue) if row.overflow_queue else None
    found["members"] = sorted(str(one.agent) for one in row.members.select_related("agent__user"))
    return found


def _record(row: Any, kind: str, actor: User, verb: str, changes: dict[str, Any]) -> None:
    record_change(verb, actor=actor, kind=kind, record_id=row.pk, title=row.name, changes=changes)
