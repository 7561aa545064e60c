"""Roles, and the matrix of what they grant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bandhu.identity.models import Reach, Role
from bandhu.identity.ready_made import ready_made_grants
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.registries import Permission, permissions

MANAGE = "identity.manage_users"
# The columns of the matrix.
REACH_CHOICES = [
    ("", _("None")),
    (Reach.OWN.value, _("Own")),
    (Reach.TEAM.value, _("Team")),
    (Reach.BRANCH.value, _("Branch")),
    (Reach.EVERYONE.value, _("Everyone")),
]


def roles(user: Any) -> QuerySet[Role]:
    """All roles with the number of their users (`user_count`). Any user may ask: names are no secret."""
    return Role.objects.annotate(
        user_count=Count("users", filter=Q(users__is_active=True, users__is_system=False))
    ).order_by("-is_ready_made", "name")


def role_with(user: Any, pk: UUID) -> Role:
    """One role for the settings. Raises OutOfReach."""
    require_anywhere(user, MANAGE)
    found = Role.objects.filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


@dataclass(frozen=True)
class MatrixLine:
    """One permission in the matrix of a role. `reach` is "" when not granted; `original` what a ready-made role had."""

    permission: Permission
    reach: str
    original: str
    is_changed: bool


def permission_groups() -> list[tuple[Any, list[Permission]]]:
    """All permissions by the group they are shown under, in the order of registration."""
    groups: dict[str, tuple[Any, list[Permission]]] = {}
    for one in permissions.values():
        groups.setdefault(str(one.group), (one.group, []))[1].append(one)
    return list(groups.values())


def role_matrix(user: Any, role: Role) -> list[tuple[Any, list[MatrixLine]]]:
    """What the role grants: for each group of permissions, its lines."""
    require_anywhere(user, MANAGE)
    granted = dict(role.grants.values_list("permission", "reach"))
    original = ready_made_grants(role.key) if role.is_ready_made else {}
    return [
        (group, [_line(one, role, granted.get(one.name, ""), original.get(one.name, "")) for one in several])
        for group, several in permission_groups()
    ]


def _line(one: Permission, role: Role, reach: str, original: str) -> MatrixLine:
    if role.holds_everything:
        return MatrixLine(one, "everyone", "everyone", False)
    return MatrixLine(one, reach, original, role.is_ready_made and reach != original)
