"""What a person does with notices that match nothing, and with refunds of which nobody knows whether they went."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.billing.actions.payments import why_not_payable, write_payment
from bandhu.billing.actions.refunding import settle_refund
from bandhu.billing.actions.telling import locked
from bandhu.billing.models import (
    GatewayNotice,
    Invoice,
    Payment,
    PaymentMethod,
    PaymentState,
)
from bandhu.identity.acting import action
from bandhu.identity.results import OutOfReach
from bandhu.platform import audit
from bandhu.platform.money import Money
from bandhu.platform.texts import clean_line

OPEN = (GatewayNotice.Outcome.HELD, GatewayNotice.Outcome.WAITING)


@action("billing.reconcile_payments", on_record=False)
def settle_notice(
    notice: GatewayNotice,
    *,
    actor: Any,
    note: str,
    invoice: Invoice | None = None,
    went_back: bool | None = None,
) -> GatewayNotice:
    """A person has looked at it. With `invoice`, the money it tells of is put there as a payment; of a refund whose answer was lost
    `went_back` says whether it happened. Raises ValidationError."""
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
    if awaits_word(fresh):
        _settle_lost(fresh, went_back, actor, note)
    elif invoice is not None:
        fresh.payment = _put_on(fresh, locked(invoice), actor)
    fresh.outcome, fresh.settled_note = GatewayNotice.Outcome.SETTLED, note
    fresh.settled_by, fresh.settled_at = actor, timezone.now()
    fresh.save(update_fields=["outcome", "settled_note", "settled_by", "settled_at", "payment"])
    audit.record_change(
        "changed", actor=actor, kind="gateway_notice", record_id=fresh.pk, title=fresh.event,
        changes={"settled": (None, note), "invoice": (None, str(invoice) if invoice else None)},
    )  # fmt: skip
    return fresh


def awaits_word(notice: GatewayNotice) -> bool:
    """Whether it holds a refund of which a person has to say if it happened."""
    return notice.payment is not None and notice.payment.state == PaymentState.UNCLEAR


def _settle_lost(notice: GatewayNotice, went_back: bool | None, actor: Any, note: str) -> None:
    assert notice.payment is not None  # asked before
    if went_back is None:
        text = _("Look at the provider's pages and say whether the money went back.")
        raise ValidationError({"went_back": text}, code="required")
    settle_refund(notice.payment, "done" if went_back else "failed", "", note, actor=actor)


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
