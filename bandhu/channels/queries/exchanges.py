"""Which conversation of the inbox a mail belongs to: told by its ancestors or by a token of ours, and by who writes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from bandhu.channels.automatic import is_disowned
from bandhu.channels.mime import Parsed
from bandhu.channels.models import Mail, MailAccount, MailRecipient
from bandhu.channels.reply_tokens import conversations_named
from bandhu.interactions.models import Conversation
from bandhu.platform.mail_addresses import mail_key

# Of a thread that hundreds of lists repeat, the newest mails say enough.
MOST_ANCESTORS = 20


@dataclass(frozen=True)
class Exchange:
    """What a mail goes on with: `joins` the conversation it becomes part of; `continues` one it only refers to."""

    joins: Conversation | None = None
    continues: Conversation | None = None
    # The newest mail of ours or theirs that it names, where one is known.
    ancestor: Mail | None = None


def exchange_of(account: MailAccount, parsed: Parsed, sender_key: str) -> Exchange:
    """Where a mail that came in belongs. A number in its subject says nothing; nor does an id named by somebody who took no part."""
    meant = _ancestors(parsed)
    conversations = [mail.inbox_message.conversation for mail in meant if mail.inbox_message]
    named = conversations_named(account, parsed.envelope, parsed.html, parsed.text)
    conversations += _by_ids(account, named)
    if not conversations:
        return Exchange()
    if not is_disowned(parsed):
        for one in conversations:
            if one.place == account.pk and takes_part(one, sender_key):
                return Exchange(joins=one, ancestor=_ancestor_in(one, meant))
    return Exchange(continues=conversations[0])


def takes_part(conversation: Conversation, key: str) -> bool:
    """Whether who has this address wrote in the conversation, is among those its mails went to, or is its contact."""
    if not key:
        return False
    if conversation.person_key == key:
        return True
    mails = Mail.objects.filter(inbox_message__conversation=conversation)
    if MailRecipient.objects.filter(mail__in=mails, key=key).exists():
        return True
    if any(key == mail_key(one) for pair in mails.values_list("sender", "reply_to") for one in pair if one):
        return True
    contact = conversation.contact
    return contact is not None and contact.mails.filter(key=key).exists()


def sent_into(account: MailAccount, parsed: Parsed) -> Exchange:
    """Of a mail from the mailbox's own folder of sent mail: it was written by us, wherever."""
    for mail in _ancestors(parsed):
        if mail.inbox_message and mail.inbox_message.conversation.place == account.pk:
            return Exchange(joins=mail.inbox_message.conversation, ancestor=mail)
    return Exchange()


def _ancestors(parsed: Parsed) -> Sequence[Mail]:
    """Mails in the inbox that this one names, that name what it names, or that name it; the newest first."""
    ids = parsed.references
    related = Q(references__overlap=[*ids, parsed.message_id])
    if ids:
        related |= Q(message_id__in=ids)
    rows = Mail.objects.filter(related, inbox_message__isnull=False)
    rows = rows.select_related("inbox_message__conversation__contact")
    return list(rows.order_by("-pk")[:MOST_ANCESTORS])


def _ancestor_in(conversation: Conversation, mails: Sequence[Mail]) -> Mail | None:
    return next(
        (one for one in mails if one.inbox_message and one.inbox_message.conversation_id == conversation.pk),
        None,
    )


def _by_ids(account: MailAccount, ids: Sequence[UUID]) -> list[Conversation]:
    if not ids:
        return []
    rows = Conversation.objects.filter(pk__in=ids, place=account.pk, channel__in=("mail", "form")).select_related("contact")
    return list(rows)
