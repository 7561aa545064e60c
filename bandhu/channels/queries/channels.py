"""Reading channels and what came to them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from bandhu.channels.adapters import ADAPTERS
from bandhu.channels.adapters.port import Adapter, Capabilities
from bandhu.channels.models import Channel, RawNotice
from bandhu.identity.models import User
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.paging import keyset_page

MANAGE = "channels.manage_channels"
KEPT_BACK = ("failed", "waiting")


def channels(user: User) -> QuerySet[Channel]:
    """All that were not removed, with `kept_back`: how many notices could not be read. Raises Denied."""
    require_anywhere(user, MANAGE)
    rows = Channel.objects.filter(deleted_at=None, kind__in=list(ADAPTERS)).select_related("team")
    return rows.annotate(kept_back=Count("notices", filter=Q(notices__state="failed")))


def channel_for(user: User, pk: UUID | str) -> Channel:
    """One of them. Raises Denied or OutOfReach."""
    found = channels(user).filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def notices_of(user: User, channel: Channel, *, state: str = "", cursor: str | None = None) -> Any:
    """A page of what came, the newest first; with `state` only those."""
    require_anywhere(user, MANAGE)
    rows = RawNotice.objects.filter(channel=channel).defer("body")
    if state in RawNotice.State.values:
        rows = rows.filter(state=state)
    return keyset_page(rows, ["-id"], cursor=cursor, limit=50)


def notice_for(user: User, pk: UUID) -> RawNotice:
    """One notice, whole. Raises Denied or OutOfReach."""
    require_anywhere(user, MANAGE)
    found = RawNotice.objects.select_related("channel").filter(pk=pk, channel__deleted_at=None).first()
    if found is None:
        raise OutOfReach
    return found


def open_channel(pk: UUID, kind: str = "") -> Channel:
    """The channel strangers write to; nobody is asked who they are. Raises OutOfReach for one that is not there, or of another kind."""
    rows = Channel.objects.filter(pk=pk, deleted_at=None, kind__in=[kind] if kind else list(ADAPTERS))
    found = rows.select_related("team").first()
    if found is None:
        raise OutOfReach
    return found


def channel_name(pk: UUID | None) -> str:
    """What the channel of a conversation is called; "" where it is no channel of these."""
    return Channel.objects.filter(pk__in=[pk]).values_list("name", flat=True).first() or ""


def channel_word(channel: Channel) -> str:
    """What conversations by it say they came by: "sms", "whatsapp"."""
    return ADAPTERS[channel.kind].channel


def capabilities_of(place: UUID | None) -> Capabilities | None:
    """What the channel of a conversation carries (longest text, files, receipts); None where it is no channel of these."""
    kind = Channel.objects.filter(pk__in=[place]).values_list("kind", flat=True).first()
    return ADAPTERS[kind].can if kind in ADAPTERS else None


def is_public(channel: str) -> bool:
    """Whether what is written on channels of this name may be read by anybody: nothing that is for one person is said there."""
    return any(one.can.is_public for one in ADAPTERS.values() if one.channel == channel)


def adapters() -> list[Adapter]:
    """The kinds there are."""
    return list(ADAPTERS.values())


def is_channel(place: UUID | str | None) -> bool:
    """Whether a conversation's place is one of these channels (and no mailbox)."""
    return place is not None and Channel.objects.filter(pk=place).exists()


def polled_channels() -> list[UUID]:
    """Channels whose service does not tell by itself and is asked, those not paused."""
    kinds = [one.kind for one in ADAPTERS.values() if one.is_polled]
    return list(
        Channel.objects.filter(kind__in=kinds, deleted_at=None, is_paused=False).values_list("pk", flat=True)
    )
