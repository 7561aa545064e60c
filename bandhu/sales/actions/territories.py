"""The administrator's side of territories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from bandhu.customers.record_values import linked_record
from bandhu.identity.acting import action
from bandhu.identity.ready_made import system_user
from bandhu.platform import audit
from bandhu.platform.events import publish
from bandhu.platform.filters import compile_filter
from bandhu.platform.record_kinds import record_kinds
from bandhu.sales.actions.pipelines import put_names
from bandhu.sales.events import TerritoryChanged
from bandhu.sales.models import TERRITORY_KINDS, Territory
from bandhu.sales.queries.reassigning import MANAGE


@action(MANAGE, on_record=False)
def set_territory(
    territory: Territory | None,
    *,
    actor: Any,
    name: str,
    kind: str,
    conditions: Mapping[str, Any] | None = None,
    team: Any = None,
    owner: Any = None,
    names: Mapping[str, str] | None = None,
    is_active: bool = True,
) -> Territory:
    """A new one comes after the others; nothing moves until the territories are applied. Raises ValidationError by field."""
    row = draft_territory(territory, actor=actor, kind=kind, conditions=conditions, team=team, owner=owner)
    put_names(row, name, names or {})
    row.is_active = is_active
    row.save()
    _written("created" if territory is None else "changed", row, actor)
    return row


def draft_territory(
    territory: Territory | None,
    *,
    actor: Any,
    kind: str,
    conditions: Mapping[str, Any] | None,
    team: Any,
    owner: Any,
) -> Territory:
    """As it would be saved: checked, and not saved, so that it can be tried out first."""
    row = territory or Territory(position=_next())
    if kind not in dict(TERRITORY_KINDS):
        raise ValidationError({"view": _("Choose one of the list.")})
    try:
        compile_filter(system_user(), record_kinds[kind], conditions)
    except ValidationError as problem:
        raise ValidationError({"view": problem.messages}) from None
    row.kind, row.conditions = kind, dict(conditions or {})
    row.team, row.owner = linked_record("team", team, actor), linked_record("owner", owner, actor)
    if row.team is None and row.owner is None:
        raise ValidationError({"team": _("Choose the team or the person it belongs to.")})
    return row


@action(MANAGE, on_record=False)
def delete_territory(territory: Territory, *, actor: Any) -> None:
    """What it gave to others stays there."""
    pk = territory.pk
    territory.delete()
    territory.pk = pk
    _written("deleted", territory, actor)


@action(MANAGE, on_record=False)
def put_territories_in_order(*, actor: Any, ids: Sequence[UUID]) -> None:
    """These territories in this order: the first one that fits decides."""
    rows = Territory.objects.in_bulk(list(ids))
    for place, pk in enumerate(pk for pk in ids if pk in rows):
        rows[pk].position = place
    Territory.objects.bulk_update(rows.values(), ["position"])
    for row in list(rows.values())[:1]:
        _written("reordered", row, actor)


def _next() -> int:
    last = Territory.objects.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _written(verb: str, row: Territory, actor: Any) -> None:
    audit.record_change(verb, actor=actor, kind="territory", record_id=row.pk, title=row.name)
    publish(
        TerritoryChanged(
            territory_id=str(row.pk),
            title=row.name,
            change=verb,
            kind=row.kind,
            is_active=row.is_active,
            team_id=str(row.team_id) if row.team_id else None,
            owner_id=str(row.owner_id) if row.owner_id else None,
        ),
        actor=actor,
    )
