"""A meeting as an invitation."""

from __future__ import annotations

from bandhu.calendars.ics_writing import calendar_text
from bandhu.calendars.models import Meeting
from bandhu.identity.models import User
from bandhu.identity.scoping import require


def method_of(meeting: Meeting) -> str:
    """What guests are told: REQUEST to come, or CANCEL."""
    return "CANCEL" if meeting.state == Meeting.State.CANCELLED else "REQUEST"


def invitation_text(user: User, meeting: Meeting) -> bytes:
    """The .ics of an invitation, with who takes part, without our note."""
    require(user, "calendars.view_meeting", meeting)
    return calendar_text([meeting], method=method_of(meeting), with_note=False)
