"""Answering from the inbox: with time to take it back, at a later hour, never over a colleague's answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bandhu.channels.actions import filled_template, refuse_header_file
from bandhu.channels.models import ApprovedTemplate
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.inbox.models import Draft, Mention, Preference
from bandhu.inbox.models.writing import UNDO_SECONDS
from bandhu.interactions import actions as interactions
from bandhu.interactions.actions.waiting import said_in
from bandhu.interactions.models import Conversation, ConversationState, Message, MessageKind
from bandhu.platform.files import files_of, open_file, store_file
from bandhu.platform.html_cleaning import text_and_html
from bandhu.platform.models import StoredFile
from bandhu.platform.notifications import notify

ANSWER = "interactions.answer_conversation"
Upload = tuple[str, Iterable[bytes]]
# Channels whose answers leave as mails.
BY_MAIL = ("mail", "form")


class NewerMessages(Exception):
    """Somebody else said something since the page was read; `messages` are those."""

    def __init__(self, messages: list[Message]) -> None:
        super().__init__(_("Somebody else has answered meanwhile. Read it, then send or change yours."))
        self.messages = messages


@action(ANSWER)
def send_reply(
    conversation: Conversation,
    *,
    actor: User,
    text: str = "",
    html: str = "",
    seen: int | None = None,
    send_at: datetime | None = None,
    to: tuple[str, ...] = (),
    cc: tuple[str, ...] = (),
    asks_receipt: bool = False,
    uploads: Iterable[Upload] = (),
    files: Iterable[UUID] = (),
    details: dict[str, Any] | None = None,
) -> Message:
    """Answer the customer in plain `text` or in `html` (then its words are the text); it leaves at `send_at`, else after the writer's own seconds to take it back (`undo_seconds`).

    `seen` is how many messages the writer had before them: raises NewerMessages where somebody else added one. `uploads`
    are new files, `files` ids of files already in the conversation. `asks_receipt`: the recipient's mail program is asked to say when it
    was read. Raises ValidationError by field.
    """
    locked = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if seen is not None and (newer := _newer(locked, actor, seen)):
        raise NewerMessages(newer)
    facts: dict[str, Any] = dict(details or {})
    facts |= {name: list(value) for name, value in (("to", to), ("cc", cc)) if value}
    if asks_receipt and conversation.channel in BY_MAIL:
        facts["asks_receipt"] = True
    moment = send_at or timezone.now() + timedelta(seconds=undo_seconds(actor, conversation))
    message: Message = interactions.write_message(
        conversation, actor=actor, send_at=moment, details=facts, **text_and_html(text, html)
    )
    _enclose(message, actor, uploads, files)
    _forget_draft(conversation, actor, Draft.Kind.REPLY, message)
    return message


@action(ANSWER)
def send_template(
    conversation: Conversation,
    *,
    actor: User,
    template: ApprovedTemplate,
    values: Sequence[str] | Mapping[str, str] = (),
    uploads: Iterable[Upload] = (),
    file: StoredFile | None = None,
    seen: int | None = None,
    send_at: datetime | None = None,
) -> Message:
    """Write by a template the service approved, also when free text is not carried any more; else as `send_reply`.

    `values` are those of its places, in their order or by name. Where a file stands above its words it is one of `uploads`, or `file`: a
    file of the customer's or of this conversation, of which a copy goes. Raises ValidationError by field ("template", "values", "file").
    """
    if template.channel_id != conversation.place:
        raise ValidationError({"template": _("There is no such template in this channel.")})
    filled = filled_template(template, values)
    if file is not None:
        uploads = [*uploads, _copy_of(file, conversation)]
    message: Message = send_reply(
        conversation, actor=actor, text=filled.text, details=filled.details, seen=seen, send_at=send_at, uploads=uploads
    )  # fmt: skip
    refuse_header_file(template, files_of(message.pk))
    return message


def _copy_of(stored: StoredFile, conversation: Conversation) -> Upload:
    """What goes out stays as it goes, whatever becomes of the customer's file. Raises ValidationError for somebody else's."""
    of_customer = stored.record_id in (conversation.contact_id, conversation.company_id)
    is_said = Message.objects.filter(
        pk=stored.record_id, conversation=conversation.pk, kind=MessageKind.SAID
    ).exists()
    if stored.deleted_at is not None or not (of_customer or is_said):
        raise ValidationError({"file": _("This file belongs to somebody else.")})

    def chunks() -> Iterable[bytes]:
        with open_file(stored) as file:
            while part := file.read(1 << 16):
                yield part

    return stored.name, chunks()


@action(ANSWER)
def send_note(
    conversation: Conversation,
    *,
    actor: User,
    text: str = "",
    html: str = "",
    mentioned: Iterable[User] = (),
    uploads: Iterable[Upload] = (),
) -> Message:
    """A word among colleagues; those named are told, and find the conversation under "Mentioned"."""
    people = [one for one in mentioned if one.pk != actor.pk]
    message: Message = interactions.write_note(
        conversation, actor=actor, mentioned=tuple(people), **text_and_html(text, html)
    )
    _enclose(message, actor, uploads, ())
    Mention.objects.bulk_create(
        [Mention(user=one, conversation=conversation, message=message) for one in people]
    )
    for one in people:
        notify(
            one,
            gettext_noop("%(name)s named you in a note: %(what)s"),
            url=reverse("inbox:conversation", args=[conversation.pk]),
            icon="at-sign",
            name=str(actor),
            what=str(conversation)[:120],
        )
    _forget_draft(conversation, actor, Draft.Kind.NOTE, message)
    return message


def take_back(message: Message, *, actor: User) -> Draft:
    """Undo sending while there is time: the text is a draft again, and what closed with it is open. Raises ValidationError."""
    with_files = list(StoredFile.objects.filter(record_kind="message", record_id=message.pk))
    interactions.withdraw_message(message, actor=actor)
    draft, _is_new = Draft.objects.update_or_create(
        user=actor,
        conversation_id=message.conversation_id,
        kind=Draft.Kind.REPLY,
        defaults={
            "text": message.text,
            "html": message.html,
            "to": ", ".join(message.details.get("to", [])),
            "cc": ", ".join(message.details.get("cc", [])),
        },
    )
    for stored in with_files:
        _move(stored, "draft", draft.pk)
    conversation = Conversation.objects.get(pk=message.conversation_id)
    if message.details.get("then") and conversation.state != ConversationState.OPEN:
        interactions.reopen_conversation(conversation, actor=actor)
    return draft


def undo_seconds(user: User, conversation: Conversation) -> int:
    """How long what this user sends can be taken back; in a chat not at all, since somebody waits for it at the other end."""
    if conversation.channel == "chat":
        return 0
    own = Preference.objects.filter(user=user.pk).values_list("undo_seconds", flat=True).first()
    return UNDO_SECONDS if own is None else own


def _newer(conversation: Conversation, actor: User, seen: int) -> list[Message]:
    """What others said since; one's own messages from another page are no surprise."""
    more = conversation.message_count - seen
    if more <= 0:
        return []
    latest = list(said_in(conversation).order_by("-pk")[:more])[::-1]
    return [one for one in latest if one.author_id != actor.pk]


def _enclose(message: Message, actor: User, uploads: Iterable[Upload], files: Iterable[UUID]) -> None:
    """New files belong to the message; those of the writer's draft go over to it."""
    drafts = Draft.objects.filter(user=actor, conversation=message.conversation_id)
    for stored in StoredFile.objects.filter(
        Q(record_kind="draft", record_id__in=drafts.values("pk")), pk__in=list(files), deleted_at__isnull=True
    ):
        _move(stored, "message", message.pk)
    for name, content in uploads:
        store_file(record_kind="message", record_id=message.pk, name=name, content=content, created_by=actor)


def _move(stored: StoredFile, kind: str, record_id: UUID) -> None:
    stored.record_kind, stored.record_id = kind, record_id
    stored.save(update_fields=["record_kind", "record_id"])


def _forget_draft(conversation: Conversation, actor: User, kind: str, message: Message) -> None:
    Draft.objects.filter(user=actor, conversation=conversation, kind=kind).delete()
