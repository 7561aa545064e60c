"""A customer who pays an invoice through a provider, as tests tell it."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from bandhu.billing import actions
from bandhu.billing.models import GatewayNotice, PaymentAccount, PaymentAttempt
from bandhu.billing.tests.cast import line, make_house, make_invoice
from bandhu.billing.tests.providers import KEYS
from bandhu.catalog import actions as catalog
from bandhu.platform.money import Money

CURRENCY = {"razorpay": "INR", "payhere": "LKR"}


def make_trading_house():
    """The house of the tests with a rate of the Indian rupee, too."""
    boss = make_house()
    catalog.set_rate(actor=boss, currency="INR", on="2026-01-01", rate="1.4")
    return boss


def open_account(boss, gateway, **values):
    return actions.set_payment_account(None, actor=boss, gateway=gateway, keys=KEYS[gateway], **values)


class Paying:
    """One invoice of 250.00 being paid by a customer through a provider."""

    def __init__(self, boss, providers, gateway):
        self.providers, self.gateway, self.boss = providers, gateway, boss
        self.currency = CURRENCY.get(gateway, "BDT")
        self.account = PaymentAccount.objects.filter(gateway=gateway).first() or open_account(boss, gateway)
        self.invoice = make_invoice(
            line(unit_price=Money(25_000, self.currency), tax=None), by=boss, currency=self.currency
        )
        self.client = Client()

    def begin(self):
        answer = self.client.post(
            reverse("billing:public_payment", args=[self.invoice.token]), {"account": self.account.pk}
        )
        assert answer.status_code == 302, answer.content.decode()[:2000]
        self.attempt = PaymentAttempt.objects.filter(invoice=self.invoice).latest("created_at")
        self.reference = self.attempt.provider_reference
        return self

    def pay(self, **more):
        """The customer pays at the provider; what comes to our webhook then."""
        if self.gateway == "payhere":
            return self.signed(**more)
        order = self.providers.orders[self.reference]
        if not order.get("paid"):
            order |= {"paid": True, "trx": f"TRX-{self.gateway}-{self.attempt.order_number[-6:]}"}
        return self.signed(**more)

    def signed(self, amount="", currency="", **more):
        order = self.providers.orders.get(self.reference, {})
        if self.gateway == "payhere":
            given = {"payment_id": "3200" + self.attempt.order_number[-6:]} | more
            return self.providers.payhere_notice(
                self.attempt.order_number, amount or "250.00", currency or "LKR", **given
            )
        if amount:
            order["amount"] = amount.replace(".", "") if self.gateway in ("stripe", "razorpay") else amount
        order["currency"] = currency or order["currency"]
        make = {
            "stripe": "stripe_paid",
            "sslcommerz": "sslcommerz_notice",
            "razorpay": "razorpay_paid",
            "bkash": "bkash_notice",
        }
        return getattr(self.providers, make[self.gateway])(self.reference, **more)

    def tell(self, notice):
        """Bring a notice to our address; the status we answer with."""
        body, headers = notice
        kind = headers["Content-Type"]
        extra = {
            f"HTTP_{name.upper().replace('-', '_')}": value
            for name, value in headers.items()
            if name != "Content-Type"
        }
        address = reverse("billing:gateway_notices", args=[self.account.token])
        return self.client.post(address, body, content_type=kind, **extra).status_code

    def outcomes(self):
        return list(
            GatewayNotice.objects.filter(account=self.account)
            .order_by("received_at", "pk")
            .values_list("outcome", flat=True)
        )

    def fresh(self):
        self.invoice.refresh_from_db()
        self.attempt.refresh_from_db()
        return self.invoice.state, self.invoice.paid_minor, self.attempt.state
