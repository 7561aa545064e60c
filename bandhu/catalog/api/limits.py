"""REST: how much discount a role or a person may give without approval."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from bandhu.catalog import actions, queries
from bandhu.identity.queries import colleague_with
from bandhu.identity.results import OutOfReach
from bandhu.platform.rest import Given, PageOf, answers

router = Router(tags=["prices"])


class DiscountLimitOut(Schema):
    """Of a role or of a person. `percent` null is no limit; a person's own counts before those of their roles, of several roles the highest."""

    role_id: UUID | None
    user_id: UUID | None
    name: str
    percent: Decimal | None


class DiscountLimitIn(Given):
    """0 to 100; null takes the limit away."""

    percent: Decimal | None = Field(ge=0, le=100, decimal_places=2)


@router.get("/discount-limits", response=answers(PageOf[DiscountLimitOut]))
def list_discount_limits(request: HttpRequest) -> Any:
    """Every role, with or without a limit, and the persons who have one of their own."""
    roles, persons = queries.discount_limits(request.user)
    items = [_of(role=one, percent=one.limit) for one in roles]
    return {"items": items + [_of(user=one.user, percent=one.percent) for one in persons], "next": None}


@router.put("/discount-limits/roles/{role_id}", response=answers(DiscountLimitOut))
def set_role_discount_limit(request: HttpRequest, role_id: UUID, payload: DiscountLimitIn) -> Any:
    """What everybody in a role may give."""
    roles, _persons = queries.discount_limits(request.user)
    role = next((one for one in roles if one.pk == role_id), None)
    if role is None:
        raise OutOfReach
    made = actions.set_discount_limit(actor=request.user, role=role, percent=payload.percent)
    return _of(role=role, percent=made.percent if made else None)


@router.put("/discount-limits/users/{user_id}", response=answers(DiscountLimitOut))
def set_user_discount_limit(request: HttpRequest, user_id: UUID, payload: DiscountLimitIn) -> Any:
    """What one person may give, whatever their roles may."""
    _roles, persons = queries.discount_limits(request.user)
    limited = persons.filter(user=user_id).first()  # perhaps of somebody who has left
    user = limited.user if limited and limited.user else colleague_with(request.user, user_id)
    made = actions.set_discount_limit(actor=request.user, user=user, percent=payload.percent)
    return _of(user=user, percent=made.percent if made else None)


def _of(*, percent: Decimal | None, role: Any = None, user: Any = None) -> dict[str, Any]:
    shown = {
        "name": str(role or user),
        "percent": None if percent is None else percent.quantize(Decimal("0.01")),
    }
    return shown | {"role_id": role.pk if role else None, "user_id": user.pk if user else None}
