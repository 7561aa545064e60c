"""The outbox: a mail is written in the caller's transaction and sent by a job, once as far as SMTP can promise it.

A mail that waits is "queued". The job marks it "sending", and notes the moment before its content leaves. A worker killed
before that moment sent nothing: the mail is queued again. One killed after it leaves "unknown", which only a person sends again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from bandhu.channels.actions.tidings import tell_message
from bandhu.channels.actions.tracked_links import html_to_send
from bandhu.channels.events import MailFailed, MailSent
from bandhu.channels.kept_words import kept
from bandhu.channels.letters import letter_of
from bandhu.channels.models import Mail, MailRecipient, MailState
from bandhu.channels.servers import Handed, MailServerError, hand_over
from bandhu.channels.signing import signed
from bandhu.channels.wire import letter_bytes
from bandhu.interactions.actions import mark_message
from bandhu.interactions.models import MessageState
from bandhu.platform.events import publish
from bandhu.platform.live import hint
from bandhu.platform.notifications import notify
from bandhu.platform.queue import enqueue

logger = logging.getLogger(__name__)
SEND = "channels.send_mail"
# After the last pause a mail has failed: a little more than two days, as mail servers themselves wait.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(days=1),
)
# Longer than any conversation with a server lasts; whoever is "sending" since then is dead.
LOST_AFTER = timedelta(minutes=15)
_WAITING = MailRecipient.State.WAITING


def queue_mail(mail: Mail, at: datetime) -> None:
    """Let the job send it at `at`; it exists only if the surrounding transaction commits."""
    mail.state, mail.send_at, mail.data_at = MailState.QUEUED, at, None
    mail.save(update_fields=["state", "send_at", "data_at"])
    if mail.inbox_message is not None:
        mark_message(mail.inbox_message, MessageState.QUEUED)
    arguments: dict[str, Any] = {"mail_id": str(mail.pk)}
    enqueue(SEND, at=at, **arguments)


def send_queued(mail_id: UUID) -> None:
    """Send it to the recipients who wait; called by the job. A mail that is not due, or under way, is left alone."""
    mail = _taken(mail_id)
    if mail is None:
        return
    waiting = list(mail.recipients.filter(state=_WAITING))
    try:
        if mail.account is None or not mail.account.is_active:
            raise _NoAccount
        letter = letter_of(mail, html_to_send(mail))
        content = signed(letter_bytes(letter), letter.sender[1])
        handed = hand_over(mail.account, [one.address for one in waiting], content, lambda: _note_data(mail))
    except MailServerError as error:
        _again_or_fail(mail, error.kept)
        return
    except _Overtaken:
        return
    except _NoAccount:
        _fail(mail, kept("no_account"))
        return
    except (ValueError, OSError) as error:
        logger.exception("mail %s cannot be put together", mail.pk)
        _fail(mail, kept("not_put_together", f"{type(error).__name__}: {error}"))
        return
    _settle(mail, waiting, handed)


def settle_lost(now: datetime | None = None) -> int:
    """Decide about mails whose worker died: queued again, or "unknown". Called by the clock; returns how many."""
    before = (now or timezone.now()) - LOST_AFTER
    lost = Mail.objects.filter(state=MailState.SENDING, sent_at__lt=before)
    return sum(_decide_lost(mail_id) for mail_id in list(lost.values_list("pk", flat=True)[:200]))


def _taken(mail_id: UUID) -> Mail | None:
    """The mail, marked as being sent; None when there is nothing to do. `sent_at` is when this attempt began."""
    with transaction.atomic():
        mail = (
            Mail.objects.select_for_update(of=("self",))
            .select_related("account", "inbox_message__conversation")
            .filter(pk=mail_id)
            .first()
        )
        if mail is None:
            return None
        if mail.state == MailState.SENDING:
            # The job runs once more: the worker that had it is gone.
            _decide_lost(mail_id)
            return None
        if mail.state != MailState.QUEUED or (
            mail.send_at and mail.send_at > timezone.now() + timedelta(seconds=1)
        ):
            return None
        if mail.inbox_message is not None and not mark_message(mail.inbox_message, MessageState.SENDING):
            # It was taken back in the inbox, which is asked last: from here on it cannot be any more.
            mail.delete()
            return None
        mail.state, mail.sent_at, mail.data_at = MailState.SENDING, timezone.now(), None
        mail.attempts += 1
        mail.save(update_fields=["state", "sent_at", "data_at", "attempts"])
        return mail


@transaction.atomic
def _decide_lost(mail_id: UUID) -> int:
    mail = Mail.objects.select_for_update().filter(pk=mail_id, state=MailState.SENDING).first()
    if mail is None:
        return 0
    if mail.data_at is None:
        queue_mail(mail, timezone.now())
    else:
        _finish(mail, MailState.UNKNOWN, kept("stopped_with_server"))
    return 1


def _note_data(mail: Mail) -> None:
    """Committed at once, since it is for whoever comes after a crash. Raises _Overtaken when somebody came already."""
    mail.data_at = timezone.now()
    mine = Mail.objects.filter(pk=mail.pk, state=MailState.SENDING, attempts=mail.attempts)
    if not mine.update(data_at=mail.data_at):
        raise _Overtaken


@transaction.atomic
def _settle(mail: Mail, waiting: Sequence[MailRecipient], handed: Handed) -> None:
    for one in waiting:
        if one.address in handed.refused:
            code, words = handed.refused[one.address]
            one.answer = f"{code} {words}"[:300]
            if code >= 500:
                one.state = MailRecipient.State.REFUSED
        elif not handed.is_unknown:
            one.state, one.answer = MailRecipient.State.ACCEPTED, ""
        one.save(update_fields=["state", "answer"])
    if handed.is_unknown:
        _finish(mail, MailState.UNKNOWN, kept("broke_with_server"))
        return
    later = [one for one in waiting if one.state == _WAITING]
    if later:
        _again_or_fail(mail, later[0].answer)
    elif mail.recipients.filter(state=MailRecipient.State.ACCEPTED).exists():
        _finish(mail, MailState.SENT, "")
    else:
        _finish(mail, MailState.FAILED, waiting[0].answer if waiting else "")


def _again_or_fail(mail: Mail, reason: str) -> None:
    if mail.attempts > len(PAUSES):
        _fail(mail, reason)
        return
    with transaction.atomic():
        mail.answer = reason[:300]
        mail.save(update_fields=["answer"])
        queue_mail(mail, timezone.now() + PAUSES[mail.attempts - 1])
        _hint(mail)


@transaction.atomic
def _fail(mail: Mail, reason: str) -> None:
    _finish(mail, MailState.FAILED, reason)


def _finish(mail: Mail, state: str, reason: str) -> None:
    mail.state, mail.answer, mail.sent_at = state, reason[:300], timezone.now()
    mail.save(update_fields=["state", "answer", "sent_at"])
    tell_message(mail, state)
    facts = facts_of(mail)
    if state == MailState.SENT:
        publish(MailSent(**facts))
    else:
        publish(MailFailed(**facts, state=state, reason=mail.answer))
        if mail.written_by is not None:
            sentence = (
                gettext_noop("Perhaps sent, nobody can say: %(subject)s")
                if state == MailState.UNKNOWN
                else gettext_noop("The mail was not sent: %(subject)s")
            )
            notify(
                mail.written_by, sentence, url=f"/mails/{mail.pk}/", icon="mail-warning", subject=str(mail)
            )
    _hint(mail)


def facts_of(mail: Mail) -> dict[str, Any]:
    """What every event of mails says."""
    return {
        "mail_id": str(mail.pk),
        "account_id": _text(mail.account_id),
        "contact_id": _text(mail.contact_id),
        "company_id": _text(mail.company_id),
    }


def _hint(mail: Mail) -> None:
    topics = (("contact", mail.contact_id), ("company", mail.company_id))
    hint(*(f"{kind}:{pk}" for kind, pk in topics if pk))


def _text(value: Any) -> str | None:
    return str(value) if value else None


class _NoAccount(Exception):
    pass


class _Overtaken(Exception):
    """This attempt took so long that it was given up, and another one has begun."""
