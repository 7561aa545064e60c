"""Which mail accounts there are for whom."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from bandhu.channels.models import MailAccount
from bandhu.identity.models import User
from bandhu.identity.results import OutOfReach

MANAGE = "channels.manage_accounts"


def accounts(user: User) -> QuerySet[MailAccount]:
    """Those the user looks after: their own, and with leave to manage them those of teams and of the house."""
    seen = Q(owner=user.pk)
    if user.holds(MANAGE):
        seen |= Q(owner__isnull=True)
    return MailAccount.objects.filter(seen).select_related("owner", "team")


def account_for(user: User, pk: UUID | str) -> MailAccount:
    """One of them; raises OutOfReach."""
    found = accounts(user).filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def may_manage(user: Any, account: MailAccount) -> bool:
    """A user's own mailbox is nobody else's affair, an administrator's neither."""
    return account.owner_id == user.pk if account.owner_id else bool(user.holds(MANAGE))


def sending_accounts(user: User) -> QuerySet[MailAccount]:
    """Those the user writes from, the best first: their own, the team's, the house's."""
    mine = Q(owner=user.pk) | Q(owner__isnull=True, team__isnull=True)
    if user.team_id:
        mine |= Q(team=user.team_id)
    closeness = Case(
        When(owner__isnull=False, then=Value(0)),
        When(team__isnull=False, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return (
        MailAccount.objects.filter(mine, is_active=True)
        .exclude(smtp_host="")
        .order_by(closeness, "name", "pk")
    )


def sending_account_for(user: User, pk: UUID | str | None) -> MailAccount:
    """One to write from, the best when none is named; raises OutOfReach."""
    rows = sending_accounts(user)
    found = rows.filter(pk=pk).first() if pk else rows.first()
    if found is None:
        raise OutOfReach
    return found
