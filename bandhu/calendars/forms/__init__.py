"""What people type into calendars."""

from bandhu.calendars.forms.booking import BookingPageForm, DayOffForm, HoursForm, VisitorForm
from bandhu.calendars.forms.meetings import HoldForm, MeetingForm

__all__ = ["BookingPageForm", "DayOffForm", "HoldForm", "HoursForm", "MeetingForm", "VisitorForm"]
