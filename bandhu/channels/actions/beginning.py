"""Writing first: the conversation with a contact's number, begun now or gone on with."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.channels.actions.taking import hold_exchange
from bandhu.channels.connections import adapter_of
from bandhu.channels.models import Channel
from bandhu.channels.queries import is_spam, last_talk_with, may_continue
from bandhu.customers.models import Contact, Phone
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.interactions.actions import Correspondent, start_conversation
from bandhu.interactions.models import Conversation
from bandhu.interactions.recognition import settled
from bandhu.privacy.queries import may_contact

ANSWER = "interactions.answer_conversation"


@action(ANSWER)
def open_exchange(
    contact: Contact, *, actor: User, channel: Channel, phone: Phone, purpose: str = "service"
) -> tuple[Conversation, bool]:
    """The conversation with this number by this channel, and whether it is new: one that is open goes on, there are never two.

    Raises ValidationError by field (`channel`, `number`, `purpose`) where nobody may be written to that way, with what to do.
    """
    adapter = adapter_of(channel)
    channel = Channel.objects.get(pk=channel.pk)
    if problem := refusal_of(channel):
        raise ValidationError({"channel": problem})
    if phone.contact_id != contact.pk or not phone.number.startswith("+"):
        raise ValidationError({"number": _("Choose one of the contact's numbers, with its country code.")})
    if not (allowed := may_contact(contact, purpose, adapter.channel)):
        words = _("%(reason)s Ask for consent first, and note it on the contact's page.")
        raise ValidationError({"purpose": words % {"reason": allowed.reason}})  # type: ignore[union-attr]
    hold_exchange(channel, phone.number)
    if is_spam(channel, phone.number):
        words = _("What comes from this number here is spam. Take its conversation out of spam first.")
        raise ValidationError({"number": words})
    last = last_talk_with(channel, phone.number)
    if last is not None and last.is_open:
        refuse_others(last, contact, actor)
        return last, False
    heard: dict[str, Any] = {}
    if last is not None and last.last_incoming_at:
        heard = {"heard_before": last.last_incoming_at.isoformat()}
    conversation: Conversation = start_conversation(
        actor=actor,
        channel=adapter.channel,
        place=channel.pk,
        customer=contact,
        person=Correspondent(name=contact.full_name[:200], address=phone.number, key=phone.number),
        language=contact.language or channel.language,
        team=channel.team,
        details={"channel_kind": channel.kind} | heard | settled("hand"),
    )
    return conversation, True


def refusal_of(channel: Channel) -> str:
    """Why nothing can be begun by this channel now, and what to do; "" where it can."""
    if channel.deleted_at is not None:
        return _("“%(name)s” was removed. Choose another channel.") % {"name": channel.name}
    if not adapter_of(channel).can.begins:
        return _("By “%(name)s” the customer has to write first.") % {"name": channel.name}
    if channel.is_paused:
        words = _(
            "“%(name)s” is paused: nothing leaves by it. Choose another channel, or let somebody who looks after channels start it again."
        )
        return words % {"name": channel.name}
    return ""


def refuse_others(conversation: Conversation, contact: Contact, actor: User) -> None:
    """An open conversation that is somebody else's, or out of reach, is not written into. Raises ValidationError."""
    if not may_continue(actor, conversation):
        words = _(
            "A conversation with this number is open, and colleagues have it. Ask them to go on, or to give it to you."
        )
        raise ValidationError({"number": words})
    if conversation.contact_id not in (None, contact.pk):
        words = _(
            "The open conversation with this number is with somebody else. Close it, or file it with this contact, then write."
        )
        raise ValidationError({"number": words})
