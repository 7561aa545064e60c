"""Mails of the past: they come in by the rules of live mail, and leave no trace but themselves. Call it within `unannounced`.

No permission of their own: they are steps of an import that has been authorised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from bandhu.channels.actions.conversing import converse_past
from bandhu.channels.actions.knowing import known_mails
from bandhu.channels.actions.storing import store_parsed
from bandhu.channels.automatic import is_disowned, receipt_in, report_in
from bandhu.channels.mime import parse_mail, without_body
from bandhu.channels.models import Mail, MailAccount
from bandhu.customers.models import Contact
from bandhu.interactions.history import MARK, remove_exchanges, remove_messages, with_later_words
from bandhu.interactions.models import Conversation, Interaction, Message
from bandhu.platform.files import delete_file
from bandhu.platform.models import StoredFile

SOURCE = "mailbox"


@dataclass(frozen=True)
class Past:
    """What became of a mail: `mail` is None for one of ours that stands here already; `contact` was made of its sender."""

    mail: Mail | None
    is_new: bool = True
    contact: Contact | None = None


def receive_past(account: MailAccount, raw: bytes, *, at: datetime, is_cut: bool = False) -> Past:
    """One mail of a mailbox's past; called again it gives back the first one. In the caller's transaction."""
    parsed = parse_mail(raw, at)
    known = known_mails(account, [(parsed, is_cut)])
    if parsed.message_id in known:
        return Past(known[parsed.message_id], is_new=False)
    if is_cut:
        parsed.troubles = without_body(parsed.troubles)
    if is_disowned(parsed):
        parsed.troubles.append("disowned")
    begun = timezone.now()
    is_sent = parsed.sender_key in account.own_keys and not parsed.reply_to[1]
    mail = store_parsed(account, parsed, raw, is_sent=is_sent)
    # What came back then says nothing of addresses now.
    if report_in(parsed) is None and receipt_in(parsed) is None:
        converse_past(mail, account, parsed, SOURCE)
    contact = mail.contact
    return Past(mail, contact=contact if contact is not None and contact.created_at >= begun else None)


def remove_past(ids: Sequence[UUID]) -> set[UUID]:
    """Take mails back with their messages, entries and files; those in whose conversation something was said here since stay.

    Returns which are gone.
    """
    mails = list(
        Mail.objects.select_for_update(of=("self",)).filter(pk__in=ids).select_related("inbox_message")
    )
    talks = {one.inbox_message.conversation_id for one in mails if one.inbox_message}
    begun = set(
        Conversation.objects.filter(pk__in=talks, **{f"details__{MARK}": SOURCE}).values_list("pk", flat=True)
    )
    kept = with_later_words(begun)
    gone = [
        one for one in mails if one.inbox_message is None or one.inbox_message.conversation_id not in kept
    ]
    messages = [one.inbox_message_id for one in gone if one.inbox_message_id]
    entries = [one.interaction_id for one in gone if one.interaction_id]
    keys = {one.pk for one in gone}
    shared = set(
        Mail.objects.filter(interaction__in=entries)
        .exclude(pk__in=keys)
        .values_list("interaction_id", flat=True)
    )
    for stored in StoredFile.objects.filter(record_id__in=keys, deleted_at__isnull=True):
        delete_file(stored)
    Mail.objects.filter(pk__in=keys).delete()
    remove_messages(messages)
    Interaction.objects.filter(pk__in=set(entries) - shared).delete()
    full = Message.objects.filter(conversation__in=begun).values_list("conversation_id", flat=True)
    remove_exchanges(begun - set(full))
    return keys
