"""Users, teams, invitations and sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from bandhu.identity import tokens
from bandhu.identity.devices import device_named
from bandhu.identity.events import UserDeactivated
from bandhu.identity.mails import invitation_link
from bandhu.identity.models import Invitation, Team, User
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.identity.sessions import sessions_of

MANAGE = "identity.manage_users"


def require_management(user: Any) -> None:
    """Raise Denied unless the user may manage users, teams and roles."""
    require_anywhere(user, MANAGE)


def colleagues(user: Any, text: str = "") -> QuerySet[User]:
    """Everybody who may sign in, by name: for choosing an owner. Any user may ask."""
    people = User.objects.filter(is_active=True, is_system=False).select_related("team")
    return people.filter(Q(full_name__icontains=text) | Q(email__icontains=text)) if text else people


def colleague_with(user: Any, pk: UUID) -> User:
    """One who may sign in. Any user may ask. Raises OutOfReach."""
    found = colleagues(user).filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def who_takes_over(event: UserDeactivated) -> User | None:
    """Who takes over what a closed account owned; None when that account is closed by now too."""
    return User.objects.filter(pk=event.hand_over_to or UUID(int=0), is_active=True).first()


def everybody(user: Any) -> QuerySet[User]:
    """All who ever could act, the closed accounts and the system user too: for filtering the past by them."""
    return User.objects.order_by("full_name")


def users(user: Any, text: str = "", state: str = "active") -> QuerySet[User]:
    """Users for the settings; `state` is "active", "closed" or "all"."""
    require_anywhere(user, MANAGE)
    people = User.objects.filter(is_system=False).select_related("team").prefetch_related("roles")
    if state in ("active", "closed"):
        people = people.filter(is_active=state == "active")
    if text:
        people = people.filter(Q(full_name__icontains=text) | Q(email__icontains=text))
    return people


def user_with(user: Any, pk: UUID) -> User:
    """One user for the settings. Raises OutOfReach."""
    require_anywhere(user, MANAGE)
    found = User.objects.filter(pk=pk, is_system=False).select_related("team", "hand_over_to").first()
    if found is None:
        raise OutOfReach
    return found


def invitations(user: Any) -> QuerySet[Invitation]:
    """Invitations not yet accepted nor revoked; those past their time too, to be sent again."""
    require_anywhere(user, MANAGE)
    return (
        Invitation.objects.filter(accepted_at=None, revoked_at=None)
        .select_related("team", "invited_by")
        .prefetch_related("roles")
    )


@dataclass(frozen=True)
class OpenInvitation:
    """An invitation in the list: its link, to be handed over by other ways than mail, and whether that still works."""

    invitation: Invitation
    link: str
    is_late: bool


def open_invitations(user: Any) -> list[OpenInvitation]:
    """The invitations nobody accepted yet."""
    now = timezone.now()
    return [OpenInvitation(one, invitation_link(one), one.expires_at <= now) for one in invitations(user)]


def invitation_with(user: Any, pk: UUID) -> Invitation:
    """One open invitation. Raises OutOfReach."""
    found = invitations(user).filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def invitation_of_secret(secret: str) -> Invitation | None:
    """The open invitation somebody holds the link of; the secret is the permission."""
    return tokens.invitation_for(secret)


def teams(user: Any) -> QuerySet[Team]:
    """All teams by name: for choosing one. Any user may ask."""
    return Team.objects.all()


@dataclass(frozen=True)
class TeamLine:
    """A team in the tree: how deep it stands, and how many it has."""

    team: Team
    depth: int
    members: int
    is_empty: bool

    @property
    def steps(self) -> range:
        """One for each level above it: how far to indent."""
        return range(self.depth)


def team_tree(user: Any) -> list[TeamLine]:
    """Every team, each followed by those below it."""
    found = list(
        Team.objects.annotate(member_count=Count("members", filter=Q(members__is_active=True))).order_by(
            "name"
        )
    )
    occupied = set(User.objects.exclude(team=None).values_list("team_id", flat=True))
    below: dict[UUID | None, list[Any]] = {}
    for team in found:
        below.setdefault(team.parent_id, []).append(team)
    lines: list[TeamLine] = []
    waiting = [(team, 0) for team in reversed(below.get(None, []))]
    while waiting:
        team, depth = waiting.pop()
        children = below.get(team.pk, [])
        lines.append(TeamLine(team, depth, team.member_count, not children and team.pk not in occupied))
        waiting.extend((child, depth + 1) for child in reversed(children))
    return lines


def team_with(user: Any, pk: UUID) -> Team:
    """One team for the settings. Raises OutOfReach."""
    require_anywhere(user, MANAGE)
    found = Team.objects.filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


@dataclass(frozen=True)
class Place:
    """A session, and the device in words."""

    session: UserSession
    device: str


def my_sessions(user: Any) -> list[Place]:
    """Where the user is signed in now, the place used last first."""
    return [Place(one, device_named(one.user_agent)) for one in sessions_of(user)]


@dataclass(frozen=True)
class SecondSteps:
    """What guards the account besides the password."""

    app: Any
    codes_left: int | None
    passkeys: list[Any]


def second_steps(user: Any) -> SecondSteps:
    """The user's own authenticator app, recovery codes and passkeys."""
    kinds: dict[str, list[Any]] = {}
    for one in Authenticator.objects.filter(user=user).order_by("created_at"):
        kinds.setdefault(one.type, []).append(one)
    codes = kinds.get(Authenticator.Type.RECOVERY_CODES)
    return SecondSteps(
        app=next(iter(kinds.get(Authenticator.Type.TOTP, [])), None),
        codes_left=len(codes[0].wrap().get_unused_codes()) if codes else None,
        passkeys=kinds.get(Authenticator.Type.WEBAUTHN, []),
    )
