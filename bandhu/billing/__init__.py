"""Billing: invoices and credit notes with numbers that have no gaps, what is paid on them, and the gateways customers pay through.

Publishes InvoiceIssued, InvoicePaid, InvoiceOverdue, InvoiceVoided, CreditNoteIssued, PaymentReceived, PaymentRefunded and
GatewayNoticeHeld.
"""
