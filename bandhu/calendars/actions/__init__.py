"""The write door of calendars."""

from .accounts import choose_calendar, connect_account, disconnect_account, find_calendars, sync_now
from .answers import take_answers
from .booking import (
    Visitor,
    book_for,
    book_time,
    cancel_booked,
    cancel_booking,
    change_booking,
    count_refused,
    move_booked,
    move_booking,
    secret_of,
)
from .booking_pages import (
    add_day_off,
    change_booking_page,
    create_booking_page,
    remove_day_off,
    set_working_hours,
)
from .business_calendars import (
    delete_business_calendar,
    remove_own_day,
    set_business_calendar,
    set_own_day,
)
from .feeds import make_feed, revoke_feed
from .meetings import change_meeting, plan_meeting
from .outcomes import cancel_meeting, hold_meeting, restore_meeting
from .series import change_following, occurrence_of
from .taking_over import Imported, import_meetings
from .visitors import send_reminders

__all__ = [
    "Imported",
    "Visitor",
    "add_day_off",
    "book_for",
    "book_time",
    "cancel_booked",
    "cancel_booking",
    "cancel_meeting",
    "change_booking",
    "change_booking_page",
    "change_following",
    "change_meeting",
    "choose_calendar",
    "connect_account",
    "count_refused",
    "create_booking_page",
    "delete_business_calendar",
    "disconnect_account",
    "find_calendars",
    "hold_meeting",
    "import_meetings",
    "make_feed",
    "move_booked",
    "move_booking",
    "occurrence_of",
    "plan_meeting",
    "remove_day_off",
    "remove_own_day",
    "restore_meeting",
    "revoke_feed",
    "secret_of",
    "send_reminders",
    "set_business_calendar",
    "set_own_day",
    "set_working_hours",
    "sync_now",
    "take_answers",
]
