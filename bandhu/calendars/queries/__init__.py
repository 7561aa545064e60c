"""The read door of calendars."""

from .booking import (
    FreeTime,
    booking_page_for,
    booking_pages,
    booking_with,
    bookings_of,
    days_off_of,
    free_days,
    free_times,
    hours_of,
    possible_hosts,
    public_page,
)
from .calendar import Entry, entries_between, people_shown
from .feeds import account_of, faults_of, feed_of, feed_text, seconds_for_guesses, seconds_to_wait
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
from .people import colleagues_within, lacks_mailbox
from .weeks import DayColumn, Span, day_columns, span_of

__all__ = [
    "DayColumn",
    "Entry",
    "FreeTime",
    "Span",
    "about_for",
    "account_of",
    "booking_page_for",
    "booking_pages",
    "booking_with",
    "bookings_of",
    "colleagues_within",
    "customers_seen",
    "day_columns",
    "days_off_of",
    "entries_between",
    "faults_of",
    "feed_of",
    "feed_text",
    "free_days",
    "free_times",
    "hours_of",
    "invitation_text",
    "lacks_mailbox",
    "may_change",
    "meeting_for",
    "meetings",
    "meetings_about",
    "meetings_of",
    "method_of",
    "people_shown",
    "possible_hosts",
    "public_page",
    "seconds_for_guesses",
    "seconds_to_wait",
    "span_of",
]
