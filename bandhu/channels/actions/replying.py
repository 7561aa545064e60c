"""A message written in the inbox leaves as a mail: through the outbox, once, unless it is taken back before.

A message says in its `details` who else gets it: "to", "cc", "bcc" (lists of addresses; "to" is the customer where it is absent) and
"subject". Its files are those kept for the message.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation

from bandhu.channels.actions.outbox import queue_mail
from bandhu.channels.actions.recipients import Recipient, cleaned_recipients, refuse_recipients
from bandhu.channels.actions.writing import sender_name_of
from bandhu.channels.kept_words import kept
from bandhu.channels.message_ids import new_message_id
from bandhu.channels.models import Mail, MailAccount, MailRecipient, MailState
from bandhu.channels.quoting import Quoted, letter_texts
from bandhu.channels.signatures import signature_of
from bandhu.interactions.actions import mark_message
from bandhu.interactions.models import Conversation, Message, MessageState
from bandhu.platform.html_cleaning import html_of_text
from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.texts import clean_line


@transaction.atomic
def post_message(message_id: UUID) -> Mail | None:
    """Put a message that waits into the outbox, to leave at its `send_at`; called again it gives back the same mail.

    What cannot leave at all is marked as failed, with the reason.
    """
    message = _locked(message_id)
    if message is None or message.state != MessageState.QUEUED:
        return None
    known = Mail.objects.filter(inbox_message=message).first()
    if known is not None:
        if known.state in (MailState.FAILED, MailState.UNKNOWN):
            queue_mail(known, message.send_at or timezone.now())
        return known
    conversation = message.conversation
    account = _account_of(conversation)
    if account is None or not account.sends:
        mark_message(message, MessageState.FAILED, trouble=kept("no_mailbox"))
        return None
    last = _last_of_theirs(conversation)
    # These sentences name addresses and reasons: said once, in the language of who wrote the message and reads them.
    with translation.override(message.author.language if message.author else "en"):
        try:
            people = _recipients(message, account, last)
            refuse_recipients(people, None, "service")
        except ValidationError as problem:
            mark_message(message, MessageState.FAILED, trouble=" ".join(problem.messages))
            return None
    mail = _written(message, account, last)
    MailRecipient.objects.bulk_create(
        MailRecipient(
            mail=mail, role=one.role, address=one.address, key=one.key, name=one.name, contact=one.contact
        )
        for one in people
    )
    queue_mail(mail, message.send_at or timezone.now())
    return mail


def _locked(message_id: UUID) -> Message | None:
    rows = Message.objects.select_for_update(of=("self",)).filter(pk=message_id)
    return rows.select_related("conversation__contact", "conversation__company", "author").first()


def _account_of(conversation: Conversation) -> MailAccount | None:
    if conversation.place is None:
        return None
    rows = MailAccount.objects.select_related("owner").filter(pk=conversation.place, is_active=True)
    return rows.first()


def _last_of_theirs(conversation: Conversation) -> Mail | None:
    """What is answered: the newest mail of the customer's side."""
    rows = Mail.objects.filter(inbox_message__conversation=conversation, is_incoming=True)
    return rows.order_by("-inbox_message_id").first()


def _recipients(message: Message, account: MailAccount, last: Mail | None) -> list[Recipient]:
    asked = {role: _lines(message.details.get(role)) for role in ("to", "cc", "bcc")}
    if not asked["to"]:
        asked["to"] = [_answer_address(message.conversation, account, last)]
    return cleaned_recipients(asked)


def _answer_address(conversation: Conversation, account: MailAccount, last: Mail | None) -> str:
    """Who asked: where they want the answer, but never ourselves."""
    candidates = [last.reply_to, last.sender] if last else []
    contact = conversation.contact
    candidates += [conversation.person_address, contact.primary_mail if contact else ""]
    return next((one for one in candidates if one and mail_key(one) not in account.own_keys), "")


def _written(message: Message, account: MailAccount, last: Mail | None) -> Mail:
    conversation = message.conversation
    sender = _sender(account, last)
    text, html = letter_texts(
        text=message.text,
        html=message.html or html_of_text(message.text),
        signature=signature_of(account, message.author, conversation),
        quoted=Quoted.of(last),
        language=conversation.language,
        zone=conversation.contact.time_zone if conversation.contact else "",
    )
    mail = Mail(
        account=account,
        state=MailState.QUEUED,
        message_id=new_message_id(sender),
        references=[*last.references, last.message_id] if last else [],
        sender=sender,
        sender_name=sender_name_of(account),
        subject=clean_line(message.details.get("subject") or _answer_subject(conversation, last), 300),
        text=text,
        html=html,
        written_at=max(message.send_at or message.at, message.at),
        written_by=message.author,
        contact=conversation.contact,
        company=conversation.company,
        inbox_message=message,
        is_automatic=bool(message.details.get("is_automatic")),
    )
    mail.thread_id = last.thread_id if last else mail.pk
    mail.save()
    return mail


def _sender(account: MailAccount, last: Mail | None) -> str:
    """The alias the customer wrote to, else the mailbox's own address."""
    if last is not None and account.aliases:
        written_to = set(last.recipients.values_list("key", flat=True))
        return next((one for one in account.aliases if mail_key(one) in written_to), account.address)
    return account.address


def _answer_subject(conversation: Conversation, last: Mail | None) -> str:
    """That of the mail answered: each mail keeps its own."""
    if last is None:
        return conversation.subject
    return last.subject if last.subject[:3].casefold() == "re:" else f"Re: {last.subject}"


def _lines(value: Any) -> Sequence[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
