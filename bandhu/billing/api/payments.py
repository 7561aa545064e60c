"""REST: payments and refunds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from bandhu.billing import actions, queries
from bandhu.billing.api.shapes import MoneyIO, money_of, money_out
from bandhu.billing.models import Payment
from bandhu.platform.rest import Day, Given, PageOf, Paging, answers, page_of

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
    created_at: datetime


class PaymentIn(Given):
    """`method`: bank, cash, cheque, card, wallet or other."""

    amount: MoneyIO
    method: str = Field(max_length=7)
    received_on: Day | None = None
    reference: str = Field("", max_length=200)
    note: str = Field("", max_length=300)


class RefundIn(Given):
    """With `through_gateway` the provider it came by is asked to give it back."""

    amount: MoneyIO
    reason: str = Field(max_length=300)
    received_on: Day | None = None
    through_gateway: bool = False


@router.get("/payments", response=answers(PageOf[PaymentOut]))
def list_payments(request: HttpRequest, asked: Annotated[Paging, Query(...)]) -> Any:
    """Every payment and refund on invoices one may see, the newest first."""
    return page_of(queries.payments(request.user), ["-created_at"], asked, _shaped)


@router.get("/payments/{payment_id}", response=answers(PaymentOut))
def get_payment(request: HttpRequest, payment_id: UUID) -> Any:
    """One payment or refund."""
    return _shaped(queries.payment_for(request.user, payment_id))


@router.post("/invoices/{invoice_id}/payments", response=answers(PaymentOut, 201))
def record_payment(request: HttpRequest, invoice_id: UUID, payload: PaymentIn) -> Any:
    """Money that came in. More than is open, or another currency, is refused (422)."""
    found = queries.invoice_for(request.user, invoice_id)
    given = payload.dict(exclude={"amount"})
    amount = money_of(payload.amount, "amount")
    return Status(201, _shaped(actions.record_payment(found, actor=request.user, amount=amount, **given)))


@router.post("/payments/{payment_id}/refunds", response=answers(PaymentOut, 201))
def refund_payment(request: HttpRequest, payment_id: UUID, payload: RefundIn) -> Any:
    """Give it back, or a part of it."""
    found = queries.payment_for(request.user, payment_id)
    given = payload.dict(exclude={"amount"})
    amount = money_of(payload.amount, "amount")
    return Status(201, _shaped(actions.refund_payment(found, actor=request.user, amount=amount, **given)))


def _shaped(record: Payment) -> dict[str, Any]:
    found = {name: getattr(record, name) for name in PaymentOut.model_fields if name != "amount"}
    assert record.amount is not None  # the database keeps it so
    return found | {"amount": money_out(record.amount)}
