"""What a stage does when an opportunity enters it: once for a move, all steps in one transaction with the line that says what was done.

It waits until a move can be taken to be meant: a card that has left again by then sets nothing off. A step that cannot be done keeps
no other from being done; the line says why.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from bandhu.identity.models import Team, User
from bandhu.identity.ready_made import system_user
from bandhu.identity.results import OutOfReach
from bandhu.platform.models import EventRecord, Notification
from bandhu.platform.notifications import notify
from bandhu.platform.origin import coming_from
from bandhu.platform.rule_steps import fault_of_step
from bandhu.sales.actions.changes import locked
from bandhu.sales.actions.opportunities import change_opportunity
from bandhu.sales.actions.parts import plan_step
from bandhu.sales.actions.sequences import enrol_contact
from bandhu.sales.models import Enrolment, Opportunity, Sequence, Stage, StageMove, StageRun
from bandhu.sales.stage_steps import KINDS, leaders_of, tags_in
from bandhu.ui.addresses import record_address

logger = logging.getLogger(__name__)
# As long as the message with the way back is on the screen.
WAITS = timedelta(seconds=15)
MANAGE = "sales.manage_pipelines"
TOLD = gettext_noop("“%(opportunity)s” is now in “%(stage)s”.")
TOLD_WITH = gettext_noop("“%(opportunity)s” is now in “%(stage)s”: %(text)s")
DOES_NOT_WORK = gettext_noop("A step of the stage “%(stage)s” cannot be done any more.")
NOBODY = gettext_noop("There is nobody to do it or to be told.")
NO_CUSTOMER = gettext_noop("The opportunity has no customer any more.")
NO_CONTACT = gettext_noop("The opportunity has no contact.")
UNKNOWN_FAULT = gettext_noop("Something went wrong; the log of the server says what.")


@dataclass
class Done:
    """What became of a step: "done", "already" (it was so) or "nothing"; `why` is a msgid, also where somebody else stood in."""

    do: str
    state: str = "done"
    after: str = ""
    why: str = ""


@dataclass
class _Doing:
    opportunity: Opportunity
    stage: Stage
    step: Mapping[str, Any]

    @property
    def text(self) -> str:
        return str(self.step.get("text") or "")


def follows_a_move(record: EventRecord, opportunity_id: str) -> bool:
    """Whether a move came of another move of the same opportunity: such a one runs no stage, so that nothing goes in a circle."""
    cause = record.cause
    while cause is not None:
        if cause.name == record.name and cause.payload.get("opportunity_id") == opportunity_id:
            return True
        cause = cause.cause
    return False


def run_stage(move_id: UUID) -> StageRun | None:
    """Do the steps of the stage that was entered by this move. Safe to repeat: a second call does nothing.

    None where they were done, or where the card left within `WAITS`, or lies in the bin.
    """
    move = StageMove.objects.select_related("to_stage", "opportunity").filter(pk=move_id).first()
    if move is None or (move.left_at is not None and move.left_at - move.at < WAITS):
        return None
    stage = move.to_stage
    with coming_from("rule", rule=stage.label, stage_id=str(stage.pk)), transaction.atomic():
        try:
            locked(move.opportunity)
        except OutOfReach:
            return None
        line = StageRun(move=move)
        StageRun.objects.bulk_create([line], ignore_conflicts=True)
        if not StageRun.objects.filter(pk=line.pk).exists():
            return None
        line.did = [asdict(_do(_Doing(_fresh(move.opportunity_id), stage, step))) for step in stage.steps]
        line.save(update_fields=["did"])
        if any(fault_of_step(KINDS, step) for step in stage.steps):
            _say_broken(stage)
    return line


def _fresh(pk: UUID) -> Opportunity:
    """As the step before left it."""
    rows = Opportunity.objects.select_related("contact", "company", "owner__team", "team")
    return rows.get(pk=pk)


def _do(doing: _Doing) -> Done:
    name = str(doing.step.get("do"))
    fault = fault_of_step(KINDS, doing.step)
    if fault and name != "follow_up":
        return Done(name, "nothing", why=fault)
    try:
        with transaction.atomic():
            return _DOERS[name](doing)
    except ValidationError as problem:
        return Done(name, "nothing", why=" ".join(problem.messages)[:300])
    except OperationalError:
        raise
    except Exception:  # one step that cannot be done must not keep the others from being done
        logger.exception("A step of a stage could not be done: %s on %s", name, doing.opportunity.pk)
        return Done(name, "nothing", why=UNKNOWN_FAULT)


def _follow_up(doing: _Doing) -> Done:
    """For the named person; where they are gone, the owner does it."""
    named, opportunity = doing.step.get("value"), doing.opportunity
    chosen = User.objects.filter(pk=named, is_active=True).first() if named else None
    who = chosen or opportunity.owner
    if (opportunity.contact or opportunity.company) is None:
        return Done("follow_up", "nothing", why=NO_CUSTOMER)
    if who is None or not who.is_active:
        return Done("follow_up", "nothing", why=fault_of_step(KINDS, doing.step) or NOBODY)
    due_at = timezone.now() + timedelta(days=int(doing.step.get("days") or 0))
    plan_step(opportunity, actor=system_user(), what=doing.text, due_at=due_at, owner=who)
    return Done("follow_up", after=f"{doing.text} ({who})", why=fault_of_step(KINDS, doing.step))


def _tell(doing: _Doing) -> Done:
    name, opportunity = str(doing.step["do"]), doing.opportunity
    people = [one for one in told_by(doing.step, opportunity) if one.is_active and not one.is_system]
    if not people:
        return Done(name, "nothing", why=NOBODY)
    for one in people:
        notify(
            one, TOLD_WITH if doing.text else TOLD, url=record_address("sales:opportunity", opportunity.pk), icon="workflow",
            opportunity=opportunity.name, stage=doing.stage.name, text=doing.text,
        )  # fmt: skip
    return Done(name, after=", ".join(str(one) for one in people))


def told_by(step: Mapping[str, Any], opportunity: Opportunity) -> list[User]:
    """Whom a step speaks to."""
    if step["do"] == "tell_person":
        return list(User.objects.filter(pk=step["value"]))
    if step["do"] == "tell_manager":
        return leaders_of(opportunity)
    return [opportunity.owner] if opportunity.owner is not None else []


def _person(doing: _Doing) -> Done:
    person = User.objects.select_related("team").get(pk=doing.step["value"])
    if doing.opportunity.owner_id == person.pk:
        return Done("person", "already", after=str(person))
    team = person.team or doing.opportunity.team
    change_opportunity(doing.opportunity, actor=system_user(), owner=person, team=team)
    return Done("person", after=str(person))


def _team(doing: _Doing) -> Done:
    """Nobody's any more, so that the team shares it out."""
    team = Team.objects.get(pk=doing.step["value"])
    if doing.opportunity.team_id == team.pk and doing.opportunity.owner_id is None:
        return Done("team", "already", after=str(team))
    change_opportunity(doing.opportunity, actor=system_user(), owner=None, team=team)
    return Done("team", after=str(team))


def _sequence(doing: _Doing) -> Done:
    """In the name of the owner, whose letters they are."""
    opportunity = doing.opportunity
    sequence = Sequence.objects.get(pk=doing.step["value"])
    if opportunity.contact is None:
        return Done("sequence", "nothing", why=NO_CONTACT)
    if opportunity.owner is None or not opportunity.owner.is_active:
        return Done("sequence", "nothing", why=NOBODY)
    if is_enrolled(sequence, opportunity):
        return Done("sequence", "already", after=sequence.name)
    enrol_contact(opportunity.contact, actor=system_user(), sequence=sequence, owner=opportunity.owner)
    return Done("sequence", after=sequence.name)


def is_enrolled(sequence: Sequence, opportunity: Opportunity) -> bool:
    """Whether the contact is on the way through it."""
    under_way = (Enrolment.State.RUNNING, Enrolment.State.PAUSED)
    return sequence.enrolments.filter(contact=opportunity.contact_id, state__in=under_way).exists()


def _add_tags(doing: _Doing) -> Done:
    now = list(doing.opportunity.tags.values_list("name", flat=True))
    changed = change_opportunity(
        doing.opportunity, actor=system_user(), tags=[*now, *tags_in(doing.text)]
    )  # "VIP" and "vip" are one
    after = set(changed.tags.values_list("name", flat=True)) - set(now)
    return Done("add_tags", "done" if after else "already", after=", ".join(sorted(after)) or doing.text)


def _say_broken(stage: Stage) -> None:
    """Whoever sets up pipelines is told, once until they read it, however many cards come."""
    may = Q(roles__grants__permission=MANAGE) | Q(roles__holds_everything=True)
    url = record_address("sales:stage_rules", stage.pk)
    told = Notification.objects.filter(sentence=DOES_NOT_WORK, url=url, read_at__isnull=True).values("user")
    for user in User.objects.filter(may, is_active=True, is_system=False).exclude(pk__in=told).distinct():
        notify(user, DOES_NOT_WORK, url=url, icon="triangle-alert", stage=stage.name)


_DOERS: dict[str, Callable[[_Doing], Done]] = {
    "follow_up": _follow_up,
    "tell_owner": _tell,
    "tell_manager": _tell,
    "tell_person": _tell,
    "person": _person,
    "team": _team,
    "sequence": _sequence,
    "add_tags": _add_tags,
}
