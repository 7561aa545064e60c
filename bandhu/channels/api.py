"""REST: mails, and letters to begin from."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from bandhu.channels import actions, queries
from bandhu.channels.kept_words import code_of, in_readers_language
from bandhu.channels.models import Mail, MailState
from bandhu.customers import queries as customers
from bandhu.identity.scoping import require, require_anywhere
from bandhu.platform.rest import Given, Moment, PageOf, Paging, YesNo, answers, page_of

router = Router(tags=["mail"])
VIEW, SEND, USE = "channels.view_mail", "channels.send_mail", "channels.use_own_account"


class MailMessageOut(Schema):
    """A mail; `text` and `html` are empty where its owner shares the subject only. `html` is cleaned.

    `opens` and `clicks` are counted only where the house, the mailbox and the contact allow it. `answer` is what became of it, in the
    caller's language; `answer_code` stays the same in any.
    """

    id: UUID
    state: str
    is_incoming: bool
    is_automatic: bool
    account_id: UUID | None
    thread_id: UUID
    message_id: str
    sender: str
    sender_name: str
    recipients: list[RecipientOut]
    subject: str
    text: str
    html: str
    purpose: str
    contact_id: UUID | None
    company_id: UUID | None
    written_at: datetime
    send_at: datetime | None
    answer: str
    answer_code: str
    troubles: list[str]
    opens: int
    opened_at: datetime | None
    clicks: int
    clicked_at: datetime | None


class RecipientOut(Schema):
    """Somebody a mail goes to, or came to."""

    role: str
    address: str
    name: str
    state: str
    answer: str


class MailMessageIn(Given):
    """A mail to a customer: exactly one of contact_id and company_id. It leaves in ten seconds, or at `send_at`. `answers_id` is the
    mail that is replied to; `is_signed` puts the mailbox's signature below."""

    contact_id: UUID | None = None
    company_id: UUID | None = None
    account_id: UUID | None = None
    answers_id: UUID | None = None
    to: list[str] = Field(min_length=1, max_length=50)
    cc: list[str] = Field([], max_length=50)
    bcc: list[str] = Field([], max_length=50)
    subject: str = Field("", max_length=300)
    body: str = Field(max_length=500_000)
    is_html: YesNo = False
    purpose: str = Field("service", max_length=40)
    is_signed: YesNo = False
    send_at: Moment | None = None


class MailWithFilesIn(Given):
    """As MailMessageIn, in the fields of a form; a field that may be several times is."""

    contact_id: UUID | None = None
    company_id: UUID | None = None
    account_id: UUID | None = None
    answers_id: UUID | None = None
    to: list[str] = Field([], max_length=50)
    cc: list[str] = Field([], max_length=50)
    bcc: list[str] = Field([], max_length=50)
    subject: str = Field("", max_length=300)
    body: str = Field("", max_length=500_000)
    body_format: Literal["plain", "html"] = "plain"
    purpose: str = Field("service", max_length=40)
    is_signed: bool = False
    send_at: Moment | None = None


class MailQuery(Paging):
    """The filters of the list."""

    contact_id: UUID | None = None
    company_id: UUID | None = None
    thread_id: UUID | None = None
    state: MailState | None = None


class MailTemplateOut(Schema):
    """A letter to begin from; `texts` are {language: {subject, body}}."""

    id: UUID
    name: str
    purpose: str
    texts: dict[str, dict[str, str]]


MailMessageOut.model_rebuild()
Asked = Annotated[MailQuery, Query(...)]
Uploads = Annotated[list[UploadedFile] | None, File(max_length=20)]
_NAMED = {"contact_id", "company_id", "account_id", "answers_id"}


@router.get("/mails", response=answers(PageOf[MailMessageOut]))
def list_mails(request: HttpRequest, asked: Asked) -> Any:
    """The newest first, as far as they are shared with the caller."""
    require_anywhere(request.user, VIEW)
    rows = queries.mails(request.user).prefetch_related("recipients")
    wanted = {name: getattr(asked, name) for name in ("contact_id", "company_id", "thread_id", "state")}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    return page_of(rows, ["-id"], asked, lambda mail: _shape(request, mail))


@router.post("/mails", response=answers(MailMessageOut, 201))
def write_mail(request: HttpRequest, payload: MailMessageIn) -> Any:
    """Put a mail to a customer into the outbox."""
    return Status(201, _shape(request, _written(request, payload, **payload.dict(exclude=_NAMED))))


@router.post("/mails/with-files", response=answers(MailMessageOut, 201))
def write_mail_with_files(
    request: HttpRequest, payload: Annotated[MailWithFilesIn, Form()], files: Uploads = None
) -> Any:
    """The same with files (multipart, parts `files`, twenty at most, 25 MB each; 12 MB in all with an Idempotency-Key). What the customer
    answers becomes a conversation of the inbox, where the mailbox feeds it."""
    require_anywhere(request.user, SEND)
    facts = payload.dict(exclude=_NAMED | {"body_format"})
    sent = [(one.name or "", one.chunks()) for one in files or ()]
    made = _written(request, payload, is_html=payload.body_format == "html", uploads=sent, **facts)
    return Status(201, _shape(request, made))


@router.get("/mails/{mail_id}", response=answers(MailMessageOut))
def get_mail(request: HttpRequest, mail_id: UUID) -> Any:
    """One mail."""
    return _shape(request, queries.mail_for(request.user, mail_id))


@router.post("/mails/{mail_id}/taking-back", response=answers(MailMessageOut))
def take_mail_back(request: HttpRequest, mail_id: UUID) -> Any:
    """Keep a mail that waits as a draft."""
    return _shape(request, actions.take_back(queries.mail_for(request.user, mail_id), actor=request.user))


@router.post("/mails/{mail_id}/repetition", response=answers(MailMessageOut))
def send_mail_again(request: HttpRequest, mail_id: UUID) -> Any:
    """Send again what failed, or what perhaps was sent."""
    return _shape(request, actions.send_again(queries.mail_for(request.user, mail_id), actor=request.user))


@router.get("/mail-templates", response=answers(list[MailTemplateOut]))
def list_mail_templates(request: HttpRequest) -> Any:
    """The letters in use."""
    require_anywhere(request.user, VIEW)
    return list(queries.templates(request.user)[:500])


def _written(request: HttpRequest, payload: MailMessageIn | MailWithFilesIn, **facts: Any) -> Mail:
    """In the outbox, for the customer and from the mailbox that are named."""
    if (payload.contact_id is None) == (payload.company_id is None):
        raise ValidationError({"contact_id": _("Say which contact or company this is about.")})
    kind, pk = ("contact", payload.contact_id) if payload.contact_id else ("company", payload.company_id)
    customer: Any = customers.seen_record(request.user, kind, pk or "")
    require(request.user, SEND, customer)
    accounts = queries.sending_accounts(request.user)
    account = (accounts.filter(pk=payload.account_id) if payload.account_id else accounts).first()
    if account is None:
        raise ValidationError({"account_id": _("There is no mailbox to write from.")})
    answered = queries.mail_for(request.user, payload.answers_id) if payload.answers_id else None
    written: Mail = actions.write_mail(
        customer, actor=request.user, account=account, answers=answered, **facts
    )
    return written


def _shape(request: HttpRequest, mail: Mail) -> dict[str, Any]:
    """A mail as its reader may see it."""
    [shown] = queries.withheld(request.user, [mail])
    apart = ("recipients", "answer", "answer_code")
    fields = [name for name in MailMessageOut.model_fields if name not in apart]
    hides_copies = not queries.may_read(request.user, shown)
    people = [one for one in shown.recipients.all() if not (hides_copies and one.role == "bcc")]
    answer = {"answer": in_readers_language(shown.answer), "answer_code": code_of(shown.answer)}
    return {name: getattr(shown, name) for name in fields} | answer | {"recipients": people}
