"""A mail of a mailbox that feeds the inbox becomes a message of a conversation, with the customer it is from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError

from bandhu.channels.actions.filing import file_with
from bandhu.channels.automatic import answers_by_itself, is_disowned, is_loop, looks_like_spam
from bandhu.channels.mime import Parsed
from bandhu.channels.models import Mail, MailAccount
from bandhu.channels.people import Known, known_at
from bandhu.channels.queries.exchanges import Exchange, exchange_of, sent_into
from bandhu.customers.actions.persons import contact_found_or_made
from bandhu.customers.models import Company, Contact
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions import (
    Correspondent,
    close_conversation,
    mark_message,
    start_conversation,
    take_in_message,
    write_message,
)
from bandhu.interactions.history import MARK, PastExchange, PastMessage, begin_exchange, write_exchanges
from bandhu.interactions.models import Conversation, ConversationState, Message, MessageState
from bandhu.interactions.recognition import LIKELY, SURE, UNPROVEN, settled
from bandhu.platform.files import files_of
from bandhu.platform.languages import language_by_script
from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.models import StoredFile
from bandhu.platform.together import nothing_kept_on_failure

CHANNEL = "mail"
# What of a mail's troubles whoever answers it must know.
_TOLD = ("too_large", "too_many_parts", "broken", "winmail", "disowned")
# What stands between a question and its answer at least, whatever the clocks of their writers say.
_STEP = timedelta(milliseconds=1)


def converse(mail: Mail, account: MailAccount, parsed: Parsed) -> Message | None:
    """Put a stored mail into the inbox. None where it is none of the inbox's: a machine's answer to nothing, our own loop."""
    if not mail.is_incoming:
        return _written_elsewhere(mail, account, parsed)
    address, key = correspondent_of(account, parsed)
    exchange = exchange_of(account, parsed, key)
    if is_loop(parsed, account.own_keys) or (exchange.joins is None and answers_by_itself(parsed)):
        return None
    known = known_at(account.pk, [key]).get(key)
    conversation = exchange.joins
    if conversation is None:
        customer, rule = customer_behind(mail, account, parsed, (address, key), known)
        conversation = start_conversation(
            actor=system_user(), **beginning_of(mail, account, customer, exchange, (address, key), rule)
        )
        if looks_like_spam(parsed):
            close_conversation(conversation, actor=system_user(), as_spam=True)
    if customer := (known[0] if known else conversation.contact or conversation.company):
        file_with(mail, customer)
    message = take_in_message(
        conversation,
        **said_in(mail, exchange, address, _files(mail)),
    )
    mail.inbox_message = message
    mail.save(update_fields=["inbox_message"])
    return message


def said_in(mail: Mail, exchange: Exchange, address: str, files: Sequence[StoredFile]) -> dict[str, Any]:
    """What a mail says, as `take_in_message` takes it."""
    return {
        "text": mail.text,
        "html": mail.html,
        "at": _moment(mail.written_at, exchange),
        "author_name": _name(mail, address) or address,
        "external_id": mail.message_id,
        "is_automatic": mail.is_automatic,
        "interaction": mail.interaction,
        "details": _details(mail, files),
    }


def correspondent_of(account: MailAccount, parsed: Parsed) -> tuple[str, str]:
    """Who a mail is from, (address, key): a form on our own web site writes as the mailbox itself, and names who asked in Reply-To."""
    if parsed.sender_key in account.own_keys and parsed.reply_to[1]:
        return parsed.reply_to
    return parsed.sender, parsed.sender_key


def beginning_of(
    mail: Mail,
    account: MailAccount,
    customer: Contact | Company | None,
    exchange: Exchange,
    person: tuple[str, str],
    rule: dict[str, Any],
) -> dict[str, Any]:
    """The conversation a mail begins, as `start_conversation` takes it; `person` is who wrote it: (address, key); `rule` as of
    `customer_behind`.
    """
    return {
        "channel": CHANNEL,
        "place": account.pk,
        "customer": customer,
        "person": Correspondent(_name(mail, person[0]), *person),
        "external_id": mail.message_id,
        "subject": mail.subject,
        "team": account.team,
        "at": mail.written_at,
        "details": rule | ({"continues": str(exchange.continues.pk)} if exchange.continues else {}),
    }


def customer_behind(
    mail: Mail, account: MailAccount, parsed: Parsed, person: tuple[str, str], known: Known | None
) -> tuple[Contact | Company | None, dict[str, Any]]:
    """With whom a mail begins a conversation, and the details that keep by which rule; `known` as of `known_at`.

    Who writes for the first time becomes a contact by the rules for duplicates; machines, spam and colleagues do not.
    """
    if known is not None:
        customer, rule = known
        return customer, settled(rule, UNPROVEN if rule == "address" and is_disowned(parsed) else SURE)
    address, key = person
    if not address or mail.is_automatic or is_disowned(parsed) or looks_like_spam(parsed):
        return None, {}
    if key in account.own_keys or _is_ours(key):
        return None, {}
    told = {
        "full_name": mail.sender_name if key == parsed.sender_key else "",
        "mail": address,
        "language": language_by_script(mail.text),
    }
    try:
        with nothing_kept_on_failure():
            contact, is_new = contact_found_or_made(
                told, actor=system_user(), owner=account.owner, team=account.team
            )
    except ValidationError:
        return (
            None,
            {},
        )  # an address or a name the book does not take: the conversation stands without a contact
    return contact, settled("new", UNPROVEN) if is_new else settled("address", LIKELY)


def _is_ours(key: str) -> bool:
    return User.objects.filter(email__iexact=key).exists() or MailAccount.objects.filter(key=key).exists()


def _written_elsewhere(mail: Mail, account: MailAccount, parsed: Parsed) -> Message | None:
    """An answer somebody wrote with another program: it stands in the conversation as what it is, sent."""
    exchange = sent_into(account, parsed)
    if exchange.joins is None or not mail.text:
        return None
    message: Message = write_message(
        exchange.joins,
        actor=system_user(),
        text=mail.text,
        html=mail.html,
        at=_moment(mail.written_at, exchange),
        external_id=mail.message_id,
        details=_details(mail, _files(mail)) | ({"is_automatic": True} if mail.is_automatic else {}),
    )
    mail.inbox_message = message
    mail.save(update_fields=["inbox_message"])
    if mail.interaction_id:
        Message.objects.filter(pk=message.pk).update(interaction=mail.interaction_id)
    mark_message(message, MessageState.SENT)
    return message


def _moment(written_at: datetime, exchange: Exchange) -> datetime:
    """When it was said: an answer never stands before its question, though the writer's clock be wrong."""
    before = exchange.ancestor.inbox_message if exchange.ancestor else None
    return max(written_at, before.at + _STEP) if before is not None else written_at


def _details(mail: Mail, files: Sequence[StoredFile]) -> dict[str, Any]:
    """What the inbox shows of the mail beside its text: its own subject, and what was enclosed."""
    named = [{"id": str(one.pk), "name": one.name} for one in files]
    found: dict[str, Any] = {"mail_id": str(mail.pk), "subject": mail.subject}
    if "remote_pictures" in mail.troubles:
        found["remote_pictures"] = True
    if troubles := [one for one in mail.troubles if one in _TOLD]:
        found["troubles"] = troubles
    return found | ({"files": named} if named else {})


def _files(mail: Mail) -> list[StoredFile]:
    return [one for one in files_of(mail.pk) if one.record_kind == "mail"]


def _name(mail: Mail, address: str) -> str:
    return mail.sender_name if mail_key(address) == mail_key(mail.sender) else ""


def converse_past(mail: Mail, account: MailAccount, parsed: Parsed, source: str) -> Message | None:
    """Put a stored mail of the past where it would have gone: into the exchange it names, else into one of its own, closed.

    Who wrote for the first time becomes a contact as with live mail; nothing opens again, and nobody waits for an answer.
    """
    address, key = correspondent_of(account, parsed) if mail.is_incoming else _first_recipient(mail, account)
    exchange = exchange_of(account, parsed, key) if mail.is_incoming else sent_into(account, parsed)
    if mail.is_incoming and (
        is_loop(parsed, account.own_keys) or (exchange.joins is None and answers_by_itself(parsed))
    ):
        return None
    known = known_at(account.pk, [key]).get(key)
    talk, customer = exchange.joins, known[0] if known else None
    is_new = talk is None
    if talk is not None:  # somebody may be writing in it at this moment
        talk = Conversation.objects.select_for_update(of=("self",)).get(pk=talk.pk)
    if talk is None:
        rule: dict[str, Any] = {}
        if mail.is_incoming:
            customer, rule = customer_behind(mail, account, parsed, (address, key), known)
        talk = begin_exchange(
            source, mail.written_at, channel=CHANNEL, place=account.pk, person_address=address, person_key=key[:254],
            person_name=_name(mail, address)[:200], external_id=mail.message_id[:250], subject=mail.subject[:300],
            contact=customer if isinstance(customer, Contact) else None, team=account.team,
            company=customer.company if isinstance(customer, Contact) else customer,
            details={MARK: source} | rule,
            **({"state": ConversationState.SPAM} if mail.is_incoming and looks_like_spam(parsed) else {}),
        )  # fmt: skip
    if customer := customer or talk.contact or talk.company:
        file_with(mail, customer)
    said = PastMessage(
        key=mail.message_id, at=_moment(mail.written_at, exchange), text=mail.text, html=mail.html, author=mail.written_by,
        author_name=_name(mail, address) or mail.sender_name or mail.sender, is_ours=not mail.is_incoming, details=_details(mail, _files(mail)),
        entry=mail.interaction, is_told=True,
    )  # fmt: skip
    written = write_exchanges([PastExchange(talk, [said])], source, are_new=is_new).get(talk.pk)
    if not written:
        return None
    mail.inbox_message = written[0]
    mail.save(update_fields=["inbox_message"])
    return written[0]


def _first_recipient(mail: Mail, account: MailAccount) -> tuple[str, str]:
    """Whom a mail of ours went to first, (address, key)."""
    for one in mail.recipients.order_by("pk"):
        if one.key not in account.own_keys:
            return one.address, one.key
    return "", ""
