"""Tables of calendars."""

from bandhu.calendars.models.accounts import CalendarAccount, RemoteObject
from bandhu.calendars.models.booking import (
    Booking,
    BookingHost,
    BookingPage,
    DayOff,
    HeldTime,
    WorkingHours,
)
from bandhu.calendars.models.business_calendars import BusinessCalendar, CalendarDay
from bandhu.calendars.models.feeds import Feed
from bandhu.calendars.models.meetings import Attendee, Meeting

__all__ = [
    "Attendee",
    "Booking",
    "BookingHost",
    "BookingPage",
    "BusinessCalendar",
    "CalendarAccount",
    "CalendarDay",
    "DayOff",
    "Feed",
    "HeldTime",
    "Meeting",
    "RemoteObject",
    "WorkingHours",
]
