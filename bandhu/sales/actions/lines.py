"""The lines of an opportunity, and its amount where it follows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bandhu.catalog.line_words import lines_in_words
from bandhu.identity.acting import action
from bandhu.platform.conflicts import EditConflict
from bandhu.sales.actions.changes import (
    Changes,
    announce,
    clean_opportunity,
    locked,
    set_values,
    text_of,
)
from bandhu.sales.events import OpportunityChanged
from bandhu.sales.models import Opportunity, OpportunityLine
from bandhu.sales.pricing import check_discounts, currency_of_lines, priced_opportunity_lines


@action("sales.change_opportunity")
def set_lines(
    opportunity: Opportunity,
    *,
    actor: Any,
    lines: Sequence[Mapping[str, Any]],
    currency: str = "",
    amount_from_lines: bool | None = None,
    version: int | None = None,
) -> Opportunity:
    """Put these lines in the place of those there are; fields as in `line_values.RECURRING_LINE_FIELDS`.

    The amount follows them where `amount_from_lines` says so; None leaves the switch, and turns it on for an opportunity without
    any amount. With `version`, somebody else's change in between raises EditConflict and nothing is written. Raises
    ValidationError by line and field ("3.quantity"). Returns the opportunity as stored.
    """
    fresh = locked(opportunity)
    if version is not None and version != fresh.version:
        raise EditConflict(fresh.version, {}, {}, {})
    held = {one.pk: one for one in fresh.lines.order_by("position")}
    code = currency_of_lines(fresh, currency, held.values())
    made, _sums = priced_opportunity_lines(actor, fresh, lines, code, held)
    check_discounts(actor, made, held)
    told, after = _in_words(held.values()), _in_words(made)
    _store(fresh, made)
    changes: Changes = {"lines": (told, after)} if told != after else {}
    if amount_from_lines is None:
        amount_from_lines = fresh.amount_from_lines or (bool(made) and fresh.amount is None)
    changes |= set_values(
        fresh, clean_opportunity({"amount_from_lines": amount_from_lines}, actor=actor, record=fresh)
    )
    if changes:
        fresh.version += 1
        fresh.save()
        event = OpportunityChanged(
            opportunity_id=str(fresh.pk), contact_id=text_of(fresh.contact_id), company_id=text_of(fresh.company_id),
            title=fresh.name, version=fresh.version, fields=sorted(changes),
        )  # fmt: skip
        announce(fresh, "changed", [event], actor=actor, changes=changes)
    return fresh


def _store(opportunity: Opportunity, lines: Sequence[OpportunityLine]) -> None:
    for line in lines:
        line.opportunity = opportunity
    OpportunityLine.objects.filter(opportunity=opportunity).delete()
    OpportunityLine.objects.bulk_create(lines)


def _in_words(lines: Iterable[OpportunityLine]) -> str:
    """For the audit trail: one line of text for each."""
    return "\n".join(lines_in_words([one], one.currency) for one in lines)
