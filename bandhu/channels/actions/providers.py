"""Providers whose mailboxes are entered by signing in there, and the sign-in of a mailbox."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.channels.models import MailAccount, MailProvider, ProviderKind
from bandhu.channels.oauth import READY_MADE, SECRETS, Tokens, seal_tokens
from bandhu.channels.queries import may_manage
from bandhu.identity.acting import action
from bandhu.identity.results import Denied
from bandhu.identity.scoping import reason_for
from bandhu.platform.audit import record_change
from bandhu.platform.texts import clean_line
from bandhu.platform.vault import sealed
from bandhu.platform.web_addresses import WebAddressError, allows_inside, refuse_inside

USE, MANAGE = "channels.use_own_account", "channels.manage_accounts"


@action(MANAGE, on_record=False)
def set_provider(provider: MailProvider | None, *, actor: Any, **values: Any) -> MailProvider:
    """Make one (None), or change it: `kind`, `name`, `client_id`, `client_secret` (empty leaves the kept one), and for another provider
    `authorize_url`, `token_url`, `scopes`. Raises ValidationError by field."""
    row = provider or MailProvider()
    row.kind = values.get("kind") or row.kind
    if row.kind not in ProviderKind.values:
        raise ValidationError({"kind": _("Choose one of the list.")})
    row.name = clean_line(values.get("name") or "", 120) or str(ProviderKind(row.kind).label)
    row.client_id = clean_line(values.get("client_id") or "", 300)
    if secret := values.get("client_secret"):
        row.sealed_secret = sealed(str(secret).strip(), SECRETS)
    ready = READY_MADE.get(row.kind)
    row.authorize_url, row.token_url, row.scopes = ready or (
        clean_line(values.get("authorize_url") or "", 500),
        clean_line(values.get("token_url") or "", 500),
        clean_line(values.get("scopes") or "", 1000),
    )
    _check(row)
    row.save()
    verb = "created" if provider is None else "changed"
    record_change(verb, actor=actor, kind="mailprovider", record_id=row.pk, title=row.name)
    return row


@action(MANAGE, on_record=False)
def delete_provider(provider: MailProvider, *, actor: Any) -> None:
    """Its mailboxes ask for a password again."""
    record_change("deleted", actor=actor, kind="mailprovider", record_id=provider.pk, title=provider.name)
    provider.delete()


@action(USE, on_record=False)
def sign_account_in(account: MailAccount, *, actor: Any, tokens: Tokens) -> None:
    """Keep what the provider gave for the mailbox."""
    if not may_manage(actor, account):
        raise Denied(MANAGE, reason_for(MANAGE))
    account.sealed_tokens = seal_tokens(tokens)
    account.problem, account.failing_since = "", None
    account.save(update_fields=["sealed_tokens", "problem", "failing_since"])
    record_change(
        "changed",
        actor=actor,
        kind="mailaccount",
        record_id=account.pk,
        title=account.name,
        changes={"sealed_tokens": ("•", "•")},
    )


def _check(row: MailProvider) -> None:
    problems: dict[str, Any] = {}
    if not row.client_id:
        problems["client_id"] = _("Write what the provider calls this installation.")
    if not row.scopes:
        problems["scopes"] = _("Say what we ask the provider for.")
    for name in ("authorize_url", "token_url"):
        address = getattr(row, name)
        if not address.startswith("https://") and not allows_inside():
            problems[name] = _("A provider is asked over https:// only.")
            continue
        try:
            if not allows_inside():
                refuse_inside(address)
        except WebAddressError as error:
            if error.code != "unknown_host":
                problems[name] = str(error.message)
    if problems:
        raise ValidationError(problems)
