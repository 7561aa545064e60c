"""What stands in a calendar between two moments: meetings, the occurrences of series, follow-ups."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.calendars.models import Attendee, Meeting
from bandhu.calendars.queries.meetings import in_reach
from bandhu.calendars.recurrence import starts_between
from bandhu.customers.queries import hide_unseen_customers
from bandhu.identity.models import User
from bandhu.identity.queries import colleague_with
from bandhu.interactions.queries import follow_ups

MOST = 2_000


@dataclass(frozen=True)
class Entry:
    """One line or box of a calendar, at moments in the reader's zone. `url` is empty for what may only be known to take time."""

    kind: str
    title: str
    starts: datetime
    ends: datetime
    url: str = ""
    pk: UUID | None = None
    customer: str = ""
    owner: str = ""
    place: str = ""
    state: str = "planned"
    is_all_day: bool = False
    repeats: bool = False
    # For an occurrence of a series: the moment that names it.
    at: str = ""
    movable: bool = False

    @property
    def minutes(self) -> int:
        return int((self.ends - self.starts).total_seconds() // 60)


def people_shown(user: User, whose: str) -> tuple[list[UUID], str]:
    """The ids of those whose calendar `whose` asks for ("", "team:<id>" or a user's id), and their name. Raises OutOfReach.

    What of theirs is shown, reach decides.
    """
    if whose.startswith("team:"):
        members = User.objects.filter(team=_uuid(whose[5:]), is_active=True)
        first = members.select_related("team").first()
        return [one.pk for one in members], str(first.team) if first else ""
    if not whose or whose == str(user.pk):
        return [user.pk], ""
    colleague = colleague_with(user, _uuid(whose))
    return [colleague.pk], str(colleague)


def entries_between(
    user: User, people: Collection[UUID], since: datetime, until: datetime, *, with_follow_ups: bool = True
) -> list[Entry]:
    """Everything of `people` that `user` may see and that touches the time between, by its beginning."""
    found = [*_single(user, people, since, until), *_repeated(user, people, since, until)]
    if with_follow_ups:
        found += _owed(user, people, since, until)
    return sorted(found, key=lambda one: (one.starts, one.title))[:MOST]


def busy_between(
    people: Collection[UUID], since: datetime, until: datetime, *, without: UUID | None = None
) -> list[tuple[UUID, datetime, datetime]]:
    """(person, from, to) of everything that takes the time of `people`, but for the meeting `without`. For free times: nobody is shown it."""
    rows = _shown(Meeting.objects.filter(is_busy=True), people)
    rows = rows.exclude(pk=without) if without else rows
    rows = rows.exclude(state=Meeting.State.CANCELLED)
    taken: list[tuple[UUID, datetime, datetime]] = []
    for meeting, starts in _occurrences(rows, since, until):
        mine = {meeting.owner_id, *_users(meeting)} & {*people}
        taken += [(one, starts, starts + meeting.length) for one in mine]
    return taken


def _single(user: User, people: Collection[UUID], since: datetime, until: datetime) -> Iterable[Entry]:
    rows = _rows(user, people).filter(rule="", starts_at__lt=until, ends_at__gt=since)
    return _entries(user, [(one, one.starts_at) for one in rows.order_by("starts_at")[:MOST]])


def _repeated(user: User, people: Collection[UUID], since: datetime, until: datetime) -> Iterable[Entry]:
    return _entries(user, list(_series_times(_rows(user, people), since, until)))


def _rows(user: User, people: Collection[UUID]) -> QuerySet[Meeting]:
    rows = _shown(in_reach(user), people).exclude(state=Meeting.State.CANCELLED)
    return rows.select_related("contact", "company", "owner", "series").prefetch_related("attendees")


def _shown(rows: QuerySet[Meeting], people: Collection[UUID]) -> QuerySet[Meeting]:
    taking_part = Attendee.objects.filter(user__in=people).exclude(state=Attendee.State.DECLINED)
    return rows.filter(Q(owner__in=people) | Q(pk__in=taking_part.values("meeting")))


def _occurrences(
    rows: QuerySet[Meeting], since: datetime, until: datetime
) -> Iterable[tuple[Meeting, datetime]]:
    rows = rows.prefetch_related("attendees")
    for one in rows.filter(rule="", starts_at__lt=until, ends_at__gt=since).exclude(
        series__state=Meeting.State.CANCELLED
    ):
        yield one, one.starts_at
    yield from _series_times(rows, since, until)


def _series_times(
    rows: QuerySet[Meeting], since: datetime, until: datetime
) -> Iterable[tuple[Meeting, datetime]]:
    """(series, moment) of the occurrences that were not changed by themselves: those are rows of their own."""
    running = rows.exclude(rule="").filter(
        Q(recurs_until=None) | Q(recurs_until__gt=since), starts_at__lt=until
    )
    for series in running.prefetch_related("exceptions"):
        apart = {one.replaces for one in series.exceptions.all()}
        rule = series.repetition
        assert rule is not None  # those without were left out
        for starts in starts_between(rule, series.first_wall, series.zone, since - series.length, until):
            if starts not in apart and starts + series.length > since:
                yield series, starts


def _entries(user: User, found: list[tuple[Meeting, datetime]]) -> Iterable[Entry]:
    hide_unseen_customers(user, [meeting for meeting, _starts in found])
    may_move = user.holds("calendars.change_meeting")
    for meeting, starts in found:
        if meeting.series is None or meeting.series.state != Meeting.State.CANCELLED:
            yield _entry(user, meeting, starts, may_move=may_move)


def _entry(user: User, meeting: Meeting, starts: datetime, *, may_move: bool) -> Entry:
    begins, ends = timezone.localtime(starts), timezone.localtime(starts + meeting.length)
    if meeting.is_private and user.pk not in {meeting.owner_id, *_users(meeting)}:
        return Entry("busy", _("Busy"), begins, ends, owner=str(meeting.owner), is_all_day=meeting.is_all_day)
    at = starts.isoformat() if meeting.rule else ""
    url = reverse("calendars:meeting", args=[meeting.pk])
    return Entry(
        meeting.kind,
        meeting.title,
        begins,
        ends,
        url=f"{url}?at={starts:%Y%m%dT%H%M%SZ}" if at else url,
        pk=meeting.pk,
        customer=str(meeting.contact or meeting.company or ""),
        owner=str(meeting.owner),
        place=meeting.place,
        state=meeting.state,
        is_all_day=meeting.is_all_day,
        repeats=bool(meeting.rule or meeting.series_id),
        at=f"{starts:%Y%m%dT%H%M%SZ}" if at else "",
        movable=may_move and meeting.state == Meeting.State.PLANNED and not meeting.is_all_day,
    )


def _owed(user: User, people: Collection[UUID], since: datetime, until: datetime) -> list[Entry]:
    if not user.holds("interactions.view_followup"):
        return []
    rows = follow_ups(user).filter(owner__in=people, state="open", due_at__gte=since, due_at__lt=until)
    found = list(rows.order_by("due_at")[:MOST])
    hide_unseen_customers(user, found)
    return [
        Entry(
            "follow_up",
            one.what,
            timezone.localtime(one.due_at),
            timezone.localtime(one.due_at) + timedelta(minutes=30),
            url=reverse("interactions:follow_up", args=[one.pk]),
            pk=one.pk,
            customer=str(one.contact or one.company or ""),
            owner=str(one.owner),
            is_all_day=True,
        )
        for one in found
    ]


def _users(meeting: Meeting) -> set[UUID]:
    return {
        one.user_id for one in meeting.attendees.all() if one.user_id and one.state != Attendee.State.DECLINED
    }


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
