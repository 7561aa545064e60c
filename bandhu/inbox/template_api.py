"""REST: writing by a template the channel's service approved, also when the customer's last word is long ago."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.channels import queries as channels
from bandhu.channels.channel_api import ChannelTemplateOut
from bandhu.channels.models import ApprovedTemplate
from bandhu.identity.scoping import require
from bandhu.inbox import actions, queries
from bandhu.inbox.api import ANSWER, ConversationMessageOut
from bandhu.inbox.merging import language_of
from bandhu.interactions import queries as talks
from bandhu.interactions.models import Conversation
from bandhu.platform.models import StoredFile
from bandhu.platform.rest import Given, Moment, Whole, answers

router = Router(tags=["conversations"])
_ONE = "/conversations/{conversation_id}"


class TemplatesOfferedOut(Schema):
    """`is_too_late`: nothing but a template arrives now. `items` may be sent, those in the customer's language first."""

    is_too_late: bool
    items: list[ChannelTemplateOut]


class TemplateReplyIn(Given):
    """A template by its name and language at the service, and the values of its places in their order. Where a file stands above its words,
    `file_id` names one of the contact's or of the conversation."""

    name: str = Field(min_length=1, max_length=512)
    language: str = Field(min_length=1, max_length=20)
    values: list[str] = Field([], max_length=100)
    file_id: UUID | None = None
    send_at: Moment | None = None
    seen: Whole | None = Field(None, ge=0)


@router.get(f"{_ONE}/templates", response=answers(TemplatesOfferedOut))
def list_conversation_templates(request: HttpRequest, conversation_id: UUID) -> Any:
    """Those that may be sent in this conversation."""
    found = _answerable(request, conversation_id)
    offered = channels.sendable_templates(found.place, language_of(found))
    return {"is_too_late": channels.is_too_late(found), "items": offered}


@router.post(f"{_ONE}/replies/with-template", response=answers(ConversationMessageOut, 201))
def reply_with_template(request: HttpRequest, conversation_id: UUID, payload: TemplateReplyIn) -> Any:
    """Write by a template; it leaves as other replies do. 422 names what is wrong: `template` (unknown, not approved, not sent from here),
    `values` (one is missing or too many) or `file` (none, or one that does not fit)."""
    found = _answerable(request, conversation_id)
    template = channels.template_named(found.place, payload.name, payload.language)
    if template is None:
        raise ValidationError({"template": _("There is no such template in this channel.")})
    try:
        message = actions.send_template(
            found, actor=request.user, template=template, values=payload.values, seen=payload.seen, send_at=payload.send_at,
            file=file_named(request, template, payload.file_id, found, found.contact or found.company),
        )  # fmt: skip
    except actions.NewerMessages as newer:
        raise ValidationError({"seen": str(newer)}) from None
    return Status(201, message)


def _answerable(request: HttpRequest, conversation_id: UUID) -> Conversation:
    found: Conversation = talks.conversation_for(request.user, conversation_id)
    require(request.user, ANSWER, found)
    return found


def file_named(
    request: HttpRequest, template: ApprovedTemplate, file_id: UUID | None, conversation: Conversation | None, customer: Any
) -> StoredFile | None:  # fmt: skip
    """The file that stands above its words. Raises ValidationError where it is none the caller may send."""
    if file_id is None:
        return None
    offered = queries.files_to_send(request.user, conversation, customer, template.header_kind or "document")
    found = next((one for one in offered if one.pk == file_id), None)
    if found is None:
        raise ValidationError({"file": _("Choose a file of the contact, or of this conversation.")})
    return found
