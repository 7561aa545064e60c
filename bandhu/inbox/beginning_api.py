"""REST: writing to a contact first, by SMS or WhatsApp."""

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
from bandhu.customers import queries as customers
from bandhu.customers.models import Contact
from bandhu.identity.masking import masked
from bandhu.identity.scoping import require
from bandhu.inbox import actions, queries
from bandhu.inbox.api import ANSWER, ConversationMessageOut
from bandhu.inbox.api import router as conversations
from bandhu.inbox.template_api import file_named
from bandhu.platform.rest import Given, Moment, answers

# Where conversations are begun they are listed too: one address belongs to one router.
router = Router(tags=["conversations"])


class WayChannelOut(Schema):
    """A channel by which somebody may be written to first. `channel`: sms or whatsapp. While it `is_paused` nothing is taken."""

    id: UUID
    name: str
    channel: str
    is_paused: bool


class WayNumberOut(Schema):
    """A number of the contact, covered for who may not see it; it is named by its id."""

    id: UUID
    number: str
    label: str
    is_primary: bool


class WaysToWriteOut(Schema):
    """By which channels and to which numbers a contact may be written to first."""

    channels: list[WayChannelOut]
    numbers: list[WayNumberOut]


class WayChosenOut(Schema):
    """`conversation_id`: the open conversation that would go on. `needs_template`: free text is not carried now; `templates` may be sent,
    those in the contact's language first."""

    conversation_id: UUID | None
    needs_template: bool
    templates: list[ChannelTemplateOut]


class ConversationTemplateIn(Given):
    """A template by its name and language at the service, and the values of its places in their order. Where a file stands above its words,
    `file_id` names one of the contact's."""

    name: str = Field(min_length=1, max_length=512)
    language: str = Field(min_length=1, max_length=20)
    values: list[str] = Field([], max_length=100)
    file_id: UUID | None = None


class ConversationIn(Given):
    """What is written to a contact's number by a channel: `text`, or a `template`. It leaves after the caller's seconds, or at `send_at`.
    `purpose` is a key of /purposes: what needs consent goes only to those who gave it."""

    contact_id: UUID
    channel_id: UUID
    number_id: UUID
    text: str = Field("", max_length=20_000)
    template: ConversationTemplateIn | None = None
    purpose: str = Field("service", max_length=40)
    send_at: Moment | None = None


@router.get("/contacts/{contact_id}/ways-to-write", response=answers(WaysToWriteOut))
def list_ways_to_write(request: HttpRequest, contact_id: UUID) -> Any:
    """The channels by which this contact may be written to first, and their numbers."""
    contact = _writable(request, contact_id)
    found = queries.beginning_for(request.user, contact, {})
    return {
        "channels": [
            {
                "id": one.pk,
                "name": one.name,
                "channel": channels.channel_word(one),
                "is_paused": one.is_paused,
            }
            for one in found.channels
        ],
        "numbers": [
            {
                "id": one.pk,
                "number": masked(request.user, contact, one.number, "phone"),
                "label": one.label,
                "is_primary": one.is_primary,
            }
            for one in found.phones
        ],
    }


@router.get("/contacts/{contact_id}/ways-to-write/{channel_id}/{number_id}", response=answers(WayChosenOut))
def read_way_to_write(request: HttpRequest, contact_id: UUID, channel_id: UUID, number_id: UUID) -> Any:
    """What writing to this number by this channel comes to: a conversation that goes on, templates to choose from."""
    contact = _writable(request, contact_id)
    found = _chosen(request, contact, channel_id, number_id)
    return {
        "conversation_id": found.talk.pk if found.talk else None,
        "needs_template": found.needs_template,
        "templates": found.templates,
    }


@conversations.post("/conversations", response=answers(ConversationMessageOut, 201))
def begin_conversation(request: HttpRequest, payload: ConversationIn) -> Any:
    """Write to a contact first. An open conversation with the number goes on, else a new one is the caller's. 422 names what is wrong: `channel`
    (paused), `number` (spam, or colleagues have it), `purpose` (no consent), `text`, `template`, `values`, `file`."""
    contact = _writable(request, payload.contact_id)
    found = _chosen(request, contact, payload.channel_id, payload.number_id)
    filled: dict[str, Any] = {"text": payload.text}
    if payload.template is not None:
        named = payload.template
        template = channels.template_named(payload.channel_id, named.name, named.language)
        if template is None:
            raise ValidationError({"template": _("There is no such template in this channel.")})
        file = file_named(request, template, named.file_id, found.talk, contact)
        filled = {"template": template, "values": named.values, "file": file}
    message = actions.begin_conversation(
        contact, actor=request.user, channel=found.channel, phone=found.phone, purpose=payload.purpose,
        send_at=payload.send_at, **filled,
    )  # fmt: skip
    return Status(201, message)


def _writable(request: HttpRequest, contact_id: UUID) -> Contact:
    contact: Contact = customers.contact_for(request.user, contact_id)
    require(request.user, ANSWER, contact)
    return contact


def _chosen(request: HttpRequest, contact: Contact, channel_id: UUID, number_id: UUID) -> queries.Beginning:
    """Raises ValidationError by field where the caller may not use the channel, or the number is not the contact's."""
    chosen = {"channel": channel_id, "number": number_id}
    found = queries.beginning_for(request.user, contact, chosen)
    if found.channel is None or found.channel.pk != channel_id:
        raise ValidationError({"channel": _("Nobody can be written to first by this channel.")})
    if found.phone is None or found.phone.pk != number_id:
        raise ValidationError({"number": _("Choose one of the contact's numbers, with its country code.")})
    return found
