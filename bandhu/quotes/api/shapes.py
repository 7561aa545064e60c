"""Shapes that quotes and orders have in common. Amounts are whole minor units of the paper's currency."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from ninja import Schema

from bandhu.catalog.models import RecurringLine
from bandhu.quotes.recurring import at_start, parts_of


class QuoteLineOut(Schema):
    """One line. `list_price_minor` is what the price book said, null where it said nothing; net + tax = total.

    Amounts are of one time: what `recurs` is paid `times` periods (0: until cancelled).
    """

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
    recurs: str
    times: int
    tax_class: str
    tax_name: str
    tax_percent: Decimal | None
    tax_is_inclusive: bool
    gross_minor: int
    discount_minor: int
    net_minor: int
    tax_minor: int
    total_minor: int


class PartSumsOut(Schema):
    """What is paid once (`recurs` ""), or each of `times` periods (0: until cancelled)."""

    recurs: str
    times: int
    gross_minor: int
    discount_minor: int
    net_minor: int
    tax_minor: int
    total_minor: int


class SumsOut(Schema):
    """gross − discount is what was asked for before tax rules; net + tax = total. All periods are counted (one where there is no end).

    `parts` tells what is paid once apart from what comes again; [] where nothing does. `at_start_minor` is what is invoiced as soon as the
    customer accepts: what is paid once, and the first period of the rest.
    """

    currency: str
    gross_minor: int
    discount_minor: int
    net_minor: int
    tax_minor: int
    total_minor: int
    at_start_minor: int
    tax_sums: list[dict[str, Any]]
    parts: list[PartSumsOut]


def shaped_line(line: RecurringLine) -> dict[str, Any]:
    """A line as QuoteLineOut."""
    return {name: getattr(line, name) for name in QuoteLineOut.model_fields}


def sums_of(paper: Any, lines: Iterable[RecurringLine]) -> dict[str, Any]:
    """The sums of a version or an order as SumsOut."""
    apart = ("total_minor", "at_start_minor", "parts")
    found = {name: getattr(paper, name) for name in SumsOut.model_fields if name not in apart}
    parts = [one.as_facts() for one in parts_of(lines)]
    start = at_start(parts, paper.currency) if parts else paper.total
    return found | {"total_minor": paper.total.minor, "at_start_minor": start.minor, "parts": parts}
