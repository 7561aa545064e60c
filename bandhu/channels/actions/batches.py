"""Mails that came in, taken in by the batch: what they need to know is looked up for all of them, what they leave is written in sets.

A batch is one transaction. Mails that have to do with each other (one names the other, or both name a third) come one after the other,
in rounds, so that each finds in the database what came before it. What is no plain mail of the inbox (reports, receipts, programs' answers,
spam, our own sent mail, mailboxes with another purpose) is taken in alone, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from bandhu.channels.actions.bounces import take_receipt, take_report
from bandhu.channels.actions.conversing import (
    beginning_of,
    converse,
    correspondent_of,
    customer_behind,
    said_in,
)
from bandhu.channels.actions.filing import entry_values, file_with, people_of, told_already
from bandhu.channels.actions.knowing import known_mails
from bandhu.channels.actions.outbox import facts_of
from bandhu.channels.actions.storing import (
    customer_of,
    keep_files,
    mail_row,
    recipient_rows,
    thread_among,
    threads_of,
)
from bandhu.channels.automatic import (
    answers_by_itself,
    calendar_method,
    is_disowned,
    is_loop,
    looks_like_spam,
    receipt_in,
    report_in,
)
from bandhu.channels.events import MailReceived
from bandhu.channels.mime import Parsed, parse_mail, without_body
from bandhu.channels.models import BadAddress, Intake, Mail, MailAccount, MailRecipient
from bandhu.channels.people import contacts_at, known_at
from bandhu.channels.queries.exchanges import Exchange, exchanges_of
from bandhu.customers.models import Company, Contact, EmailAddress
from bandhu.interactions.actions import (
    Arrival,
    TimelineEntry,
    conversation_row,
    locked_several,
    log_interactions,
    take_in_messages,
)
from bandhu.interactions.models import Conversation
from bandhu.platform.events import publish, unannounced
from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.models import StoredFile
from bandhu.platform.together import written_together


@dataclass(frozen=True)
class Letter:
    """A mail as it came; `is_cut` where only its head was read."""

    raw: bytes
    is_cut: bool = False


@dataclass(eq=False)
class _Coming:
    """One mail on its way in, with what was found out about it so far."""

    letter: Letter
    parsed: Parsed
    address: str = ""
    key: str = ""
    mail: Mail = field(default_factory=Mail)
    recipients: list[MailRecipient] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)
    exchange: Exchange = field(default_factory=Exchange)
    conversation: Conversation | None = None
    customer: Contact | Company | None = None


def receive_mail(
    account: MailAccount,
    raw: bytes,
    *,
    is_cut: bool = False,
    is_sent: bool = False,
    at: datetime | None = None,
) -> Mail | None:
    """One mail as it came in; called again it gives back the first one. None for our own mail met in the mailbox.

    `is_sent` is one from the mailbox's own folder of sent mail.
    """
    return receive_mails(account, [Letter(raw, is_cut)], is_sent=is_sent, at=at)[0]


@transaction.atomic
def receive_mails(
    account: MailAccount,
    letters: Sequence[Letter],
    *,
    is_sent: bool = False,
    are_past: bool = False,
    at: datetime | None = None,
) -> list[Mail | None]:
    """Several as they came in, for each what `receive_mail` gives; all of them or, where one raises, none.

    `are_past`: they lay in the mailbox before it was connected. They become history, nobody's work: conversations that are closed, no
    events of their own.
    """
    now = at or timezone.now()
    coming = [_Coming(one, parse_mail(one.raw, now)) for one in letters]
    with written_together(), unannounced() if are_past else nullcontext():
        _wait_for(account, {one.parsed.message_id for one in coming})
        found = known_mails(account, [(one.parsed, one.letter.is_cut) for one in coming])
        new = []
        for one in coming:
            if one.parsed.message_id not in found:
                found[one.parsed.message_id] = None
                new.append(one)
        for group in _rounds(new):
            _take_round(account, group, is_sent=is_sent, are_past=are_past)
        found |= {one.parsed.message_id: one.mail for one in new}
    return [found[one.parsed.message_id] for one in coming]


def _rounds(waiting: list[_Coming]) -> Iterator[list[_Coming]]:
    """First those that have to do with nobody before them, then those that waited for these, and so on."""
    while waiting:
        seen: set[str] = set()
        now: list[_Coming] = []
        later: list[_Coming] = []
        for one in waiting:
            ids = {one.parsed.message_id, *one.parsed.references}
            (now if ids.isdisjoint(seen) else later).append(one)
            seen |= ids
        yield now
        waiting = later


def _take_round(account: MailAccount, group: Sequence[_Coming], *, is_sent: bool, are_past: bool) -> None:
    for one in group:
        one.address, one.key = correspondent_of(account, one.parsed)
        if one.letter.is_cut:
            one.parsed.troubles = without_body(one.parsed.troubles)
        if is_disowned(one.parsed):
            one.parsed.troubles.append("disowned")
    threads = threads_of({name for one in group for name in one.parsed.references})
    people = {who.key for one in group for who in one.parsed.people}
    contacts = contacts_at({*people, *(one.key for one in group)})
    for one in group:
        one.mail = mail_row(account, one.parsed, is_sent=is_sent, thread_id=thread_among(one.parsed, threads))
        one.recipients = recipient_rows(one.mail, one.parsed, contacts)
    plain = [one for one in group if _is_plain(account, one, is_sent=is_sent)]
    for one in group:
        if one not in plain:
            _take_alone(account, one, is_past=are_past)
    if plain:
        _take_plain(account, plain, contacts, are_past=are_past)
    if not are_past:
        wrote = {one.parsed.sender_key for one in group if one.mail.is_incoming and not one.mail.is_bounce}
        BadAddress.objects.filter(pk__in=wrote).delete()


def _is_plain(account: MailAccount, one: _Coming, *, is_sent: bool) -> bool:
    if account.intake != Intake.CONVERSATIONS or is_sent:
        return False
    asks_more = report_in(one.parsed) or receipt_in(one.parsed) or answers_by_itself(one.parsed)
    return not (asks_more or looks_like_spam(one.parsed) or is_loop(one.parsed, account.own_keys))


def _take_plain(
    account: MailAccount, group: Sequence[_Coming], contacts: dict[str, Contact], *, are_past: bool
) -> None:
    """Mails of persons to the inbox: each becomes a message of a conversation, on the timeline of its customer."""
    known = known_at(account.pk, {one.key for one in group}, contacts)
    exchanges = exchanges_of(account, [(one.parsed, one.key) for one in group])
    held = locked_several(one.joins.pk for one in exchanges if one.joins)
    for one, exchange in zip(group, exchanges, strict=True):
        one.exchange = exchange
        known_as, person = known.get(one.key), (one.address, one.key)
        if exchange.joins is not None:
            one.conversation = held[exchange.joins.pk]
            one.customer = known_as[0] if known_as else one.conversation.contact or one.conversation.company
        else:
            one.customer, rule = customer_behind(one.mail, account, one.parsed, person, known_as)
            if isinstance(one.customer, Contact):
                known.setdefault(one.key, (one.customer, "address"))
            one.conversation = conversation_row(
                **beginning_of(one.mail, account, one.customer, exchange, person, rule)
            )
        one.files = keep_files(one.mail, one.parsed, one.letter.raw, is_row_kept=True)
    _file(group, are_past=are_past)
    messages = take_in_messages([_arrival(one) for one in group], are_past=are_past)
    for one, message in zip(group, messages, strict=True):
        one.mail.inbox_message = message
    Mail.objects.bulk_create([one.mail for one in group])
    MailRecipient.objects.bulk_create([row for one in group for row in one.recipients])
    if not are_past:
        for one in group:
            _tell(account, one)


def _file(group: Sequence[_Coming], *, are_past: bool) -> None:
    """With their customers, and on the timeline, unless a colleague's copy stands there already."""
    elsewhere = Mail.objects.filter(message_id__in=[one.mail.message_id for one in group])
    told = set(elsewhere.filter(interaction__isnull=False).values_list("message_id", flat=True))
    theirs = set(
        EmailAddress.objects.filter(key__in={mail_key(one.mail.sender) for one in group}).values_list(
            "key", "contact_id", "company_id"
        )
    )
    new: list[_Coming] = []
    entries: list[TimelineEntry] = []
    for one in group:
        if (customer := one.customer) is None:
            continue
        one.mail.contact = customer if isinstance(customer, Contact) else None
        one.mail.company = customer if isinstance(customer, Company) else customer.company
        if one.mail.message_id in told and (entry := told_already(one.mail)):
            one.mail.interaction = entry
            continue
        key = mail_key(one.mail.sender)
        pair = (None, customer.pk) if isinstance(customer, Company) else (customer.pk, None)
        people = people_of(one.mail, customer, one.recipients, is_theirs=(key, *pair) in theirs)
        new.append(one)
        entries.append(TimelineEntry(customer=customer, people=people, **entry_values(one.mail)))
    for one, logged in zip(new, log_interactions(entries, are_past=are_past), strict=True):
        one.mail.interaction = logged


def _arrival(one: _Coming) -> Arrival:
    assert one.conversation is not None  # _take_plain has given it one
    # As files_of() has them: the newest first.
    said = said_in(one.mail, one.exchange, one.address, one.files[::-1])
    return Arrival(conversation=one.conversation, **said)


def _take_alone(account: MailAccount, one: _Coming, *, is_past: bool) -> None:
    mail, parsed = one.mail, one.parsed
    keep_files(mail, parsed, one.letter.raw)
    mail.save(force_insert=True)
    MailRecipient.objects.bulk_create(one.recipients)
    if report := report_in(parsed):
        take_report(mail, report)
        return
    if receipt := receipt_in(parsed):
        take_receipt(mail, receipt)
        return
    if account.intake == Intake.CONVERSATIONS:
        converse(mail, account, parsed)
    waits_for_sales = _is_enquiry(mail, account) and not is_past
    if mail.interaction is None and not waits_for_sales and (customer := customer_of(mail, account)):
        file_with(mail, customer)
    if not is_past:
        _tell(account, one)


def _tell(account: MailAccount, one: _Coming) -> None:
    if one.mail.is_incoming:
        publish(
            MailReceived(
                **facts_of(one.mail),
                thread_id=str(one.mail.thread_id),
                intake=account.intake,
                is_automatic=one.mail.is_automatic,
                calendar_method=calendar_method(one.parsed),
            )
        )


def _is_enquiry(mail: Mail, account: MailAccount) -> bool:
    """The first mail of an exchange to a mailbox for leads: sales files it, with the lead it makes of it."""
    is_first = mail.is_incoming and mail.thread_id == mail.pk
    return account.intake == Intake.LEADS and is_first and not mail.is_automatic


def _wait_for(account: MailAccount, message_ids: set[str]) -> None:
    """Two readings of one mail at the same moment: the second one waits, and finds the first. Always in the same order."""
    names = sorted(f"{account.pk}\n{one}" for one in message_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(name, 11)) FROM unnest(%s::text[]) AS name",
            [names],
        )
