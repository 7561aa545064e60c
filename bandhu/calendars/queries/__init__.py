"""The read door of calendars."""

from .calendar import Entry, entries_between, people_shown
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
    "may_change",
    "meeting_for",
    "meetings",
    "meetings_about",
    "meetings_of",
    "people_shown",
    "span_of",
]
