"""A mail that came in as rows: what was read of it, who it was for, its bytes and its files. Nothing here decides where it belongs."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from bandhu.channels.automatic import is_automatic
from bandhu.channels.copy_addresses import user_behind
from bandhu.channels.mime import Parsed
from bandhu.channels.models import Intake, Mail, MailAccount, MailRecipient, MailState
from bandhu.channels.people import companies_at, contacts_at
from bandhu.channels.reading import MAX_BYTES
from bandhu.channels.reply_tokens import without_marks
from bandhu.customers.models import Company, Contact
from bandhu.identity.models import User
from bandhu.platform.files import store_file
from bandhu.platform.html_cleaning import clean_html, plain_text
from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.models import StoredFile

CHUNK = 1 << 16


def mail_row(account: MailAccount, parsed: Parsed, *, is_sent: bool, thread_id: UUID | None) -> Mail:
    """The mail, unsaved; `thread_id` is that of the exchange it goes on with."""
    writer = _writer(account, parsed)
    is_ours = is_sent or _is_ours(account, parsed, writer)
    html = clean_html(parsed.html) if parsed.html else ""
    mail = Mail(
        account=account,
        is_incoming=not is_ours,
        state=MailState.SENT if is_ours else MailState.RECEIVED,
        sharing=account.sharing,
        message_id=parsed.message_id,
        references=parsed.references,
        sender=parsed.sender,
        sender_name=parsed.sender_name,
        reply_to=parsed.reply_to[0],
        subject=parsed.subject,
        text=without_marks(parsed.text or plain_text(html, is_clean=True)),
        html=without_marks(html),
        written_at=parsed.written_at,
        written_by=writer,
        is_automatic=is_automatic(parsed),
        troubles=parsed.troubles,
    )
    mail.thread_id = thread_id or mail.pk
    return mail


def recipient_rows(mail: Mail, parsed: Parsed, known: Mapping[str, Contact]) -> list[MailRecipient]:
    """Who it was for, unsaved; `known` is who has these addresses in the book."""
    return [
        MailRecipient(
            mail=mail,
            role=one.role,
            address=one.address,
            key=one.key,
            name=one.name[:200],
            contact=known.get(one.key),
            state=MailRecipient.State.ACCEPTED,
        )
        for one in parsed.people
    ]


def threads_of(message_ids: set[str]) -> dict[str, UUID]:
    """Message-ID → the exchange of the newest mail that has it."""
    if not message_ids:
        return {}
    rows = Mail.objects.filter(message_id__in=message_ids).order_by("pk")
    return dict(rows.values_list("message_id", "thread_id"))


def thread_among(parsed: Parsed, threads: Mapping[str, UUID]) -> UUID | None:
    """The exchange a mail goes on with: of the last mail it names that is here."""
    return next((threads[one] for one in reversed(parsed.references) if one in threads), None)


def keep_files(mail: Mail, parsed: Parsed, raw: bytes, *, is_row_kept: bool = False) -> list[StoredFile]:
    """Its bytes as they came (named in the mail, which is not saved here) and what was enclosed; the latter are returned."""
    source = store_file(
        record_kind="mail.source",
        record_id=mail.pk,
        name="mail.eml",
        content=chunks(raw),
        created_by=None,
        limit=MAX_BYTES,
        is_row_kept=is_row_kept,
    )
    mail.raw = source.pk
    return [
        store_file(
            record_kind="mail",
            record_id=mail.pk,
            name=one.name,
            content=chunks(one.content),
            created_by=None,
            limit=MAX_BYTES,
            is_row_kept=is_row_kept,
        )
        for one in parsed.files
    ]


def store_parsed(account: MailAccount, parsed: Parsed, raw: bytes, *, is_sent: bool) -> Mail:
    """A mail that was read, with its bytes and its files; what becomes of it is its caller's affair."""
    thread_id = thread_among(parsed, threads_of(set(parsed.references)))
    mail = mail_row(account, parsed, is_sent=is_sent, thread_id=thread_id)
    keep_files(mail, parsed, raw)
    mail.save(force_insert=True)
    known = contacts_at([one.key for one in parsed.people])
    MailRecipient.objects.bulk_create(recipient_rows(mail, parsed, known))
    return mail


def customer_of(mail: Mail, account: MailAccount) -> Contact | Company | None:
    """Whom it is with: who wrote it, or for our own mail the first known recipient. A copy is filed only within its writer's reach."""
    if mail.is_incoming:
        if account.intake == Intake.COPIES:
            return None  # without a user's key nobody says whose copy it is
        key = mail_key(mail.sender)
        return contacts_at([key]).get(key) or companies_at([key]).get(key)
    people = list(mail.recipients.exclude(key=account.key).select_related("contact__company"))
    for one in people:
        if one.contact is not None and _within_reach(account, mail.written_by, one.contact):
            return one.contact
    found = companies_at([one.key for one in people])
    return next((one for one in found.values() if _within_reach(account, mail.written_by, one)), None)


def chunks(content: bytes) -> list[bytes]:
    return [content[start : start + CHUNK] for start in range(0, len(content), CHUNK)]


def _writer(account: MailAccount, parsed: Parsed) -> User | None:
    """The user who wrote it, where it went out from one of us: by the copy's secret address, or by the mailbox's own one."""
    if account.intake == Intake.COPIES:
        return user_behind(account, parsed.envelope)
    return account.owner if parsed.sender_key == account.key else None


def _is_ours(account: MailAccount, parsed: Parsed, writer: User | None) -> bool:
    """Whether the mail went out from here: a team's mailbox has no single writer. What comes into the inbox anybody may have signed."""
    if account.intake == Intake.CONVERSATIONS:
        return False
    return writer is not None or (account.intake != Intake.COPIES and parsed.sender_key == account.key)


def _within_reach(account: MailAccount, writer: User | None, customer: Contact | Company) -> bool:
    if account.intake != Intake.COPIES or writer is None:
        return True
    return type(customer).objects.visible_to(writer).filter(pk=customer.pk).exists()
