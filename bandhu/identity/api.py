"""REST: who am I, and who works here."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from bandhu.identity import queries
from bandhu.identity.models import Role, Team, User
from bandhu.platform.rest import PageOf, Paging, PagingQuery, answers, page_of

router = Router(tags=["users"])


class MeOut(Schema):
    """The signed-in user and what it may do: permission → reach."""

    id: UUID
    email: str
    full_name: str
    language: str
    time_zone: str
    permissions: dict[str, str]


@router.get("/me", response=answers(MeOut))
def me(request: HttpRequest) -> MeOut:
    """Who this token acts as."""
    user: User = request.user  # type: ignore[assignment]
    return MeOut(
        id=user.pk,
        email=user.email,
        full_name=user.full_name,
        language=user.language,
        time_zone=user.time_zone,
        permissions={name: str(reach) for name, reach in user.reaches.items()},
    )


class UserOut(Schema):
    """Somebody who works here."""

    id: UUID
    email: str
    full_name: str
    team_id: UUID | None
    language: str
    time_zone: str


class RoleOut(Schema):
    """A role; `key` never changes."""

    id: UUID
    key: str
    name: str
    is_ready_made: bool


class TeamOut(Schema):
    """A team; teams form a tree."""

    id: UUID
    name: str
    parent_id: UUID | None


class UsersQuery(Paging):
    """Part of a name or mail address."""

    q: str = Field("", max_length=100)


@router.get("/users", response=answers(PageOf[UserOut]))
def list_users(request: HttpRequest, asked: Annotated[UsersQuery, Query(...)]) -> Any:
    """Who may sign in, by name: the possible owners of records."""
    text = asked.q.replace("\x00", "")
    return page_of(queries.colleagues(request.user, text), ["full_name", "id"], asked, _user)


@router.get("/users/{user_id}", response=answers(UserOut))
def get_user(request: HttpRequest, user_id: UUID) -> Any:
    """One of them."""
    return _user(queries.colleague_with(request.user, user_id))


@router.get("/roles", response=answers(PageOf[RoleOut]))
def list_roles(request: HttpRequest, paging: PagingQuery) -> Any:
    """What one may be."""
    return page_of(queries.roles(request.user), ["name", "id"], paging, _role)


@router.get("/teams", response=answers(PageOf[TeamOut]))
def list_teams(request: HttpRequest, paging: PagingQuery) -> Any:
    """The teams, by name."""
    return page_of(queries.teams(request.user), ["name", "id"], paging, _team)


def _user(user: User) -> dict[str, Any]:
    return {
        "id": user.pk,
        "email": user.email,
        "full_name": user.full_name,
        "team_id": user.team_id,
        "language": user.language,
        "time_zone": user.time_zone,
    }


def _role(role: Role) -> dict[str, Any]:
    return {"id": role.pk, "key": role.key, "name": role.name, "is_ready_made": role.is_ready_made}


def _team(team: Team) -> dict[str, Any]:
    return {"id": team.pk, "name": team.name, "parent_id": team.parent_id}
