"""Tickets as work: which queue they wait in and who has them. The contact center decides; here it is asked, and mirrored.

Agents are locked first, then the work item, then the ticket: ask before you lock a ticket.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bandhu.contact_center.actions import assign_work, finish_work, move_work, offer_work, return_work
from bandhu.contact_center.models import Queue
from bandhu.contact_center.queries import queue_for, queue_for_place, work_of
from bandhu.customers.record_values import linked_record
from bandhu.identity.acting import action
from bandhu.identity.models import Team, User
from bandhu.identity.ready_made import system_user
from bandhu.service.actions.changes import KIND, Changes, facts_of, save_version, tell
from bandhu.service.actions.clocks import settle_clocks
from bandhu.service.events import TicketChanged
from bandhu.service.models import Ticket
from bandhu.service.priorities import rank


def queue_of(ticket: Ticket, place: UUID | None = None) -> Queue | None:
    """Where it waits: the queue it was in, else that of its type, else of the place or channel it came by, else that of tickets."""
    if ticket.queue_id is not None:
        found = Queue.objects.filter(pk=ticket.queue_id, is_active=True).first()
        if found is not None:
            return found
    if ticket.type.queue_id:
        found = Queue.objects.filter(pk=ticket.type.queue_id, is_active=True).first()
        if found is not None:
            return found
    if place is not None:
        found = queue_for_place(place, ticket.channel)
        if found is not None:
            return found
    return queue_for_place(None, KIND)


def offer_ticket(ticket: Ticket, queue: Queue | None, *, sticky_to: User | None = None) -> None:
    """It waits in the queue, until somebody has it. Without a queue it waits for nobody in particular."""
    if queue is None:
        return
    offer_work(
        KIND, ticket.pk, queue=queue, actor=system_user(), priority=rank(ticket.priority), language=ticket.language,
        channel=KIND, sticky_to=sticky_to, enqueued_at=ticket.created_at,
    )  # fmt: skip


@action("service.change_ticket")
def assign_ticket(ticket: Ticket, *, actor: User, owner: Any) -> Ticket:
    """To somebody (a user or an id), or to nobody: back to its queue. Raises ValidationError by field."""
    who = linked_record("owner", owner, actor)
    give_ticket(ticket, who, actor)
    ticket.refresh_from_db()
    return ticket


def give_ticket(ticket: Ticket, who: User | None, actor: User, *, is_told: bool = True) -> None:
    """As `assign_ticket`, without asking whether the actor may change it; `is_told` as of `assign_work`."""
    item = work_of(KIND, [ticket.pk]).get(ticket.pk)
    if item is None or item.state == "finished":
        if ticket.is_over:
            raise ValidationError({"owner": _("Open the ticket again first.")})
        offer_ticket(ticket, queue_of(ticket))
        item = work_of(KIND, [ticket.pk]).get(ticket.pk)
    if item is None:
        raise ValidationError({"owner": _("Set up a queue for tickets first.")})
    # Who may change the ticket may give it away; whether they may assign other work is asked elsewhere.
    if who is None:
        return_work(item, actor=system_user())
    else:
        giver = actor if actor.holds("contact_center.assign_work") else system_user()
        assign_work(item, actor=giver, agent=who, is_told=is_told and who != actor)


@action("service.change_ticket")
def move_to_queue(ticket: Ticket, *, actor: User, queue: Queue | UUID) -> Ticket:
    """Into another queue, where it waits as long as it has waited. Raises OutOfReach."""
    into = queue if isinstance(queue, Queue) else queue_for(actor, queue)
    item = work_of(KIND, [ticket.pk]).get(ticket.pk)
    if item is None or item.state == "finished":
        offer_ticket(ticket, into)
    else:
        move_work(item, actor=system_user(), queue=into)
    note_queue(ticket.pk, into.pk, actor=actor)
    ticket.refresh_from_db()
    return ticket


@action("service.change_ticket")
def give_to_team(ticket: Ticket, *, actor: User, team: Team) -> Ticket:
    """Into the team's queue; where it has none, it stays in its own and the team reads it. Whoever had it has it no more."""
    queue = Queue.objects.filter(team=team, is_active=True).order_by("name").first()
    if queue is not None and queue.pk != ticket.queue_id:
        return move_to_queue(ticket, actor=actor, queue=queue)  # type: ignore[no-any-return]
    item = work_of(KIND, [ticket.pk]).get(ticket.pk)
    if item is not None and item.state == "assigned":
        return_work(item, actor=system_user())
    mirror_team(ticket.pk, team)
    ticket.refresh_from_db()
    return ticket


def finish_ticket_work(ticket: Ticket, *, actor: User) -> None:
    """Nobody is to do anything about it any more. Call it before the ticket is locked."""
    finish_work(KIND, ticket.pk, actor=actor)


def mirror_owner(record_id: UUID, agent: User | None, *, actor: Any) -> None:
    """Write down who has it. Called by the contact center alone, inside its compare-and-set: never a decision of its own."""
    ticket = Ticket.objects.select_for_update().filter(pk=record_id).first()
    if ticket is None or ticket.owner_id == (agent.pk if agent else None):
        return
    if agent is None and ticket.is_over:
        return  # whoever solved it stays its owner
    before, ticket.owner = ticket.owner, agent
    if agent is not None and ticket.team_id is None:
        ticket.team = agent.team
    _mirrored(ticket, actor, {"owner": (str(before) if before else None, str(agent) if agent else None)})


def mirror_team(record_id: UUID, team: Team) -> None:
    """Write down whose queue it is in."""
    ticket = Ticket.objects.select_for_update().filter(pk=record_id).first()
    if ticket is not None and ticket.team_id != team.pk:
        before, ticket.team = ticket.team, team
        _mirrored(ticket, system_user(), {"team": (str(before) if before else None, str(team))})


@transaction.atomic
def note_queue(ticket_id: UUID, queue_id: UUID, *, actor: Any) -> None:
    """Write down which queue it waits in; lists and policies ask for it."""
    ticket = Ticket.objects.select_for_update().filter(pk=ticket_id, deleted_at__isnull=True).first()
    if ticket is not None and ticket.queue_id != queue_id:
        names = dict(Queue.objects.filter(pk__in=[ticket.queue_id, queue_id]).values_list("pk", "name"))
        before, ticket.queue_id = ticket.queue_id, queue_id
        _mirrored(ticket, actor, {"queue": (names.get(before) if before else None, names.get(queue_id))})


def _mirrored(ticket: Ticket, actor: Any, changes: Changes) -> None:
    save_version(ticket)
    event = TicketChanged(**facts_of(ticket), version=ticket.version, fields=sorted(changes))
    tell(ticket, "changed", event, actor=actor, changes=changes)
    if ticket.is_open:
        settle_clocks(ticket)
