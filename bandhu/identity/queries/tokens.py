"""API tokens of a user."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bandhu.identity.models import ApiToken, User
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere

TOKENS = "identity.use_tokens"


def may_use_tokens(user: Any) -> bool:
    """Whether the page of tokens is offered."""
    return bool(user.holds(TOKENS))


def require_tokens(user: Any) -> None:
    """Raise Denied unless the user may make tokens."""
    require_anywhere(user, TOKENS)


def tokens_of(user: Any, owner: User | None = None) -> QuerySet[ApiToken]:
    """Tokens of `owner` (default: one's own) that were not revoked. Raises OutOfReach."""
    owner = owner or user
    if owner.pk != user.pk and not user.holds("identity.manage_users"):
        raise OutOfReach
    return ApiToken.objects.filter(user=owner, revoked_at=None).select_related("role")


def token_with(user: Any, pk: UUID) -> ApiToken:
    """One's own token, or anybody's for who manages users. Raises OutOfReach."""
    found = ApiToken.objects.filter(pk=pk, revoked_at=None).select_related("user").first()
    if found is None or (found.user_id != user.pk and not user.holds("identity.manage_users")):
        raise OutOfReach
    return found
