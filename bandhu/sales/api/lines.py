"""REST: the lines of an opportunity, and what they come to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from bandhu.platform.rest import Given, YesNo, answers, wanted_version, with_version
from bandhu.sales import actions, queries
from bandhu.sales.api.amounts import AmountIO, amount_io, money_of

router = Router()


class OpportunityLineIn(Given):
    """A product or a name is needed. Without `unit_price` the price book's counts; `id` names the line it replaces.

    `recurs` is "", "month", "quarter" or "year": the line is then paid `times` times. Without it, as the product is usually sold.
    """

    id: UUID | None = None
    product_id: UUID | None = None
    name: str = Field("", max_length=300)
    description: str | None = None
    quantity: Decimal = Decimal(1)
    unit: str = Field("", max_length=3)
    unit_price: AmountIO | None = None
    discount: Decimal = Field(Decimal(0), ge=0, le=100)
    tax_class: str | None = Field(None, max_length=40)
    recurs: str | None = Field(None, max_length=7)
    times: int | None = Field(None, ge=1, le=1_200)


class OpportunityLinesIn(Given):
    """All lines; those not sent are taken out. `amount_from_lines` is the switch: null leaves it."""

    lines: list[OpportunityLineIn] = Field(max_length=1_000)
    currency: str = Field("", max_length=3)
    amount_from_lines: YesNo | None = None


class OpportunityLineOut(Schema):
    """One line; `net_minor` is price × quantity less the discount, each time. `list_price_minor` is what the price book said."""

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
    net_minor: int
    recurs: str
    times: int


class OpportunityLinesOut(Schema):
    """The lines with their sums before taxes; `sum` counts what recurs each time it is paid. All null where there are no lines."""

    amount_from_lines: bool
    lines: list[OpportunityLineOut]
    sum: AmountIO | None
    per_month: AmountIO | None
    per_year: AmountIO | None


@router.get(
    "/opportunities/{opportunity_id}/lines", response=answers(OpportunityLinesOut), tags=["opportunities"]
)
def get_opportunity_lines(request: HttpRequest, response: HttpResponse, opportunity_id: UUID) -> Any:
    """What it is about; the version of the opportunity is the ETag."""
    return _answer(request, response, opportunity_id)


@router.put(
    "/opportunities/{opportunity_id}/lines", response=answers(OpportunityLinesOut), tags=["opportunities"]
)
def set_opportunity_lines(
    request: HttpRequest, response: HttpResponse, opportunity_id: UUID, payload: OpportunityLinesIn
) -> Any:
    """Put these lines in the place of those there are. A discount above your limit is refused (422)."""
    found = queries.opportunity_for(request.user, opportunity_id)
    given = payload.dict()
    lines = [_line(place, one) for place, one in enumerate(given["lines"])]
    actions.set_lines(
        found, actor=request.user, lines=lines, currency=given["currency"],
        amount_from_lines=given["amount_from_lines"], version=wanted_version(request, found.version),
    )  # fmt: skip
    return _answer(request, response, opportunity_id)


def _line(place: int, sent: dict[str, Any]) -> dict[str, Any]:
    """As the actions take it."""
    line = dict(sent)
    line["product"] = line.pop("product_id")
    if line["unit_price"] is not None:
        line["unit_price"] = money_of(line["unit_price"], f"{place}.unit_price")
    return line


def _answer(request: HttpRequest, response: HttpResponse, opportunity_id: UUID) -> dict[str, Any]:
    record = queries.opportunity_for(request.user, opportunity_id)
    with_version(response, record.version)
    lines = queries.lines_of_opportunity(record)
    sums = queries.line_sums(lines)
    return {
        "amount_from_lines": record.amount_from_lines,
        "lines": [{name: getattr(one, name) for name in OpportunityLineOut.model_fields} for one in lines],
        "sum": amount_io(sums.amount) if sums else None,
        "per_month": amount_io(sums.per_month) if sums else None,
        "per_year": amount_io(sums.per_year) if sums else None,
    }
