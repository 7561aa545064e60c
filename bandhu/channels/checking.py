"""Trying an account out: one line for each of its servers, with the reason where it does not work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from bandhu.channels.models import MailAccount
from bandhu.channels.reading import choose
from bandhu.channels.servers import MailServerError, imap, smtp


@dataclass(frozen=True)
class Trial:
    """What came of it; `problem` is empty when it works."""

    label: Any
    problem: str = ""


def try_account(account: MailAccount) -> list[Trial]:
    """Sign in at each server of the account and look at its folders; nothing is sent or changed."""
    found = []
    if account.smtp_host:
        found.append(Trial(_("Sending"), _problem(_try_smtp, account)))
    if account.imap_host:
        found.append(Trial(_("Reading"), _problem(_try_imap, account)))
    return found


def _problem(attempt: Any, account: MailAccount) -> str:
    try:
        attempt(account)
    except MailServerError as error:
        return str(error)
    return ""


def _try_smtp(account: MailAccount) -> None:
    with smtp(account) as server:
        server.noop()


def _try_imap(account: MailAccount) -> None:
    with imap(account) as server:
        for folder in filter(None, (account.folder, account.sent_folder)):
            choose(server, folder)
