"""REST: files that come and go with what is said in a conversation."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require
from bandhu.inbox import actions, queries
from bandhu.inbox.api import ANSWER, ConversationMessageOut
from bandhu.interactions import queries as talks
from bandhu.interactions.models import Conversation
from bandhu.platform.file_answers import file_answer
from bandhu.platform.models import StoredFile
from bandhu.platform.rest import Given, PageOf, answers

router = Router(tags=["inbox"])
_FILES = "/messages/{message_id}/files"
Uploads = Annotated[list[UploadedFile] | None, File(max_length=20)]


class MessageFileOut(Schema):
    """A file of a message; its bytes are under its id. `size` in bytes."""

    id: UUID
    name: str
    size: int
    media_type: str


class WordsIn(Given):
    """`text` is plain; with `html` its words are the text."""

    text: str = Field("", max_length=200_000)
    html: str = Field("", max_length=200_000)


@router.get(_FILES, response=answers(PageOf[MessageFileOut]))
def list_message_files(request: HttpRequest, message_id: UUID) -> Any:
    """What came, or goes, with one message."""
    return {"items": _files(request, message_id), "next": None}


@router.get(f"{_FILES}/{{file_id}}", response={200: bytes})
def get_message_file(request: HttpRequest, message_id: UUID, file_id: UUID) -> Any:
    """Its bytes, to be saved: never to be shown as a page."""
    found = next((one for one in _files(request, message_id) if one.pk == file_id), None)
    if found is None:
        raise OutOfReach
    return file_answer(found)


@router.post(
    "/conversations/{conversation_id}/replies/with-files", response=answers(ConversationMessageOut, 201)
)
def reply_with_files(
    request: HttpRequest, conversation_id: UUID, words: Annotated[WordsIn, Form()], files: Uploads = None
) -> Any:
    """Answer the customer with files (multipart, parts `files`, twenty at most)."""
    found = _answerable(request, conversation_id)
    try:
        made = actions.send_reply(found, actor=request.user, uploads=_sent(files), **words.dict())
    except actions.NewerMessages as newer:
        raise ValidationError(str(newer)) from None
    return Status(201, made)


@router.post(
    "/conversations/{conversation_id}/notes/with-files", response=answers(ConversationMessageOut, 201)
)
def note_with_files(
    request: HttpRequest, conversation_id: UUID, words: Annotated[WordsIn, Form()], files: Uploads = None
) -> Any:
    """A word among colleagues, with files."""
    found = _answerable(request, conversation_id)
    return Status(201, actions.send_note(found, actor=request.user, uploads=_sent(files), **words.dict()))


def _files(request: HttpRequest, message_id: UUID) -> list[StoredFile]:
    message = talks.message_for(request.user, message_id)
    queries.add_files([message])
    found: list[StoredFile] = message.files  # type: ignore[attr-defined]
    return found


def _answerable(request: HttpRequest, conversation_id: UUID) -> Conversation:
    found: Conversation = talks.conversation_for(request.user, conversation_id)
    require(request.user, ANSWER, found)
    return found


def _sent(files: list[UploadedFile] | None) -> list[Any]:
    if not files:
        raise ValidationError({"files": _("This may not be empty.")}, code="required")
    return [(one.name or "", one.chunks()) for one in files]
