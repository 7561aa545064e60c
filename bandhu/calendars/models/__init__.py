"""Tables of calendars."""

from bandhu.calendars.models.feeds import Feed
from bandhu.calendars.models.meetings import Attendee, Meeting

__all__ = ["Attendee", "Feed", "Meeting"]
