"""What the search finds among follow-ups: the words of what is to be done, open ones first."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bandhu.identity.models import User
from bandhu.interactions.models import FollowUp
from bandhu.interactions.queries import follow_ups, follow_ups_saying
from bandhu.platform.registries import SearchKind
from bandhu.platform.search.texts import Hits, in_order
from bandhu.ui.formats import current_reader, when

# Below what is found by its name, beside meetings.
BEST = 0.58


def find_follow_ups(user: User, text: str, limit: int) -> Hits:
    """Id, what is to be done, its state or when it is due and for whom, score."""
    found = follow_ups_saying(user, text, limit)
    return in_order(((one.pk, one.what, _detail(one)) for one in found), BEST)


def _detail(one: FollowUp) -> str:
    is_open = one.state == FollowUp.State.OPEN
    first = when(one.due_at, current_reader()) if is_open else str(FollowUp.State(one.state).label)
    return " · ".join([first, *(str(customer) for customer in (one.contact, one.company) if customer)])


FOLLOW_UPS = SearchKind(
    name="follow_up",
    label=_("Follow-up"),
    icon="list-todo",
    url=lambda pk: reverse("interactions:follow_up", args=[pk]),
    visible_to=follow_ups,
    find=find_follow_ups,
    view_permission="interactions.view_followup",
    position=44,
)
