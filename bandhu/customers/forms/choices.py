"""What forms of the apps above offer to choose from."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bandhu.identity.models import Team, User


def user_choices() -> list[tuple[str, str]]:
    """Everybody who may sign in, and nobody."""
    rows = User.objects.filter(is_active=True, is_system=False).order_by("full_name")
    return [("", "–"), *((str(one.pk), one.full_name) for one in rows)]


def team_choices() -> list[tuple[str, str]]:
    """Every team, and none."""
    return [("", "–"), *((str(one.pk), one.name) for one in Team.objects.order_by("name"))]


def title_of(model: type[Any], user: Any, value: Any) -> str:
    """Only of records the user may see: an id from elsewhere stays an id."""
    try:
        found = model.objects.visible_to(user).filter(pk=UUID(str(value))).first()
    except ValueError:
        return ""
    return str(found) if found else ""
