"""Reading mails: who sees that there was one, and who reads what it says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandhu.channels.models import BadAddress, Mail, MailRecipient, MailState, Sharing
from bandhu.channels.state_words import TONES, clicking_words, opening_words
from bandhu.customers.models import Company, Contact
from bandhu.customers.queries import hide_unseen_customers
from bandhu.identity.models import User
from bandhu.identity.results import OutOfReach
from bandhu.platform.files import files_of
from bandhu.platform.models import StoredFile
from bandhu.platform.registries import EntryNote
from bandhu.platform.texts import clean_line

VIEW = "channels.view_mail"


def mails(user: User) -> QuerySet[Mail]:
    """Every mail the user may know of, drafts of others left out; what it says is shown where `may_read`."""
    rows = Mail.objects.visible_to(user).select_related("account", "contact", "company", "written_by")
    return rows.exclude(state=MailState.DRAFT) | rows.filter(state=MailState.DRAFT, written_by=user.pk)


def mail_for(user: User, pk: UUID | str) -> Mail:
    """One of them, without its text where it is not shared with the user; raises OutOfReach."""
    found = mails(user).filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return withheld(user, [found])[0]


def mails_of(user: User, customer: Contact | Company) -> QuerySet[Mail]:
    """Those with a customer, the newest first."""
    if isinstance(customer, Company):
        return mails(user).filter(company=customer.pk)
    return mails(user).filter(contact=customer.pk)


def mails_about(user: User, kind: str, pk: UUID, *, most: int = 20) -> list[Mail]:
    """Those written from a record of an app above ("quote"), the newest first, as far as the user may know of them."""
    rows = mails(user).filter(about_kind=kind, about_id=pk).prefetch_related("recipients")
    return withheld(user, list(rows.order_by("-pk")[:most]))


def same_just_now(user: User, about: tuple[str, UUID], subject: str, body: str) -> Mail | None:
    """What a second press of the button would repeat: the same words about the same record by the same person, within a minute.

    The caller holds the lock of the record.
    """
    kind, pk = about
    rows = Mail.objects.filter(about_kind=kind, about_id=pk, written_by=user.pk, text=body.strip())
    since = timezone.now() - timedelta(minutes=1)
    return (
        rows.filter(subject=clean_line(subject, 300), written_at__gte=since)
        .exclude(state=MailState.DRAFT)
        .first()
    )


def drafts(user: User) -> QuerySet[Mail]:
    """What the user took back or has not sent."""
    return mails(user).filter(state=MailState.DRAFT, written_by=user.pk)


def strangers(user: User) -> QuerySet[Mail]:
    """Mail of the user's mailboxes from people who are not in the book, kept aside."""
    rows = mails(user).filter(is_incoming=True, contact__isnull=True, company__isnull=True)
    return rows.filter(is_automatic=False)


def part_of_mails(user: User, part: str) -> QuerySet[Mail]:
    """One of the lists of the mail page: "" with customers, "strangers", "unsent", "drafts"."""
    if part == "strangers":
        return strangers(user)
    if part == "drafts":
        return drafts(user)
    if part == "unsent":
        return mails(user).filter(state__in=(MailState.FAILED, MailState.UNKNOWN))
    filed = Q(contact__isnull=False) | Q(company__isnull=False)
    return mails(user).filter(filed).exclude(state=MailState.DRAFT)


def thread_of(user: User, mail: Mail) -> list[Mail]:
    """The exchange a mail belongs to, oldest first, without texts that are not shared."""
    return withheld(user, list(mails(user).filter(thread_id=mail.thread_id).order_by("pk")[:100]))


def withheld(user: User, found: list[Mail]) -> list[Mail]:
    """The same mails without customers out of reach, and their texts emptied where the user may know only that there was one."""
    for mail in found:
        mail.is_filed = bool(mail.contact_id or mail.company_id)  # type: ignore[attr-defined]
    hide_unseen_customers(user, found)
    for mail in found:
        mail.is_withheld = not may_read(user, mail)  # type: ignore[attr-defined]
        if mail.is_withheld:  # type: ignore[attr-defined]
            mail.text = mail.html = ""
    return found


def source_of(user: User, mail: Mail) -> StoredFile | None:
    """The mail byte for byte as it came in, where the user may read it."""
    return StoredFile.objects.filter(pk=mail.raw).first() if mail.raw and may_read(user, mail) else None


def may_read(user: Any, mail: Mail) -> bool:
    """Whether the user may read what a mail in reach says."""
    mine = mail.written_by_id == user.pk or (mail.account is not None and mail.account.owner_id == user.pk)
    return mine or mail.sharing == Sharing.ALL


def sees_mail(user: Any, pk: UUID) -> bool:
    """Whether the user may have the files of a mail."""
    found = mails(user).filter(pk=pk).first()
    return found is not None and may_read(user, found)


def files_of_mail(user: User, mail: Mail) -> list[StoredFile]:
    """What was enclosed; nothing where the text is not shared either."""
    return [one for one in files_of(mail.pk) if one.record_kind == "mail"] if may_read(user, mail) else []


def bad_addresses_of(user: User, customer: Contact | Company) -> list[BadAddress]:
    """The customer's addresses mail came back from."""
    return list(BadAddress.objects.filter(pk__in=customer.mails.values("key")))


def notes_of_entries(user: Any, interaction_ids: Sequence[UUID]) -> dict[UUID, EntryNote]:
    """What the timeline shows of its mails: their state, their files, the way to the whole mail."""
    rows = mails(user).filter(interaction__in=interaction_ids).prefetch_related("recipients")
    # Of one mail in several mailboxes the one this user may read.
    found = {mail.interaction_id: mail for mail in sorted(rows, key=lambda one: may_read(user, one))}
    files = _files_of([mail.pk for mail in found.values() if may_read(user, mail)])
    return {
        pk: EntryNote(
            marks=tuple(_marks(mail)),
            url=reverse("channels:mail", args=[mail.pk]),
            label=_("Open the mail"),
            files=tuple(files.get(mail.pk, ())),
        )
        for pk, mail in found.items()
        if pk is not None
    }


def _marks(mail: Mail) -> Iterable[tuple[Any, str]]:
    if mail.is_automatic:
        yield _("Automatic"), "neutral"
    if mail.state not in (MailState.RECEIVED, MailState.SENT):
        yield mail.get_state_display(), TONES[mail.state]
    if mail.opens:
        yield opening_words(mail), "info"
    if mail.clicks:
        yield clicking_words(mail), "info"
    if any(one.state == MailRecipient.State.BOUNCED for one in mail.recipients.all()):
        yield _("Came back"), "danger"


def _files_of(mail_ids: list[UUID]) -> dict[UUID, list[tuple[str, str]]]:
    rows = StoredFile.objects.filter(record_id__in=mail_ids, record_kind="mail", deleted_at__isnull=True)
    found: dict[UUID, list[tuple[str, str]]] = {}
    for one in rows.order_by("pk"):
        found.setdefault(one.record_id, []).append((one.name, reverse("platform:file", args=[one.pk])))
    return found
