"""What became of a meeting: held, cancelled, or to take place after all."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.calendars.actions.guests import tell_guests, tell_guests_off
from bandhu.calendars.actions.held_times import follow_meeting
from bandhu.calendars.actions.telling import facts_of, tell
from bandhu.calendars.actions.visitors import CANCELLED, MOVED, booking_of, tell_booking
from bandhu.calendars.events import MeetingCancelled, MeetingHeld, MeetingRestored
from bandhu.calendars.models import Meeting
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.interactions.actions import Person, log_interaction
from bandhu.interactions.models import Interaction
from bandhu.platform.texts import clean_block, clean_line


@action("calendars.change_meeting")
def cancel_meeting(meeting: Meeting, *, actor: User, reason: str = "") -> Meeting:
    """It does not take place; of a series, none does. A second call changes nothing."""
    if meeting.state == Meeting.State.CANCELLED:
        return meeting
    before = meeting.state
    meeting.state, meeting.reason = Meeting.State.CANCELLED, clean_line(reason, 300)
    _save(meeting, announced=True)
    event = MeetingCancelled(**facts_of(meeting), reason=meeting.reason)
    tell(meeting, "cancelled", event, actor=actor, changes={"state": (before, meeting.state)})
    tell_guests_off(meeting)
    if booking := booking_of(meeting):
        tell_booking(booking, CANCELLED, actor=actor)
    return meeting


@action("calendars.change_meeting")
def restore_meeting(meeting: Meeting, *, actor: User) -> Meeting:
    """Undo `cancel_meeting`."""
    if meeting.state != Meeting.State.CANCELLED:
        return meeting
    meeting.state, meeting.reason = Meeting.State.PLANNED, ""
    _save(meeting, announced=True)
    changes = {"state": (Meeting.State.CANCELLED, meeting.state)}
    tell(meeting, "restored", MeetingRestored(**facts_of(meeting)), actor=actor, changes=changes)
    tell_guests(meeting, is_moved=True)
    if booking := booking_of(meeting):
        tell_booking(booking, MOVED, actor=actor)
    return meeting


@action("calendars.change_meeting")
def hold_meeting(meeting: Meeting, *, actor: User, outcome: str = "", note: str = "") -> Meeting:
    """It took place: with a customer it becomes an interaction on the timeline, once.

    Raises ValidationError for a series (its occurrences are held), before it begins, and for a cancelled one.
    """
    if meeting.state == Meeting.State.HELD:
        return meeting
    if meeting.rule:
        raise ValidationError(_("Choose one meeting of the series."))
    if meeting.state == Meeting.State.CANCELLED:
        raise ValidationError(_("This meeting was cancelled."))
    if meeting.starts_at > timezone.now():
        raise ValidationError(_("It has not begun yet."))
    meeting.state, meeting.outcome = Meeting.State.HELD, clean_line(outcome, 120)
    meeting.interaction = _on_timeline(meeting, actor, clean_block(note))
    _save(meeting, announced=False)
    said = str(meeting.interaction_id) if meeting.interaction_id else None
    event = MeetingHeld(**facts_of(meeting), outcome=meeting.outcome, interaction_id=said)
    tell(meeting, "held", event, actor=actor, changes={"state": (Meeting.State.PLANNED, meeting.state)})
    return meeting


def _on_timeline(meeting: Meeting, actor: User, note: str) -> Interaction | None:
    customer = meeting.contact or meeting.company
    # What is private is nobody else's, whoever may read the customer's timeline.
    if customer is None or meeting.is_private:
        return None
    is_call = meeting.kind == Meeting.Kind.CALL
    people = [
        one for one in meeting.attendees.all() if one.contact_id != meeting.contact_id or not one.contact_id
    ]
    interaction: Interaction = log_interaction(
        customer,
        actor=actor,
        kind="call" if is_call else "meeting",
        channel="phone" if is_call else "",
        direction=Interaction.Direction.OUT,
        occurred_at=meeting.starts_at,
        subject=meeting.title,
        body="\n\n".join(filter(None, (note, meeting.note))),
        outcome=meeting.outcome,
        seconds=int(meeting.length.total_seconds()),
        people=[Person(contact=one.contact, user=one.user, address=one.address) for one in people],
        details={"meeting_id": str(meeting.pk)} | _about(meeting),
        source="calendars",
        external_id=str(meeting.pk),
    )
    return interaction


def _about(meeting: Meeting) -> dict[str, Any]:
    return {f"{meeting.about_kind}_id": str(meeting.about_id)} if meeting.about_id else {}


def _save(meeting: Meeting, *, announced: bool) -> None:
    meeting.version += 1
    meeting.sequence += 1 if announced else 0
    meeting.save()
    if announced:
        follow_meeting(meeting)
