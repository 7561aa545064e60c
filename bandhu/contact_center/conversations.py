"""Conversations as work."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bandhu.contact_center.work_kinds import WorkKind
from bandhu.identity.models import Team, User
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions.conversations import mirror_assignee
from bandhu.interactions.models import Conversation

KIND = "conversation"


def _hand_over(record_id: UUID, agent: User | None, *, actor: Any) -> None:
    mirror_assignee(record_id, agent, actor=actor)


def _to_team(record_id: UUID, team: Team) -> None:
    """The team reads what waits for it."""
    assignee = Conversation.objects.filter(pk=record_id).values_list("assignee", flat=True).first()
    user = User.objects.filter(pk=assignee).first() if assignee else None
    mirror_assignee(record_id, user, actor=system_user(), team=team)


def _language_of(record_id: UUID) -> str:
    return Conversation.objects.filter(pk=record_id).values_list("language", flat=True).first() or ""


def _titles(user: Any, record_ids: list[UUID]) -> dict[UUID, str]:
    rows = Conversation.objects.visible_to(user, "interactions.view_conversation").filter(pk__in=record_ids)
    return {one.pk: str(one) for one in rows}


CONVERSATIONS = WorkKind(
    name=KIND,
    label=_("Conversation"),
    view_permission="interactions.view_conversation",
    hand_over=_hand_over,
    url_name="inbox:conversation",
    language_of=_language_of,
    to_team=_to_team,
    titles=_titles,
)
