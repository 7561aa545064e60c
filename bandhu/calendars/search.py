"""What the search finds among meetings: the words of their title; among bookings: who booked."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.calendars.models import Booking, Meeting
from bandhu.calendars.queries import bookings_within, customers_seen, meetings
from bandhu.identity.models import User
from bandhu.platform.registries import SearchKind
from bandhu.platform.search.texts import Hits, has_words, in_order
from bandhu.ui.formats import current_reader, when

# Below what is found by its name, in the order in which the meetings take place, the latest first.
BEST = 0.6


def find_meetings(user: User, text: str, limit: int) -> Hits:
    """The latest meetings within reach that have every word: id, title, when and with whom, score. Private ones only of one's own."""
    rows = (
        meetings(user)
        .filter(has_words(text, "title"))
        .select_related("contact", "company")
        .order_by("-starts_at", "-pk")
    )
    return in_order(((one.pk, one.title, _detail(user, one)) for one in rows[:limit]), BEST)


def _detail(user: User, meeting: Meeting) -> str:
    seen = customers_seen(user, meeting)
    names = [str(seen[kind]) for kind in ("contact", "company") if seen.get(kind)]
    return " · ".join([when(meeting.starts_at, current_reader()), *names])


MEETINGS = SearchKind(
    name="meeting",
    label=_("Meeting"),
    icon="calendar-days",
    url=lambda pk: reverse("calendars:meeting", args=[pk]),
    visible_to=meetings,
    find=find_meetings,
    view_permission="calendars.view_meeting",
    position=45,
)


def find_bookings(user: User, text: str, limit: int) -> Hits:
    """The latest bookings within reach whose visitor has every word in name or mail address: id, name, when and on which page, score."""
    rows = bookings_within(user).filter(has_words(text, "name", "mail")).select_related("meeting", "page")
    latest = rows.order_by("-created_at", "-pk")[:limit]
    return in_order(((one.pk, one.name, _when_booked(one)) for one in latest), BEST)


def _when_booked(one: Booking) -> str:
    state = "" if one.state == Booking.State.BOOKED else str(Booking.State(one.state).label)
    told = (when(one.meeting.starts_at, current_reader()), one.page.slug, state)
    return " · ".join(part for part in told if part)


BOOKINGS = SearchKind(
    name="booking",
    label=_("Booking"),
    icon="calendar-check",
    url=lambda pk: reverse("calendars:booking", args=[pk]),
    visible_to=bookings_within,
    find=find_bookings,
    view_permission="calendars.view_bookingpage",
    position=46,
)
