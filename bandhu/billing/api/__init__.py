"""REST of billing."""

from ninja import Router

from bandhu.billing.api.invoices import router as invoices
from bandhu.billing.api.notices import router as notices
from bandhu.billing.api.payments import router as payments
from bandhu.billing.api.setup import router as setup
from bandhu.billing.api.subscriptions import router as subscriptions

ROUTERS: list[Router] = [invoices, payments, notices, subscriptions, setup]
