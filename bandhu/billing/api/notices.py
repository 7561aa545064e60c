"""REST: what payment providers told, and what became of it. What they sent with it (signatures, whole bodies) stays inside."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from bandhu.billing import actions, queries
from bandhu.billing.api.shapes import MoneyIO
from bandhu.billing.models import GatewayNotice
from bandhu.platform.rest import Given, PageOf, PagingQuery, YesNo, answers, held_as_read, page_of, stamped

router = Router(tags=["invoices"])
_ONE = "/payment-notices/{notice_id}"


class PaymentNoticeOut(Schema):
    """`outcome`: applied, repeated, noted, waiting (for its payment), held (for a person), settled, forged or unreadable; `explanation` says why.

    `told` is what the provider says happened ("" where it could not be read), of `amount` and under its own references. `invoice_id` is
    what was to be paid, `payment_id` what came of it.
    """

    id: UUID
    account_id: UUID
    account_name: str
    gateway: str
    received_at: datetime
    event: str
    outcome: str
    explanation: str
    told: str
    amount: MoneyIO | None
    payment_reference: str
    refund_reference: str
    invoice_id: UUID | None
    payment_id: UUID | None
    settled_by_id: UUID | None
    settled_at: datetime | None
    settled_note: str

    @staticmethod
    def resolve_account_name(notice: GatewayNotice) -> str:
        return notice.account.name

    @staticmethod
    def resolve_gateway(notice: GatewayNotice) -> str:
        return notice.account.gateway

    @staticmethod
    def resolve_explanation(notice: GatewayNotice) -> str:
        return _(notice.explanation) if notice.explanation else ""

    @staticmethod
    def resolve_told(notice: GatewayNotice) -> str:
        return _fact(notice, "kind")

    @staticmethod
    def resolve_amount(notice: GatewayNotice) -> dict[str, Any] | None:
        minor, code = notice.told.get("minor"), _fact(notice, "currency")
        return None if minor is None or minor < 0 or len(code) != 3 else {"minor": minor, "currency": code}

    @staticmethod
    def resolve_payment_reference(notice: GatewayNotice) -> str:
        return _fact(notice, "payment_reference")

    @staticmethod
    def resolve_refund_reference(notice: GatewayNotice) -> str:
        return _fact(notice, "refund_reference")

    @staticmethod
    def resolve_invoice_id(notice: GatewayNotice) -> UUID | None:
        of = notice.payment or notice.attempt
        return of.invoice_id if of else None


class SettlementIn(Given):
    """What was done about it. With `invoice_id` the money it tells of is put on that invoice as a payment. For a refund whose answer was lost `went_back` says whether it happened."""

    note: str = Field(min_length=1, max_length=300)
    invoice_id: UUID | None = None
    went_back: YesNo | None = None


@router.get("/payment-notices", response=answers(PageOf[PaymentNoticeOut]))
def list_payment_notices(request: HttpRequest, paging: PagingQuery, open_only: bool = False) -> Any:
    """The newest first; with `open_only` those that wait for a person or for their payment."""
    rows = queries.notices(request.user, open_only=open_only)
    return page_of(rows, ["-received_at"], paging, lambda one: one)


@router.get(_ONE, response=answers(PaymentNoticeOut))
def get_payment_notice(request: HttpRequest, response: HttpResponse, notice_id: UUID) -> Any:
    """One notice."""
    return stamped(response, PaymentNoticeOut, queries.notice_for(request.user, notice_id))


@router.post(f"{_ONE}/settlement", response=answers(PaymentNoticeOut))
def settle_payment_notice(
    request: HttpRequest, response: HttpResponse, notice_id: UUID, payload: SettlementIn
) -> Any:
    """Somebody has looked at it. What is settled already, tells of no payment, or does not fit the invoice, is refused (422)."""
    found = queries.notice_for(request.user, notice_id)
    invoice = queries.invoice_for(request.user, payload.invoice_id) if payload.invoice_id else None
    with held_as_read(request, PaymentNoticeOut, found):
        actions.settle_notice(
            found, actor=request.user, note=payload.note, invoice=invoice, went_back=payload.went_back
        )
    return stamped(response, PaymentNoticeOut, queries.notice_for(request.user, notice_id))


def _fact(notice: GatewayNotice, name: str) -> str:
    return str(notice.told.get(name) or "")
