"""Mails of a mailbox's past: each row is one, and comes in as if it had come in then, by the rules of live mail, with nothing sent.

Nothing is told of a single one: no acknowledgement leaves, no rule runs, nobody is notified, and conversations that begin so are closed.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandhu.channels.actions.knowing import known_mails
from bandhu.channels.actions.past import Past, receive_past, remove_past
from bandhu.channels.importing.mailbox_files import MailFile
from bandhu.channels.message_ids import message_ids_in
from bandhu.channels.mime import Parsed, parse_mail
from bandhu.channels.models import Mail, MailAccount
from bandhu.channels.queries import answering_mailboxes
from bandhu.customers.importing.kinds import Choice, ImportKind
from bandhu.customers.importing.plan import Outcome, Policy
from bandhu.customers.importing.setup import original_of
from bandhu.customers.imports.problems import CellProblem, SourceProblem
from bandhu.customers.imports.records import Record
from bandhu.customers.imports.targets import Target
from bandhu.customers.models import Import, ImportedRow
from bandhu.platform.events import unannounced

logger = logging.getLogger(__name__)
KIND = "mail"
TARGETS = (
    Target("mail_number", gettext_lazy("Number of the mail in the file")),
    Target("mail_sender", gettext_lazy("Sender of the mail"), "long_text"),
    Target("mail_to", gettext_lazy("Who the mail went to"), "long_text"),
    Target("mail_written", gettext_lazy("When the mail was written, as it says")),
    Target("mail_subject", gettext_lazy("Subject of the mail"), "long_text"),
    Target("mail_id", gettext_lazy("Message-ID of the mail"), "long_text"),
    Target("mail_place", gettext_lazy("Where the mail lies in the file")),
    Target("mail_line", gettext_lazy("Something else about the mail"), "line"),
)


class MailsOfFile:
    """The mails of one run, chunk by chunk."""

    def __init__(self, run: Import, policy: Policy) -> None:
        self.run = run
        self.account = _mailbox(run)
        self.known: set[str] = set()
        # Where in the file the mail lies that took a Message-ID first, of those that were not here before.
        self.first: dict[str, str] = {}
        self.fresh: list[Outcome] = []

    def check(self, records: Sequence[Record]) -> None:
        """A row without a place is a mail that could not be read out of its archive."""
        for record in records:
            said = record.attached
            record.fallback_name = (
                said.get("mail_subject") or said.get("mail_sender") or said.get("mail_id", "")
            )
            if not said.get("mail_place"):
                record.problems.append(CellProblem("unreadable_mail", None, record.fallback_name))

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Which mails are not here yet. One whose Message-ID is taken, here or by an earlier mail of the file, is read to see whether it is
        that mail or another one; those without an id are looked at when they are read."""
        ids = {one.record.number: _id_of(one.record) for one in outcomes}
        rows = Mail.objects.filter(account=self.account, message_id__in=[one for one in ids.values() if one])
        self.known |= set(rows.values_list("message_id", flat=True))
        self.fresh = []
        with ExitStack() as stack:
            file: MailFile | None = None
            for one in outcomes:
                if one.verb == "failed":
                    continue
                key, place = ids[one.record.number], one.record.attached["mail_place"]
                if key and key in self.known:
                    file = file or stack.enter_context(MailFile(original_of(self.run)))
                    one.verb = "skipped" if self._is_here(file, key, place) else "created"
                else:
                    one.verb = "created"
                    if key:
                        self.known.add(key)
                        self.first[key] = place
                if one.verb == "created":
                    self.fresh.append(one)

    def _is_here(self, file: MailFile, key: str, place: str) -> bool:
        """Whether a mail is the one that has its Message-ID already: told apart as mails are that are fetched."""
        try:
            coming = [_read(file, one) for one in (self.first.get(key, ""), place) if one]
        except (SourceProblem, ValueError):
            return False  # why it cannot be read is said when it is to come in
        parsed = coming[-1][0]
        called = parsed.message_id
        found = known_mails(self.account, coming)
        if parsed.message_id == called:
            return True
        is_here = parsed.message_id in found or parsed.message_id in self.known
        self.known.add(parsed.message_id)
        return is_here

    def write(self, now: datetime) -> None:
        """Each mail in a savepoint of its own: one that cannot come in is put aside with the reason, and the next one read."""
        traces: list[ImportedRow] = []
        with MailFile(original_of(self.run)) as file, unannounced():
            for one in self.fresh:
                try:
                    raw, is_cut = file.read(one.record.attached["mail_place"])
                    with transaction.atomic():
                        past = receive_past(self.account, raw, at=now, is_cut=is_cut)
                except (OperationalError, OSError):
                    raise  # a full disk or a database that restarts: the chunk is tried again
                except Exception as error:
                    logger.warning(
                        "mail %s of import %s cannot be taken in",
                        one.record.number,
                        self.run.pk,
                        exc_info=True,
                    )
                    one.verb = "failed"
                    one.record.problems.append(CellProblem("unreadable_mail", None, _why(error, one.record)))
                    continue
                if past.mail is None or not past.is_new:
                    one.verb = "skipped"
                    continue
                traces += self._traces(one, past)
        ImportedRow.objects.bulk_create(traces, batch_size=1_000)

    def _traces(self, one: Outcome, past: Past) -> list[ImportedRow]:
        """The contact before the mail: undo walks back, and meets the mail first."""
        made = []
        if past.contact is not None:
            made.append(self._trace(one, "contact", past.contact.pk, past.contact.version))
        assert past.mail is not None
        return [*made, self._trace(one, KIND, past.mail.pk, 1)]

    def _trace(self, one: Outcome, kind: str, pk: UUID, version: int) -> ImportedRow:
        verb = ImportedRow.Verb.CREATED if kind == KIND else ImportedRow.Verb.LINKED
        return ImportedRow(
            run=self.run, number=one.record.number, record_kind=kind, record_id=pk, verb=verb, version=version
        )


def _read(file: MailFile, place: str) -> tuple[Parsed, bool]:
    raw, is_cut = file.read(place)
    return parse_mail(raw, timezone.now()), is_cut


def _why(error: Exception, record: Record) -> str:
    about = record.fallback_name or record.attached.get("mail_place", "")
    reason = error.sentence if isinstance(error, SourceProblem) else type(error).__name__
    return f"{about}, {reason}"


def _id_of(record: Record) -> str:
    found = message_ids_in(record.attached.get("mail_id", ""))
    return found[0] if found else ""


def _mailbox(run: Import) -> MailAccount:
    """The mailbox these mails were in: the one chosen, else the only one there is. Raises SourceProblem."""
    boxes = answering_mailboxes(run.actor)
    chosen = run.options.get("mailbox")
    found = next((one for one in boxes if str(one.pk) == chosen), None)
    if found is None and not chosen and len(boxes) == 1:
        found = boxes[0]
    if found is None:
        raise SourceProblem(
            "no_mailbox",
            _("Say which mailbox these mails were in. It must be one whose mail comes into the inbox."),
        )
    return found


def _choices(user: Any) -> Sequence[Choice]:
    boxes = [(str(one.pk), str(one)) for one in answering_mailboxes(user)]
    return [
        Choice(
            "mailbox",
            _("The mailbox they were in"),
            _("Its mail comes into the inbox; what was sent from its address counts as ours."),
            boxes,
        )
    ]


def _clean_mailbox(value: Any, actor: Any) -> str:
    if value and str(value) not in {str(one.pk) for one in answering_mailboxes(actor)}:
        raise ValidationError(_("Choose one of the values offered."), code="no_choice")
    return str(value or "")


def _take_back(run: Import, traces: Sequence[ImportedRow]) -> list[ImportedRow]:
    gone = remove_past([trace.record_id for trace in traces])
    return [trace for trace in traces if trace.record_id in gone]


def _titles(user: Any, ids: Sequence[Any]) -> dict[Any, str]:
    return {one.pk: str(one) for one in Mail.objects.visible_to(user).filter(pk__in=ids)}


MAILS = ImportKind(
    name="mails", label=gettext_lazy("Mails of a mailbox"), base="contacts", record_kind=KIND,
    permission="interactions.answer_conversation", targets=TARGETS, line_target="mail_line", attach=MailsOfFile,
    take_back=_take_back, titles=_titles, url=lambda pk: reverse("channels:mail", args=[pk]), choices=_choices,
    clean={"mailbox": _clean_mailbox}, alone="always", chunk_rows=100, defaults={"match": []},
)  # fmt: skip
