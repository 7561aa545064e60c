"""REST: payments and refunds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from bandhu.billing import actions, queries
from bandhu.billing.api.shapes import MoneyIO, money_of, money_out
from bandhu.billing.models import Payment
from bandhu.identity.scoping import require
from bandhu.platform.custom_fields import seen_values_by
from bandhu.platform.rest import Day, Given, PageOf, Paging, answers, held_as_read, page_of, stamped

router = Router(tags=["invoices"])


class PaymentOut(Schema):
    """A `refund` gives back (a part of) the payment `refunds_id`; through a gateway it is "pending" until the provider has answered, "unclear" where its answer was lost."""

    id: UUID
    invoice_id: UUID
    kind: str
    state: str
    method: str
    amount: MoneyIO
    base_amount_minor: int
    received_on: date
    reference: str
    note: str
    account_id: UUID | None
    refunds_id: UUID | None
    custom: dict[str, Any]
    created_at: datetime


class _PaymentAsRead(Schema):
    """What of a payment may become another: its ETag stands for it."""

    id: UUID
    state: str
    reference: str
    custom: dict[str, Any]


class PaymentIn(Given):
    """`method`: bank, cash, cheque, card, wallet or other; `custom` are own fields by key."""

    amount: MoneyIO
    method: str = Field(max_length=7)
    received_on: Day | None = None
    reference: str = Field("", max_length=200)
    note: str = Field("", max_length=300)
    custom: dict[str, Any] = {}


class PaymentPatch(Given):
    """Own fields by key, null to empty one: nothing else of a payment ever changes."""

    custom: dict[str, Any]


class RefundIn(Given):
    """With `through_gateway` the provider it came by is asked to give it back."""

    amount: MoneyIO
    reason: str = Field(max_length=300)
    received_on: Day | None = None
    through_gateway: bool = False


@router.get("/payments", response=answers(PageOf[PaymentOut]))
def list_payments(request: HttpRequest, asked: Annotated[Paging, Query(...)]) -> Any:
    """Every payment and refund on invoices one may see, the newest first."""
    own = seen_values_by(request.user, "payment")
    return page_of(queries.payments(request.user), ["-created_at"], asked, lambda one: _shaped(one, own))


@router.get("/payments/{payment_id}", response=answers(PaymentOut))
def get_payment(request: HttpRequest, response: HttpResponse, payment_id: UUID) -> Any:
    """One payment or refund; the ETag stands for what may change of it."""
    return _answer(request, response, queries.payment_for(request.user, payment_id))


@router.patch("/payments/{payment_id}", response=answers(PaymentOut))
def change_payment(
    request: HttpRequest, response: HttpResponse, payment_id: UUID, payload: PaymentPatch
) -> Any:
    """Fill or correct own fields of a payment or refund. With If-Match, one that became another is refused (412)."""
    found = queries.payment_for(request.user, payment_id)
    require(request.user, "billing.record_payment", found.invoice)
    with held_as_read(request, _PaymentAsRead, found):
        changed = actions.change_payment(found, actor=request.user, custom=payload.custom)
    return _answer(request, response, changed)


@router.post("/invoices/{invoice_id}/payments", response=answers(PaymentOut, 201))
def record_payment(request: HttpRequest, response: HttpResponse, invoice_id: UUID, payload: PaymentIn) -> Any:
    """Money that came in. More than is open, or another currency, is refused (422)."""
    found = queries.invoice_for(request.user, invoice_id)
    given = payload.dict(exclude={"amount"})
    amount = money_of(payload.amount, "amount")
    made = actions.record_payment(found, actor=request.user, amount=amount, **given)
    return Status(201, _answer(request, response, made))


@router.post("/payments/{payment_id}/refunds", response=answers(PaymentOut, 201))
def refund_payment(request: HttpRequest, response: HttpResponse, payment_id: UUID, payload: RefundIn) -> Any:
    """Give it back, or a part of it."""
    found = queries.payment_for(request.user, payment_id)
    given = payload.dict(exclude={"amount"})
    amount = money_of(payload.amount, "amount")
    made = actions.refund_payment(found, actor=request.user, amount=amount, **given)
    return Status(201, _answer(request, response, made))


def _answer(request: HttpRequest, response: HttpResponse, record: Payment) -> dict[str, Any]:
    stamped(response, _PaymentAsRead, record)
    return _shaped(record, seen_values_by(request.user, "payment"))


def _shaped(record: Payment, own: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    plain = [name for name in PaymentOut.model_fields if name not in ("amount", "custom")]
    assert record.amount is not None  # the database keeps it so
    more = {"amount": money_out(record.amount), "custom": own(record)}
    return {name: getattr(record, name) for name in plain} | more
