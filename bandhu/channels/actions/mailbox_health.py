"""How a mailbox fares: paused and let go on, what could not be taken in kept back and tried again."""

from __future__ import annotations

import logging

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from bandhu.channels.actions.batches import Letter, receive_mails
from bandhu.channels.models import KeptMail, MailAccount
from bandhu.channels.queries import may_manage
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.identity.results import Denied
from bandhu.identity.scoping import reason_for
from bandhu.platform.audit import record_change
from bandhu.platform.files import erase_files_of, open_file
from bandhu.platform.models import StoredFile

logger = logging.getLogger(__name__)
USE, MANAGE = "channels.use_own_account", "channels.manage_accounts"


@action(USE, on_record=False)
def pause_account(account: MailAccount, *, actor: User) -> None:
    """Read nothing more until `resume_account`; what waits in the mailbox stays there, and mail still leaves."""
    _set_pause(account, actor, is_paused=True)


@action(USE, on_record=False)
def resume_account(account: MailAccount, *, actor: User) -> None:
    """Read on from where it was left."""
    _set_pause(account, actor, is_paused=False)


@action(USE, on_record=False)
def try_kept_again(account: MailAccount, *, actor: User) -> tuple[int, int]:
    """Take in what was kept back: (how many came in, how many stay)."""
    _require_hold(account, actor)
    waiting = list(KeptMail.objects.filter(account=account).order_by("pk")[:500])
    taken = sum(_try_again(one) for one in waiting)
    return taken, KeptMail.objects.filter(account=account).count()


def _try_again(kept: KeptMail) -> bool:
    stored = StoredFile.objects.filter(pk=kept.raw).first() if kept.raw else None
    if stored is None:
        return False
    with open_file(stored) as file:
        raw = file.read()
    account = kept.account
    try:
        with transaction.atomic():
            is_sent = kept.folder == account.sent_folder != account.folder
            letter = Letter(raw, is_cut=kept.size > len(raw))
            receive_mails(account, [letter], is_sent=is_sent, are_past=kept.is_past)
    except Exception as error:  # whatever it is, it is shown, and the mail stays kept
        logger.exception("mail kept back %s cannot be taken in", kept.pk)
        KeptMail.objects.filter(pk=kept.pk).update(
            tries=F("tries") + 1, trouble=f"{type(error).__name__}: {error}"[:300]
        )
        return False
    erase_files_of(kept.pk)
    kept.delete()
    return True


def _set_pause(account: MailAccount, actor: User, *, is_paused: bool) -> None:
    _require_hold(account, actor)
    before = account.paused_at
    account.paused_at = (before or timezone.now()) if is_paused else None
    account.save(update_fields=["paused_at"])
    record_change(
        "paused" if is_paused else "resumed",
        actor=actor,
        kind="mailaccount",
        record_id=account.pk,
        title=account.name,
    )


def _require_hold(account: MailAccount, actor: User) -> None:
    if not may_manage(actor, account):
        raise Denied(MANAGE, reason_for(MANAGE))
