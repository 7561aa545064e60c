"""Whose territory a record lies in: the first one that fits decides. Reads only; one statement for all records of a kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Case, F, IntegerField, Q, QuerySet, UUIDField, Value, When
from django.db.models.functions import Coalesce

from bandhu.platform.filters import compile_filter
from bandhu.platform.record_kinds import record_kinds
from bandhu.sales.models import Territory

# Cards that are closed stay with who closed them.
_OPEN = {"opportunity": Q(state="open"), "lead": Q(status__in=("new", "working", "nurturing"))}


@dataclass(frozen=True)
class Target:
    """Where a territory's records go."""

    team_id: UUID | None
    owner_id: UUID | None


def target_of(territory: Territory) -> Target:
    """The person's team stands where the territory names none."""
    owner = territory.owner
    return Target(territory.team_id or (owner.team_id if owner else None), territory.owner_id)


def placed(actor: Any, kind: str, territories: Sequence[Territory], rows: QuerySet | None = None) -> QuerySet:
    """Records `actor` may change with the number of their territory in `territories` as `place`; those in none are left out.

    A territory whose filter can no longer be understood (its field was retired) fits nothing; the administrator's page says so.
    """
    found = record_kinds[kind]
    if rows is None:
        rows = found.visible_to(actor, found.change_permission)
    whens, annotators = [], {}
    for place, territory in enumerate(territories):
        try:
            compiled = compile_filter(actor, found, territory.conditions)
        except ValidationError:
            continue
        annotators.update(dict.fromkeys(compiled.annotators))
        # An empty condition fits everything, which When does not take.
        whens.append(When(compiled.condition or Q(pk__isnull=False), then=Value(place)))
    for annotate in annotators:
        rows = annotate(rows)
    if not whens:
        return rows.none().annotate(place=Value(0))
    number = Case(*whens, default=None, output_field=IntegerField())
    return rows.filter(_OPEN.get(kind, Q())).annotate(place=number).filter(place__isnull=False).order_by()


def movers(actor: Any, kind: str, territories: Sequence[Territory]) -> QuerySet:
    """Those of `placed` that belong to somebody else today, with `to_owner` and `to_team`."""
    rows = placed(actor, kind, territories)
    targets = [target_of(one) for one in territories]
    to_team = _by_place([one.team_id for one in targets])
    named = _by_place([one.owner_id for one in targets])
    rows = rows.annotate(to_team=to_team, to_named=named)
    # With a team alone, a person of that team keeps what they have.
    keeps = Case(When(owner__team=F("to_team"), then=F("owner")), default=None, output_field=UUIDField())
    rows = rows.annotate(to_owner=Coalesce(F("to_named"), keeps))
    same_owner = Q(owner=F("to_owner")) | Q(owner__isnull=True, to_owner__isnull=True)
    same_team = Q(team=F("to_team")) | Q(team__isnull=True, to_team__isnull=True)
    return rows.exclude(same_owner & same_team)


def _by_place(ids: Sequence[UUID | None]) -> Case:
    return Case(
        *(When(place=n, then=Value(pk)) for n, pk in enumerate(ids) if pk),
        default=None,
        output_field=UUIDField(),
    )


def in_use(kind: str) -> list[Territory]:
    """The territories of a kind of record, in their order."""
    rows = Territory.objects.filter(kind=kind, is_active=True).select_related("team", "owner__team")
    return list(rows.order_by("position", "pk"))


def territories_of(actor: Any, kind: str, ids: Sequence[UUID]) -> dict[UUID, Territory]:
    """The territory of each of these records; those in none are left out."""
    known = in_use(kind)
    if not known:
        return {}
    rows = placed(actor, kind, known, record_kinds[kind].model._default_manager.filter(pk__in=ids))
    return {pk: known[place] for pk, place in rows.values_list("pk", "place")}
