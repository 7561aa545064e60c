"""What is paid on an invoice, and what goes back. A payment is written once and never changed, but for the house's own fields; a mistake
is given back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.billing.actions.issuing import state_after
from bandhu.billing.actions.telling import announce, facts_of, locked
from bandhu.billing.events import InvoicePaid, PaymentChanged, PaymentReceived, PaymentRefunded
from bandhu.billing.models import (
    Invoice,
    InvoiceKind,
    InvoiceState,
    Payment,
    PaymentAccount,
    PaymentKind,
    PaymentMethod,
    PaymentState,
)
from bandhu.catalog.queries import NoRate, base_currency, rounding_of, to_base
from bandhu.customers.record_values import clean_day
from bandhu.identity.acting import action
from bandhu.identity.scoping import require
from bandhu.platform import audit, live
from bandhu.platform.card_numbers import mask_card_numbers
from bandhu.platform.custom_values import checked_custom, write_custom
from bandhu.platform.events import Event, publish
from bandhu.platform.models.amounts import WithAmount
from bandhu.platform.money import Converted, Money
from bandhu.platform.queue import enqueue
from bandhu.platform.search.indexing import index_records
from bandhu.platform.texts import clean_line

KIND = "payment"
BY_HAND = tuple(one for one in PaymentMethod.values if one != PaymentMethod.GATEWAY)


@action("billing.record_payment")
def record_payment(
    invoice: Invoice,
    *,
    actor: Any,
    amount: Money,
    method: str,
    received_on: Any = None,
    reference: str = "",
    note: str = "",
    custom: Mapping[str, Any] | None = None,
) -> Payment:
    """Money that came in by hand. `custom` are own fields by key; where it is None nobody is asked for them.

    Raises ValidationError by field: another currency, nothing open, or more than is open.
    """
    fresh = locked(invoice)
    if method not in BY_HAND:
        raise ValidationError({"method": _("This is not one of the choices.")}, code="no_choice")
    day = _clean_received(received_on)
    _check_payable(fresh, amount)
    own = {} if custom is None else checked_custom(KIND, custom, actor, is_new=True)
    return write_payment(
        fresh, actor=actor, amount=amount, method=method, received_on=day, reference=_line(reference, 200), note=_line(note, 300),
        custom=own,
    )  # fmt: skip


def write_payment(
    invoice: Invoice,
    *,
    actor: Any,
    amount: Money,
    method: str,
    received_on: date,
    reference: str = "",
    note: str = "",
    account: PaymentAccount | None = None,
    custom: Mapping[str, Any] | None = None,
) -> Payment:
    """A payment that was checked, its own fields too, on a locked invoice; told to everybody. In the caller's transaction."""
    payment = Payment(
        invoice=invoice, method=method, received_on=received_on, reference=reference, note=note, account=account,
        created_by=None if actor.is_system else actor,
    )  # fmt: skip
    payment.keep_amount(amount, in_base(amount, received_on, invoice))
    own = write_custom(payment, custom or {}, kind=KIND)
    payment.save(force_insert=True)
    index_records(KIND, [payment.pk])
    before = invoice.state
    recount(invoice)
    events: list[Event] = [PaymentReceived(**_facts(invoice, payment))]
    if invoice.state == InvoiceState.PAID and before != InvoiceState.PAID:
        events.append(InvoicePaid(**facts_of(invoice)))
    changes = {"payment": (None, f"{amount}, {method}"), "state": (before, invoice.state)}
    announce(invoice, "paid", actor=actor, events=tuple(events), changes=changes)
    if own:
        _trace("created", payment, actor, own)
    return payment


@action("billing.record_payment", on_record=False)
def change_payment(payment: Payment, *, actor: Any, custom: Mapping[str, Any]) -> Payment:
    """Fill or correct the own fields of a payment or a refund (by key), the only ones of it that ever change.

    Raises ValidationError by "custom.<key>".
    """
    require(actor, "billing.record_payment", payment.invoice)
    fresh = Payment.objects.select_for_update(of=("self",)).select_related("invoice").get(pk=payment.pk)
    own = write_custom(fresh, checked_custom(KIND, custom, actor, is_new=False), kind=KIND)
    if not own:
        return fresh
    fresh.save(update_fields=["custom"])
    _trace("changed", fresh, actor, own)
    publish(PaymentChanged(**_facts(fresh.invoice, fresh), fields=sorted(own)), actor=actor)
    live.hint(f"invoice:{fresh.invoice_id}")
    return fresh


def _trace(verb: str, payment: Payment, actor: Any, changes: Mapping[str, tuple[Any, Any]]) -> None:
    """What the trail keeps of a payment's own fields; the rest stands with its invoice."""
    title = f"{payment.invoice.number} {payment}"
    audit.record_change(
        verb, actor=actor, kind=KIND, record_id=payment.pk, title=title, changes=dict(changes)
    )


def in_base(amount: Money, on: date, paper: WithAmount) -> Converted:
    """By the rate of the day. Money that came in is not refused for want of one: then by the rate its invoice was written with."""
    try:
        return to_base(amount, on)
    except NoRate:
        if paper.rate is None or paper.rate_date is None:
            raise
        base = base_currency()
        return Converted(amount.converted(paper.rate, base, rounding_of(base)), paper.rate, paper.rate_date)


@action("billing.refund_payment", on_record=False)
def refund_payment(
    payment: Payment,
    *,
    actor: Any,
    amount: Money,
    reason: str,
    received_on: Any = None,
    through_gateway: bool = False,
) -> Payment:
    """Give back a payment or a part of it. Through the gateway it came by, the provider is asked by a job, once.

    Raises ValidationError by field.
    """
    require(actor, "billing.refund_payment", payment.invoice)
    invoice = locked(payment.invoice)
    _check_refund(payment, amount)
    if not (reason := _line(reason, 300)):
        raise ValidationError({"reason": _("Say why.")}, code="required")
    account = payment.account if through_gateway else None
    if through_gateway and account is None:
        raise ValidationError(_("This payment did not come through a gateway."), code="no_gateway")
    method = PaymentMethod.GATEWAY if account else _by_hand(payment.method)
    refund = new_refund(
        payment, amount, actor=actor, method=method, day=_clean_received(received_on), note=reason
    )
    if account is not None:
        refund.account, refund.state = account, PaymentState.PENDING
        refund.save(update_fields=["account", "state"])
        enqueue("billing.send_refund", refund_id=str(refund.pk))
        announce(invoice, "refund_asked", actor=actor, changes={"refund": (None, f"{amount}, {reason}")})
        return refund
    tell_refund(invoice, refund, actor=actor)
    return refund


def new_refund(
    payment: Payment,
    amount: Money,
    *,
    actor: Any,
    method: str,
    day: date,
    note: str = "",
    reference: str = "",
) -> Payment:
    """The row of a refund, stored and done; nobody is told yet."""
    refund = Payment(
        invoice_id=payment.invoice_id, kind=PaymentKind.REFUND, refunds=payment, method=method, received_on=day,
        note=note, reference=reference, created_by=None if actor.is_system else actor,
    )  # fmt: skip
    refund.keep_amount(amount, in_base(amount, day, payment))
    refund.save(force_insert=True)
    index_records("payment", [refund.pk])
    return refund


def tell_refund(invoice: Invoice, refund: Payment, *, actor: Any) -> None:
    """A refund is done: the invoice counts again, and everybody is told."""
    before = invoice.state
    recount(invoice)
    event = PaymentRefunded(**_facts(invoice, refund))
    changes = {"refund": (None, f"{refund.amount}, {refund.note}"), "state": (before, invoice.state)}
    announce(invoice, "refunded", actor=actor, events=(event,), changes=changes)


def recount(invoice: Invoice) -> None:
    """What was paid on a locked invoice, and its state by that."""
    done = invoice.payments.filter(state=PaymentState.DONE)
    sums = done.aggregate(
        paid=Sum("amount_minor", filter=Q(kind=PaymentKind.PAYMENT), default=0),
        back=Sum("amount_minor", filter=Q(kind=PaymentKind.REFUND), default=0),
    )
    invoice.paid_minor = sums["paid"] - sums["back"]
    if invoice.state != InvoiceState.VOID:
        invoice.state = state_after(invoice)
    invoice.version += 1
    invoice.save(update_fields=["paid_minor", "state", "version", "updated_at"])


def refundable(payment: Payment) -> Money:
    """What of a payment was not given back yet, nor is being given back."""
    back = payment.refunded_by.exclude(state=PaymentState.FAILED).aggregate(
        sum=Sum("amount_minor", default=0)
    )
    return Money((payment.amount_minor or 0) - back["sum"], payment.currency)


def why_not_payable(invoice: Invoice, amount: Money) -> str:
    """A sentence saying why this amount is no payment of this invoice; "" when it is one."""
    if invoice.kind != InvoiceKind.INVOICE or invoice.state in (InvoiceState.DRAFT, InvoiceState.VOID):
        return _("Only an issued invoice can be paid.")
    if amount.currency != invoice.currency:
        text = _("This invoice is in %(one)s; a payment in %(other)s cannot be put on it.")
        return text % {"one": invoice.currency, "other": amount.currency}
    if amount.minor <= 0:
        return _("A payment is larger than nought.")
    left = invoice.balance
    if left.minor <= 0:
        return _("Nothing is open on this invoice.")
    if amount.minor > left.minor:
        text = _("Only %(left)s are open on this invoice; %(amount)s would be too much.")
        return text % {"left": left.written(), "amount": amount.written()}
    return ""


def _check_payable(invoice: Invoice, amount: Money) -> None:
    if problem := why_not_payable(invoice, amount):
        raise ValidationError({"amount": problem}, code="not_payable")


def _check_refund(payment: Payment, amount: Money) -> None:
    if payment.kind != PaymentKind.PAYMENT:
        raise ValidationError(_("A refund is not given back."), code="refund")
    if amount.currency != payment.currency:
        text = _("This payment was in %(one)s; it cannot be given back in %(other)s.")
        words = {"one": payment.currency, "other": amount.currency}
        raise ValidationError({"amount": text % words}, code="mixed")
    left = refundable(payment)
    if not 0 < amount.minor <= left.minor:
        text = _("Of this payment %(left)s can be given back.")
        raise ValidationError({"amount": text % {"left": left.written()}}, code="too_much")


def _clean_received(value: Any) -> date:
    day = clean_day(value) or timezone.localdate()
    if day > timezone.localdate():
        raise ValidationError({"received_on": _("This day lies in the future.")}, code="future")
    return day


def _line(text: str, most: int) -> str:
    return mask_card_numbers(clean_line(text or "", most))


def _by_hand(method: str) -> str:
    return method if method in BY_HAND else PaymentMethod.OTHER.value


def _facts(invoice: Invoice, payment: Payment) -> dict[str, Any]:
    return facts_of(invoice) | {
        "payment_id": str(payment.pk),
        "paid_minor": payment.amount_minor,
        "balance_minor": invoice.balance.minor,
        "method": payment.method,
        "reference": payment.reference,
    }
