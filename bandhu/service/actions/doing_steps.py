"""Doing the steps of a rule on a ticket, in the caller's transaction: everything, or it raises and nothing is done.

What decides who has it comes first, as agents are locked before tickets; then the status; then what is written on the ticket, as
one change; then what is said and told. Within each of these the order of the rule holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bandhu.calendars.business_time import add_business_time
from bandhu.calendars.queries import usual_timetable
from bandhu.contact_center.models import Queue
from bandhu.identity.models import Team, User
from bandhu.identity.ready_made import system_user
from bandhu.inbox.actions import send_reply
from bandhu.inbox.merging import best_text, filled, language_of
from bandhu.inbox.models import CannedReply
from bandhu.interactions.actions import plan_follow_up
from bandhu.interactions.models import Conversation, ConversationState
from bandhu.platform.events import publish
from bandhu.platform.notifications import notify
from bandhu.service.actions.changes import facts_of
from bandhu.service.actions.statuses import move_ticket
from bandhu.service.actions.tickets import change_ticket, note_on_ticket
from bandhu.service.actions.work import assign_ticket, give_to_team, move_to_queue
from bandhu.service.events import TicketRuleReached
from bandhu.service.models import FINISHED, Ticket, TicketRule, TicketStatus, TicketType
from bandhu.service.rule_steps import Step, id_of
from bandhu.service.rule_tags import changed_tags
from bandhu.ui.addresses import record_address

TOLD = gettext_noop("Rule “%(rule)s”: %(ticket)s")
NO_CONVERSATION = gettext_noop("There is no open conversation to answer in.")
NO_TEXT = gettext_noop("The canned reply has no text.")
NO_CUSTOMER = gettext_noop("The ticket has no customer.")
NOBODY = gettext_noop("There is nobody to do it or to be told.")
# What comes first, whatever the order of the rule; what is not named comes last.
_ORDER = {"queue": 0, "team": 0, "person": 0, "status": 1}
_WRITTEN = ("priority", "impact", "urgency", "type", "add_tags", "remove_tags")
WORK = frozenset(_ORDER)


@dataclass
class Done:
    """What became of a step: "done", "already" (it was so) or "nothing" with `why` (a msgid)."""

    do: str
    state: str = "done"
    before: str = ""
    after: str = ""
    why: str = ""


def do_steps(rule: TicketRule, ticket: Ticket, now: datetime) -> list[dict[str, str]]:
    """Do every step of a rule without faults; returns what became of each, in the order of the rule."""
    steps = list(rule.steps)
    results: dict[int, Done] = {}
    early = sorted(
        (n for n, one in enumerate(steps) if one["do"] in _ORDER), key=lambda n: _ORDER[steps[n]["do"]]
    )
    for number in early:
        results[number] = _DOERS[steps[number]["do"]](_Doing(rule, ticket, steps[number], now))
        ticket.refresh_from_db()
    written = [number for number, one in enumerate(steps) if one["do"] in _WRITTEN]
    results |= dict(zip(written, _write(ticket, [steps[number] for number in written]), strict=True))
    ticket = Ticket.objects.select_related("contact", "company", "owner").get(pk=ticket.pk)
    for number, step in enumerate(steps):
        if number not in results:
            results[number] = _DOERS[step["do"]](_Doing(rule, ticket, step, now))
    return [asdict(results[number]) for number in range(len(steps))]


@dataclass
class _Doing:
    rule: TicketRule
    ticket: Ticket
    step: Step
    now: datetime

    @property
    def text(self) -> str:
        return str(self.step.get("text") or "")


def _queue(doing: _Doing) -> Done:
    queue, before = Queue.objects.get(pk=id_of(doing.step)), doing.ticket.queue_id
    if before == queue.pk:
        return Done("queue", "already", after=queue.name)
    former = Queue.objects.filter(pk=before).first() if before else None
    move_to_queue(doing.ticket, actor=system_user(), queue=queue)
    return Done("queue", before=str(former or ""), after=queue.name)


def _person(doing: _Doing) -> Done:
    person, before = User.objects.get(pk=id_of(doing.step)), doing.ticket.owner
    if before == person:
        return Done("person", "already", after=str(person))
    assign_ticket(doing.ticket, actor=system_user(), owner=person)
    return Done("person", before=str(before or ""), after=str(person))


def _team(doing: _Doing) -> Done:
    team, before = Team.objects.get(pk=id_of(doing.step)), doing.ticket.team
    if before == team:
        return Done("team", "already", after=str(team))
    give_to_team(doing.ticket, actor=system_user(), team=team)
    return Done("team", before=str(before or ""), after=str(team))


def _status(doing: _Doing) -> Done:
    status, before = TicketStatus.objects.get(pk=id_of(doing.step)), doing.ticket.status
    if before == status:
        return Done("status", "already", after=str(status))
    said = doing.text
    if status.stage in FINISHED and not doing.ticket.resolution and not said:
        said = _("By the rule “%(rule)s”.") % {"rule": doing.rule.name}
    move_ticket(doing.ticket, actor=system_user(), status=status, resolution=said)
    return Done("status", before=str(before), after=str(status))


def _write(ticket: Ticket, steps: Sequence[Step]) -> list[Done]:
    """Everything that is written on the ticket itself, as one change."""
    if not steps:
        return []
    tags = sorted(ticket.tags.values_list("name", flat=True))
    wanted: dict[str, Any] = {}
    found = []
    for step in steps:
        name = step["do"]
        if name in ("add_tags", "remove_tags"):
            now = wanted.get("tags", tags)
            after = changed_tags(now, step)
            found.append(Done(name, "done" if after != now else "already", ", ".join(now), ", ".join(after)))
            wanted["tags"] = after
            continue
        value = TicketType.objects.get(pk=id_of(step)) if name == "type" else str(step["value"])
        before = wanted.get(name, getattr(ticket, name))
        found.append(Done(name, "done" if before != value else "already", str(before), str(value)))
        wanted[name] = value
    if any(one.state == "done" for one in found):
        change_ticket(ticket, actor=system_user(), **wanted)
    return found


def _note(doing: _Doing) -> Done:
    note = note_on_ticket(doing.ticket, actor=system_user(), text=doing.text)
    note.by_rule = doing.rule.name
    note.save(update_fields=["by_rule"])
    return Done("note")


def _reply(doing: _Doing) -> Done:
    reply = CannedReply.objects.get(pk=id_of(doing.step))
    conversation = conversation_of(doing.ticket)
    if conversation is None:
        return Done("reply", "nothing", why=NO_CONVERSATION)
    language, text = reply_text(reply, conversation, doing.ticket)
    if not text.strip():
        return Done("reply", "nothing", why=NO_TEXT)
    # Marked as automatic: it meets no promise of an answer, and mail programs do not answer it.
    facts = {"is_automatic": True, "rule": str(doing.rule.pk)}
    send_reply(conversation, actor=system_user(), text=text, details=facts)
    return Done("reply", after=f"{reply.name} ({language})")


def conversation_of(ticket: Ticket) -> Conversation | None:
    """Where the customer is answered: the open exchange in which something was said last.

    The conversations of a solved ticket were closed with it: a last word goes there all the same.
    """
    rows = Conversation.objects.filter(ticket_thread__ticket=ticket).order_by("-last_message_at")
    found = list(rows.select_related("contact", "company").exclude(state=ConversationState.SPAM))
    last = found[0] if found and ticket.is_over else None
    return next((one for one in found if one.is_open), last)


def reply_text(reply: CannedReply, conversation: Conversation, ticket: Ticket) -> tuple[str, str]:
    """(language, text) of a canned reply for the customer, in the customer's language."""
    language, source = best_text(reply.texts, language_of(conversation))
    writer = ticket.owner or system_user()
    return language, filled(source, conversation, writer, language).text


def _follow_up(doing: _Doing) -> Done:
    customer = doing.ticket.contact or doing.ticket.company
    named = doing.step.get("value")
    chosen = User.objects.filter(pk=named, is_active=True).first() if named else None
    owner = chosen or doing.ticket.owner
    if customer is None or owner is None:
        return Done("follow_up", "nothing", why=NO_CUSTOMER if customer is None else NOBODY)
    due_at = add_business_time(usual_timetable(), doing.now, int(doing.step.get("minutes") or 0))
    plan_follow_up(customer, actor=system_user(), what=doing.text[:300], due_at=due_at, owner=owner)
    return Done("follow_up", after=str(owner))


def _tell(doing: _Doing) -> Done:
    people = [one for one in told_by(doing.step, doing.ticket) if one.is_active and not one.is_system]
    if not people:
        return Done(doing.step["do"], "nothing", why=NOBODY)
    for one in people:
        notify(
            one, TOLD, url=record_address("service:ticket", doing.ticket.pk), icon="workflow",
            rule=doing.rule.name, ticket=str(doing.ticket),
        )  # fmt: skip
    return Done(doing.step["do"], after=", ".join(str(one) for one in people))


def told_by(step: Step, ticket: Ticket) -> list[User]:
    """Whom a step speaks to, each once."""
    if step["do"] == "tell_person":
        return list(User.objects.filter(pk=id_of(step)))
    if step["do"] == "tell_team":
        return list(User.objects.filter(team=id_of(step)).order_by("full_name"))
    found = [ticket.owner] if ticket.owner is not None else []
    return list({one.pk: one for one in [*found, *ticket.watchers.all()]}.values())


def _event(doing: _Doing) -> Done:
    publish(
        TicketRuleReached(**facts_of(doing.ticket), rule_id=str(doing.rule.pk), rule=doing.rule.name),
        actor=system_user(),
    )
    return Done("event")


_DOERS: dict[str, Callable[[_Doing], Done]] = {
    "queue": _queue,
    "person": _person,
    "team": _team,
    "status": _status,
    "note": _note,
    "reply": _reply,
    "follow_up": _follow_up,
    "tell_owner": _tell,
    "tell_person": _tell,
    "tell_team": _tell,
    "event": _event,
}
