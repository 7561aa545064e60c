"""Which conversation of the inbox a mail belongs to: told by its ancestors or by a token of ours, and by who writes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from bandhu.channels.automatic import is_disowned
from bandhu.channels.mime import Parsed
from bandhu.channels.models import Mail, MailAccount, MailRecipient
from bandhu.channels.reply_tokens import conversations_named
from bandhu.customers.models import EmailAddress
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
    return exchanges_of(account, [(parsed, sender_key)])[0]


def exchanges_of(account: MailAccount, asked: Sequence[tuple[Parsed, str]]) -> list[Exchange]:
    """`exchange_of` several mails (each with its sender's key) that have nothing to do with each other, looked up together."""
    meant = _ancestors([parsed for parsed, _key in asked])
    named = [conversations_named(account, one.envelope, one.html, one.text) for one, _key in asked]
    by_id = _by_ids(account, [pk for several in named for pk in several])
    candidates = [
        [mail.inbox_message.conversation for mail in mails if mail.inbox_message]
        + [by_id[pk] for pk in ids if pk in by_id]
        for mails, ids in zip(meant, named, strict=True)
    ]
    takers = _Takers(
        (one, key)
        for (_parsed, key), several in zip(asked, candidates, strict=True)
        for one in several
        if one.place == account.pk
    )
    return [
        _exchange(account, parsed, key, several, mails, takers)
        for (parsed, key), several, mails in zip(asked, candidates, meant, strict=True)
    ]


def _exchange(
    account: MailAccount,
    parsed: Parsed,
    key: str,
    conversations: Sequence[Conversation],
    meant: Sequence[Mail],
    takers: _Takers,
) -> Exchange:
    if not conversations:
        return Exchange()
    if not is_disowned(parsed):
        for one in conversations:
            if one.place == account.pk and takers.include(one, key):
                return Exchange(joins=one, ancestor=_ancestor_in(one, meant))
    return Exchange(continues=conversations[0])


class _Takers:
    """Who takes part in which of some conversations: wrote in it, is among those its mails went to, or is its contact.

    Asked of the database only where the conversation itself does not say so.
    """

    def __init__(self, asked: Iterable[tuple[Conversation, str]]) -> None:
        open_ones = [(one, key) for one, key in asked if key and one.person_key != key]
        self._known: set[tuple[UUID, str]] = set()
        if not open_ones:
            return
        talks, keys = {one.pk for one, _key in open_ones}, {key for _one, key in open_ones}
        got = MailRecipient.objects.filter(mail__inbox_message__conversation__in=talks, key__in=keys)
        self._known |= set(got.values_list("mail__inbox_message__conversation_id", "key").distinct())
        theirs = Mail.objects.filter(inbox_message__conversation__in=talks)
        wrote = theirs.values_list("inbox_message__conversation_id", "sender", "reply_to").distinct()
        self._known |= {
            (talk, mail_key(one))
            for talk, sender, reply_to in wrote
            for one in (sender, reply_to)
            if talk and one
        }
        contacts = {one.contact_id for one, _key in open_ones if one.contact_id}
        if contacts:
            addresses = EmailAddress.objects.filter(contact__in=contacts, key__in=keys)
            known = set(addresses.values_list("contact_id", "key"))
            self._known |= {(one.pk, key) for one, key in open_ones if (one.contact_id, key) in known}

    def include(self, conversation: Conversation, key: str) -> bool:
        return bool(key) and (conversation.person_key == key or (conversation.pk, key) in self._known)


def sent_into(account: MailAccount, parsed: Parsed) -> Exchange:
    """Of a mail from the mailbox's own folder of sent mail: it was written by us, wherever."""
    for mail in _ancestors([parsed])[0]:
        if mail.inbox_message and mail.inbox_message.conversation.place == account.pk:
            return Exchange(joins=mail.inbox_message.conversation, ancestor=mail)
    return Exchange()


def _ancestors(several: Sequence[Parsed]) -> list[list[Mail]]:
    """For each: mails in the inbox that it names, that name what it names, or that name it; the newest first."""
    named = {one for parsed in several for one in parsed.references}
    related = Q(references__overlap=[*named, *(parsed.message_id for parsed in several)])
    if named:
        related |= Q(message_id__in=named)
    rows = Mail.objects.filter(related, inbox_message__isnull=False)
    rows = rows.select_related(
        "inbox_message__conversation__contact__company", "inbox_message__conversation__company"
    ).defer(*_LONG)
    most = MOST_ANCESTORS * len(several)
    found = list(rows.order_by("-pk")[: most + 1])
    if len(found) > most and len(several) > 1:
        # One thread of thousands must not crowd out the others.
        return [_ancestors([parsed])[0] for parsed in several]
    return [[one for one in found if _is_related(one, parsed)][:MOST_ANCESTORS] for parsed in several]


# What nobody asks of an ancestor.
_LONG = ("text", "html", "calendar", "inbox_message__text", "inbox_message__html", "inbox_message__words")


def _is_related(mail: Mail, parsed: Parsed) -> bool:
    named = set(parsed.references)
    return mail.message_id in named or not {*named, parsed.message_id}.isdisjoint(mail.references)


def _ancestor_in(conversation: Conversation, mails: Sequence[Mail]) -> Mail | None:
    return next(
        (one for one in mails if one.inbox_message and one.inbox_message.conversation_id == conversation.pk),
        None,
    )


def _by_ids(account: MailAccount, ids: Sequence[UUID]) -> dict[UUID, Conversation]:
    if not ids:
        return {}
    rows = Conversation.objects.filter(pk__in=ids, place=account.pk, channel__in=("mail", "form"))
    return {one.pk: one for one in rows.select_related("contact__company", "company")}
