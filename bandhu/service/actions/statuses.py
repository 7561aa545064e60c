"""A ticket's way: taken in hand, waiting, solved, closed, opened again; by people and by what is said in its conversations."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions import log_interaction
from bandhu.platform.events import Event, publish, unannounced
from bandhu.platform.texts import clean_block
from bandhu.service.actions.changes import (
    Changes,
    facts_of,
    locked_ticket,
    one_of_list,
    save_version,
    set_status,
    tell,
    usual_status,
)
from bandhu.service.actions.clocks import resume_resolution, settle_clocks
from bandhu.service.actions.exchanges import close_with, reopen_with
from bandhu.service.actions.tickets import open_ticket
from bandhu.service.actions.work import finish_ticket_work, offer_ticket, queue_of
from bandhu.service.days import CLOSE_DAYS, REOPEN_DAYS, days_of
from bandhu.service.events import (
    CustomerReplied,
    TicketAnswered,
    TicketChanged,
    TicketClosed,
    TicketReopened,
    TicketSolved,
)
from bandhu.service.models import (
    FINISHED,
    LinkKind,
    Nature,
    Stage,
    Ticket,
    TicketConversation,
    TicketLink,
    TicketStatus,
)


@action("service.change_ticket")
def move_ticket(
    ticket: Ticket,
    *,
    actor: User,
    status: Any,
    resolution: str = "",
    version: int | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Into a status of the house. One that means solved asks for what was done: `resolution`, unless it is written already.

    Solving a problem solves its incidents; solving a parent its children; its conversations are closed with it. Raises ValidationError by field, EditConflict.
    """
    wanted = one_of_list(TicketStatus, status)
    return _move(ticket, wanted, actor, at or timezone.now(), resolution=resolution, version=version)


@action("service.change_ticket")
def solve_ticket(ticket: Ticket, *, actor: User, resolution: str, version: int | None = None) -> Ticket:
    """Done: what was done is said. Raises ValidationError by field, EditConflict."""
    status = usual_status(Stage.SOLVED)
    return _move(ticket, status, actor, timezone.now(), resolution=resolution, version=version)


@action("service.change_ticket")
def close_ticket(ticket: Ticket, *, actor: User, resolution: str = "", version: int | None = None) -> Ticket:
    """Over for good: what the customer writes later makes a new ticket. Raises ValidationError by field, EditConflict."""
    status = usual_status(Stage.CLOSED)
    return _move(ticket, status, actor, timezone.now(), resolution=resolution, version=version)


@action("service.change_ticket")
def reopen_ticket(ticket: Ticket, *, actor: User, version: int | None = None) -> Ticket:
    """Open again what was solved or closed; whoever had it has the first go. What was merged is taken apart instead."""
    return _move(ticket, usual_status(Stage.OPEN), actor, timezone.now(), version=version)


@action("service.change_ticket")
def follow_up_ticket(ticket: Ticket, *, actor: User, title: str = "") -> Ticket:
    """A new ticket that goes on where a closed one ended."""
    return _follow_up(ticket, actor, title or ticket.title, timezone.now())


def _move(
    ticket: Ticket,
    status: TicketStatus,
    actor: User,
    at: datetime,
    *,
    resolution: str = "",
    version: int | None = None,
) -> Ticket:
    if status.stage in FINISHED:
        finish_ticket_work(ticket, actor=actor)
    fresh = locked_ticket(ticket, version)
    if fresh.merged_into_id is not None:
        raise ValidationError({"status": _("This ticket was merged. Undo the merge first.")})
    was = fresh.stage
    changes = set_status(fresh, status, actor=actor, at=at)
    if not changes:
        return fresh
    if text := clean_block(resolution, 50_000):
        changes["resolution"] = (fresh.resolution, text)
        fresh.resolution = text
    if status.stage in FINISHED and was not in FINISHED and not fresh.resolution:
        raise ValidationError({"resolution": _("Say what was done.")})
    events = _note_way(fresh, was, at, changes)
    save_version(fresh)
    event = TicketChanged(**facts_of(fresh), version=fresh.version, fields=sorted(changes))
    tell(fresh, "changed", event, *(one(**facts_of(fresh)) for one in events), actor=actor, changes=changes)
    settle_clocks(fresh, at)
    if was in FINISHED and fresh.is_open:
        offer_ticket(fresh, queue_of(fresh), sticky_to=fresh.owner)
        reopen_with(fresh, actor)
    if TicketSolved in events:
        close_with(fresh, actor)
        _tell_timeline(fresh, at)
        _solve_those_behind(fresh, actor, at)
    return fresh


def _note_way(ticket: Ticket, was: str, at: datetime, changes: Changes) -> list[type[Any]]:
    """The moments figures are made of (not saved yet); returns the events of the move."""
    events: list[type[Event]] = []
    if ticket.stage in FINISHED and was not in FINISHED:
        ticket.solved_at = at
        ticket.waiting_since = None
        events.append(TicketSolved)
    if ticket.stage == Stage.CLOSED:
        ticket.closed_at = at
        events.append(TicketClosed)
    if ticket.is_open and was in FINISHED:
        ticket.solved_at = ticket.closed_at = None
        ticket.reopened += 1
        resume_resolution(ticket, at)
        events.append(TicketReopened)
    return events


def _solve_those_behind(ticket: Ticket, actor: User, at: datetime) -> None:
    """Incidents of a problem and children of a parent end with it, saying the same."""
    kinds = [LinkKind.PARENT]
    if ticket.type.nature == Nature.PROBLEM:
        kinds.append(LinkKind.PROBLEM)
    links = TicketLink.objects.filter(first=ticket, kind__in=kinds, second__deleted_at__isnull=True)
    for link in links.exclude(second__stage__in=FINISHED).select_related("second").order_by("second_id"):
        _move(link.second, usual_status(Stage.SOLVED), actor, at, resolution=ticket.resolution)


def _tell_timeline(ticket: Ticket, at: datetime) -> None:
    customer = ticket.contact or ticket.company
    if customer is not None:
        log_interaction(
            customer,
            actor=system_user(),
            kind="ticket_solved",
            occurred_at=at,
            subject=str(ticket),
            body=ticket.resolution,
            details={"ticket_id": str(ticket.pk)},
            source="service",
            external_id=f"{ticket.pk}:{ticket.reopened}",
            touches=False,
        )


@transaction.atomic
def take_customer_message(
    conversation_id: UUID, at: datetime, *, is_automatic: bool = False
) -> Ticket | None:
    """The customer wrote in a conversation of a ticket: what waited for them goes on, what was solved is open again.

    What has been over for too long gets a follow-up ticket that takes the conversation along. Automatic messages change nothing.
    """
    thread = TicketConversation.objects.filter(conversation=conversation_id).select_related("ticket").first()
    if thread is None or is_automatic:
        return None
    ticket, actor = locked_ticket(thread.ticket), system_user()
    while ticket.merged_into_id is not None:
        ticket = locked_ticket(ticket.merged_into_id)
    if ticket.last_customer_at is not None and at <= ticket.last_customer_at:
        return ticket
    if ticket.is_over and _is_too_late(ticket, at):
        return _go_on_in_new(ticket, thread, actor, at)
    ticket.last_customer_at = at
    ticket.waiting_since = ticket.waiting_since or at
    ticket.save(update_fields=["last_customer_at", "waiting_since"])
    if ticket.stage not in (Stage.NEW, Stage.OPEN):
        ticket = _move(ticket, usual_status(Stage.OPEN), actor, at)
    else:
        settle_clocks(ticket, at)
    publish(CustomerReplied(**facts_of(ticket), conversation_id=str(conversation_id)))
    return ticket


@transaction.atomic
def take_answer(conversation_id: UUID, at: datetime) -> Ticket | None:
    """One of us answered in a conversation of a ticket: clocks of answers end, what was new is in work."""
    thread = TicketConversation.objects.filter(conversation=conversation_id).select_related("ticket").first()
    if thread is None:
        return None
    ticket = locked_ticket(thread.ticket)
    if ticket.last_answered_at is not None and at <= ticket.last_answered_at:
        return ticket
    ticket.answers += 1
    ticket.last_answered_at = at
    ticket.first_answered_at = ticket.first_answered_at or at
    ticket.waiting_since = None
    ticket.save(update_fields=["answers", "last_answered_at", "first_answered_at", "waiting_since"])
    if ticket.stage == Stage.NEW:
        ticket = _move(ticket, usual_status(Stage.OPEN), system_user(), at)
    else:
        settle_clocks(ticket, at)
    publish(TicketAnswered(**facts_of(ticket), conversation_id=str(conversation_id)))
    return ticket


def close_solved() -> int:
    """Close what has been solved for long enough and nobody objected to; returns how many."""
    limit = timezone.now() - timedelta(days=days_of(CLOSE_DAYS))
    rows = Ticket.objects.filter(stage=Stage.SOLVED, stage_since__lte=limit, deleted_at__isnull=True)
    # What came solved from elsewhere stays as it came until the import can be looked at, and closes without a word.
    rows = rows.filter(Q(imported_at__isnull=True) | Q(imported_at__lte=limit))
    count = 0
    for ticket in rows.order_by("pk")[:1000]:
        was_solved_elsewhere = ticket.imported_at is not None and ticket.stage_since <= ticket.imported_at
        with unannounced() if was_solved_elsewhere else nullcontext():
            close_ticket(ticket, actor=system_user())
        count += 1
    return count


def _is_too_late(ticket: Ticket, at: datetime) -> bool:
    over_since = ticket.closed_at or ticket.solved_at
    return (
        ticket.stage == Stage.CLOSED
        and over_since is not None
        and at - over_since > timedelta(days=days_of(REOPEN_DAYS))
    )


def _go_on_in_new(ticket: Ticket, thread: TicketConversation, actor: User, at: datetime) -> Ticket:
    new = _follow_up(ticket, actor, ticket.title, at)
    thread.ticket = new
    thread.save(update_fields=["ticket"])
    return new


def _follow_up(ticket: Ticket, actor: User, title: str, at: datetime) -> Ticket:
    return open_ticket(
        actor=actor,
        title=title,
        contact=ticket.contact,
        company=ticket.company,
        type=ticket.type,
        channel=ticket.channel,
        language=ticket.language,
        follow_up_of=ticket,
        at=at,
    )
