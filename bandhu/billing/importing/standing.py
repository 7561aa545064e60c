"""What is open on invoices after a file brought payments or credit notes in, or took them away again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bandhu.billing.actions.issuing import state_after
from bandhu.billing.models import Invoice, InvoiceState
from bandhu.customers.models import ImportedRow

OWED = (InvoiceState.ISSUED, InvoiceState.PART_PAID, InvoiceState.PAID, InvoiceState.CREDITED)


def recount(invoices: Sequence[Invoice], now: datetime) -> None:
    """Write what was paid and credited, and the states that follow. An import that brought an invoice in still knows it as its own."""
    for invoice in invoices:
        ImportedRow.objects.filter(
            record_id=invoice.pk,
            record_kind="invoice",
            version=invoice.version,
            undo=ImportedRow.Undo.NOT_YET,
        ).update(version=invoice.version + 1)
        invoice.state, invoice.version, invoice.updated_at = state_after(invoice), invoice.version + 1, now
    columns = ["paid_minor", "credited_minor", "state", "version", "updated_at"]
    Invoice.objects.bulk_update(invoices, columns, batch_size=1_000)
