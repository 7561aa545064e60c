"""The read door of calendars."""

from .calendar import Entry, entries_between, people_shown
from .feeds import feed_of, feed_text, seconds_to_wait
from .invitations import invitation_text, method_of
from .meetings import (
    about_for,
    customers_seen,
    may_change,
    meeting_for,
    meetings,
    meetings_about,
    meetings_of,
)
from .weeks import DayColumn, Span, day_columns, span_of

__all__ = [
    "DayColumn",
    "Entry",
    "Span",
    "about_for",
    "customers_seen",
    "day_columns",
    "entries_between",
    "feed_of",
    "feed_text",
    "invitation_text",
    "may_change",
    "meeting_for",
    "meetings",
    "meetings_about",
    "meetings_of",
    "method_of",
    "people_shown",
    "seconds_to_wait",
    "span_of",
]
