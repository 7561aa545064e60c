"""Giving back through a provider whose answer gets lost: once, whatever is lost, and what is known stands here."""

from datetime import timedelta

import httpx
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from bandhu.billing import actions
from bandhu.billing.gateways import calling
from bandhu.billing.gateways.port import GatewayDown
from bandhu.billing.models import GatewayNotice, Payment
from bandhu.billing.tests.paying import Paying, make_trading_house
from bandhu.platform.models import EventRecord, Notification
from bandhu.platform.money import Money

pytestmark = pytest.mark.django_db
# What of a provider's refunds can be asked about, and where a person looks.
KNOWS, SILENT = ("stripe", "razorpay", "payhere"), ("bkash", "sslcommerz")
WHERE = {"stripe": "/v1/refunds", "razorpay": "/refund", "payhere": "/payment/refund", "bkash": "/refund", "sslcommerz": "/validator"}  # fmt: skip


@pytest.fixture
def boss():
    return make_trading_house()


def asked_back(boss, providers, gateway, *, part=False):
    """A payment that came in by this provider, and the refund somebody asked for."""
    paying = Paying(boss, providers, gateway).begin()
    paying.tell(paying.pay())
    paid = Payment.objects.get(kind="payment")
    if gateway == "payhere":
        providers.received[paying.attempt.order_number] = {
            "payment_id": paid.reference, "order_id": paying.attempt.order_number, "status": "RECEIVED", "currency": "LKR", "amount": 250,
        }  # fmt: skip
    amount = Money(10_000, paid.currency) if part else paid.amount
    return paying, actions.refund_payment(
        paid, actor=boss, amount=amount, reason="Broken", through_gateway=True
    )


def lose(providers, gateway, refund):
    """The provider does it, and its answer does not arrive."""
    providers.drops = WHERE[gateway]
    with pytest.raises(GatewayDown):
        actions.send_refund(refund.pk)
    providers.drops = ""
    refund.refresh_from_db()
    return refund.state


@pytest.mark.parametrize("gateway", KNOWS)
def test_where_the_provider_can_be_asked_a_lost_answer_is_found_again(boss, providers, gateway):
    paying, refund = asked_back(boss, providers, gateway, part=gateway != "payhere")
    assert lose(providers, gateway, refund) == "unclear"
    assert actions.refundable(refund.refunds).minor == (0 if gateway == "payhere" else 15_000)
    for _time in range(3):
        actions.send_refund(refund.pk)
    refund.refresh_from_db()
    assert (refund.state, len(providers.given_back)) == ("done", 1)
    assert EventRecord.objects.filter(name="billing.payment_refunded").count() == 1
    assert paying.fresh()[1] == (0 if gateway == "payhere" else 15_000)


@pytest.mark.parametrize("gateway", SILENT)
def test_where_it_cannot_nobody_asks_twice_and_a_person_is_told_once(boss, providers, gateway):
    paying, refund = asked_back(boss, providers, gateway, part=True)
    assert lose(providers, gateway, refund) == "unclear"
    for _time in range(3):
        actions.send_refund(refund.pk)
    refund.refresh_from_db()
    assert (refund.state, len(providers.given_back)) == ("unclear", 1)
    held = GatewayNotice.objects.get(outcome="held")
    assert "answer was lost" in held.explanation and held.payment == refund
    assert Notification.objects.filter(user=boss, icon="circle-alert").count() == 1
    page = paying.client
    page.force_login(boss)
    address = reverse("billing:notice", args=[held.pk])
    assert "Did the money go back?" in page.get(address).content.decode()
    assert page.post(address, {"note": "Looked"}).status_code == 422
    assert page.post(address, {"note": "It stands in their list", "went_back": "yes"}).status_code == 302
    refund.refresh_from_db()
    assert refund.state == "done" and paying.fresh()[1] == 15_000


def test_a_person_may_say_that_nothing_happened(boss, providers):
    paying, refund = asked_back(boss, providers, "bkash")
    lose(providers, "bkash", refund)
    actions.send_refund(refund.pk)
    held = GatewayNotice.objects.get(outcome="held")
    with pytest.raises(ValidationError, match="whether the money went back"):
        actions.settle_notice(held, actor=boss, note="Hm")
    actions.settle_notice(held, actor=boss, note="Not in their list", went_back=False)
    refund.refresh_from_db()
    assert refund.state == "failed" and paying.fresh()[1] == 25_000
    assert actions.refundable(refund.refunds).minor == 25_000


@pytest.mark.parametrize("gateway", KNOWS)
def test_what_the_provider_never_did_is_asked_for_again(boss, providers, gateway):
    _paying, refund = asked_back(boss, providers, gateway)
    providers.fails = True
    with pytest.raises(GatewayDown):
        actions.send_refund(refund.pk)
    providers.fails = False
    actions.send_refund(refund.pk)
    refund.refresh_from_db()
    assert (refund.state, len(providers.given_back)) == ("done", 1)


@pytest.mark.parametrize("gateway", ["bkash", "sslcommerz", "razorpay", "payhere"])
def test_a_provider_that_was_not_reached_was_not_asked(boss, providers, gateway, monkeypatch):
    _paying, refund = asked_back(boss, providers, gateway)

    def unreachable(*_arguments, **_words):
        raise httpx.ConnectError("refused")

    with monkeypatch.context() as away:
        away.setattr(calling.httpx.Client, "request", unreachable)
        with pytest.raises(GatewayDown):
            actions.send_refund(refund.pk)
    refund.refresh_from_db()
    assert refund.state == "pending"
    actions.send_refund(refund.pk)
    refund.refresh_from_db()
    assert (refund.state, len(providers.given_back)) == ("done", 1)


def test_what_the_provider_says_nothing_of_is_neither_failed_nor_asked_for_again(boss, providers):
    _paying, refund = asked_back(boss, providers, "payhere")
    assert lose(providers, "payhere", refund) == "unclear"
    providers.received.clear()
    actions.send_refund(refund.pk)
    refund.refresh_from_db()
    assert refund.state == "unclear" and GatewayNotice.objects.filter(outcome="held").count() == 1
    assert len(providers.given_back) == 1


def test_a_refund_in_the_works_is_asked_about_until_it_is_done(boss, providers, time_machine):
    paying, refund = asked_back(boss, providers, "sslcommerz")
    providers.refund_state = "processing"
    actions.send_refund(refund.pk)
    refund.refresh_from_db()
    assert refund.state == "pending" and refund.reference
    assert actions.ask_about_refunds() == 0, "asked a moment ago"
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    assert actions.ask_about_refunds() == 0
    providers.refund_state = "refunded"
    assert actions.ask_about_refunds() == 1
    refund.refresh_from_db()
    assert refund.state == "done" and paying.fresh()[1] == 0 and len(providers.given_back) == 1


def test_a_lost_answer_is_looked_for_later_too_and_what_is_held_is_left_alone(boss, providers, time_machine):
    _paying, refund = asked_back(boss, providers, "stripe")
    lose(providers, "stripe", refund)
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    assert actions.ask_about_refunds() == 1
    other, silent = asked_back_again(boss, providers)
    lose(providers, "bkash", silent)
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    assert actions.ask_about_refunds() == actions.ask_about_refunds() == 0
    before = len(providers.asked)
    actions.ask_about_refunds()
    assert len(providers.asked) == before and other.outcomes()[-1] == "held"


def asked_back_again(boss, providers):
    paying = Paying(boss, providers, "bkash").begin()
    paying.tell(paying.pay())
    paid = Payment.objects.get(kind="payment", invoice=paying.invoice)
    return paying, actions.refund_payment(
        paid, actor=boss, amount=paid.amount, reason="Broken", through_gateway=True
    )


def test_a_payment_at_payhere_whose_notice_was_lost_is_found(boss, providers, time_machine):
    paying = Paying(boss, providers, "payhere").begin()
    late = paying.pay()
    number = paying.attempt.order_number
    time_machine.move_to(timezone.now() + timedelta(minutes=20))
    assert actions.ask_about_attempts() == 0 and paying.fresh()[1] == 0
    providers.received[number] = {
        "payment_id": "3200" + number[-6:], "order_id": number, "status": "RECEIVED", "currency": "LKR", "amount": 250,
    }  # fmt: skip
    assert actions.ask_about_attempts() == 1
    assert paying.fresh() == ("paid", 25_000, "paid")
    assert paying.tell(late) == 200 and paying.fresh()[1] == 25_000
    assert Payment.objects.filter(received_on=timezone.localdate()).count() == 1
