"""The write door of calendars."""

from .feeds import make_feed, revoke_feed
from .meetings import change_meeting, plan_meeting
from .outcomes import cancel_meeting, hold_meeting, restore_meeting
from .series import change_following, occurrence_of
from .taking_over import Imported, import_meetings

__all__ = [
    "Imported",
    "cancel_meeting",
    "change_following",
    "change_meeting",
    "hold_meeting",
    "import_meetings",
    "make_feed",
    "occurrence_of",
    "plan_meeting",
    "restore_meeting",
    "revoke_feed",
]
