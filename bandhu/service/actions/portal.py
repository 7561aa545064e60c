"""What customers do themselves in the portal: send a request, write on. Each function answers for one contact alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.channels.actions import Upload, enclose_files, read_files, send_notice
from bandhu.channels.queries import drafted_from, letter_called, sending_accounts
from bandhu.customers.models import Contact
from bandhu.identity.ready_made import system_user
from bandhu.identity.results import OutOfReach
from bandhu.interactions.actions import Correspondent, mark_message, start_conversation, take_in_message
from bandhu.interactions.models import Conversation, Message, MessageState
from bandhu.interactions.recognition import settled
from bandhu.knowledge.models import PortalAccount
from bandhu.platform.queue import enqueue
from bandhu.platform.rate_limits import allow
from bandhu.platform.texts import clean_block, clean_line
from bandhu.service.actions.threads import make_ticket_of
from bandhu.service.letters import PORTAL_ANSWER, letter_values
from bandhu.service.models import Ticket, TicketConversation, TicketType
from bandhu.service.queries import asked_of_customers, staying, told_ticket

CHANNEL = "portal"
# So many messages at once, and one more every five minutes.
_BURST, _RATE = 10, 1 / 300
MOST = 20_000
SHOW = "service.show_answer"
_EARLY = timedelta(seconds=1)


@transaction.atomic
def send_request(
    contact_id: UUID,
    *,
    title: str,
    text: str,
    type_id: Any = None,
    mail: str = "",
    uploads: Sequence[Upload] = (),
    custom: Mapping[str, Any] | None = None,
) -> Ticket:
    """A customer asks for something: a conversation and its ticket. `uploads` are (name, size, bytes), `custom` what is typed into the own
    fields their kind of request asks for. Raises ValidationError by field."""
    contact = Contact.objects.filter(pk=contact_id, deleted_at__isnull=True).first()
    if contact is None:
        raise OutOfReach
    subject, said = clean_line(title, 300), clean_block(text, MOST)
    problems = {"title": _("Say in a few words what it is about.")} if not subject else {}
    if not said:
        problems["text"] = _("Write something first.")
    kind = TicketType.objects.filter(pk=type_id, is_public=True, is_active=True).first() if type_id else None
    if type_id and kind is None:
        problems["type"] = _("Choose one of the list.")
    asked = {one.key: (custom or {}).get(one.key) for one in asked_of_customers(kind)}
    for one in asked_of_customers(kind):
        if one.is_required and asked[one.key] in (None, "", []):
            problems[f"custom.{one.key}"] = _("This may not be empty.")
    if problems:
        raise ValidationError(problems)
    files = read_files(uploads)
    _check_rate(contact_id)
    actor = system_user()
    person = Correspondent(name=contact.full_name, address=mail)
    talk = start_conversation(
        actor=actor, channel=CHANNEL, customer=contact, person=person, subject=subject, details=settled("proven")
    )  # fmt: skip
    enclose_files(take_in_message(talk, text=said, author_name=contact.full_name), files)
    return make_ticket_of(talk, actor=actor, **({"type": kind, "custom": asked} if kind else {}))


@transaction.atomic
def write_on(contact_id: UUID, ticket: Ticket, *, text: str, uploads: Sequence[Upload] = ()) -> Message:
    """The customer says more in the portal's conversation of their ticket. Raises ValidationError, OutOfReach for anybody else's."""
    if ticket.contact_id != contact_id:
        raise OutOfReach
    said = clean_block(text, MOST)
    if not said:
        raise ValidationError({"text": _("Write something first.")})
    files = read_files(uploads)
    _check_rate(contact_id)
    stays = staying(ticket)
    rows = TicketConversation.objects.filter(ticket=stays, conversation__channel=CHANNEL)
    thread = rows.filter(conversation__contact=contact_id).select_related("conversation").first()
    if thread is None:
        talk = start_conversation(
            actor=system_user(), channel=CHANNEL, customer=ticket.contact, subject=ticket.title, details=settled("proven")
        )  # fmt: skip
        thread = TicketConversation.objects.create(ticket=stays, conversation=talk)
    message = take_in_message(thread.conversation, text=said, author_name=str(ticket.contact))
    enclose_files(message, files)
    return message


def queue_showing(message_id: UUID | str, at: datetime) -> None:
    """Let the job show it at `at`: an answer may be taken back until then, or be meant for later."""
    enqueue(SHOW, at=at if at > timezone.now() else None, message_id=str(message_id))


@transaction.atomic
def show_in_portal(message_id: UUID) -> bool:
    """An answer in a conversation of the portal is delivered by standing there; the customer is told by mail, once for each.

    False for what is not due, taken back, or shown already.
    """
    rows = Message.objects.select_related("conversation__contact", "author")
    message = rows.filter(pk=message_id, state=MessageState.QUEUED).first()
    if message is None or (message.send_at or message.at) > timezone.now() + _EARLY:
        return False
    if not mark_message(message, MessageState.SENT):
        return False
    _tell_by_mail(message)
    return True


def _tell_by_mail(message: Message) -> None:
    """Without a mailbox, an address, or the letter in use, the answer stands in the portal all the same."""
    talk = message.conversation
    thread = TicketConversation.objects.filter(conversation=talk).select_related("ticket").first()
    address = talk.person_address or (talk.contact.primary_mail if talk.contact else "")
    template, system = letter_called(PORTAL_ANSWER.key), system_user()
    account = sending_accounts(system).first()
    if thread is None or talk.contact is None or not address or account is None or not template.is_active:
        return
    values = letter_values(told_ticket(talk.contact.pk, thread.ticket), message.text)
    drafted = drafted_from(template, talk.contact, system, language=_spoken(talk), values=values)
    send_notice(
        account, address=address, name=str(talk.contact), contact=talk.contact, subject=drafted.subject,
        body=drafted.body, by=message.author,
    )  # fmt: skip


def _spoken(talk: Conversation) -> str:
    """The language the customer chose in the portal, else that of the conversation."""
    rows = PortalAccount.objects.filter(contact=talk.contact).exclude(language="")
    return rows.values_list("language", flat=True).first() or talk.language


def _check_rate(contact_id: UUID) -> None:
    allowed, _seconds = allow(f"service.portal:{contact_id}", _RATE, _BURST)
    if not allowed:
        raise ValidationError({"text": _("You have sent much in a short time. Please wait a few minutes.")})
