"""What identity tells the apps above."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from bandhu.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class UserCreated(Event, name="identity.user_created", sentence=_("A user was created")):
    user_id: str
    email: str


@dataclass(frozen=True, kw_only=True)
class UserInvited(Event, name="identity.user_invited", sentence=_("Somebody was invited")):
    invitation_id: str
    email: str


@dataclass(frozen=True, kw_only=True)
class UserDeactivated(Event, name="identity.user_deactivated", sentence=_("A user may no longer sign in")):
    """`hand_over_to` is the user who takes over the records, or ""."""

    user_id: str
    hand_over_to: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RoleChanged(Event, name="identity.role_changed", sentence=_("A role was changed")):
    role_id: str
    key: str
