"""Drafts that begin from another document: an order that is invoiced, an invoice that is credited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.billing.actions.invoices import new_draft
from bandhu.billing.actions.telling import locked
from bandhu.billing.lines import LineDraft, drafts_from, drafts_of
from bandhu.billing.models import Invoice, InvoiceKind, InvoiceState
from bandhu.identity.acting import action
from bandhu.identity.results import OutOfReach
from bandhu.platform.texts import clean_line
from bandhu.quotes.models import Order, OrderState


@action("billing.credit_invoice")
def draft_credit_note(invoice: Invoice, *, actor: Any, reason: str) -> Invoice:
    """A draft with all lines of the invoice, to be cut down before it is issued. Raises ValidationError by field."""
    fresh, reason = locked(invoice), clean_line(reason or "", 300)
    if fresh.kind != InvoiceKind.INVOICE or fresh.state in (InvoiceState.DRAFT, InvoiceState.VOID):
        raise ValidationError(_("Only an issued invoice can be credited."), code="not_issued")
    if fresh.credited_minor >= (fresh.amount_minor or 0):
        raise ValidationError(_("This invoice is credited already."), code="credited")
    if not reason:
        raise ValidationError({"reason": _("Say why.")}, code="required")
    return new_credit_note(fresh, reason, drafts_of(fresh), actor)


def new_credit_note(invoice: Invoice, reason: str, lines: Sequence[LineDraft], actor: Any) -> Invoice:
    """A draft that credits an issued invoice, for the same customer; in the caller's transaction and permission."""
    names = (
        "contact",
        "company",
        "opportunity",
        "language",
        "reference",
        "buyer_tax_number",
        "owner",
        "team",
        "subscription",
    )
    values = {name: getattr(invoice, name) for name in names}
    values |= {"reason": reason, "credits": invoice}
    return new_draft(InvoiceKind.CREDIT_NOTE, values, invoice.currency, lines, actor, is_agreed=True)


@action("billing.create_invoice", on_record=False)
def invoice_order(order: Order, *, actor: Any) -> Invoice:
    """A draft with the lines of an order that are paid once: its subscriptions bill the others. One that is invoiced already is refused, unless that invoice was made void or credited.

    Raises OutOfReach for an order the actor may not see, ValidationError with the reason.
    """
    fresh = Order.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=order.pk).first()
    if fresh is None:
        raise OutOfReach
    if fresh.state != OrderState.PLACED:
        raise ValidationError(_("This order was cancelled."), code="cancelled")
    gone = (InvoiceState.VOID, InvoiceState.CREDITED)
    known = fresh.invoices.filter(kind=InvoiceKind.INVOICE).exclude(state__in=gone).first()
    if known is not None:
        text = _("This order is invoiced already: %(invoice)s.")
        raise ValidationError(text % {"invoice": known}, code="invoiced")
    names = ("contact", "company", "opportunity", "language", "owner", "team")
    values = {name: getattr(fresh, name) for name in names} | {"order": fresh, "reference": fresh.number}
    once = fresh.lines.filter(recurs="").select_related("product")
    if not once and fresh.lines.exists():
        text = _("Everything in this order comes again: its subscription bills it.")
        raise ValidationError(text, code="recurring")
    lines = drafts_from(once, fresh.currency)
    return new_draft(InvoiceKind.INVOICE, values, fresh.currency, lines, actor, is_agreed=True)
