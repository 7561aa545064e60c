"""REST of billing."""

from ninja import Router

from bandhu.billing.api.invoices import router as invoices
from bandhu.billing.api.payments import router as payments

ROUTERS: list[Router] = [invoices, payments]
