"""What a person does with notices that match nothing, and refunds that are asked of providers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.billing.account_keys import gateway_of, keys_of
from bandhu.billing.actions.payments import tell_refund, why_not_payable, write_payment
from bandhu.billing.actions.telling import announce, locked
from bandhu.billing.gateways.port import GatewayRefused
from bandhu.billing.models import (
    GatewayNotice,
    Invoice,
    Payment,
    PaymentMethod,
    PaymentState,
)
from bandhu.identity.acting import action
from bandhu.identity.ready_made import system_user
from bandhu.identity.results import OutOfReach
from bandhu.platform import audit
from bandhu.platform.money import Money
from bandhu.platform.texts import clean_line

OPEN = (GatewayNotice.Outcome.HELD, GatewayNotice.Outcome.WAITING)


@action("billing.reconcile_payments", on_record=False)
def settle_notice(
    notice: GatewayNotice, *, actor: Any, note: str, invoice: Invoice | None = None
) -> GatewayNotice:
    """A person has looked at it. With `invoice`, the money it tells of is put there as a payment. Raises ValidationError."""
    fresh = (
        GatewayNotice.objects.select_for_update(of=("self",))
        .select_related("account")
        .filter(pk=notice.pk)
        .first()
    )
    if fresh is None:
        raise OutOfReach
    if fresh.outcome not in OPEN:
        raise ValidationError(_("Somebody has settled this notice already."), code="settled")
    note = clean_line(note or "", 300)
    if not note:
        raise ValidationError({"note": _("Say what was done.")}, code="required")
    if invoice is not None:
        fresh.payment = _put_on(fresh, locked(invoice), actor)
    fresh.outcome, fresh.settled_note = GatewayNotice.Outcome.SETTLED, note
    fresh.settled_by, fresh.settled_at = actor, timezone.now()
    fresh.save(update_fields=["outcome", "settled_note", "settled_by", "settled_at", "payment"])
    audit.record_change(
        "changed", actor=actor, kind="gateway_notice", record_id=fresh.pk, title=fresh.event,
        changes={"settled": (None, note), "invoice": (None, str(invoice) if invoice else None)},
    )  # fmt: skip
    return fresh


def _put_on(notice: GatewayNotice, invoice: Invoice, actor: Any) -> Payment:
    told = notice.told
    if told.get("kind") != "paid" or not told.get("currency") or not told.get("payment_reference"):
        raise ValidationError(_("This notice tells of no payment."), code="no_payment")
    reference = told["payment_reference"]
    if Payment.objects.filter(account=notice.account, kind="payment", reference=reference).exists():
        raise ValidationError(_("This payment is on an invoice already."), code="known")
    amount = Money(told["minor"], told["currency"])
    if problem := why_not_payable(invoice, amount):
        raise ValidationError({"invoice": problem}, code="not_payable")
    return write_payment(
        invoice, actor=actor, amount=amount, method=PaymentMethod.GATEWAY, received_on=timezone.localdate(),
        reference=reference, account=notice.account,
    )  # fmt: skip


def send_refund(refund_id: UUID | str) -> None:
    """Ask the provider to give back; called by a job, again after failures: the refund's own id keeps it from happening twice.

    Raises GatewayDown for the job to try again.
    """
    refund = Payment.objects.select_related("refunds", "account").get(pk=refund_id)
    if refund.state != PaymentState.PENDING or refund.reference or refund.account is None:
        return
    paid = refund.refunds
    assert paid is not None and refund.amount is not None and paid.amount is not None  # kept by the database
    begun = (
        paid.notices.filter(attempt__isnull=False)
        .values_list("attempt__provider_reference", flat=True)
        .first()
    )
    try:
        answer = gateway_of(refund.account).refund(
            keys_of(refund.account), begun_reference=begun or "", payment_reference=paid.reference, money=refund.amount,
            whole=paid.amount, key=refund.pk.hex, reason=refund.note,
        )  # fmt: skip
    except GatewayRefused as refusal:
        _settle_refund(refund, "failed", "", str(refusal))
    else:
        _settle_refund(refund, answer.state, answer.reference, "")


@transaction.atomic
def _settle_refund(refund: Payment, state: str, reference: str, why: str) -> None:
    """What the provider said; its notice may have been quicker."""
    invoice = locked(refund.invoice)
    fresh = Payment.objects.select_for_update().get(pk=refund.pk)
    if fresh.state != PaymentState.PENDING:
        return
    fresh.reference = reference[:200]
    fresh.state = {"done": PaymentState.DONE, "failed": PaymentState.FAILED}.get(state, PaymentState.PENDING)
    fresh.save(update_fields=["state", "reference"])
    if fresh.state == PaymentState.DONE:
        tell_refund(invoice, fresh, actor=system_user())
    elif fresh.state == PaymentState.FAILED:
        announce(
            invoice,
            "refund_refused",
            actor=system_user(),
            changes={"refund": (str(fresh.amount), why or None)},
        )
