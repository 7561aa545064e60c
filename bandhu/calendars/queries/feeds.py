"""What other programs read of a calendar."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from bandhu.calendars.ics_writing import calendar_text
from bandhu.calendars.models import Attendee, CalendarAccount, Feed, Meeting
from bandhu.calendars.queries.meetings import meetings
from bandhu.identity.models import User
from bandhu.identity.results import OutOfReach
from bandhu.identity.tokens import fingerprint
from bandhu.platform import rate_limits

BACK, AHEAD, MOST = timedelta(days=90), timedelta(days=730), 3_000
# Programs ask every few minutes at most; whoever asks more often, or tries addresses, waits.
_READS, _READ_RATE = 30, 1 / 60
_TRIES, _TRY_RATE = 20, 1 / 30


def feed_of(user: User) -> Feed | None:
    """The address that works now, without its secret."""
    return Feed.objects.filter(user=user, revoked_at=None).first()


def account_of(user: User) -> CalendarAccount | None:
    """The user's calendar on another server."""
    return CalendarAccount.objects.filter(user=user).first()


def faults_of(account: CalendarAccount) -> list[tuple[str, str]]:
    """(file, why) of what stands there and cannot be shown here."""
    rows = account.objects_there.exclude(fault="").order_by("href")
    return [(one.href.rpartition("/")[2], one.fault) for one in rows[:50]]


def seconds_to_wait(secret: str, address: str) -> int:
    """Counts one reading of this feed by this address; 0 when it may be answered, else the seconds until the next."""
    known = Feed.objects.filter(sha256=fingerprint(secret), revoked_at=None).exists()
    if not known:
        return rate_limits.allow(f"feed-tries:{address}", _TRY_RATE, _TRIES)[1]
    return rate_limits.allow(f"feed:{fingerprint(secret)[:32]}", _READ_RATE, _READS)[1]


def seconds_for_guesses(address: str) -> int:
    """Counts one opening of a booking's link by this address; generous for visitors, too few for guessing."""
    return rate_limits.allow(f"booking-links:{address}", 1 / 5, 60)[1]


def seconds_for_times(address: str) -> int:
    """Counts one look at a booking page by this address: the free times of many hosts are reckoned for each."""
    return rate_limits.allow(f"booking-pages:{address}", 1.0, 60)[1]


def feed_text(secret: str) -> bytes:
    """The calendar whose secret this is: what its user owns or takes part in, and nothing else. Raises OutOfReach."""
    feed = (
        Feed.objects.filter(sha256=fingerprint(secret), revoked_at=None, user__is_active=True)
        .select_related("user")
        .first()
    )
    if feed is None or not feed.user.holds("calendars.view_meeting"):
        raise OutOfReach
    Feed.objects.filter(pk=feed.pk).update(read_at=timezone.now())
    return calendar_text(_of(feed.user), with_guests=False)


def _of(user: User) -> list[Meeting]:
    now = timezone.now()
    taking_part = Attendee.objects.filter(user=user).exclude(state=Attendee.State.DECLINED).values("meeting")
    rows = meetings(user).filter(Q(owner=user) | Q(pk__in=taking_part)).exclude(state=Meeting.State.CANCELLED)
    near = Q(ends_at__gt=now - BACK, starts_at__lt=now + AHEAD)
    running = ~Q(rule="") & (Q(recurs_until=None) | Q(recurs_until__gt=now - BACK))
    # Exceptions come with their series; of one whose series is somebody else's there is the occurrence alone.
    mine = rows.filter(near | running).select_related("series").prefetch_related("exceptions")
    own_series = {one.pk for one in mine if one.rule}
    return [one for one in mine.order_by("starts_at")[:MOST] if one.series_id not in own_series]
