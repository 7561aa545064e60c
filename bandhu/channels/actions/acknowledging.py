""" "We have your message": to who writes for the first time, where the mailbox wants it, by the rules of RFC 3834.

Never to a program, a list, a report, to mail a server disowns or calls spam, or to one of our own mailboxes; to the sender alone,
whatever Reply-To asks for; at most a few times a day to anybody, so that two machines cannot go on answering each other.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bandhu.channels.acknowledgement import ACKNOWLEDGED, ACKNOWLEDGEMENT
from bandhu.channels.actions.outbox import queue_mail
from bandhu.channels.actions.writing import sender_name_of
from bandhu.channels.message_ids import new_message_id
from bandhu.channels.models import BadAddress, Mail, MailAccount, MailRecipient, MailState
from bandhu.channels.queries.templates import drafted_from, letter_called
from bandhu.identity.ready_made import system_user
from bandhu.interactions.models import Conversation, ConversationState
from bandhu.platform.html_cleaning import html_of_text
from bandhu.platform.languages import language_by_script
from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.texts import clean_line

PERIOD, MOST_IN_PERIOD = timedelta(days=1), 3
# What lay in the mailbox before it was connected, or comes from a file, nobody waits for.
FRESH = timedelta(days=2)
# To everybody together, from one mailbox: whoever forges senders by the thousand makes us write to few of them.
MOST_IN_HOUR = 200


@transaction.atomic
def acknowledge(message_id: UUID) -> Mail | None:
    """The mail that says so, in the outbox; None where none is due. Called again it gives back the first one."""
    asked = Mail.objects.select_related(
        "account", "inbox_message__conversation__contact", "contact", "company"
    )
    mail = asked.select_for_update(of=("self",)).filter(inbox_message=message_id).first()
    if mail is None or mail.account is None or mail.inbox_message is None:
        return None
    if known := Mail.objects.filter(about_kind=ACKNOWLEDGED, about_id=mail.pk).first():
        return known
    conversation = mail.inbox_message.conversation
    key = mail_key(mail.sender)
    if not _is_due(mail, mail.account, conversation, key):
        return None
    answer = _written(mail, mail.account, conversation)
    if answer is None:
        return None
    MailRecipient.objects.create(
        mail=answer, address=mail.sender, key=key, name=conversation.person_name, contact=mail.contact
    )
    queue_mail(answer, timezone.now())
    return answer


def _is_due(mail: Mail, account: MailAccount, conversation: Conversation, key: str) -> bool:
    wants = account.acknowledges and account.sends and account.is_active
    is_fresh = mail.written_at > timezone.now() - FRESH
    by_a_person = is_fresh and mail.is_incoming and not mail.is_automatic and "disowned" not in mail.troubles
    is_ours = key in account.own_keys or MailAccount.objects.filter(key=key).exists()
    if not (wants and by_a_person and key) or is_ours or conversation.state == ConversationState.SPAM:
        return False
    if BadAddress.objects.filter(pk=key).exists():
        return False
    now = timezone.now()
    ours = MailRecipient.objects.filter(mail__is_incoming=False, mail__is_automatic=True)
    to_them = ours.filter(key=key, mail__written_at__gte=now - PERIOD)
    lately = Mail.objects.filter(
        account=account, about_kind=ACKNOWLEDGED, written_at__gte=now - timedelta(hours=1)
    )
    return to_them.count() < MOST_IN_PERIOD and lately.count() < MOST_IN_HOUR


def _written(mail: Mail, account: MailAccount, conversation: Conversation) -> Mail | None:
    template = letter_called(ACKNOWLEDGEMENT.key)
    written_in = language_by_script(f"{mail.subject} {mail.text}")
    language = conversation.language or written_in or settings.LANGUAGE_CODE
    customer = conversation.contact or conversation.company
    letter = drafted_from(
        template, customer, system_user(), language=language, values={"mail.subject": mail.subject}
    )
    if not letter.body.strip():
        return None
    answer = Mail(
        account=account,
        state=MailState.QUEUED,
        message_id=new_message_id(account.address),
        references=[*mail.references, mail.message_id],
        thread_id=mail.thread_id,
        sender=account.address,
        sender_name=sender_name_of(account),
        subject=clean_line(letter.subject, 300),
        text=letter.body.strip(),
        html=html_of_text(letter.body),
        written_at=timezone.now(),
        contact=mail.contact,
        company=mail.company,
        about_kind=ACKNOWLEDGED,
        about_id=mail.pk,
        is_automatic=True,
    )
    answer.save()
    return answer
