"""What the search finds among meetings: the words of their title."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.calendars.models import Meeting
from bandhu.calendars.queries import customers_seen, meetings
from bandhu.identity.models import User
from bandhu.platform.registries import SearchKind
from bandhu.ui.formats import current_reader, when

# Below what is found by its name, in the order in which the meetings take place, the latest first.
BEST, STEP, MOST_WORDS = 0.6, 0.001, 6


def find_meetings(user: User, text: str, limit: int) -> list[tuple[UUID, str, str, float]]:
    """The latest meetings within reach that have every word: id, title, when and with whom, score. Private ones only of one's own."""
    words = text.split()[:MOST_WORDS]
    asked = Q(pk__isnull=not words)
    for word in words:
        asked &= Q(title__icontains=word)
    rows = meetings(user).filter(asked).select_related("contact", "company").order_by("-starts_at", "-pk")
    return [
        (one.pk, one.title, _detail(user, one), BEST - place * STEP) for place, one in enumerate(rows[:limit])
    ]


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
