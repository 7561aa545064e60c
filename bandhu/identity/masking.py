"""Masked fields: what part of a sensitive value is shown to whom, and the trail of every look behind the mask.

A mask is part of the grant: `customers.see_phones` with reach "team" shows whole numbers of the team's customers and
masked ones of everybody else's. A kind `on_request` stays masked even for those who may see it, until they
ask for it by `reveal_field`, which writes an audit entry (verb "revealed").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from bandhu.identity.models import Reach
from bandhu.identity.results import Denied, OutOfReach
from bandhu.identity.scoping import reason_for, view_permission
from bandhu.platform import audit

DOT = "•"
_SHOWN_AT_END = 3
_COVERED = 5


@dataclass(frozen=True)
class Mask:
    """Who sees values of this kind (`permission`), and how they look to all others (`cover`)."""

    permission: str
    cover: Callable[[str], str]
    on_request: bool = False


def mask_phone(text: str) -> str:
    """A number with all but its start and its last three digits covered: "+880 1712 345678" → "+880 1••• •••678".

    Grouping stays as written. At least five digits are covered; a short number is covered but for its last digit.
    """
    digits = [place for place, character in enumerate(text) if character.isdecimal()]
    if len(digits) < 7:
        return _cover(text, set(digits[-1:]))
    head = 4 if text.lstrip().startswith(("+", "＋")) else 2
    head = min(head, max(0, len(digits) - _SHOWN_AT_END - _COVERED))
    return _cover(text, {*digits[:head], *digits[-_SHOWN_AT_END:]})


def mask_id(text: str) -> str:
    """An identity number with only its last three characters shown; one of six or fewer is covered whole."""
    signs = [place for place, character in enumerate(text) if character.isalnum()]
    return _cover(text, set(signs[-_SHOWN_AT_END:]) if len(signs) > 6 else set())


def _cover(text: str, shown: set[int]) -> str:
    return "".join(
        DOT if character.isalnum() and place not in shown else character
        for place, character in enumerate(text)
    )


MASKS = {
    "phone": Mask("customers.see_phones", mask_phone),
    "national_id": Mask("customers.see_national_ids", mask_id, on_request=True),
}
# Fields of records by the kind of mask they wear.
MASKED_FIELDS = {"national_id": "national_id", "primary_phone": "phone", "number": "phone", "phones": "phone"}


def may_see(user: Any, permission: str, record: models.Model) -> bool:
    """Whether `user` holds `permission` on this loaded record; answers without a query where owner and team are columns of it."""
    if user.reaches.get(permission) in (None, Reach.EVERYONE):
        return permission in user.reaches
    return within(user, permission, _values(record, "owner"), _values(record, "team"))


def within(user: Any, permission: str, owner_ids: set[Any], team_ids: set[Any]) -> bool:
    """Whether `user` holds `permission` on what belongs to these people and teams: `may_see` for rows that are no objects."""
    reach = user.reaches.get(permission)
    if reach is None or reach == Reach.EVERYONE:
        return reach is not None
    if user.pk in owner_ids:
        return True
    if reach == Reach.OWN or not user.team_id:
        return False
    teams = user.branch_ids() if reach == Reach.BRANCH else [user.team_id]
    return not team_ids.isdisjoint(teams)


def masked(user: Any, record: models.Model, value: str, kind: str) -> str:
    """The value as `user` may see it on `record`: whole, or covered by the mask of its kind ("phone", "national_id")."""
    mask = MASKS[kind]
    if not value or (not mask.on_request and may_see(user, mask.permission, record)):
        return value
    return mask.cover(value)


def may_reveal(user: Any, record: models.Model, kind: str) -> bool:
    """Whether a "Show" button makes sense: the value is kept covered until asked for, and `user` may ask."""
    return MASKS[kind].on_request and may_see(user, MASKS[kind].permission, record)


def reveal_field(record: models.Model, *, actor: Any, field: str) -> str:
    """The whole value of a masked field, and an audit entry that `actor` saw it.

    Raises OutOfReach when the record may not be known, Denied when the field may not be seen.
    """
    mask = MASKS[MASKED_FIELDS[field]]
    if not may_see(actor, view_permission(type(record)), record):
        raise OutOfReach
    if not may_see(actor, mask.permission, record):
        raise Denied(mask.permission, reason_for(mask.permission))
    value = str(getattr(record, field))
    audit.record_change(
        "revealed",
        actor=actor,
        kind=record._meta.model_name or "",
        record_id=record.pk,
        title=str(record),
        # The trail says what was looked at, and repeats no secret.
        changes={field: (mask.cover(value), mask.cover(value))},
    )
    return value


def refuse_masked(user: Any, record: models.Model, kind: str, value: str) -> str:
    """A value coming back from a form, cleaned: raises Denied for a change of a value the user cannot see.

    A form that shows the mask sends the mask back; it must never be saved in place of the value.
    """
    if DOT in value or not may_see(user, MASKS[kind].permission, record):
        raise Denied(
            MASKS[kind].permission, _("You cannot change a value that is hidden from you. Ask its owner.")
        )
    return value


def _values(record: models.Model, level: str) -> set[Any]:
    paths = record.scope[level]  # type: ignore[attr-defined]
    found: set[Any] = set()
    for path in (paths,) if isinstance(paths, str) else paths:
        found |= _values_at(record, path)
    return found - {None}


def _values_at(record: Any, path: str) -> set[Any]:
    """The ids at the end of an ORM path ("contact__owner", "page__hosts__user"); none where a step is empty."""
    *steps, last = path.split("__")
    records = [record]
    for step in steps:
        following: list[Any] = []
        for one in records:
            held = getattr(one, step)
            following += held.all() if hasattr(held, "all") else [held] if held is not None else []
        records = following
    return {getattr(one, f"{last}_id") for one in records}


def seen(user: Any, customer: Any, permission: str) -> Any:
    """The record when the user may see it and it is not in the bin, else None."""
    shown = customer is not None and customer.deleted_at is None and may_see(user, permission, customer)
    return customer if shown else None
