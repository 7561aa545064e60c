"""Reading mailboxes: every mail once, whatever stops in between, and nothing changed in the mailbox itself."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from bandhu.channels.actions.bounces import take_receipt, take_report
from bandhu.channels.actions.conversing import converse
from bandhu.channels.actions.filing import file_with
from bandhu.channels.actions.outbox import facts_of
from bandhu.channels.automatic import calendar_method, is_automatic, is_disowned, receipt_in, report_in
from bandhu.channels.copy_addresses import user_behind
from bandhu.channels.events import MailReceived
from bandhu.channels.mime import Parsed, parse_mail
from bandhu.channels.models import BadAddress, Intake, KeptMail, Mail, MailAccount, MailRecipient, MailState
from bandhu.channels.people import companies_at, contacts_at
from bandhu.channels.reading import Fetched, Place, new_mails
from bandhu.channels.reply_tokens import without_marks
from bandhu.channels.servers import MailServerError, imap
from bandhu.customers.models import Company, Contact
from bandhu.identity.models import User
from bandhu.platform.events import publish
from bandhu.platform.files import store_file
from bandhu.platform.html_cleaning import clean_html, plain_text
from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.notifications import notify
from bandhu.platform.queue import enqueue

logger = logging.getLogger(__name__)
READ = "channels.read_account"
CHUNK = 1 << 16


def queue_readings() -> int:
    """One job for each mailbox that is read; a mailbox whose job still waits gets no second. Returns how many are new."""
    accounts = MailAccount.objects.filter(is_active=True, paused_at__isnull=True).exclude(imap_host="")
    accounts = accounts.exclude(intake=Intake.NOTHING)
    made = 0
    for pk in accounts.values_list("pk", flat=True):
        lock = f"mail_account:{pk}"
        made += enqueue(READ, lock=lock, queueing_lock=lock, account_id=str(pk)) is not None
    return made


def read_account(account_id: UUID) -> int:
    """Take in what is new in a mailbox; returns how many mails. Trouble with the server is noted at the account."""
    account = (
        MailAccount.objects.select_related("owner", "team")
        .filter(pk=account_id, is_active=True, paused_at__isnull=True)
        .first()
    )
    if account is None or not account.reads:
        return 0
    taken = 0
    try:
        with imap(account) as server:
            for folder in filter(None, (account.folder, account.sent_folder)):
                left = Place(**account.places.get(folder, {}))
                for fetched in new_mails(server, folder, left, account.created_at.date()):
                    taken += _take_in(account, folder, fetched)
    except MailServerError as error:
        _note_problem(account, str(error))
        return taken
    account.problem, account.failing_since, account.read_at = "", None, timezone.now()
    account.save(update_fields=["problem", "failing_since", "read_at"])
    return taken


@transaction.atomic
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
    parsed = parse_mail(raw, at or timezone.now())
    _wait_for(account, parsed.message_id)
    same = Mail.objects.filter(message_id=parsed.message_id)
    if known := same.filter(account=account).first():
        return known
    if same.filter(is_incoming=False, account__isnull=False, send_at__isnull=False).exists():
        return None  # it left through our outbox and stands on the timeline
    if is_cut:
        parsed.troubles.append("too_large")
    if is_disowned(parsed):
        parsed.troubles.append("disowned")
    mail = _store(account, parsed, is_sent=is_sent)
    _keep_files(mail, parsed, raw)
    if report := report_in(parsed):
        take_report(mail, report)
        return mail
    if receipt := receipt_in(parsed):
        take_receipt(mail, receipt)
        return mail
    if account.intake == Intake.CONVERSATIONS:
        converse(mail, account, parsed)
    if (
        mail.interaction is None
        and not _is_enquiry(mail, account)
        and (customer := _customer_of(mail, account))
    ):
        file_with(mail, customer)
    if mail.is_incoming:
        BadAddress.objects.filter(pk=parsed.sender_key).delete()
        publish(
            MailReceived(
                **facts_of(mail),
                thread_id=str(mail.thread_id),
                intake=account.intake,
                is_automatic=mail.is_automatic,
                calendar_method=calendar_method(parsed),
            )
        )
    return mail


def _is_enquiry(mail: Mail, account: MailAccount) -> bool:
    """The first mail of an exchange to a mailbox for leads: sales files it, with the lead it makes of it."""
    is_first = mail.is_incoming and mail.thread_id == mail.pk
    return account.intake == Intake.LEADS and is_first and not mail.is_automatic


def _take_in(account: MailAccount, folder: str, fetched: Fetched) -> int:
    """The mail and the place behind it, together: a crash repeats this one at most, and a repeated one is known."""
    try:
        with transaction.atomic():
            is_sent = folder == account.sent_folder != account.folder
            receive_mail(account, fetched.raw, is_cut=fetched.is_cut, is_sent=is_sent)
            _leave(account, folder, fetched.place)
        return 1
    except (OperationalError, OSError):
        raise  # a full disk or a database that restarts: this mail comes again with the next reading
    except Exception as error:
        # One mail nobody foresaw must not stop the mailbox: it is kept back, and the mailbox's page shows it.
        logger.exception("mail %s of account %s cannot be taken in", fetched.place, account.pk)
        with transaction.atomic():
            _keep_back(account, folder, fetched, error)
            _leave(account, folder, fetched.place)
        return 0


def _keep_back(account: MailAccount, folder: str, fetched: Fetched, error: Exception) -> None:
    kept, is_new = KeptMail.objects.get_or_create(
        account=account,
        folder=folder,
        validity=fetched.place.validity,
        uid=fetched.place.uid,
        defaults={
            "size": fetched.size,
            "trouble": f"{type(error).__name__}: {error}".replace("\x00", "")[:300],
        },
    )
    if is_new:
        stored = store_file(
            record_kind="kept_mail",
            record_id=kept.pk,
            name="mail.eml",
            content=_chunks(fetched.raw),
            created_by=None,
        )
        kept.raw = stored.pk
        kept.save(update_fields=["raw"])


def _leave(account: MailAccount, folder: str, place: Place) -> None:
    account.places = account.places | {folder: {"validity": place.validity, "uid": place.uid}}
    account.save(update_fields=["places"])


def _store(account: MailAccount, parsed: Parsed, *, is_sent: bool) -> Mail:
    writer = _writer(account, parsed)
    is_ours = is_sent or _is_ours(account, parsed, writer)
    before = (
        Mail.objects.filter(message_id__in=parsed.references).order_by("-pk").first()
        if parsed.references
        else None
    )
    html = clean_html(parsed.html)
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
        text=without_marks(parsed.text or plain_text(html)),
        html=without_marks(html),
        written_at=parsed.written_at,
        written_by=writer,
        is_automatic=is_automatic(parsed),
        troubles=parsed.troubles,
    )
    mail.thread_id = before.thread_id if before else mail.pk
    mail.save()
    known = contacts_at([one.key for one in parsed.people])
    MailRecipient.objects.bulk_create(
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
    )
    return mail


def store_parsed(account: MailAccount, parsed: Parsed, raw: bytes, *, is_sent: bool) -> Mail:
    """A mail that was read, with its bytes and its files; what becomes of it is its caller's affair."""
    mail = _store(account, parsed, is_sent=is_sent)
    _keep_files(mail, parsed, raw)
    return mail


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


def _keep_files(mail: Mail, parsed: Parsed, raw: bytes) -> None:
    source = store_file(
        record_kind="mail.source", record_id=mail.pk, name="mail.eml", content=_chunks(raw), created_by=None
    )
    mail.raw = source.pk
    mail.save(update_fields=["raw"])
    for one in parsed.files:
        store_file(
            record_kind="mail",
            record_id=mail.pk,
            name=one.name,
            content=_chunks(one.content),
            created_by=None,
        )


def _customer_of(mail: Mail, account: MailAccount) -> Contact | Company | None:
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


def _within_reach(account: MailAccount, writer: User | None, customer: Contact | Company) -> bool:
    if account.intake != Intake.COPIES or writer is None:
        return True
    return type(customer).objects.visible_to(writer).filter(pk=customer.pk).exists()


def _note_problem(account: MailAccount, problem: str) -> None:
    is_new = account.failing_since is None
    account.problem = problem[:300]
    account.failing_since = account.failing_since or timezone.now()
    account.save(update_fields=["problem", "failing_since"])
    if is_new and account.owner is not None:
        notify(
            account.owner,
            gettext_noop("Your mailbox “%(name)s” cannot be read."),
            url=f"/settings/mail/{account.pk}/",
            icon="mail-warning",
            name=account.name,
        )


def _wait_for(account: MailAccount, message_id: str) -> None:
    """Two readings of one mail at the same moment: the second one waits, and finds the first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 11))", [f"{account.pk}\n{message_id}"]
        )


def _chunks(content: bytes) -> list[bytes]:
    return [content[start : start + CHUNK] for start in range(0, len(content), CHUNK)]
