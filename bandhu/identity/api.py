"""REST: who am I, and who works here."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from bandhu.identity.models import User
from bandhu.platform.rest import answers

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
