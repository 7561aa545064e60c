"""What the outbox knows of a mail, told to the message of the inbox it carries."""

from __future__ import annotations

from typing import Any

from bandhu.channels.models import Mail, MailRecipient, MailState
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions import Person, log_interaction, mark_message
from bandhu.interactions.models import Message, MessageState
from bandhu.platform.html_cleaning import html_of_text

_STATES = {
    MailState.SENT: MessageState.SENT,
    MailState.FAILED: MessageState.FAILED,
    MailState.UNKNOWN: MessageState.UNKNOWN,
}


def tell_message(mail: Mail, state: str) -> None:
    """Of a mail whose sending ended as `state`; in the caller's transaction. What was sent goes on the timeline, as the mail's entry."""
    message = mail.inbox_message
    if message is None:
        return
    if state == MailState.SENT and mail.interaction is None and (mail.contact or mail.company):
        _put_on_timeline(mail, message)
    known_as = mail.message_id if state == MailState.SENT else ""
    mark_message(message, _STATES[MailState(state)], trouble=mail.answer, external_id=known_as)


def _put_on_timeline(mail: Mail, message: Message) -> None:
    """What was written, without what it quotes."""
    customer: Any = mail.contact or mail.company
    others = mail.recipients.exclude(role=MailRecipient.Role.BCC).exclude(contact=customer.pk)
    mail.interaction = log_interaction(
        customer,
        actor=mail.written_by or system_user(),
        kind="mail",
        channel="mail",
        direction="out",
        subject=mail.subject,
        body=message.html or html_of_text(message.text),
        is_html=True,
        people=[
            Person(contact=one.contact, address=one.address, role=one.role)
            for one in others.select_related("contact")
        ],
        details={"mail_id": str(mail.pk), "conversation_id": str(message.conversation_id)},
        source="channels",
        touches=not mail.is_automatic,
    )
    mail.save(update_fields=["interaction"])
    Message.objects.filter(pk=message.pk).update(interaction=mail.interaction)
