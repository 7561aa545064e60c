"""Reading mailboxes: every mail once, whatever stops in between, and nothing changed in the mailbox itself."""

from __future__ import annotations

import imaplib
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from bandhu.channels.actions.batches import Letter, receive_mails
from bandhu.channels.actions.storing import chunks
from bandhu.channels.models import History, Intake, KeptMail, MailAccount
from bandhu.channels.reading import MOST_TOGETHER, Fetched, Place, Span, new_mails, past_mails
from bandhu.channels.servers import MailServerError, imap
from bandhu.platform.files import store_file
from bandhu.platform.notifications import notify
from bandhu.platform.queue import enqueue

logger = logging.getLogger(__name__)
READ = "channels.read_account"
# Of the past one run of the job takes so many portions, then lets other mailboxes have their turn.
MOST_PORTIONS = 5
MOST_BYTES = 4_000_000


def queue_readings() -> int:
    """One job for each mailbox that is read; a mailbox whose job still waits gets no second. Returns how many are new."""
    accounts = MailAccount.objects.filter(is_active=True, paused_at__isnull=True).exclude(imap_host="")
    accounts = accounts.exclude(intake=Intake.NOTHING)
    return sum(queue_reading(pk) for pk in accounts.values_list("pk", flat=True))


def queue_reading(account_id: UUID) -> bool:
    """One job for this mailbox, unless one waits already."""
    lock = f"mail_account:{account_id}"
    return enqueue(READ, lock=lock, queueing_lock=lock, account_id=str(account_id)) is not None


def read_account(account_id: UUID) -> int:
    """Take in what is new in a mailbox, then a part of its past where that is wanted; returns how many mails.

    Trouble with the server is noted at the account. Where more of the past is left, the next job is queued.
    """
    account = (
        MailAccount.objects.select_related("owner", "team")
        .filter(pk=account_id, is_active=True, paused_at__isnull=True)
        .first()
    )
    if account is None or not account.reads:
        return 0
    reading = _Reading(account)
    try:
        with imap(account) as server:
            reading.read(server)
    except MailServerError as error:
        _note_problem(account, error.kept)
        return reading.taken
    account.problem, account.failing_since, account.read_at = "", None, timezone.now()
    account.save(update_fields=["problem", "failing_since", "read_at"])
    if reading.is_more_left:
        queue_reading(account.pk)
    return reading.taken


class _Reading:
    """One run over the folders of a mailbox."""

    def __init__(self, account: MailAccount) -> None:
        self.account, self.taken, self.is_more_left = account, 0, False
        self.folders = [one for one in (account.folder, account.sent_folder) if one]

    def read(self, server: imaplib.IMAP4) -> None:
        for _portion in range(MOST_PORTIONS):
            self._read_new(server)
            if not self._read_past(server):
                return
        self.is_more_left = True

    def _read_new(self, server: imaplib.IMAP4) -> None:
        for folder in self.folders:
            found = new_mails(server, folder, self._place(folder), self.account.created_at.date())
            self._take_in(folder, found, are_past=False)

    def _read_past(self, server: imaplib.IMAP4) -> bool:
        """One portion of the first folder that is not whole yet: answers then find what they answer. Whether more is left."""
        span = span_of(self.account)
        for folder in self.folders if span else ():
            assert span is not None
            if not self._place(folder).is_whole:
                self._take_in(folder, past_mails(server, folder, self._place(folder), span), are_past=True)
                return True
        return False

    def _place(self, folder: str) -> Place:
        return Place(**self.account.places.get(folder, {}))

    def _take_in(self, folder: str, found: Iterator[Fetched | Place], *, are_past: bool) -> None:
        """By the batch. What was fetched before the line broke is taken in all the same."""
        waiting: list[Fetched] = []
        try:
            for one in found:
                if isinstance(one, Place):
                    self._flush(folder, waiting, are_past=are_past)
                    _leave(self.account, folder, one)
                    continue
                waiting.append(one)
                if len(waiting) >= MOST_TOGETHER or sum(len(each.raw) for each in waiting) > MOST_BYTES:
                    self._flush(folder, waiting, are_past=are_past)
        except (OSError, imaplib.IMAP4.error):
            self._flush(folder, waiting, are_past=are_past)
            raise
        self._flush(folder, waiting, are_past=are_past)

    def _flush(self, folder: str, waiting: list[Fetched], *, are_past: bool) -> None:
        several = waiting[:]
        waiting.clear()
        if several:
            self.taken += take_in_fetched(self.account, folder, several, are_past=are_past)


def span_of(account: MailAccount) -> Span | None:
    """The past of the mailbox that is wanted; None where it is read from the day it was connected on."""
    connected = account.created_at.date()
    if account.history == History.DAYS:
        return Span(connected, connected - timedelta(days=account.history_days))
    return Span(connected) if account.history == History.ALL else None


def take_in_fetched(
    account: MailAccount, folder: str, several: Sequence[Fetched], *, are_past: bool = False
) -> int:
    """The mails and the place behind the last, together: a crash repeats these at most, and a repeated one is known.

    Where several cannot be taken in at once, each is alone; the one that cannot at all is kept back. Returns how many came in.
    """
    is_sent = folder == account.sent_folder != account.folder
    letters = [Letter(one.raw, one.is_cut) for one in several]
    try:
        with transaction.atomic():
            receive_mails(account, letters, is_sent=is_sent, are_past=are_past)
            _leave(account, folder, several[-1].place)
        return len(several)
    except OSError:
        raise  # a full disk: these mails come again with the next reading
    except OperationalError:
        if len(several) == 1:
            raise  # a database that restarts: the same
    except Exception as error:
        if len(several) == 1:
            _keep_back(account, folder, several[0], error, is_past=are_past)
            return 0
        logger.info("a batch of account %s is taken in one by one: %s", account.pk, error)
    return _one_by_one(account, folder, several, are_past=are_past)


def _one_by_one(account: MailAccount, folder: str, several: Iterable[Fetched], *, are_past: bool) -> int:
    account.refresh_from_db(fields=["places"])
    return sum(take_in_fetched(account, folder, [one], are_past=are_past) for one in several)


@transaction.atomic
def _keep_back(
    account: MailAccount, folder: str, fetched: Fetched, error: Exception, *, is_past: bool
) -> None:
    """One mail nobody foresaw must not stop the mailbox: it is kept, and the mailbox's page shows it."""
    logger.error("mail %s of account %s cannot be taken in", fetched.uid, account.pk, exc_info=error)
    kept, is_new = KeptMail.objects.get_or_create(
        account=account,
        folder=folder,
        validity=fetched.place.validity,
        uid=fetched.uid,
        defaults={
            "size": fetched.size,
            "is_past": is_past,
            "trouble": f"{type(error).__name__}: {error}".replace("\x00", "")[:300],
        },
    )
    if is_new:
        stored = store_file(
            record_kind="kept_mail",
            record_id=kept.pk,
            name="mail.eml",
            content=chunks(fetched.raw),
            created_by=None,
        )
        kept.raw = stored.pk
        kept.save(update_fields=["raw"])
    _leave(account, folder, fetched.place)


def _leave(account: MailAccount, folder: str, place: Place) -> None:
    account.places = account.places | {folder: asdict(place)}
    account.save(update_fields=["places"])


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
