"""Ids of other systems that two records claim, of which the second claimant may not be told of the first.

Refusing the second claim would tell that a record out of reach has the id. So it is kept, looks like any other, and the
two records become a probable duplicate, which somebody who sees both merges or tells apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from bandhu.customers.models import Company, Contact, DuplicatePair, ExternalId
from bandhu.customers.record_values import Problems

REASON = "same_external_id"
CERTAIN = 0.99
MODELS: dict[str, Any] = {"contact": Contact, "company": Company}
Pair = tuple[str, str]


def settle_claims(
    side: str, rows: Sequence[dict[str, Any]], *, actor: Any, record: Any, problems: Problems
) -> None:
    """Mark in the rows which ids are disputed; a problem where a record the actor sees has the id already."""
    for place, row in enumerate(rows):
        others = ExternalId.objects.filter(
            source=row["source"], external_id=row["external_id"], **{f"{side}__isnull": False}
        )
        if record is not None:
            others = others.exclude(**{side: record})
        holders = dict(others.values_list(f"{side}_id", "is_disputed"))
        if MODELS[side].objects.visible_to(actor).filter(pk__in=list(holders)).exists():
            text = _("Another record has this id of the same system.")
            problems.add(f"external_ids.{place}", ValidationError(text, code="taken"))
        row["is_disputed"] = not all(holders.values())


def undisputed(side: str, pairs: Iterable[Pair]) -> dict[Pair, UUID]:
    """(source, id) to the record that holds it."""
    asked = list(pairs)
    if not asked:
        return {}
    rows = ExternalId.objects.filter(
        source__in={source for source, _id in asked}, external_id__in={one for _source, one in asked},
        is_disputed=False, **{f"{side}__isnull": False},
    )  # fmt: skip
    found = {(source, one): pk for source, one, pk in rows.values_list("source", "external_id", f"{side}_id")}
    return {pair: found[pair] for pair in asked if pair in found}


def pair_claimants(side: str, claims: Mapping[Pair, UUID]) -> None:
    """The records that claim disputed ids, each with the one that holds it, as open pairs of duplicates."""
    pairs = []
    for pair, holder in undisputed(side, claims).items():
        if holder != claims[pair]:
            first, second = sorted((holder, claims[pair]))
            sides = {f"first_{side}_id": first, f"second_{side}_id": second}
            found = DuplicatePair.Found.ENTRY
            pairs.append(DuplicatePair(**sides, score=CERTAIN, reasons=[REASON], found_by=found))
    DuplicatePair.objects.bulk_create(pairs, ignore_conflicts=True)


def pair_claims_of(side: str, record: Any) -> None:
    """The same for the disputed ids of one stored record."""
    rows = ExternalId.objects.filter(is_disputed=True, **{side: record})
    claims = dict.fromkeys(rows.values_list("source", "external_id"), record.pk)
    if claims:
        pair_claimants(side, claims)


def give_over(side: str, winner: Any, loser: Any) -> None:
    """After a merge: ids that the winner claimed and the loser held are the winner's."""
    for row in ExternalId.objects.filter(is_disputed=True, **{side: winner}):
        held = ExternalId.objects.filter(
            Q(**{side: loser}), source=row.source, external_id=row.external_id, is_disputed=False
        )
        if held.update(is_disputed=True):
            ExternalId.objects.filter(pk=row.pk).update(is_disputed=False)
