"""REST: conversations, their messages, what is done with them; canned replies and macros."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from bandhu.channels.kept_words import code_of, in_readers_language
from bandhu.customers import queries as customers
from bandhu.identity.scoping import require_anywhere
from bandhu.inbox import actions, queries
from bandhu.inbox.actions.shared import shared_as
from bandhu.inbox.queries import VIEWS, InboxFilter
from bandhu.interactions import actions as interactions
from bandhu.interactions import queries as talks
from bandhu.interactions.models import Conversation, Message
from bandhu.platform.rest import (
    Given,
    Moment,
    PageOf,
    Paging,
    PagingQuery,
    Whole,
    YesNo,
    answers,
    page_of,
    wanted_version,
    with_version,
)

router = Router(tags=["conversations"])
SEE, ANSWER = "interactions.view_conversation", "interactions.answer_conversation"


class ConversationOut(Schema):
    """One exchange with a customer on one channel; `waiting_since` is the oldest message nobody has answered."""

    id: UUID
    channel: str
    contact_id: UUID | None
    company_id: UUID | None
    person_name: str
    person_address: str
    subject: str
    language: str
    labels: list[str]
    state: str
    snoozed_until: datetime | None
    assignee_id: UUID | None
    team_id: UUID | None
    preview: str
    message_count: int
    last_message_at: datetime
    active_at: datetime
    waiting_since: datetime | None
    first_answered_at: datetime | None
    created_at: datetime
    closed_at: datetime | None
    version: int


class ConversationMessageOut(Schema):
    """What was said, noted, or happened. `html` is cleaned; `trouble` says why it was not sent, in the caller's language;
    `trouble_code` stays the same in any."""

    id: UUID
    conversation_id: UUID
    kind: str
    direction: str
    state: str
    at: datetime
    author_id: UUID | None
    author_name: str
    text: str
    html: str
    send_at: datetime | None
    trouble: str
    trouble_code: str

    @staticmethod
    def resolve_trouble(message: Message) -> str:
        return in_readers_language(message.trouble)

    @staticmethod
    def resolve_trouble_code(message: Message) -> str:
        return code_of(message.trouble)


class ConversationList(Paging):
    """A view of the inbox (mine, team, unassigned, mentioned, drafts, open, snoozed, closed, spam), narrowed.

    Without a view those that are open; with `q` and without a view those of every state. `q` gives one page, of forty at most.
    """

    view: str = Field("", max_length=20)
    channel: str = Field("", max_length=30)
    label: str = Field("", max_length=60)
    language: str = Field("", max_length=12)
    queue_id: UUID | None = None
    q: str = Field("", max_length=200)


class ReplyIn(Given):
    """`text` is plain; with `html` its words are the text. `seen`: how many messages the writer knew of; 422 where somebody
    else has written since. `asks_receipt` asks the recipient's mail program to say when it was read."""

    text: str = Field("", max_length=200_000)
    html: str = Field("", max_length=200_000)
    send_at: Moment | None = None
    to: list[str] = Field([], max_length=50)
    cc: list[str] = Field([], max_length=50)
    asks_receipt: YesNo = False
    seen: Whole | None = Field(None, ge=0)


class NoteIn(Given):
    """`text` is plain; with `html` its words are the text. `mentioned` are ids of users."""

    text: str = Field("", max_length=200_000)
    html: str = Field("", max_length=200_000)
    mentioned: list[UUID] = Field([], max_length=50)


class StepIn(Given):
    """`step`: close, spam, reopen, snooze (value: a moment or hours), label, unlabel, assign (a user's id, empty for back to the
    queue), queue (its id)."""

    step: Literal["close", "spam", "reopen", "snooze", "label", "unlabel", "assign", "queue"]
    value: str = Field("", max_length=200)


class BulkStepIn(StepIn):
    """The same for many."""

    ids: list[UUID] = Field(min_length=1, max_length=200)


class BulkStepOut(Schema):
    """How many were changed, and why others were not."""

    changed: int
    refused: list[str]


class ConversationPatch(Given):
    """What changes; `contact_id` files it with somebody else."""

    subject: str | None = Field(None, max_length=300)
    language: str | None = Field(None, max_length=12)
    labels: list[str] | None = Field(None, max_length=30)
    contact_id: UUID | None = None


class CannedReplyOut(Schema):
    """`shared`: own, team or all."""

    id: UUID
    name: str
    shortcut: str
    texts: dict[str, str]
    shared: str
    version: int


class CannedReplyIn(Given):
    """`texts` are {language: text} with merge fields."""

    name: str = Field(min_length=1, max_length=80)
    shortcut: str = Field(min_length=1, max_length=40)
    texts: dict[str, str]
    shared: Literal["own", "team", "all"] = "own"


class MacroOut(Schema):
    """`steps` are done in order."""

    id: UUID
    name: str
    steps: list[dict[str, Any]]
    shared: str
    version: int


class MacroIn(Given):
    """`steps` are [{"kind": "label", "value": "VIP"}, …]."""

    name: str = Field(min_length=1, max_length=80)
    steps: list[dict[str, Any]] = Field(max_length=20)
    shared: Literal["own", "team", "all"] = "own"


ConversationsIn = Annotated[ConversationList, Query(...)]


@router.get("/conversations", response=answers(PageOf[ConversationOut]))
def list_conversations(request: HttpRequest, asked: ConversationsIn) -> Any:
    """Those of a view, what came up last first; with `q` those in which the words were said."""
    require_anywhere(request.user, SEE)
    view = asked.view or "open"
    if view not in VIEWS:
        raise ValidationError({"view": _("There is no such view.")})
    only = InboxFilter(
        asked.channel, asked.label, asked.language, asked.queue_id, asked.q, is_view_meant=bool(asked.view)
    )
    page = queries.inbox_page(request.user, view, only, cursor=asked.cursor, limit=asked.limit)
    whole = talks.conversations(request.user).in_bulk([one.pk for one in page.items])
    return {"items": [whole[one.pk] for one in page.items], "next": page.next or None}


@router.get("/conversations/{conversation_id}", response=answers(ConversationOut))
def read_conversation(request: HttpRequest, response: HttpResponse, conversation_id: UUID) -> Any:
    found = talks.conversation_for(request.user, conversation_id)
    with_version(response, found.version)
    return found


@router.patch("/conversations/{conversation_id}", response=answers(ConversationOut))
def change_conversation(request: HttpRequest, conversation_id: UUID, payload: ConversationPatch) -> Any:
    """Its subject, language, labels, or whom it is with."""
    found = talks.conversation_for(request.user, conversation_id)
    version = wanted_version(request, found.version)
    changes = {
        name: value for name, value in payload.dict(exclude={"contact_id"}).items() if value is not None
    }
    if changes or payload.contact_id is None:
        found = interactions.change_conversation(found, actor=request.user, changes=changes, version=version)
        version = None
    if payload.contact_id is not None:
        contact = customers.contact_for(request.user, payload.contact_id)
        found = interactions.file_conversation(found, actor=request.user, customer=contact, version=version)
    return found


@router.get("/conversations/{conversation_id}/messages", response=answers(PageOf[ConversationMessageOut]))
def list_messages(request: HttpRequest, conversation_id: UUID, asked: PagingQuery) -> Any:
    """The newest first, internal notes and what happened included."""
    found = talks.conversation_for(request.user, conversation_id)
    rows = Message.objects.visible_to(request.user, SEE).filter(conversation=found)
    return page_of(rows, ["-id"], asked, lambda row: row)


@router.post("/conversations/{conversation_id}/replies", response=answers(ConversationMessageOut, 201))
def reply(request: HttpRequest, conversation_id: UUID, payload: ReplyIn) -> Any:
    """Answer the customer; it leaves after the seconds of the caller, or at `send_at`."""
    found = talks.conversation_for(request.user, conversation_id)
    facts = payload.dict(exclude={"to", "cc"})
    try:
        message = actions.send_reply(
            found, actor=request.user, to=tuple(payload.to), cc=tuple(payload.cc), **facts
        )
    except actions.NewerMessages as newer:
        raise ValidationError({"seen": str(newer)}) from None
    return Status(201, message)


@router.post("/conversations/{conversation_id}/notes", response=answers(ConversationMessageOut, 201))
def note(request: HttpRequest, conversation_id: UUID, payload: NoteIn) -> Any:
    """A word among colleagues."""
    found = talks.conversation_for(request.user, conversation_id)
    wanted = set(payload.mentioned)
    people = [one for one in queries.colleagues_named(request.user, "", limit=2_000) if one.pk in wanted]
    made = actions.send_note(
        found, actor=request.user, text=payload.text, html=payload.html, mentioned=people
    )
    return Status(201, made)


@router.post("/conversations/{conversation_id}/steps", response=answers(ConversationOut))
def step(request: HttpRequest, conversation_id: UUID, payload: StepIn) -> Any:
    """Close, reopen, put off, label, give to somebody, move to a queue."""
    found = talks.conversation_for(request.user, conversation_id)
    actions.run_steps([found], actor=request.user, steps=[{"kind": payload.step, "value": payload.value}])
    return _conversation(conversation_id, request)


@router.post("/conversation-steps", response=answers(BulkStepOut))
def steps(request: HttpRequest, payload: BulkStepIn) -> Any:
    """The same for many; those out of reach are left alone."""
    require_anywhere(request.user, "interactions.change_conversation")
    rows = talks.conversations(request.user).filter(pk__in=payload.ids)
    done = actions.run_steps(rows, actor=request.user, steps=[{"kind": payload.step, "value": payload.value}])
    return {"changed": len(done.changed), "refused": sorted(set(done.refused))}


@router.post("/conversations/{conversation_id}/macros/{macro_id}", response=answers(ConversationOut))
def run_macro(request: HttpRequest, conversation_id: UUID, macro_id: UUID) -> Any:
    """Do a macro's steps on it."""
    found = talks.conversation_for(request.user, conversation_id)
    macro = queries.macro_for(request.user, macro_id)
    actions.run_steps([found], actor=request.user, steps=macro.steps)
    return _conversation(conversation_id, request)


@router.post("/messages/{message_id}/taking-back", response=answers(ConversationMessageOut))
def take_back(request: HttpRequest, message_id: UUID) -> Any:
    """While it is not being sent; 422 when it is too late."""
    message = talks.message_for(request.user, message_id)
    actions.take_back(message, actor=request.user)
    return talks.message_for(request.user, message_id)


@router.post("/messages/{message_id}/repetition", response=answers(ConversationMessageOut))
def send_again(request: HttpRequest, message_id: UUID) -> Any:
    """What was not sent is tried once more."""
    return interactions.send_again(talks.message_for(request.user, message_id), actor=request.user)


@router.get("/canned-replies", response=answers(PageOf[CannedReplyOut]))
def list_canned_replies(request: HttpRequest, asked: PagingQuery) -> Any:
    """Those the caller may use."""
    require_anywhere(request.user, ANSWER)
    return page_of(queries.canned_replies(request.user), ["name"], asked, _canned)


@router.post("/canned-replies", response=answers(CannedReplyOut, 201))
def create_canned_reply(request: HttpRequest, payload: CannedReplyIn) -> Any:
    return Status(201, _canned(actions.save_canned_reply(actor=request.user, **payload.dict())))


@router.put("/canned-replies/{reply_id}", response=answers(CannedReplyOut))
def change_canned_reply(request: HttpRequest, reply_id: UUID, payload: CannedReplyIn) -> Any:
    known = queries.canned_reply_for(request.user, reply_id)
    version = wanted_version(request, known.version)
    return _canned(
        actions.save_canned_reply(actor=request.user, known=known, version=version, **payload.dict())
    )


@router.delete("/canned-replies/{reply_id}", response=answers(None, 204))
def delete_canned_reply(request: HttpRequest, reply_id: UUID) -> Any:
    actions.delete_canned_reply(queries.canned_reply_for(request.user, reply_id), actor=request.user)
    return Status(204, None)


@router.get("/macros", response=answers(PageOf[MacroOut]))
def list_macros(request: HttpRequest, asked: PagingQuery) -> Any:
    """Those the caller may use."""
    require_anywhere(request.user, ANSWER)
    return page_of(queries.macros(request.user), ["name"], asked, _macro)


@router.post("/macros", response=answers(MacroOut, 201))
def create_macro(request: HttpRequest, payload: MacroIn) -> Any:
    return Status(201, _macro(actions.save_macro(actor=request.user, **payload.dict())))


@router.put("/macros/{macro_id}", response=answers(MacroOut))
def change_macro(request: HttpRequest, macro_id: UUID, payload: MacroIn) -> Any:
    """Written whole; with `If-Match` only as it was read."""
    known = queries.macro_for(request.user, macro_id)
    version = wanted_version(request, known.version)
    return _macro(actions.save_macro(actor=request.user, known=known, version=version, **payload.dict()))


@router.delete("/macros/{macro_id}", response=answers(None, 204))
def delete_macro(request: HttpRequest, macro_id: UUID) -> Any:
    actions.delete_macro(queries.macro_for(request.user, macro_id), actor=request.user)
    return Status(204, None)


def _conversation(pk: UUID, request: HttpRequest) -> Conversation:
    return talks.conversation_for(request.user, pk)


def _canned(one: Any) -> dict[str, Any]:
    return {
        "id": one.pk, "name": one.name, "shortcut": one.shortcut, "texts": one.texts, "shared": shared_as(one),
        "version": one.version,
    }  # fmt: skip


def _macro(one: Any) -> dict[str, Any]:
    return {
        "id": one.pk,
        "name": one.name,
        "steps": one.steps,
        "shared": shared_as(one),
        "version": one.version,
    }
