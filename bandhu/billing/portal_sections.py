"""A customer's own invoices in the portal, with their public addresses."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandhu.billing.models import Invoice, InvoiceState
from bandhu.billing.models.invoices import OPEN_STATES
from bandhu.billing.public_address import public_url
from bandhu.knowledge.portal import PortalRow, PortalSection, Visitor
from bandhu.ui.formats import current_reader

_MOST = 200
_TONES = {InvoiceState.PAID: "success", InvoiceState.ISSUED: "info", InvoiceState.PART_PAID: "info"}


def invoice_rows(visitor: Visitor) -> list[PortalRow]:
    """The customer's own invoices and credit notes that were issued, the newest first."""
    rows = (
        Invoice.objects.filter(contact=visitor.contact_id)
        .exclude(state=InvoiceState.DRAFT)
        .exclude(number="")
    )
    return [_row(one) for one in rows.order_by("-issued_on", "-pk")[:_MOST]]


def open_invoices(visitor: Visitor) -> int:
    """How many wait to be paid here; those of another system have no address to pay at."""
    rows = Invoice.objects.filter(contact=visitor.contact_id, kind="invoice", state__in=OPEN_STATES)
    return rows.filter(import_key=None).count()


def _row(invoice: Invoice) -> PortalRow:
    is_open = invoice.state in OPEN_STATES and invoice.kind == "invoice"
    is_overdue = is_open and invoice.due_on is not None and invoice.due_on < timezone.localdate()
    state = InvoiceState(invoice.state)
    return PortalRow(
        title=invoice.number,
        detail=invoice.get_kind_display(),
        moment=invoice.issued_on,
        amount=invoice.total.written(current_reader()),
        badge=_("Overdue") if is_overdue else state.label,
        tone="warning" if is_overdue else _TONES.get(state, "neutral"),
        url=public_url(invoice),
    )


OWN_INVOICES = PortalSection(
    name="invoices",
    label=_("Invoices"),
    icon="receipt-text",
    position=40,
    text=_("See, download, pay"),
    rows=invoice_rows,
    count=open_invoices,
    empty_text=_("There is no invoice for you yet."),
)
