"""Mail accounts: whose they are, how their servers are reached, what their mail is for."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from bandhu.channels.kept_words import SERVER_SENTENCES
from bandhu.channels.models import History, Intake, MailAccount, MailProvider, Security, Sharing
from bandhu.channels.queries import may_manage
from bandhu.channels.servers import PORTS, SECRETS
from bandhu.identity.acting import action
from bandhu.identity.models import Team, User
from bandhu.identity.results import Denied
from bandhu.identity.scoping import reason_for, require_anywhere
from bandhu.platform.audit import record_change
from bandhu.platform.mail_addresses import MailAddressError, parse_mail_address
from bandhu.platform.texts import clean_block, clean_line
from bandhu.platform.vault import sealed
from bandhu.platform.web_addresses import WebAddressError, allows_inside, checked_addresses

USE, MANAGE = "channels.use_own_account", "channels.manage_accounts"
_LINES = {
    "name": 120, "from_name": 120, "smtp_host": 253, "smtp_user": 254, "imap_host": 253, "imap_user": 254, "folder": 120, "sent_folder": 120,
}  # fmt: skip
_CHOICES = {
    "smtp_security": Security,
    "imap_security": Security,
    "intake": Intake,
    "sharing": Sharing,
    "history": History,
}
_HISTORY = ("history", "history_days")
MOST_DAYS = 36_500
_PASSWORDS = {"smtp_password": "smtp_secret", "imap_password": "imap_secret"}


@action(USE, on_record=False)
def create_own_account(*, actor: User, **values: Any) -> MailAccount:
    """A mailbox of the actor's. `values` as in `change_account`. Raises ValidationError by field."""
    return _write(MailAccount(owner=actor), actor, "created", values)


@action(MANAGE, on_record=False)
def create_account(*, actor: User, team: Team | None = None, **values: Any) -> MailAccount:
    """A mailbox of a team, or of the whole house. Raises ValidationError by field."""
    return _write(
        MailAccount(team=team, sharing=Sharing.ALL, intake=Intake.CONVERSATIONS), actor, "created", values
    )


@action(USE, on_record=False)
def change_account(account: MailAccount, *, actor: User, **values: Any) -> MailAccount:
    """Change any of the columns; `smtp_password` and `imap_password` are kept sealed, empty ones leave the kept.

    Raises ValidationError by field, Denied for an account of a team or the house without leave to manage them.
    """
    _require_hold(account, actor)
    return _write(account, actor, "changed", values)


@action(USE, on_record=False)
def delete_account(account: MailAccount, *, actor: User) -> None:
    """The account and its passwords go; mails stay where they are filed."""
    _require_hold(account, actor)
    record_change("deleted", actor=actor, kind="mailaccount", record_id=account.pk, title=account.name)
    account.delete()


def _require_hold(account: MailAccount, actor: User) -> None:
    if account.owner_id != actor.pk:
        require_anywhere(actor, MANAGE)
    if not may_manage(actor, account):
        raise Denied(MANAGE, reason_for(MANAGE))


def _write(account: MailAccount, actor: User, verb: str, values: dict[str, Any]) -> MailAccount:
    before = {name: getattr(account, name) for name in values if name not in _PASSWORDS}
    problems = _set(account, values)
    problems |= _check(account)
    if problems:
        raise ValidationError(problems)
    if any(
        before.get(name, getattr(account, name)) != getattr(account, name)
        for name in ("imap_host", "imap_user")
    ):
        account.places = {}  # another mailbox counts its mail anew
    elif any(before.get(name, getattr(account, name)) != getattr(account, name) for name in _HISTORY):
        _begin_past_anew(account)
    account.problem, account.failing_since = "", None
    account.save()
    changes = {name: (_plain(old), _plain(getattr(account, name))) for name, old in before.items()}
    changes |= {name: ("•", "•") for name in _PASSWORDS if values.get(name)}
    record_change(
        verb, actor=actor, kind="mailaccount", record_id=account.pk, title=account.name, changes=changes
    )
    return account


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, MailProvider) else value


def _set(account: MailAccount, values: dict[str, Any]) -> dict[str, Any]:
    problems: dict[str, Any] = {}
    for name, value in values.items():
        try:
            _set_one(account, name, value)
        except ValidationError as problem:
            problems[name] = problem.messages
    return problems


def _set_one(account: MailAccount, name: str, value: Any) -> None:
    if name in _PASSWORDS:
        if value:
            setattr(account, _PASSWORDS[name], sealed(str(value), SECRETS))
    elif name == "address":
        _set_address(account, value)
    elif name in _LINES:
        setattr(account, name, clean_line(value or "", _LINES[name]))
    elif name in _CHOICES:
        if value not in _CHOICES[name].values:
            raise ValidationError(_("Choose one of the list."))
        setattr(account, name, value)
    elif name in ("smtp_port", "imap_port"):
        setattr(account, name, int(value))
    elif name == "provider":
        if account.provider != value:
            account.provider, account.sealed_tokens = value, ""
    elif name == "history_days":
        account.history_days = min(max(1, int(value or 0)), MOST_DAYS)
    elif name == "aliases":
        account.aliases = _addresses(value)
    elif name == "signatures":
        if strange := value.keys() - dict(settings.LANGUAGES).keys():
            raise ValidationError(_("There is no language “%(code)s” here.") % {"code": min(strange)})
        texts = {code: clean_block(value.get(code) or "", 2_000) for code, _name in settings.LANGUAGES}
        account.signatures = {code: text for code, text in texts.items() if text}
    elif name in ("is_active", "tracks", "has_plus_addresses", "acknowledges"):
        setattr(account, name, bool(value))
    else:
        raise TypeError(name)


def _set_address(account: MailAccount, value: Any) -> None:
    try:
        found = parse_mail_address(str(value or ""))
    except MailAddressError as error:
        raise ValidationError(str(error.message)) from None
    account.address, account.key = found.address, found.key


def _begin_past_anew(account: MailAccount) -> None:
    """More of the past is wanted, or less: what is here already is known again by its Message-ID."""
    account.places = {
        folder: {name: place[name] for name in ("validity", "uid") if name in place}
        for folder, place in account.places.items()
    }


def _addresses(value: Any) -> list[str]:
    """Each once, as typed. Raises ValidationError naming the first that is none."""
    found: dict[str, str] = {}
    for text in value[:50]:
        try:
            one = parse_mail_address(str(text))
        except MailAddressError as error:
            raise ValidationError(f"{text}: {error.message}") from None
        found.setdefault(one.key, one.address)
    return list(found.values())


def _check(account: MailAccount) -> dict[str, Any]:
    problems: dict[str, Any] = {}
    account.name = account.name or account.address
    account.folder = account.folder or "INBOX"
    if not account.smtp_host and not account.imap_host:
        problems["smtp_host"] = _("Name a server for sending, one for reading, or both.")
    for kind in ("smtp", "imap"):
        host, port = getattr(account, f"{kind}_host"), getattr(account, f"{kind}_port")
        if host:
            problems |= _check_server(kind, host, port, getattr(account, f"{kind}_security"))
    if account.intake in (Intake.CONVERSATIONS, Intake.LEADS, Intake.COPIES) and account.owner_id:
        problems["intake"] = _("Only a mailbox of a team or of the house is for this.")
    same = MailAccount.objects.filter(
        Q(owner=account.owner_id) if account.owner_id else Q(owner__isnull=True)
    )
    if account.key and same.filter(key=account.key).exclude(pk=account.pk).exists():
        problems["address"] = _("There is an account with this address already.")
    return problems


def _check_server(kind: str, host: str, port: int, security: str) -> dict[str, Any]:
    if allows_inside():
        return {}
    if security == Security.NONE:
        return {f"{kind}_security": _("Over the internet, passwords and mails go encrypted only.")}
    try:
        checked_addresses(host, port, PORTS)
    except WebAddressError as error:
        # A name that is not known today may be tomorrow; an address inside never is.
        if error.code != "unknown_host":
            return {
                f"{kind}_port" if error.code == "port" else f"{kind}_host": str(SERVER_SENTENCES[error.code])
            }
    return {}
