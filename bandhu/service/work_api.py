"""REST: what is done on a ticket beside its fields: notes, links, conversations, its queue, who watches it, splitting, going on."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field, StrictBool

from bandhu.contact_center.queries import queue_for
from bandhu.inbox.queries import colleagues_named
from bandhu.interactions.queries import conversation_for
from bandhu.platform.html_cleaning import text_and_html
from bandhu.platform.rest import Given, PageOf, answers
from bandhu.service import actions, queries
from bandhu.service.api import TicketOut, ticket_answer

router = Router()
_ONE = "/tickets/{ticket_id}"


class TicketNoteOut(Schema):
    """What colleagues said. `html` is empty where it says no more than the text; `by_rule` names the rule that wrote it."""

    id: UUID
    text: str
    html: str
    author_id: UUID | None
    by_rule: str
    at: datetime


class TicketNoteIn(Given):
    """A text, or HTML, of which only formats are kept. `mentioned` are ids of users, who are told as far as they see the ticket."""

    text: str = Field("", max_length=20_000)
    html: str = Field("", max_length=100_000)
    mentioned: list[UUID] = Field([], max_length=50)


class TicketLinkOut(Schema):
    """How the ticket stands to another: `from_here` is false where it was said from the other's side."""

    id: UUID
    kind: str
    other_id: UUID
    from_here: bool


class TicketLinkIn(Given):
    """`kind` is related, duplicate, blocks, parent or problem, read from the ticket in the address."""

    other_id: UUID
    kind: str = Field(max_length=10)


class TicketTalkOut(Schema):
    """A conversation of the ticket; its messages stand under `/conversations`."""

    id: UUID
    channel: str
    subject: str
    state: str
    created_at: datetime


class TicketTalkIn(Given):
    """A conversation of no other ticket."""

    conversation_id: UUID


class TicketQueueIn(Given):
    """Where it waits from now on."""

    queue_id: UUID


class TicketWatchIn(Given):
    """Whether the caller is told of what happens to it."""

    watch: StrictBool


class TicketSplitIn(Given):
    """Messages of a conversation of the ticket become a ticket of their own."""

    conversation_id: UUID
    message_ids: list[UUID] = Field(min_length=1, max_length=500)
    title: str = Field(max_length=300)


@router.get(f"{_ONE}/notes", response=answers(PageOf[TicketNoteOut]), tags=["tickets"])
def list_ticket_notes(request: HttpRequest, ticket_id: UUID) -> Any:
    """The oldest first."""
    return {"items": queries.notes_of(queries.ticket_for(request.user, ticket_id)), "next": None}


@router.post(f"{_ONE}/notes", response=answers(TicketNoteOut, 201), tags=["tickets"])
def add_ticket_note(request: HttpRequest, ticket_id: UUID, payload: TicketNoteIn) -> Any:
    """Tell colleagues something; the customer never sees it."""
    found = queries.ticket_for(request.user, ticket_id)
    said = text_and_html(payload.text, payload.html)
    wanted = set(payload.mentioned)
    people = (
        [one for one in colleagues_named(request.user, "", limit=2_000) if one.pk in wanted] if wanted else []
    )
    return Status(201, actions.note_on_ticket(found, actor=request.user, mentioned=people, **said))


@router.get(f"{_ONE}/links", response=answers(PageOf[TicketLinkOut]), tags=["tickets"])
def list_ticket_links(request: HttpRequest, ticket_id: UUID) -> Any:
    """To tickets within reach, from either side."""
    found = queries.links_of(request.user, queries.ticket_for(request.user, ticket_id))
    return {"items": [_link(one.link, one.ticket.pk, one.is_from_here) for one in found], "next": None}


@router.post(f"{_ONE}/links", response=answers(TicketLinkOut, 201), tags=["tickets"])
def link_ticket(request: HttpRequest, ticket_id: UUID, payload: TicketLinkIn) -> Any:
    """Link it to another; twice is once."""
    found = queries.ticket_for(request.user, ticket_id)
    other = queries.ticket_for(request.user, payload.other_id)
    made = actions.link_tickets(found, actor=request.user, other=other, kind=payload.kind)
    return Status(201, _link(made, other.pk, is_from_here=True))


@router.delete(f"{_ONE}/links/{{link_id}}", response=answers(None, 204), tags=["tickets"])
def unlink_ticket(request: HttpRequest, ticket_id: UUID, link_id: UUID) -> Any:
    """Take a link away, from either side."""
    actions.unlink_tickets(queries.ticket_for(request.user, ticket_id), actor=request.user, link_id=link_id)
    return Status(204, None)


@router.get(f"{_ONE}/conversations", response=answers(PageOf[TicketTalkOut]), tags=["tickets"])
def list_ticket_conversations(request: HttpRequest, ticket_id: UUID) -> Any:
    """What was said about it, by exchange."""
    found = queries.ticket_for(request.user, ticket_id)
    return {"items": queries.conversations_of(found), "next": None}


@router.post(f"{_ONE}/conversations", response=answers(TicketOut), tags=["tickets"])
def add_ticket_conversation(
    request: HttpRequest, response: HttpResponse, ticket_id: UUID, payload: TicketTalkIn
) -> Any:
    """Take another conversation in."""
    found = queries.ticket_for(request.user, ticket_id)
    talk = conversation_for(request.user, payload.conversation_id)
    actions.add_conversation(found, actor=request.user, conversation=talk)
    return ticket_answer(request, response, queries.ticket_for(request.user, ticket_id))


@router.delete(f"{_ONE}/conversations/{{conversation_id}}", response=answers(None, 204), tags=["tickets"])
def remove_ticket_conversation(request: HttpRequest, ticket_id: UUID, conversation_id: UUID) -> Any:
    """Let a conversation go."""
    found = queries.ticket_for(request.user, ticket_id)
    talk = conversation_for(request.user, conversation_id)
    actions.remove_conversation(found, actor=request.user, conversation=talk)
    return Status(204, None)


@router.post("/conversations/{conversation_id}/ticket", response=answers(TicketOut, 201), tags=["tickets"])
def make_ticket_of_conversation(request: HttpRequest, response: HttpResponse, conversation_id: UUID) -> Any:
    """A ticket of what is said there; one that has a ticket gives that back."""
    talk = conversation_for(request.user, conversation_id)
    made = actions.make_ticket_of(talk, actor=request.user)
    return Status(201, ticket_answer(request, response, made))


@router.post(f"{_ONE}/queue", response=answers(TicketOut), tags=["tickets"])
def move_ticket_to_queue(
    request: HttpRequest, response: HttpResponse, ticket_id: UUID, payload: TicketQueueIn
) -> Any:
    """Into another queue, where it waits as long as it has waited."""
    found = queries.ticket_for(request.user, ticket_id)
    into = queue_for(request.user, payload.queue_id)
    return ticket_answer(request, response, actions.move_to_queue(found, actor=request.user, queue=into))


@router.post(f"{_ONE}/watching", response=answers(TicketOut), tags=["tickets"])
def watch_ticket(
    request: HttpRequest, response: HttpResponse, ticket_id: UUID, payload: TicketWatchIn
) -> Any:
    """Be told of it, or no longer."""
    found = queries.ticket_for(request.user, ticket_id)
    return ticket_answer(
        request, response, actions.watch_ticket(found, actor=request.user, watch=payload.watch)
    )


@router.post(f"{_ONE}/follow-up", response=answers(TicketOut, 201), tags=["tickets"])
def follow_up_ticket(request: HttpRequest, response: HttpResponse, ticket_id: UUID) -> Any:
    """A new ticket that goes on where this one ended."""
    found = queries.ticket_for(request.user, ticket_id)
    return Status(201, ticket_answer(request, response, actions.follow_up_ticket(found, actor=request.user)))


@router.post(f"{_ONE}/split", response=answers(TicketOut, 201), tags=["tickets"])
def split_ticket(
    request: HttpRequest, response: HttpResponse, ticket_id: UUID, payload: TicketSplitIn
) -> Any:
    """Messages that are about something else get a ticket of their own; the answer is the new one."""
    found = queries.ticket_for(request.user, ticket_id)
    talk = conversation_for(request.user, payload.conversation_id)
    joining = actions.split_ticket(
        found, actor=request.user, conversation=talk, messages=payload.message_ids, title=payload.title
    )
    return Status(201, ticket_answer(request, response, joining.target))


@router.post(f"{_ONE}/split/undoing", response=answers(TicketOut), tags=["tickets"])
def undo_ticket_split(request: HttpRequest, response: HttpResponse, ticket_id: UUID) -> Any:
    """Put the messages back where they were; the answer is the ticket they came from."""
    found = queries.ticket_for(request.user, ticket_id)
    return ticket_answer(request, response, actions.undo_split(found, actor=request.user))


def _link(link: Any, other_id: UUID, is_from_here: bool) -> dict[str, Any]:
    return {"id": link.pk, "kind": link.kind, "other_id": other_id, "from_here": is_from_here}
