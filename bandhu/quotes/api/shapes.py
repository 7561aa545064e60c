"""Shapes that quotes and orders have in common. Amounts are whole minor units of the paper's currency."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from ninja import Schema

from bandhu.quotes.models import PricedLine


class QuoteLineOut(Schema):
    """One line. `list_price_minor` is what the price book said, null where it said nothing; net + tax = total."""

    id: UUID
    product_id: UUID | None
    code: str
    name: str
    description: str
    parts: list[dict[str, Any]]
    unit: str
    quantity: Decimal
    list_price_minor: int | None
    unit_price_minor: int
    discount: Decimal
    tax_class: str
    tax_name: str
    tax_percent: Decimal | None
    tax_is_inclusive: bool
    gross_minor: int
    discount_minor: int
    net_minor: int
    tax_minor: int
    total_minor: int


class SumsOut(Schema):
    """gross − discount is what was asked for before tax rules; net + tax = total."""

    currency: str
    gross_minor: int
    discount_minor: int
    net_minor: int
    tax_minor: int
    total_minor: int
    tax_sums: list[dict[str, Any]]


def shaped_line(line: PricedLine) -> dict[str, Any]:
    """A line as QuoteLineOut."""
    return {name: getattr(line, name) for name in QuoteLineOut.model_fields}


def sums_of(paper: Any) -> dict[str, Any]:
    """The sums of a version or an order as SumsOut."""
    found = {name: getattr(paper, name) for name in SumsOut.model_fields if name != "total_minor"}
    return found | {"total_minor": paper.total.minor}
