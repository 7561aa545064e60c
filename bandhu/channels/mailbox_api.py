"""REST: setting up mailboxes. Passwords go in and never come out; the ETag stands for what an answer shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from bandhu.channels import actions, queries
from bandhu.channels.kept_words import code_of, in_readers_language
from bandhu.channels.models import MailAccount
from bandhu.identity.models import Team
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.rest import Given, Whole, YesNo, answers, changes_in, held_as_read, stamped

router = Router(tags=["mail"])
USE = "channels.use_own_account"
_ONE = "/mail-accounts/{account_id}"
Texts = dict[str, str]


class MailAccountOut(Schema):
    """A mailbox, without its servers' passwords. `problem` is in the caller's language, `problem_code` stays the same in any."""

    id: UUID
    name: str
    address: str
    from_name: str
    owner_id: UUID | None
    team_id: UUID | None
    intake: str
    sharing: str
    is_active: bool
    aliases: list[str]
    read_at: datetime | None
    paused_at: datetime | None
    failing_since: datetime | None
    problem: str
    problem_code: str

    @staticmethod
    def resolve_problem(account: MailAccount) -> str:
        return in_readers_language(account.problem)

    @staticmethod
    def resolve_problem_code(account: MailAccount) -> str:
        return code_of(account.problem)


class MailboxOut(MailAccountOut):
    """A mailbox as it is set up: of a user (`owner_id`), a team, or with neither of the whole house. `smtp_security` and `imap_security`: tls,
    starttls or none; `intake`: what its mail is for; `history` and `history_days`: how much of the past is taken in. `signatures` by
    language; `kept_back` counts mails nobody could read. With `provider_id` it is entered by a sign-in there (`is_signed_in`), done on the page."""

    smtp_host: str
    smtp_port: int
    smtp_security: str
    smtp_user: str
    imap_host: str
    imap_port: int
    imap_security: str
    imap_user: str
    folder: str
    sent_folder: str
    signatures: Texts
    has_plus_addresses: bool
    acknowledges: bool
    tracks: bool
    history: str
    history_days: int
    kept_back: int
    provider_id: UUID | None
    is_signed_in: bool

    @staticmethod
    def resolve_is_signed_in(account: MailAccount) -> bool:
        return bool(account.sealed_tokens)

    @staticmethod
    def resolve_kept_back(account: MailAccount) -> int:
        return account.kept.count()


class MailboxPatch(Given):
    """What is not sent stays; so do passwords. `provider_id` null: it is entered with a password."""

    name: str | None = Field(None, max_length=120)
    address: str | None = Field(None, max_length=254)
    from_name: str | None = Field(None, max_length=120)
    smtp_host: str | None = Field(None, max_length=253)
    smtp_port: Whole | None = Field(None, ge=1, le=65_535)
    smtp_security: str | None = None
    smtp_user: str | None = Field(None, max_length=254)
    smtp_password: str | None = Field(None, max_length=500)
    imap_host: str | None = Field(None, max_length=253)
    imap_port: Whole | None = Field(None, ge=1, le=65_535)
    imap_security: str | None = None
    imap_user: str | None = Field(None, max_length=254)
    imap_password: str | None = Field(None, max_length=500)
    folder: str | None = Field(None, max_length=120)
    sent_folder: str | None = Field(None, max_length=120)
    intake: str | None = None
    sharing: str | None = None
    aliases: list[str] | None = Field(None, max_length=50)
    signatures: Texts | None = Field(None, max_length=50)
    has_plus_addresses: YesNo | None = None
    acknowledges: YesNo | None = None
    tracks: YesNo | None = None
    is_active: YesNo | None = None
    history: str | None = None
    history_days: Whole | None = Field(None, ge=1, le=36_500)
    provider_id: UUID | None = None


class MailboxIn(MailboxPatch):
    """`is_own`: the caller's own; else of `team_id`, or of the whole house."""

    address: str = Field(max_length=254)
    is_own: YesNo = False
    team_id: UUID | None = None


class KeptTrialOut(Schema):
    """How many of the mails kept back came in, and how many stay."""

    taken: int
    kept: int


@router.get("/mail-accounts", response=answers(list[MailAccountOut]))
def list_mail_accounts(request: HttpRequest) -> Any:
    """The mailboxes the caller looks after."""
    require_anywhere(request.user, USE)
    found: list[MailAccount] = list(queries.accounts(request.user)[:500])
    return found


@router.post("/mail-accounts", response=answers(MailboxOut, 201))
def create_mail_account(request: HttpRequest, response: HttpResponse, payload: MailboxIn) -> Any:
    """A new one; it is read and sends from now on."""
    values = _values(request, payload)
    is_own, team = values.pop("is_own", False), _team(values.pop("team_id", None))
    if is_own:
        made = actions.create_own_account(actor=request.user, **values)
    else:
        made = actions.create_account(actor=request.user, team=team, **values)
    return Status(201, stamped(response, MailboxOut, made))


@router.get(_ONE, response=answers(MailboxOut))
def get_mail_account(request: HttpRequest, response: HttpResponse, account_id: UUID) -> Any:
    """One the caller looks after."""
    return stamped(response, MailboxOut, _found(request, account_id))


@router.patch(_ONE, response=answers(MailboxOut))
def change_mail_account(
    request: HttpRequest, response: HttpResponse, account_id: UUID, payload: MailboxPatch
) -> Any:
    """Change what is sent."""
    found = _found(request, account_id)
    with held_as_read(request, MailboxOut, found):
        changed = actions.change_account(found, actor=request.user, **_values(request, payload))
    return stamped(response, MailboxOut, changed)


@router.delete(_ONE, response=answers(None, 204))
def delete_mail_account(request: HttpRequest, account_id: UUID) -> Any:
    """The mailbox and its passwords go; mails stay where they are filed."""
    found = _found(request, account_id)
    with held_as_read(request, MailboxOut, found):
        actions.delete_account(found, actor=request.user)
    return Status(204, None)


@router.post(f"{_ONE}/pause", response=answers(MailboxOut))
def pause_mail_account(request: HttpRequest, response: HttpResponse, account_id: UUID) -> Any:
    """Read nothing more; what waits in the mailbox stays there, and mail still leaves."""
    actions.pause_account(_found(request, account_id), actor=request.user)
    return stamped(response, MailboxOut, _found(request, account_id))


@router.post(f"{_ONE}/resumption", response=answers(MailboxOut))
def resume_mail_account(request: HttpRequest, response: HttpResponse, account_id: UUID) -> Any:
    """Read on from where it was left."""
    actions.resume_account(_found(request, account_id), actor=request.user)
    return stamped(response, MailboxOut, _found(request, account_id))


@router.post(f"{_ONE}/kept-mails/trial", response=answers(KeptTrialOut))
def try_kept_mails(request: HttpRequest, account_id: UUID) -> Any:
    """Read what was kept back once more, five hundred at most."""
    taken, kept = actions.try_kept_again(_found(request, account_id), actor=request.user)
    return {"taken": taken, "kept": kept}


def _found(request: HttpRequest, account_id: UUID) -> MailAccount:
    require_anywhere(request.user, USE)
    return queries.account_for(request.user, account_id)


def _values(request: HttpRequest, payload: MailboxPatch) -> dict[str, Any]:
    """What was sent, as the actions take it."""
    values = changes_in(payload, "provider_id")
    if "provider_id" in values:
        wanted = values.pop("provider_id")
        found = queries.providers(request.user).filter(pk=wanted).first() if wanted else None
        if wanted and found is None:
            raise ValidationError({"provider_id": _("There is no such provider.")})
        values["provider"] = found
    return values


def _team(pk: UUID | None) -> Team | None:
    if pk is None:
        return None
    found = Team.objects.filter(pk=pk).first()
    if found is None:
        raise ValidationError({"team_id": _("There is no such team.")})
    return found
