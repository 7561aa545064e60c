"""What a rule of tickets can do, step by step: what each kind needs, whether what it names is still there, and its words.

A step is {"do": kind, "value": id or word, "text": …, "minutes": …}. Doing them: `actions/doing_steps.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy, gettext_noop

from bandhu.contact_center.models import Queue
from bandhu.identity.models import Team, User
from bandhu.inbox.models import CannedReply
from bandhu.platform.rule_steps import (
    Options,
    Step,
    StepKind,
    faults_in_steps,
    steps_in_words,
    value_in_words,
)
from bandhu.service.models import Level, Priority, TicketStatus, TicketType


def _statuses() -> Options:
    return [(str(one.pk), one.label) for one in TicketStatus.objects.filter(is_active=True)]


def _types() -> Options:
    return [(str(one.pk), one.label) for one in TicketType.objects.filter(is_active=True)]


def _queues() -> Options:
    return [(str(one.pk), one.name) for one in Queue.objects.filter(is_active=True)]


def _people() -> Options:
    rows = User.objects.filter(is_active=True, is_system=False).order_by("full_name")
    return [(str(one.pk), one.full_name) for one in rows]


def _teams() -> Options:
    return [(str(one.pk), one.name) for one in Team.objects.order_by("name")]


def _replies() -> Options:
    return [(str(one.pk), one.name) for one in CannedReply.objects.filter(owner__isnull=True)]


def _of(choices: Any) -> Callable[[], Options]:
    return lambda: [(str(value), str(label)) for value, label in choices.choices]


_PERSON_GONE = gettext_noop("The person of a step is no longer there.")
_TEAM_GONE = gettext_noop("The team of a step is no longer there.")
_NO_CHOICE = gettext_noop("A step has no value that can be used.")
_PERSON, _TEAM = gettext_lazy("Person"), gettext_lazy("Team")

KINDS: dict[str, StepKind] = {
    one.name: one
    for one in (
        StepKind(name="priority", label=gettext_lazy("Set the priority"), icon="chevrons-up", options=_of(Priority),
                 value_label=gettext_lazy("Priority"), fault=_NO_CHOICE),
        StepKind(name="impact", label=gettext_lazy("Set the impact"), icon="chevrons-up", options=_of(Level),
                 value_label=gettext_lazy("Impact"), fault=_NO_CHOICE),
        StepKind(name="urgency", label=gettext_lazy("Set the urgency"), icon="chevrons-up", options=_of(Level),
                 value_label=gettext_lazy("Urgency"), fault=_NO_CHOICE),
        StepKind(name="status", label=gettext_lazy("Set the status"), icon="arrow-right-left", options=_statuses,
                 value_label=gettext_lazy("Status"), text=gettext_lazy("What was done, where that is asked for"),
                 fault=gettext_noop("The status of a step is no longer in use.")),
        StepKind(name="type", label=gettext_lazy("Set the type"), icon="shapes", options=_types,
                 value_label=gettext_lazy("Type"), fault=gettext_noop("The type of a step is no longer in use.")),
        StepKind(name="add_tags", label=gettext_lazy("Add tags"), icon="tag", text=gettext_lazy("Tags, with commas between"), text_needed=True),
        StepKind(name="remove_tags", label=gettext_lazy("Remove tags"), icon="tag", text=gettext_lazy("Tags, with commas between"), text_needed=True),
        StepKind(name="queue", label=gettext_lazy("Move to a queue"), icon="layers", options=_queues,
                 value_label=gettext_lazy("Queue"), fault=gettext_noop("The queue of a step is no longer there.")),
        StepKind(name="person", label=gettext_lazy("Give to a person"), icon="user-check", options=_people,
                 value_label=_PERSON, fault=_PERSON_GONE),
        StepKind(name="team", label=gettext_lazy("Give to a team"), icon="users", options=_teams, value_label=_TEAM, fault=_TEAM_GONE),
        StepKind(name="note", label=gettext_lazy("Add a note for colleagues"), icon="sticky-note", text=gettext_lazy("Note"), text_needed=True),
        StepKind(name="reply", label=gettext_lazy("Send a canned reply, in the customer's language"), icon="reply", options=_replies,
                 value_label=gettext_lazy("Canned reply"), fault=gettext_noop("The canned reply of a step is no longer there.")),
        StepKind(name="follow_up", label=gettext_lazy("Plan a follow-up"), icon="calendar-clock", options=_people, may_be_empty=True,
                 value_label=gettext_lazy("Person (empty: the owner)"), text=gettext_lazy("What is to be done"), text_needed=True,
                 within=gettext_lazy("Due within business time"), fault=_PERSON_GONE),
        StepKind(name="tell_owner", label=gettext_lazy("Tell the owner and who watches"), icon="bell"),
        StepKind(name="tell_person", label=gettext_lazy("Tell a person"), icon="bell", options=_people, value_label=_PERSON, fault=_PERSON_GONE),
        StepKind(name="tell_team", label=gettext_lazy("Tell a team"), icon="bell", options=_teams, value_label=_TEAM, fault=_TEAM_GONE),
        StepKind(name="event", label=gettext_lazy("Tell programs (webhook)"), icon="webhook"),
    )
}  # fmt: skip


def faults_of_steps(steps: Iterable[Step]) -> list[str]:
    """Msgids of what does not work any more; each once."""
    return faults_in_steps(KINDS, steps)


def words_of_value(step: Step) -> str:
    """What the step does it with, for people."""
    return value_in_words(KINDS, step)


def words_of_steps(steps: Iterable[Step]) -> list[tuple[Any, str]]:
    """(what, with what) of each step that is known."""
    return steps_in_words(KINDS, steps)


def names_in(text: str) -> list[str]:
    """Tags as they are typed, with commas between."""
    return [one.strip() for one in text.split(",") if one.strip()]


def id_of(step: Step) -> UUID:
    """The chosen record; only asked where there is no fault."""
    return UUID(str(step["value"]))
