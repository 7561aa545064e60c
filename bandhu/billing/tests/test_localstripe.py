"""Stripe's adapter and its official SDK against a counterpart that others wrote: localstripe, with payment intents, refunds and signed webhooks.

It has no Checkout sessions, no refund events, no idempotency keys and no amounts left to refund: those stand in `providers.py`.
"""

import json
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
import stripe as sdk
from django.urls import reverse

from bandhu.billing import actions
from bandhu.billing.gateways import stripe
from bandhu.billing.gateways.port import GatewayDown, GatewayRefused
from bandhu.billing.models import GatewayNotice, Payment, PaymentAttempt
from bandhu.billing.tests.cast import make_house, make_invoice
from bandhu.billing.tests.paying import Paying, open_account
from bandhu.billing.tests.providers import KEYS, running
from bandhu.platform.money import Money

# Its memory would go to a file whose name everybody shares.
_START = """
import sys
from aiohttp import web
from localstripe import resources, server
resources.Store.dump_to_disk = lambda self: None
web.run_app(server.app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""


def _free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture(scope="module")
def local_stripe():
    """Its address."""
    port = _free_port()
    process = subprocess.Popen([sys.executable, "-c", _START, str(port)], stderr=subprocess.DEVNULL)
    try:
        for _try in range(300):
            with socket.socket() as knocking:
                if knocking.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        else:
            raise AssertionError("localstripe does not begin")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def client(local_stripe):
    return sdk.StripeClient(KEYS["stripe"]["secret_key"], base_addresses={"api": local_stripe})


@pytest.fixture
def paying(db, monkeypatch, local_stripe):
    """An invoice of 250.00 whose Checkout session our double made; what comes after it is asked of localstripe."""
    with running(monkeypatch) as providers:
        begun = Paying(make_house(), providers, "stripe").begin()
        monkeypatch.setattr(stripe, "API", local_stripe)
        yield begun


def pay_intent(client, minor=25_000, currency="bdt", card="4242424242424242"):
    """A customer's card is charged, by the official SDK."""
    customer = client.v1.customers.create({"email": "anika@example.org"})
    method = client.v1.payment_methods.create(
        {"type": "card", "card": {"number": card, "exp_month": 12, "exp_year": 2040, "cvc": "123"}}
    )
    client.v1.payment_methods.attach(method.id, {"customer": customer.id})
    given = {"amount": minor, "currency": currency, "customer": customer.id, "payment_method": method.id}
    intent = client.v1.payment_intents.create(given)
    return client.v1.payment_intents.confirm(intent.id)


def paid_by(paying, intent):
    """The session is told as paid by this intent."""
    paying.providers.orders[paying.reference] |= {"paid": True, "trx": intent.id}
    assert paying.tell(paying.signed()) == 200
    return Payment.objects.get(kind="payment")


def test_money_given_back_reaches_the_counterpart(paying, client):
    paid = paid_by(paying, pay_intent(client))
    assert paid.reference.startswith("pi_") and paying.fresh()[0] == "paid"
    refund = actions.refund_payment(
        paid, actor=paying.boss, amount=Money(10_000, "BDT"), reason="One broken", through_gateway=True
    )
    actions.send_refund(refund.pk)
    refund.refresh_from_db()
    there = client.v1.refunds.retrieve(refund.reference)
    assert (refund.state, there.amount, there.currency, there.payment_intent) == (
        "done", 10_000, "bdt", paid.reference,
    )  # fmt: skip
    assert paying.fresh()[:2] == ("part_paid", 15_000)


def test_a_refund_of_an_intent_it_does_not_know_fails_and_the_payment_stays(paying, client):
    paying.providers.pay(paying.reference, trx="pi_unknown")
    paying.tell(paying.signed())
    paid = Payment.objects.get()
    refund = actions.refund_payment(
        paid, actor=paying.boss, amount=paid.amount, reason="Broken", through_gateway=True
    )
    actions.send_refund(refund.pk)
    refund.refresh_from_db()
    assert refund.state == "failed" and paying.fresh()[:2] == ("paid", 25_000)


def test_what_it_refuses_is_a_refusal_and_nobody_there_is_down(paying, monkeypatch):
    keys = dict(KEYS["stripe"])
    asked = {"begun_reference": "", "whole": Money(100, "BDT"), "key": "k", "reason": "x"}
    with pytest.raises(GatewayRefused):
        stripe.Stripe().refund(keys, payment_reference="ch_none", money=Money(100, "BDT"), **asked)
    with pytest.raises(GatewayRefused):
        wrong = keys | {"secret_key": "no key"}
        stripe.Stripe().refund(wrong, payment_reference="pi_none", money=Money(100, "BDT"), **asked)
    monkeypatch.setattr(stripe, "API", f"http://127.0.0.1:{_free_port()}")
    with pytest.raises(GatewayDown):
        stripe.Stripe().refund(keys, payment_reference="pi_none", money=Money(100, "BDT"), **asked)


def test_without_checkout_sessions_beginning_is_refused_in_words(paying):
    invoice = make_invoice(by=paying.boss)
    answer = paying.client.post(
        reverse("billing:public_payment", args=[invoice.token]), {"account": paying.account.pk}
    )
    assert answer.status_code == 422
    assert PaymentAttempt.objects.get(invoice=invoice).state == "failed"


@pytest.mark.django_db(transaction=True)
def test_its_webhooks_carry_a_signature_we_accept_and_only_with_our_secret(local_stripe, client, live_server):
    account = open_account(make_house(), "stripe")
    address = live_server.url + reverse("billing:gateway_notices", args=[account.token])
    for name, secret in (("ours", KEYS["stripe"]["webhook_secret"]), ("other", "whsec_of_somebody_else")):
        told = json.dumps({"url": address, "secret": secret, "events": ["payment_intent.succeeded"]}).encode()
        asked = urllib.request.Request(
            f"{local_stripe}/_config/webhooks/{name}", told, {"Content-Type": "application/json"}
        )
        urllib.request.urlopen(asked).close()
    pay_intent(client)
    for _try in range(100):
        if GatewayNotice.objects.count() == 2:
            break
        time.sleep(0.1)
    outcomes = dict(GatewayNotice.objects.values_list("outcome", "event"))
    assert outcomes == {"noted": "payment_intent.succeeded", "forged": ""}
    assert not Payment.objects.exists()
