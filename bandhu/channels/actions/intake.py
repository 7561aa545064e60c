"""What comes to channels: its signature is checked first, then it is kept whole, then a job reads it.

Nothing is dropped: what cannot be read is kept with the reason, looked at on the channel's page, and read again when the reason is gone.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.channels.actions.health import note_traffic, note_trouble
from bandhu.channels.actions.taking import Happened, NotKnownYet, take_happenings
from bandhu.channels.adapters.port import (
    Arrived,
    ChannelError,
    FileCome,
    Forged,
    Said,
    TryLater,
    Unreadable,
)
from bandhu.channels.connections import adapter_of, connection_of
from bandhu.channels.events import NoticeKeptBack
from bandhu.channels.kept_words import kept as kept_sentence
from bandhu.channels.models import Channel, RawNotice
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.platform.audit import record_change
from bandhu.platform.events import publish
from bandhu.platform.live import hint
from bandhu.platform.queue import enqueue
from bandhu.platform.rate_limits import allow

logger = logging.getLogger(__name__)
MANAGE = "channels.manage_channels"
READ = "channels.read_notice"
KEPT_FOR = timedelta(days=30)
# A notice about a message whose sending has not been noted yet, or whose service is silent, is looked at again after these.
PAUSES = tuple(timedelta(seconds=one) for one in (5, 30, 120, 600, 3600))
_LEFT_ALONE = timedelta(minutes=2)
_UNKEPT_HEADERS = {"cookie", "authorization", "proxy-authorization"}
_MOST_OF_REFUSED = 4_000
State = RawNotice.State


def take_notice(channel: Channel, arrived: Arrived) -> RawNotice:
    """Keep a notice that its service signed, once, and let a job read it. Raises Forged; of forged ones a few are kept to be looked at."""
    adapter, connection = adapter_of(channel), connection_of(channel)
    try:
        adapter.verify(connection, arrived)
        external_id = adapter.notice_id(connection, arrived)[:250]
    except Forged as refusal:
        _note_forged(channel, arrived, f"{refusal}")
        raise
    except Unreadable:
        external_id = ""
    with transaction.atomic():
        return _keep(channel, arrived, external_id)


def _keep(channel: Channel, arrived: Arrived, external_id: str) -> RawNotice:
    row = _row(channel, arrived, external_id, State.WAITING)
    if external_id:
        RawNotice.objects.bulk_create([row], ignore_conflicts=True)
        kept = RawNotice.objects.exclude(state=State.REFUSED).get(channel=channel, external_id=external_id)
    else:
        row.save()
        kept = row
    if kept.pk == row.pk and not channel.is_paused:
        enqueue(READ, notice_id=str(kept.pk))
    return kept


def _row(channel: Channel, arrived: Arrived, external_id: str, state: str, **more: Any) -> RawNotice:
    headers = {name: value[:2_000] for name, value in arrived.headers.items() if name not in _UNKEPT_HEADERS}
    return RawNotice(
        channel=channel, received_at=arrived.at, query=arrived.query[:4_000], headers=headers, body=arrived.body,
        external_id=external_id, state=state, **more,
    )  # fmt: skip


def _note_forged(channel: Channel, arrived: Arrived, reason: str) -> None:
    """In the trail once in ten minutes; kept as long as there is no flood of them, since a wrong secret looks the same."""
    if allow(f"forged-kept:{channel.pk}", rate=1 / 60, burst=20)[0]:
        short = Arrived(arrived.method, arrived.query, arrived.headers, arrived.body, arrived.at)
        if len(short.body) <= _MOST_OF_REFUSED:
            _row(channel, short, "", State.REFUSED, error=reason[:300], read_at=timezone.now()).save()
    if allow(f"forged-noted:{channel.pk}", rate=1 / 600, burst=1)[0]:
        record_change(
            "refused", actor=None, kind="channel", record_id=channel.pk, title=channel.name,
            changes={"signature": ("", reason[:200])},
        )  # fmt: skip


def read_notice(notice_id: UUID) -> None:
    """Read one that waits; called by the job. What fails is kept with the reason; what is too early is looked at again."""
    notice = (
        RawNotice.objects.select_related("channel__team").filter(pk=notice_id, state=State.WAITING).first()
    )
    if notice is None or notice.channel.is_paused:
        return
    try:
        happened = _understood(notice.channel, arrived_of(notice))
        with transaction.atomic():
            if not _claimed(notice):
                return
            take_happenings(notice.channel, happened)
    except (TryLater, NotKnownYet) as early:
        _look_again(notice, early)
    except (ChannelError, ValidationError) as problem:
        _fail(notice, str(getattr(problem, "messages", [problem])[0]))
    except Exception as problem:
        # A mistake of ours must not lose what a customer wrote.
        logger.exception("notice %s cannot be read", notice.pk)
        _fail(notice, kept_sentence("our_mistake", f"{type(problem).__name__}: {problem}"))
    else:
        note_traffic(notice.channel, came=True)


def _understood(channel: Channel, arrived: Arrived) -> list[Happened]:
    """What the notice says, with the bytes of its files: the service is asked for them before any row is held."""
    adapter, connection = adapter_of(channel), connection_of(channel)
    found = []
    for one in adapter.parse(connection, arrived):
        files = [_fetched(adapter, connection, file) for file in one.files] if isinstance(one, Said) else []
        found.append(Happened(one, files))
    return found


def _fetched(adapter: Any, connection: Any, file: FileCome) -> tuple[FileCome, bytes, str]:
    """A file that cannot be had is told in the message rather than keeping the message back."""
    try:
        return file, adapter.fetch(connection, file), ""
    except Unreadable as problem:
        return file, b"", f"{problem}"[:200]


def _claimed(notice: RawNotice) -> bool:
    """Whether this reader is the one; its transaction takes the notice and what it says in one."""
    mine = RawNotice.objects.filter(pk=notice.pk, state=State.WAITING)
    return bool(mine.update(state=State.TAKEN, read_at=timezone.now(), error=""))


def _look_again(notice: RawNotice, early: Exception) -> None:
    if notice.attempts >= len(PAUSES):
        if isinstance(early, NotKnownYet):
            # The message was not sent from here: nothing is lost by knowing that it arrived.
            RawNotice.objects.filter(pk=notice.pk).update(state=State.TAKEN, error=f"{early}"[:300])
            return
        _fail(notice, f"{early}")
        return
    RawNotice.objects.filter(pk=notice.pk).update(attempts=notice.attempts + 1, error=f"{early}"[:300])
    enqueue(READ, at=timezone.now() + PAUSES[notice.attempts], notice_id=str(notice.pk))


@transaction.atomic
def _fail(notice: RawNotice, problem: str) -> None:
    values = {"state": State.FAILED, "error": problem[:300], "read_at": timezone.now()}
    if RawNotice.objects.filter(pk=notice.pk, state=State.WAITING).update(**values):
        channel = notice.channel
        publish(NoticeKeptBack(channel_id=str(channel.pk), notice_id=str(notice.pk), problem=problem[:300]))
        hint(f"channel:{channel.pk}")


def arrived_of(notice: RawNotice) -> Arrived:
    """The notice as it came, at the moment it came."""
    return Arrived(query=notice.query, headers=notice.headers, body=bytes(notice.body), at=notice.received_at)


@action(MANAGE, on_record=False)
def replay_notice(notice: RawNotice, *, actor: User) -> RawNotice:
    """Read it again: what failed, and what was refused where its signature fits now (the secret was wrong). Raises ValidationError."""
    notice = RawNotice.objects.select_for_update(of=("self",)).select_related("channel").get(pk=notice.pk)
    channel = notice.channel
    if notice.state == State.REFUSED:
        adapter, connection = adapter_of(channel), connection_of(channel)
        try:
            adapter.verify(connection, arrived_of(notice))
        except Forged as refusal:
            raise ValidationError(str(refusal)) from None
        notice.external_id = adapter.notice_id(connection, arrived_of(notice))[:250]
        if (
            RawNotice.objects.exclude(state=State.REFUSED)
            .filter(channel=channel, external_id=notice.external_id)
            .exists()
        ):
            # The service sent it again in the meantime, and then it was right.
            notice.delete()
            return notice
    notice.state, notice.attempts, notice.error = State.WAITING, 0, ""
    notice.save()
    record_change("replayed", actor=actor, kind="channel", record_id=channel.pk, title=channel.name)
    enqueue(READ, notice_id=str(notice.pk))
    hint(f"channel:{channel.pk}")
    return notice


@action(MANAGE, on_record=False)
def discard_notice(notice: RawNotice, *, actor: User) -> None:
    """Throw one away that could not be read, or was refused: it is gone, and the audit trail says which. Raises ValidationError for one that
    was read or waits to be."""
    notice = RawNotice.objects.select_for_update(of=("self",)).select_related("channel").get(pk=notice.pk)
    channel = notice.channel
    if notice.state not in (State.FAILED, State.REFUSED):
        raise ValidationError(_("Only a notice that could not be read, or was refused, is discarded."))
    what = f"{notice.external_id or notice.pk} ({notice.received_at:%Y-%m-%d %H:%M:%S} UTC)"
    record_change(
        "discarded", actor=actor, kind="channel", record_id=channel.pk, title=channel.name,
        changes={"notice": (what, None), "error": (notice.error, None)},
    )  # fmt: skip
    notice.delete()
    hint(f"channel:{channel.pk}")


def queue_kept_notices(channel: Channel) -> int:
    """Those that came while the channel was paused; returns how many."""
    waiting = channel.notices.filter(state=State.WAITING).order_by("pk").values_list("pk", flat=True)
    for pk in waiting[:5_000]:
        enqueue(READ, notice_id=str(pk))
    return len(waiting[:5_000])


def look_after_notices(now: datetime | None = None) -> int:
    """By the clock: read what a lost job left waiting, forget what was kept long enough. Returns how many were queued."""
    moment = now or timezone.now()
    old = RawNotice.objects.filter(received_at__lt=moment - KEPT_FOR)
    # What nobody could read, and what waits while the channel is paused, stays until somebody decides: it is a customer's word.
    old.filter(state__in=(State.TAKEN, State.REFUSED)).delete()
    # Whoever removed the channel has decided.
    old.filter(received_at__lt=moment - 4 * KEPT_FOR, channel__deleted_at__isnull=False).delete()
    left = RawNotice.objects.filter(
        state=State.WAITING, channel__is_paused=False, received_at__lt=moment - _LEFT_ALONE, attempts=0
    )
    found = list(left.order_by("pk").values_list("pk", flat=True)[:500])
    for pk in found:
        enqueue(READ, queueing_lock=f"notice:{pk}", notice_id=str(pk))
    return len(found)


def poll_channel(channel_id: UUID) -> int:
    """Ask a service that does not tell; what is new is kept like notices. Returns how much that was."""
    with transaction.atomic():
        channel = (
            Channel.objects.select_for_update(skip_locked=True).filter(pk=channel_id, deleted_at=None).first()
        )
        if channel is None or channel.is_paused:
            return 0
        adapter, connection = adapter_of(channel), connection_of(channel)
        try:
            bodies, cursor = adapter.poll(connection, channel.cursor)
        except ChannelError as problem:
            note_trouble(channel, kept_sentence("not_read", problem))
            return 0
        for body in bodies:
            arrived = Arrived(body=body)
            _keep(channel, arrived, adapter.notice_id(connection, arrived)[:250])
        if cursor != channel.cursor:
            Channel.objects.filter(pk=channel.pk).update(cursor=cursor[:200])
    note_traffic(channel, came=True)
    return len(bodies)
