"""How channels fare: when something last came and went, since when they fail, and telling it once."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from bandhu.channels.events import ChannelFailing, ChannelRecovered
from bandhu.channels.models import Channel
from bandhu.platform.events import publish
from bandhu.platform.live import hint

_EVERY = timedelta(minutes=1)


def note_traffic(channel: Channel, *, came: bool) -> None:
    """Something came in (`came`) or went out: the channel works."""
    column = "last_in_at" if came else "last_out_at"
    now = timezone.now()
    stale = Q(**{f"{column}__lt": now - _EVERY}) | Q(**{f"{column}__isnull": True})
    mine = Channel.objects.filter(pk=channel.pk)
    if mine.filter(stale).update(**{column: now}):
        hint(f"channel:{channel.pk}")
    # What comes in proves nothing about what goes out, where the problem mostly is.
    if not came or not channel.last_out_at:
        note_recovery(channel)


@transaction.atomic
def note_recovery(channel: Channel) -> None:
    """It works again; told once."""
    ill = Channel.objects.filter(pk=channel.pk, failing_since__isnull=False)
    if ill.update(failing_since=None, problem=""):
        publish(ChannelRecovered(channel_id=str(channel.pk), kind=channel.kind))
        hint(f"channel:{channel.pk}")


@transaction.atomic
def note_trouble(channel: Channel, problem: str) -> None:
    """The channel itself does not work; told when it begins."""
    words = problem[:300]
    mine = Channel.objects.filter(pk=channel.pk)
    if mine.filter(failing_since__isnull=True).update(failing_since=timezone.now(), problem=words):
        publish(ChannelFailing(channel_id=str(channel.pk), kind=channel.kind, problem=words))
        hint(f"channel:{channel.pk}")
    else:
        mine.update(problem=words)
