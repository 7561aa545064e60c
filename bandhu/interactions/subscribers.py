"""What interactions does when others publish."""

from uuid import UUID

from bandhu.identity.events import UserDeactivated
from bandhu.identity.queries import who_takes_over
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions import change_follow_up
from bandhu.interactions.models import FollowUp
from bandhu.platform.events import subscribe
from bandhu.platform.models import EventRecord


@subscribe(UserDeactivated, wanted=lambda event: bool(getattr(event, "hand_over_to", "")))
def hand_over_follow_ups(event: UserDeactivated, record: EventRecord) -> None:
    """What was still to be done falls to who takes over, who is told."""
    new_owner = who_takes_over(event)
    if new_owner is None:
        return
    for follow_up in FollowUp.objects.filter(owner_id=UUID(event.user_id), state=FollowUp.State.OPEN):
        change_follow_up(follow_up, actor=system_user(), owner=new_owner)
