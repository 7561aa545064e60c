"""What an opportunity was reckoned with, as lines of a quote."""

from __future__ import annotations

from typing import Any

from bandhu.platform.money import Money
from bandhu.sales.models import Opportunity, OpportunityLine

_AS_THEY_ARE = (
    "product", "name", "description", "quantity", "unit", "discount", "tax_class", "recurs", "times",
)  # fmt: skip


def lines_to_quote(opportunity: Opportunity | None) -> tuple[list[dict[str, Any]], str]:
    """The lines as `line_values.RECURRING_LINE_FIELDS`, with the prices agreed on, and their currency ("" where there are none).

    What recurs does so in the quote as well: counted all the times it is paid, the quote comes to the opportunity's amount before taxes.
    """
    rows = OpportunityLine.objects.select_related("product").filter(opportunity=opportunity)
    held = list(rows.order_by("position")) if opportunity is not None else []
    return [_line(one) for one in held], held[0].currency if held else ""


def _line(one: OpportunityLine) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _AS_THEY_ARE} | {
        "unit_price": Money(one.unit_price_minor, one.currency)
    }
