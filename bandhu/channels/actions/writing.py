"""Writing a mail to a customer: checked, put on the timeline, and into the outbox, all in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.channels.actions.outbox import queue_mail
from bandhu.channels.actions.recipients import Role, cleaned_recipients, refuse_recipients
from bandhu.channels.events import MailTakenBack
from bandhu.channels.message_ids import new_message_id
from bandhu.channels.models import BadAddress, Mail, MailAccount, MailRecipient, MailState
from bandhu.channels.quoting import letter_texts
from bandhu.channels.signatures import signature_for
from bandhu.customers.models import Company, Contact
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.identity.ready_made import system_user
from bandhu.identity.results import Denied
from bandhu.interactions.actions import Person, log_interaction, remove_interaction
from bandhu.platform.audit import record_change
from bandhu.platform.events import publish
from bandhu.platform.files import MAX_FILE_BYTES, erase_files_of, files_of, open_file, store_file
from bandhu.platform.html_cleaning import clean_html, html_of_text, plain_text
from bandhu.platform.models import StoredFile
from bandhu.platform.texts import clean_line

SEND = "channels.send_mail"
# As long as somebody may think better of it.
UNDO = timedelta(seconds=10)
SOURCE = "channels"


@action(SEND)
def write_mail(
    customer: Contact | Company,
    *,
    actor: User,
    account: MailAccount,
    to: Sequence[str],
    cc: Sequence[str] = (),
    bcc: Sequence[str] = (),
    subject: str,
    body: str,
    is_html: bool = False,
    purpose: str = "service",
    files: Iterable[StoredFile] = (),
    uploads: Iterable[tuple[str, Iterable[bytes]]] = (),
    about: tuple[str, UUID] | None = None,
    answers: Mail | None = None,
    draft: Mail | None = None,
    is_automatic: bool = False,
    is_signed: bool = False,
    send_at: datetime | None = None,
) -> Mail:
    """Put a mail to `customer` into the outbox; it leaves in ten seconds, or at `send_at` (aware).

    Addresses as people write them. `purpose` is a key of privacy's: what needs consent goes only to those who gave it.
    `files` are the customer's own, `uploads` (name, chunks of bytes); `answers` is the mail replied to;
    `draft` is the one this takes the place of; `is_signed` puts the mailbox's signature below.
    Raises ValidationError by field and then keeps nothing.
    """
    people = cleaned_recipients({"to": to, "cc": cc, "bcc": bcc})
    refuse_recipients(people, customer, purpose)
    text, html = _texts(body, is_html=is_html)
    if is_signed:
        text, html = _signed(account, actor, customer, text, html)
    mail = Mail(
        account=account, state=MailState.QUEUED, message_id=new_message_id(account.address), sender=account.address,
        sender_name=sender_name_of(account), subject=clean_line(subject, 300), text=text, html=html, purpose=purpose,
        written_at=timezone.now(), written_by=None if actor.is_system else actor, is_automatic=is_automatic,
        contact=customer if isinstance(customer, Contact) else None,
        company=customer if isinstance(customer, Company) else customer.company,
    )  # fmt: skip
    if about:
        mail.about_kind, mail.about_id = about
    _join_thread(mail, answers)
    mail.save()
    MailRecipient.objects.bulk_create(
        MailRecipient(
            mail=mail, role=one.role, address=one.address, key=one.key, name=one.name, contact=one.contact
        )
        for one in people
    )
    _enclose(mail, {customer.pk, draft.pk if draft else None}, files, uploads, actor)
    if draft is not None:
        delete_draft(draft, actor=actor)
    put_on_timeline(mail, customer, actor)
    record_change("queued", actor=actor, kind="mail", record_id=mail.pk, title=str(mail))
    queue_mail(mail, send_at or timezone.now() + UNDO)
    return mail


@action(SEND)
def take_back(mail: Mail, *, actor: User) -> Mail:
    """Keep a mail that waits as a draft; it leaves the timeline. Raises ValidationError when it is gone already."""
    mail = _locked(mail, actor)
    if mail.state not in (MailState.QUEUED, MailState.FAILED):
        raise ValidationError(_("It is too late: the mail is on its way."))
    if mail.inbox_message_id:
        raise ValidationError(_("It was written in the inbox: take it back there, in its conversation."))
    mail.state, mail.send_at = MailState.DRAFT, None
    _leave_timeline(mail)
    mail.save()
    record_change("taken_back", actor=actor, kind="mail", record_id=mail.pk, title=str(mail))
    ids = {"account_id": mail.account_id, "contact_id": mail.contact_id, "company_id": mail.company_id}
    told = {name: str(pk) if pk else None for name, pk in ids.items()}
    publish(MailTakenBack(mail_id=str(mail.pk), **told), actor=actor)
    return mail


@action(SEND)
def send_again(mail: Mail, *, actor: User) -> Mail:
    """Send what failed, or what perhaps was sent, to those who have not surely got it; a person's decision."""
    mail = _locked(mail, actor)
    if mail.state not in (MailState.FAILED, MailState.UNKNOWN, MailState.DRAFT):
        raise ValidationError(_("This mail was sent, or is on its way."))
    if mail.account is None:
        raise ValidationError(_("The mail account was removed or switched off."))
    mail.recipients.filter(state=MailRecipient.State.REFUSED).update(state=MailRecipient.State.WAITING)
    mail.attempts, mail.answer = 0, ""
    mail.save()
    if mail.interaction is None and (customer := mail.contact or mail.company):
        put_on_timeline(mail, customer, actor)
    record_change("sent_again", actor=actor, kind="mail", record_id=mail.pk, title=str(mail))
    queue_mail(mail, timezone.now())
    return mail


@action(SEND)
def delete_draft(mail: Mail, *, actor: User) -> None:
    """Throw a draft away, its files with it."""
    mail = _locked(mail, actor)
    if mail.state != MailState.DRAFT:
        raise ValidationError(_("This mail was sent, or is on its way."))
    record_change("deleted", actor=actor, kind="mail", record_id=mail.pk, title=str(mail))
    erase_files_of(mail.pk)
    mail.delete()


@action(SEND)
def trust_addresses(customer: Contact | Company, *, actor: User) -> int:
    """Mail goes to the customer's addresses again, though some came back; returns how many were marked."""
    keys = list(customer.mails.values_list("key", flat=True))
    trusted, _kinds = BadAddress.objects.filter(pk__in=keys).delete()
    return trusted


def sender_name_of(account: MailAccount) -> str:
    """What recipients see before the address."""
    return account.from_name or (account.owner.full_name if account.owner else account.name)


def _texts(body: str, *, is_html: bool) -> tuple[str, str]:
    """(plain text, clean HTML). Raises ValidationError where nothing is said."""
    html = clean_html(body) if is_html else html_of_text(body)
    text = plain_text(body) if is_html else body.strip()
    if not text.strip():
        raise ValidationError({"body": _("Write something.")})
    return text, html


def _signed(
    account: MailAccount, actor: User, customer: Contact | Company, text: str, html: str
) -> tuple[str, str]:
    """With the signature in the customer's language."""
    language = customer.language if isinstance(customer, Contact) else ""
    signature = signature_for(account, actor, customer, language)
    return letter_texts(text=text, html=html, signature=signature, quoted=None, language=language)


def _locked(mail: Mail, actor: User) -> Mail:
    found = (
        Mail.objects.select_for_update(of=("self",))
        .select_related("account", "contact", "company")
        .get(pk=mail.pk)
    )
    if found.is_incoming or found.written_by_id not in (actor.pk, None):
        raise Denied(SEND, _("Only who wrote a mail takes it back or sends it again."))
    return found


def _join_thread(mail: Mail, answers: Mail | None) -> None:
    if answers is not None:
        mail.references = [*answers.references, answers.message_id]
        mail.thread_id = answers.thread_id
    else:
        mail.thread_id = mail.pk


def _enclose(
    mail: Mail,
    owners: Collection[UUID | None],
    files: Iterable[StoredFile],
    uploads: Iterable[tuple[str, Iterable[bytes]]],
    actor: User,
) -> None:
    """Copies: what went out stays as it went out, whatever becomes of the customer's file."""
    for stored in files:
        if stored.record_id not in owners:
            raise ValidationError({"files": _("This file belongs to somebody else.")})
        with open_file(stored) as file:
            _keep(mail, stored.name, iter(lambda: file.read(1 << 16), b""), actor)
    for name, content in uploads:
        _keep(mail, name, content, actor)
    if sum(one.size for one in files_of(mail.pk)) > MAX_FILE_BYTES:
        raise ValidationError({"files": _("Together the files are too large for a mail.")})


def _keep(mail: Mail, name: str, content: Iterable[bytes], actor: User) -> None:
    keeper = None if actor.is_system else actor
    store_file(record_kind="mail", record_id=mail.pk, name=name, content=content, created_by=keeper)


def put_on_timeline(mail: Mail, customer: Contact | Company, actor: User) -> None:
    """What a program wrote is no contact between people."""
    details: dict[str, Any] = {"mail_id": str(mail.pk)}
    if mail.about_id:
        details[f"{mail.about_kind}_id"] = str(mail.about_id)
    mail.interaction = log_interaction(
        customer,
        actor=system_user() if actor.is_system else actor,
        kind="mail",
        channel="mail",
        direction="out",
        subject=mail.subject,
        body=mail.html,
        is_html=True,
        people=_people(mail, customer),
        details=details,
        source=SOURCE,
        touches=not mail.is_automatic,
    )
    mail.save(update_fields=["interaction"])


def _people(mail: Mail, customer: Contact | Company) -> list[Person]:
    others = mail.recipients.exclude(role=Role.BCC).exclude(contact=customer.pk)
    return [
        Person(contact=one.contact, address=one.address, role=one.role)
        for one in others.select_related("contact")
    ]


def _leave_timeline(mail: Mail) -> None:
    if mail.interaction is not None:
        remove_interaction(mail.interaction, actor=system_user())
        mail.interaction = None
