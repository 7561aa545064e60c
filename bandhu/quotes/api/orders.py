"""REST: orders, which accepted quotes become."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from bandhu.platform.custom_fields import seen_values
from bandhu.platform.listing import listing_for
from bandhu.platform.record_kinds import record_kinds
from bandhu.platform.rest import (
    Given,
    ListIn,
    PageOf,
    answers,
    filter_tree,
    page_of,
    wanted_version,
    with_version,
)
from bandhu.quotes import actions, queries
from bandhu.quotes.api.shapes import QuoteLineOut, SumsOut, shaped_line, sums_of
from bandhu.quotes.models import Order
from bandhu.sales.api.amounts import AmountIO

router = Router()
KIND = "order"


class OrderOut(Schema):
    """`amount` is the total with tax."""

    id: UUID
    version: int
    number: str
    title: str
    state: str
    quote_id: UUID | None
    contact_id: UUID | None
    company_id: UUID | None
    opportunity_id: UUID | None
    language: str
    country: str
    amount: AmountIO
    base_amount_minor: int | None
    owner_id: UUID | None
    team_id: UUID | None
    placed_at: datetime
    cancelled_at: datetime | None
    cancel_reason: str
    custom: dict[str, Any]
    url: str


class WholeOrderOut(OrderOut):
    """One order with its lines, frozen as they were accepted."""

    lines: list[QuoteLineOut]
    sums: SumsOut


class OrderPatch(Given):
    """What is sent is changed; `custom` are own fields by key. What was bought stays as it was accepted."""

    owner_id: UUID | None = None
    team_id: UUID | None = None
    custom: dict[str, Any] | None = None


class CancellationIn(Given):
    """Why the order is not wanted any more."""

    reason: str = Field(min_length=1, max_length=300)


@router.get("/orders", response=answers(PageOf[OrderOut]), tags=["orders"])
def list_orders(request: HttpRequest, asked: ListIn) -> Any:
    """The newest first, or as `sort` says."""
    definition = {"filter": filter_tree(asked.filter), "sort": asked.sort}
    rows, order = listing_for(request.user, KIND, definition, text=asked.q).ordered()
    return page_of(rows, order, asked, lambda one: _shaped(request, one))


@router.get("/orders/{order_id}", response=answers(WholeOrderOut), tags=["orders"])
def get_order(request: HttpRequest, response: HttpResponse, order_id: UUID) -> Any:
    """One order with its lines; its version is the ETag."""
    return _answer(request, response, order_id)


@router.patch("/orders/{order_id}", response=answers(WholeOrderOut), tags=["orders"])
def change_order(request: HttpRequest, response: HttpResponse, order_id: UUID, payload: OrderPatch) -> Any:
    """Whose it is, and its own fields. With If-Match, a version that is no longer the newest is refused (412)."""
    found = queries.order_for(request.user, order_id)
    given = {name.removesuffix("_id"): value for name, value in payload.dict(exclude_unset=True).items()}
    actions.change_order(found, actor=request.user, version=wanted_version(request, found.version), **given)
    return _answer(request, response, order_id)


@router.post("/orders/{order_id}/cancellation", response=answers(WholeOrderOut), tags=["orders"])
def cancel_order(
    request: HttpRequest, response: HttpResponse, order_id: UUID, payload: CancellationIn
) -> Any:
    """It is not wanted any more; it stays, with the reason."""
    actions.cancel_order(queries.order_for(request.user, order_id), actor=request.user, reason=payload.reason)
    return _answer(request, response, order_id)


def _answer(request: HttpRequest, response: HttpResponse, order_id: UUID) -> dict[str, Any]:
    record = queries.order_for(request.user, order_id)
    with_version(response, record.version)
    lines = queries.order_lines(request.user, record)
    shaped = {"lines": [shaped_line(line) for line in lines], "sums": sums_of(record, lines)}
    return _shaped(request, record) | shaped


def _shaped(request: HttpRequest, record: Order) -> dict[str, Any]:
    plain = [name for name in OrderOut.model_fields if name not in ("amount", "custom", "url")]
    return {name: getattr(record, name) for name in plain} | {
        "amount": {"minor": record.amount_minor, "currency": record.currency},
        "custom": seen_values(request.user, KIND, record),
        "url": request.build_absolute_uri(record_kinds[KIND].url(record)),
    }
