"""Colleagues within reach."""

from __future__ import annotations

from django.db.models import QuerySet

from bandhu.channels.queries import sending_accounts
from bandhu.identity.models import Reach, User


def colleagues_within(user: User, permission: str) -> QuerySet[User]:
    """The user, and those colleagues on whose records the user holds the permission."""
    people = User.objects.filter(is_active=True, is_system=False)
    reach = user.reaches.get(permission)
    if reach == Reach.EVERYONE:
        return people
    if reach == Reach.BRANCH and user.team_id:
        return people.filter(team__in=user.branch_ids())
    if reach == Reach.TEAM and user.team_id:
        return people.filter(team=user.team_id)
    return people.filter(pk=user.pk)


def lacks_mailbox(user: User) -> bool:
    """Whether no letter can go out in this person's name: neither an own mailbox nor one of the team or the house sends."""
    return not sending_accounts(user).exists()
