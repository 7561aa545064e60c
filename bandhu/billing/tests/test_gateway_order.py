"""Notices of each of the five providers out of order, again and again, at once, at the wrong address, and as rubbish: one effect, or none."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.urls import reverse

from bandhu.billing import actions
from bandhu.billing.models import GatewayNotice, Payment
from bandhu.billing.tests.paying import Paying, make_trading_house, open_account
from bandhu.billing.tests.providers import KEYS
from bandhu.catalog import actions as catalog
from bandhu.catalog.models import Currency, ExchangeRate

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_trading_house()


@pytest.fixture(params=tuple(KEYS))
def paying(request, boss, providers):
    return Paying(boss, providers, request.param).begin()


def bad_news(paying):
    """The provider's own word that nothing came of it."""
    told, reference, number = paying.providers, paying.reference, paying.attempt.order_number
    if paying.gateway == "stripe":
        return told.stripe_notice(
            "checkout.session.expired", told._stripe_session(reference), event_id="evt_bad"
        )
    if paying.gateway == "razorpay":
        link = {"id": reference, "reference_id": number, "status": "cancelled"}
        return told.razorpay_notice(
            "payment_link.cancelled", {"payment_link": {"entity": link}}, event_id="ev_bad"
        )
    if paying.gateway == "payhere":
        return told.payhere_notice(number, "250.00", "LKR", status="-2", payment_id="111")
    if paying.gateway == "sslcommerz":
        return told.sslcommerz_notice(reference, status="FAILED")
    return told.bkash_notice(reference, message_id="m_bad", status="Failed")


def told_anew(paying):
    """The same payment in a new envelope, as a provider sends it that heard no answer."""
    more = {
        "stripe": {"event_id": "evt_again"},
        "razorpay": {"event_id": "ev_again"},
        "bkash": {"message_id": "m_again"},
    }
    return paying.signed(**more.get(paying.gateway, {}))


def test_bad_news_before_the_payment_does_not_keep_it_out(paying):
    assert paying.tell(bad_news(paying)) == 200
    assert paying.fresh()[:2] == ("issued", 0)
    assert paying.tell(paying.pay()) == 200
    assert paying.fresh() == ("paid", 25_000, "paid") and paying.outcomes() == ["noted", "applied"]


def test_bad_news_after_the_payment_takes_nothing_back(paying):
    paying.tell(paying.pay())
    assert [paying.tell(bad_news(paying)) for _time in range(2)] == [200, 200]
    assert paying.fresh() == ("paid", 25_000, "paid") and Payment.objects.count() == 1


def test_what_was_given_back_is_not_paid_again_by_its_old_notice(paying):
    notice = paying.pay()
    paying.tell(notice)
    paid = Payment.objects.get()
    refund = actions.refund_payment(
        paid, actor=paying.boss, amount=paid.amount, reason="Broken", through_gateway=True
    )
    actions.send_refund(refund.pk)
    assert paying.fresh()[:2] == ("issued", 0)
    assert [paying.tell(one) for one in (notice, told_anew(paying))] == [200, 200]
    assert paying.outcomes() == ["applied", "repeated", "repeated"]
    assert paying.fresh()[:2] == ("issued", 0) and Payment.objects.filter(kind="payment").count() == 1


def test_at_the_address_of_another_account_it_waits_and_at_its_own_it_counts(paying):
    own, other = paying.account, open_account(paying.boss, paying.gateway, name="Second till")
    notice, paying.account = paying.pay(), other
    assert paying.tell(notice) == 200
    assert paying.outcomes() == ["held"] and not Payment.objects.exists()
    paying.account = own
    assert paying.tell(notice) == 200
    assert paying.fresh() == ("paid", 25_000, "paid") and Payment.objects.get().account == own


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"null",
        b"[]",
        b'{"event": {"a": []}, "payload": 7}',
        b"[" * 60_000,
        b"order_id=1&order_id=2&status_code[]=2&verify_key=,,,&status=VALID",
        b"status=" + b"9" * 20_000,
    ],
)
def test_rubbish_is_refused_and_changes_nothing(paying, body):
    _true, headers = paying.pay()
    for kind in ("application/json", "application/x-www-form-urlencoded", "text/plain"):
        assert paying.tell((body, headers | {"Content-Type": kind})) == 400
    assert set(paying.outcomes()) <= {"forged", "unreadable"} and len(paying.outcomes()) == 3
    assert paying.fresh()[:2] == ("issued", 0)


@pytest.mark.django_db(transaction=True)
def test_told_many_times_at_once_while_the_customer_comes_back_is_one_payment(paying):
    notices = [paying.pay(), told_anew(paying)]
    back = reverse("billing:public_return", args=[paying.invoice.token, paying.attempt.order_number])

    def one_of_them(place):
        try:
            if place % 4 == 3:
                return paying.client.get(back, {"status": "success"}).status_code
            return paying.tell(notices[place % 2])
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(one_of_them, range(8))) == {200}
    assert Payment.objects.count() == 1 and paying.fresh() == ("paid", 25_000, "paid")
    assert GatewayNotice.objects.filter(outcome="applied").count() == 1
    assert not GatewayNotice.objects.filter(outcome="held").exists()


def test_money_in_a_currency_that_has_no_rate_any_more_counts_by_the_rate_of_its_invoice(boss, providers):
    paying = Paying(boss, providers, "razorpay").begin()
    ExchangeRate.objects.filter(currency__code="INR").delete()
    catalog.change_currency(Currency.objects.get(code="INR"), actor=boss, is_active=False)
    assert paying.tell(paying.pay()) == 200 and paying.fresh() == ("paid", 25_000, "paid")
    paid = Payment.objects.get()
    assert (paid.base_amount_minor, paid.rate, paid.rate_date) == (
        35_000, paying.invoice.rate, paying.invoice.rate_date,
    )  # fmt: skip
    refund = actions.refund_payment(paid, actor=boss, amount=paid.amount, reason="Broken")
    assert refund.base_amount_minor == 35_000 and paying.fresh()[:2] == ("issued", 0)
