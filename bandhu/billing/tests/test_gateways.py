"""Paying through the five providers: their real protocols over HTTP against `providers.py`, honest, forged, repeated, out of order."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.billing import actions
from bandhu.billing.models import GatewayNotice, Payment, PaymentAttempt
from bandhu.billing.tests.cast import line, make_invoice, taka
from bandhu.billing.tests.paying import Paying, make_trading_house
from bandhu.billing.tests.providers import KEYS
from bandhu.platform.models import EventRecord
from bandhu.platform.money import Money

pytestmark = pytest.mark.django_db
ALL = tuple(KEYS)


@pytest.fixture
def boss():
    return make_trading_house()


@pytest.fixture(params=ALL)
def paying(request, boss, providers):
    return Paying(boss, providers, request.param).begin()


def test_paid_once_however_often_it_is_told(paying):
    notice = paying.pay()
    assert [paying.tell(notice) for _time in range(3)] == [200] * 3
    assert paying.fresh() == ("paid", 25_000, "paid")
    assert paying.outcomes() == ["applied", "repeated", "repeated"]
    payment = Payment.objects.get()
    assert (payment.account, payment.method, bool(payment.reference)) == (paying.account, "gateway", True)
    assert EventRecord.objects.filter(name="billing.invoice_paid").count() == 1


def test_forged_notices_change_nothing_and_are_kept(paying):
    body, headers = paying.pay()
    forged = [
        (body.replace(b"250", b"251").replace(b"25000", b"25100").replace(b"Completed", b"Complete"), headers)
    ]
    forged.append(
        (
            body,
            {
                name: value.replace("a", "b").replace("1", "2") if "Signature" in name else value
                for name, value in headers.items()
            },
        )
    )
    if paying.gateway in ("stripe", "razorpay"):
        forged.append((body, {"Content-Type": headers["Content-Type"]}))
    else:
        forged = forged[:1]
        forged.append(
            (
                urlencode(
                    {"tran_id": paying.attempt.order_number, "status": "VALID", "order_id": "x"}
                ).encode(),
                headers,
            )
        )
    assert {paying.tell(one) for one in forged} == {400}
    assert set(paying.outcomes()) <= {"forged", "unreadable"} and "forged" in paying.outcomes()
    assert paying.fresh()[:2] == ("issued", 0) and not Payment.objects.exists()


def test_signed_with_another_secret_is_refused(paying):
    wrong = {"stripe": {"secret": "whsec_other"}, "razorpay": {"secret": "x"}, "payhere": {"secret": "x"},
             "sslcommerz": {"password": "x"}, "bkash": {"topic": "arn:aws:sns:ap:9:mine"}}  # fmt: skip
    assert paying.tell(paying.pay(**wrong[paying.gateway])) == 400
    assert paying.outcomes() == ["forged"] and not Payment.objects.exists()


def test_another_amount_is_not_applied_but_shown(paying):
    assert paying.tell(paying.pay(amount="1.00")) == 200
    assert paying.fresh() == ("issued", 0, "held")
    held = GatewayNotice.objects.get(outcome="held")
    assert "Another amount" in held.explanation and held.told["minor"] == 100
    assert EventRecord.objects.filter(name="billing.gateway_notice_held").count() == 1
    page = Client()
    page.force_login(paying.boss)
    assert paying.invoice.number in page.get(reverse("billing:notices")).content.decode()


@pytest.mark.parametrize("gateway", ["stripe", "razorpay", "payhere", "sslcommerz"])
def test_another_currency_is_not_applied(boss, providers, gateway):
    paying = Paying(boss, providers, gateway).begin()
    assert paying.tell(paying.pay(currency="USD")) == 200
    assert paying.fresh() == ("issued", 0, "held")
    assert "Another currency" in GatewayNotice.objects.get(outcome="held").explanation


def test_coming_back_and_the_notice_are_one_payment_in_any_order(paying):
    notice, back = (
        paying.pay(),
        reverse("billing:public_return", args=[paying.invoice.token, paying.attempt.order_number]),
    )
    page = paying.client.get(back, {"status": "success", "paymentID": paying.reference}).content.decode()
    if paying.gateway == "payhere":
        assert "Not confirmed yet" in page  # their way back carries nothing
    else:
        assert "Thank you" in page and paying.fresh()[0] == "paid"
    assert paying.tell(notice) == 200
    assert "Thank you" in paying.client.post(back, {"status": "VALID"}).content.decode()
    assert Payment.objects.count() == 1 and paying.fresh()[:2] == ("paid", 25_000)


def test_a_browser_that_only_says_it_paid_is_not_believed(paying):
    back = reverse("billing:public_return", args=[paying.invoice.token, paying.attempt.order_number])
    said = {
        "status": "success",
        "paymentID": paying.reference,
        "razorpay_payment_link_status": "paid",
        "val_id": "VAL1",
    }
    assert "Not confirmed yet" in paying.client.get(back, said).content.decode()
    assert paying.fresh() == ("issued", 0, "started")


def test_a_provider_out_of_order_is_said_and_nothing_is_lost(paying, boss, providers):
    notice = paying.pay()
    providers.fails = True
    back = reverse("billing:public_return", args=[paying.invoice.token, paying.attempt.order_number])
    assert "Not confirmed yet" in paying.client.get(back).content.decode()
    if paying.gateway == "sslcommerz":  # its notice has to be asked about
        assert paying.tell(notice) == 503 and not paying.outcomes()
    if paying.gateway != "payhere":
        other = make_invoice(
            line(unit_price=Money(5_000, paying.currency)), by=boss, currency=paying.currency
        )
        answer = paying.client.post(
            reverse("billing:public_payment", args=[other.token]), {"account": paying.account.pk}
        )
        assert answer.status_code == 422 and "does not answer at the moment" in answer.content.decode()
    providers.fails = False
    assert paying.tell(notice) == 200 and paying.fresh()[0] == "paid"


def test_a_second_payment_of_one_order_waits_for_a_person(paying):
    assert paying.tell(paying.pay()) == 200
    if paying.gateway == "payhere":
        second = paying.signed(payment_id="999")
    else:
        paying.providers.orders[paying.reference]["trx"] = "TRX-SECOND"
        more = {
            "stripe": {"event_id": "evt_2"},
            "razorpay": {"event_id": "ev2"},
            "bkash": {"message_id": "m2"},
        }.get(paying.gateway, {})
        second = paying.signed(**more)
    assert paying.tell(second) == 200
    assert paying.outcomes() == ["applied", "held"] and Payment.objects.count() == 1
    assert paying.fresh() == ("paid", 25_000, "paid")


def test_two_attempts_both_paid_is_held_not_overpaid(boss, providers):
    first = Paying(boss, providers, "stripe").begin()
    second = Paying(boss, providers, "bkash")
    second.invoice = first.invoice
    second.begin()
    notices = first.pay(), second.pay()
    assert first.tell(notices[0]) == second.tell(notices[1]) == 200
    assert second.outcomes() == ["held"] and first.fresh()[:2] == ("paid", 25_000)


def test_money_given_back_through_the_provider_once(paying):
    paying.tell(paying.pay())
    paid = Payment.objects.get()
    refund = actions.refund_payment(
        paid, actor=paying.boss, amount=paid.amount, reason="Broken", through_gateway=True
    )
    assert (refund.state, paying.fresh()[0]) == ("pending", "paid")
    with pytest.raises(ValidationError, match="can be given back"):
        actions.refund_payment(
            paid, actor=paying.boss, amount=paid.amount, reason="Again", through_gateway=True
        )
    for _time in range(2):
        actions.send_refund(refund.pk)
    refund.refresh_from_db()
    assert (refund.state, bool(refund.reference)) == ("done", True) and paying.fresh()[:2] == ("issued", 0)
    assert EventRecord.objects.filter(name="billing.payment_refunded").count() == 1


def test_a_refund_the_provider_refuses_leaves_the_payment(boss, providers):
    paying = Paying(boss, providers, "payhere").begin()
    paying.tell(paying.pay())
    part = actions.refund_payment(
        Payment.objects.get(), actor=boss, amount=Money(100, "LKR"), reason="Part", through_gateway=True
    )
    actions.send_refund(part.pk)  # PayHere gives back whole payments only
    part.refresh_from_db()
    assert part.state == "failed" and paying.fresh()[:2] == ("paid", 25_000)
    paid = Payment.objects.get(kind="payment")
    assert actions.refundable(paid) == paid.amount


def test_a_refund_told_before_its_payment_waits_for_it(boss, providers):
    paying = Paying(boss, providers, "stripe").begin()
    notice = paying.pay()
    facts = {"id": "re_1", "object": "refund", "amount": 5_000, "currency": "bdt", "status": "succeeded",
             "payment_intent": providers.orders[paying.reference]["trx"]}  # fmt: skip
    refund = providers.stripe_notice("refund.created", facts, event_id="evt_refund")
    assert paying.tell(refund) == paying.tell(refund) == 200
    assert paying.outcomes() == ["waiting", "repeated"] and not Payment.objects.exists()
    assert paying.tell(notice) == 200
    assert paying.fresh()[:2] == ("part_paid", 20_000)
    assert paying.tell(providers.stripe_notice("refund.updated", facts, event_id="evt_refund_2")) == 200
    assert Payment.objects.filter(kind="refund").count() == 1


def test_a_late_word_of_failure_takes_nothing_back(boss, providers):
    paying = Paying(boss, providers, "stripe").begin()
    expired = providers.stripe_notice(
        "checkout.session.expired", providers._stripe_session(paying.reference), event_id="evt_x"
    )
    assert paying.tell(expired) == 200 and paying.fresh()[2] == "cancelled"
    assert paying.tell(paying.pay()) == 200 and paying.fresh() == ("paid", 25_000, "paid")
    late = providers.stripe_notice(
        "checkout.session.async_payment_failed", providers._stripe_session(paying.reference), event_id="evt_y"
    )
    assert paying.tell(late) == 200 and paying.fresh() == ("paid", 25_000, "paid")


def test_an_old_stripe_notice_is_refused_and_an_old_razorpay_secret_still_counts(boss, providers):
    paying = Paying(boss, providers, "stripe").begin()
    old = int((timezone.now() - timedelta(minutes=10)).timestamp())
    assert paying.tell(paying.pay(at=old)) == 400
    other = Paying(boss, providers, "razorpay").begin()
    assert other.tell(other.pay(secret="oldhook")) == 200 and other.fresh()[0] == "paid"


def test_charge_backs_and_risky_payments_wait_for_a_person(boss, providers):
    risky = Paying(boss, providers, "sslcommerz").begin()
    providers.orders[risky.reference]["risk"] = "1"
    assert risky.tell(risky.pay()) == 200 and risky.fresh() == ("issued", 0, "held")
    paying = Paying(boss, providers, "payhere").begin()
    paying.tell(paying.pay())
    assert paying.tell(paying.signed(status="-3")) == 200
    assert paying.outcomes() == ["applied", "held"] and paying.fresh()[0] == "paid"


def test_an_unknown_order_is_held_and_a_person_puts_it_on_an_invoice(boss, providers):
    paying = Paying(boss, providers, "payhere").begin()
    notice = providers.payhere_notice("00000000000000000000000000000001", "250.00", "LKR", payment_id="77")
    assert paying.tell(notice) == 200
    held = GatewayNotice.objects.get()
    assert "order we do not know" in held.explanation
    with pytest.raises(ValidationError, match="Say what was done"):
        actions.settle_notice(held, actor=boss, note="", invoice=paying.invoice)
    client = Client()
    client.force_login(boss)
    page = reverse("billing:notice", args=[held.pk])
    assert client.post(page, {"note": "x", "invoice": "INV-none"}).status_code == 422
    assert (
        client.post(page, {"note": "Found by telephone", "invoice": paying.invoice.number}).status_code == 302
    )
    assert paying.fresh()[:2] == ("paid", 25_000)
    with pytest.raises(ValidationError, match="already"):
        actions.settle_notice(held, actor=boss, note="again")
    assert paying.tell(notice) == 200 and Payment.objects.count() == 1


def test_bkash_notices_need_their_topic_and_amazons_own_certificate(boss, providers):
    paying = Paying(boss, providers, "bkash").begin()
    paying.pay()
    for change in (
        {"SigningCertURL": "https://sns.ap-southeast-1.amazonaws.com.evil.example/x.pem"},
        {"SigningCertURL": "http://sns.ap-southeast-1.amazonaws.com/x.pem"},
        {"SignatureVersion": "9"},
        {"Signature": "AAAA"},
    ):
        body, headers = providers.bkash_notice(paying.reference, **change)
        assert paying.tell((body, headers)) == 400, change
    assert set(paying.outcomes()) == {"forged"}
    assert paying.tell((b"[]", {"Content-Type": "text/plain"})) == 400


def test_bkash_executes_when_the_customer_comes_back(boss, providers):
    paying = Paying(boss, providers, "bkash").begin()
    providers.orders[paying.reference]["agreed"] = True
    back = reverse("billing:public_return", args=[paying.invoice.token, paying.attempt.order_number])
    assert "Thank you" in paying.client.get(back, {"status": "success"}).content.decode()
    assert [path.rpartition("/")[2] for _m, path, _f in providers.asked] == ["grant", "create", "execute"]
    cancelled = Paying(boss, providers, "bkash").begin()
    back = reverse("billing:public_return", args=[cancelled.invoice.token, cancelled.attempt.order_number])
    assert "Not paid" in cancelled.client.get(back, {"status": "cancel"}).content.decode()


@pytest.mark.parametrize("gateway", ["stripe", "sslcommerz", "razorpay", "bkash"])
def test_attempts_nobody_came_back_from_are_asked_about(boss, providers, gateway):
    paying = Paying(boss, providers, gateway).begin()
    paying.pay()
    assert actions.ask_about_attempts() == 0
    PaymentAttempt.objects.update(created_at=timezone.now() - timedelta(minutes=30))
    assert actions.ask_about_attempts() == 1 and paying.fresh() == ("paid", 25_000, "paid")


def test_the_same_attempt_is_gone_on_with_and_a_new_balance_begins_anew(boss, providers):
    paying = Paying(boss, providers, "stripe").begin()
    paying.begin()
    assert PaymentAttempt.objects.count() == 1
    actions.record_payment(paying.invoice, actor=boss, amount=taka("50"), method="cash")
    paying.begin()
    assert PaymentAttempt.objects.count() == 2 and paying.attempt.amount == taka("200")
