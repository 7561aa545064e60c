"""The write door of calendars."""

from .meetings import change_meeting, plan_meeting
from .outcomes import cancel_meeting, hold_meeting, restore_meeting
from .series import change_following, occurrence_of

__all__ = [
    "cancel_meeting",
    "change_following",
    "change_meeting",
    "hold_meeting",
    "occurrence_of",
    "plan_meeting",
    "restore_meeting",
]
