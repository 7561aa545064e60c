"""What people type into calendars."""

from bandhu.calendars.forms.booking import (
    BookingFieldsForm,
    BookingPageForm,
    DayOffForm,
    HoursForm,
    VisitorForm,
)
from bandhu.calendars.forms.business_calendars import (
    BusinessCalendarForm,
    OwnDayForm,
    hours_text,
    hours_typed,
)
from bandhu.calendars.forms.meetings import HoldForm, MeetingForm

__all__ = [
    "BookingFieldsForm",
    "BookingPageForm",
    "BusinessCalendarForm",
    "DayOffForm",
    "HoldForm",
    "HoursForm",
    "MeetingForm",
    "OwnDayForm",
    "VisitorForm",
    "hours_text",
    "hours_typed",
]
