"""What people type into calendars."""

from bandhu.calendars.forms.meetings import HoldForm, MeetingForm

__all__ = ["HoldForm", "MeetingForm"]
