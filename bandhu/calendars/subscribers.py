"""What calendars do when others publish."""

from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from bandhu.calendars.actions import change_meeting, take_answers
from bandhu.calendars.models import Meeting
from bandhu.channels.events import MailReceived
from bandhu.identity.events import UserDeactivated
from bandhu.identity.queries import who_takes_over
from bandhu.identity.ready_made import system_user
from bandhu.platform.events import subscribe
from bandhu.platform.models import EventRecord


@subscribe(UserDeactivated, wanted=lambda event: bool(getattr(event, "hand_over_to", "")))
def hand_over_meetings(event: UserDeactivated, record: EventRecord) -> None:
    """What is still to come falls to who takes over; private meetings stay with whom they belong to."""
    new_owner = who_takes_over(event)
    if new_owner is None:
        return
    to_come = Q(ends_at__gte=timezone.now()) | (
        ~Q(rule="") & (Q(recurs_until=None) | Q(recurs_until__gte=timezone.now()))
    )
    rows = Meeting.objects.filter(
        to_come, owner_id=UUID(event.user_id), state=Meeting.State.PLANNED, is_private=False
    )
    theirs = Meeting.objects.filter(owner=new_owner, series=None).values(
        "uid"
    )  # both had brought in the same
    for meeting in rows.exclude(uid__in=theirs):
        change_meeting(meeting, actor=system_user(), owner=new_owner)


@subscribe(MailReceived, wanted=lambda event: getattr(event, "calendar_method", "") == "REPLY")
def hear_answers(event: MailReceived, record: EventRecord) -> None:
    take_answers(UUID(event.mail_id))
