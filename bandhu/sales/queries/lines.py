"""Reading the lines of an opportunity the caller may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bandhu.sales.models import Opportunity, OpportunityLine
from bandhu.sales.pricing import LineSums, currency_of_lines, priced_opportunity_lines, sums_of_lines


def lines_of_opportunity(opportunity: Opportunity) -> list[OpportunityLine]:
    """Its lines in their order."""
    return list(opportunity.lines.order_by("position"))


def currency_for_lines(opportunity: Opportunity, lines: Sequence[OpportunityLine]) -> str:
    """What the lines are in, or would be. Raises ValidationError where no currency is chosen yet."""
    return currency_of_lines(opportunity, "", lines)


def line_sums(lines: Sequence[OpportunityLine]) -> LineSums | None:
    """What they come to; None for no lines."""
    return sums_of_lines(lines, lines[0].currency) if lines else None


def preview_lines(
    user: Any, opportunity: Opportunity, given: Sequence[Mapping[str, Any]], currency: str = ""
) -> tuple[list[OpportunityLine], LineSums]:
    """What these lines would come to, nothing stored. Raises ValidationError by line and field."""
    held = lines_of_opportunity(opportunity)
    code = currency_of_lines(opportunity, currency, held)
    return priced_opportunity_lines(user, opportunity, given, code, {one.pk: one for one in held})
