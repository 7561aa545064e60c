"""Roles and what they grant."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from bandhu.identity.acting import action
from bandhu.identity.administrators import refuse_more_than_own
from bandhu.identity.differences import apply_changes
from bandhu.identity.events import RoleChanged
from bandhu.identity.models import ApiToken, Grant, Invitation, Reach, Role
from bandhu.identity.ready_made import ready_made_grants, ready_made_text
from bandhu.platform import audit
from bandhu.platform.events import publish
from bandhu.platform.ids import new_id
from bandhu.platform.registries import permissions

MANAGE = "identity.manage_users"
_NOBODY = UUID(int=0)


@action(MANAGE, on_record=False)
def create_role(*, actor: Any, name: str, description: str = "") -> Role:
    """A role of one's own that grants nothing yet. Raises ValidationError."""
    return _create(actor, name, description, {})


@action(MANAGE, on_record=False)
def copy_role(role: Role, *, actor: Any, name: str) -> Role:
    """A role of one's own with the grants of another one."""
    refuse_more_than_own(actor, [role])
    grants = dict.fromkeys(permissions, Reach.EVERYONE.value) if role.holds_everything else grants_of(role)
    return _create(actor, name, role.description, grants)


@action(MANAGE, on_record=False)
def change_role(
    role: Role, *, actor: Any, name: str | None = None, description: str | None = None,
    grants: Mapping[str, str] | None = None,
) -> Role:  # fmt: skip
    """Change name, description, and the grants ({permission: reach}; what is left out is taken away).

    Raises ValidationError for a permission or reach that does not exist, and for the grants of the role that may do everything.
    """
    values = {"name": _clean_name(name, of=role) if name is not None else None, "description": description}
    changes = apply_changes(role, {key: value for key, value in values.items() if value is not None})
    if changes:
        role.save()
    if grants is not None:
        if role.holds_everything:
            raise ValidationError(_("The administrator may always do everything."))
        changes |= _set_grants(role, clean_grants(grants))
    if changes:
        _written("changed", role, actor, changes)
    return role


@action(MANAGE, on_record=False)
def reset_role(role: Role, *, actor: Any) -> Role:
    """Make a ready-made role what it was at the start. Raises ValidationError for one's own roles."""
    if not role.is_ready_made:
        raise ValidationError(_("Only a ready-made role can be reset."))
    name, description = ready_made_text(role.key)
    changes = apply_changes(role, {"name": name, "description": description})
    role.save()
    if not role.holds_everything:
        changes |= _set_grants(role, ready_made_grants(role.key))
    if changes:
        _written("reset", role, actor, changes)
    return role


@action(MANAGE, on_record=False)
def delete_role(role: Role, *, actor: Any) -> None:
    """Remove a role of one's own that nobody has. Raises ValidationError."""
    if role.is_ready_made:
        raise ValidationError(_("A ready-made role cannot be deleted. Take its grants away instead."))
    in_use = (
        role.users.exists()
        or ApiToken.objects.filter(role=role, revoked_at=None).exists()
        or Invitation.objects.filter(roles=role, accepted_at=None, revoked_at=None).exists()
    )
    if in_use:
        raise ValidationError(
            _("This role is in use. Give its users, tokens and invitations another one first.")
        )
    pk = role.pk
    changes = {one: (reach, "") for one, reach in grants_of(role).items()}
    role.delete()
    role.pk = pk
    _written("deleted", role, actor, changes)


def grants_of(role: Role) -> dict[str, str]:
    """{permission: reach} as stored."""
    return dict(role.grants.values_list("permission", "reach"))


def clean_grants(grants: Mapping[str, str]) -> dict[str, str]:
    """Only known permissions and reaches; a permission without reach is granted to "everyone"."""
    cleaned = {}
    for name, reach in grants.items():
        known = permissions.get(name)
        if known is None:
            raise ValidationError(_("There is no permission “%(name)s”.") % {"name": name})
        if reach in ("", "none"):
            continue
        if reach not in Reach.values:
            raise ValidationError(_("There is no reach “%(reach)s”.") % {"reach": reach})
        cleaned[name] = reach if known.has_reach else Reach.EVERYONE.value
    return cleaned


def _create(actor: Any, name: str, description: str, grants: Mapping[str, str]) -> Role:
    name = _clean_name(name)
    key = f"{slugify(name)[:26] or 'role'}-{new_id().hex[-8:]}"
    role = Role(key=key, name=name, description=description.strip()[:300])
    role.save()
    _set_grants(role, clean_grants(grants))
    _written(
        "created", role, actor, {"name": ("", name)} | {one: ("", reach) for one, reach in grants.items()}
    )
    return role


def _set_grants(role: Role, grants: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    # Grants of permissions that no installed app knows stay: an app that is away for a day must not lose them.
    Role.objects.select_for_update().get(pk=role.pk)
    before = {name: reach for name, reach in grants_of(role).items() if name in permissions}
    changes = {
        name: (before.get(name, ""), grants.get(name, ""))
        for name in {*before, *grants}
        if before.get(name) != grants.get(name)
    }
    role.grants.filter(permission__in=[name for name in changes if name not in grants]).delete()
    Grant.objects.bulk_create(
        [Grant(role=role, permission=name, reach=grants[name]) for name in changes if name in grants],
        update_conflicts=True,
        unique_fields=["role", "permission"],
        update_fields=["reach"],
    )
    return dict(sorted(changes.items()))


def _written(verb: str, role: Role, actor: Any, changes: Mapping[str, tuple[Any, Any]]) -> None:
    audit.record_change(verb, actor=actor, kind="role", record_id=role.pk, title=str(role), changes=changes)
    publish(RoleChanged(role_id=str(role.pk), key=role.key), actor=actor)


def _clean_name(name: str, of: Role | None = None) -> str:
    name = unicodedata.normalize("NFC", name).strip()[:120]
    if not name:
        raise ValidationError({"name": _("Give the role a name.")})
    if Role.objects.filter(name__iexact=name).exclude(pk=of.pk if of else _NOBODY).exists():
        raise ValidationError({"name": _("There is already a role with this name.")})
    return name
