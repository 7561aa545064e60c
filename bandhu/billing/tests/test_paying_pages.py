"""What the screens of paying show, keys that stay closed, providers' own units, and no card number anywhere."""

import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlencode

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from bandhu.billing import actions
from bandhu.billing.account_keys import keys_of
from bandhu.billing.gateways.port import GatewayDown, GatewayRefused, PaymentOrder
from bandhu.billing.gateways.stripe import Stripe
from bandhu.billing.models import GatewayNotice, Payment
from bandhu.billing.tests.cast import make_invoice
from bandhu.billing.tests.paying import Paying, make_trading_house, open_account
from bandhu.billing.tests.providers import KEYS
from bandhu.platform.card_numbers import has_card_number
from bandhu.platform.money import Money

pytestmark = pytest.mark.django_db
ALL = tuple(KEYS)


@pytest.fixture
def boss():
    return make_trading_house()


def test_keys_are_closed_in_the_database_and_never_shown(boss):
    account = open_account(boss, "stripe")
    assert "sk_test" not in account.sealed_keys and keys_of(account)["secret_key"] == "sk_test_double"
    client = Client()
    client.force_login(boss)
    page = client.get(reverse("billing:payment_account", args=[account.pk])).content.decode()
    assert "sk_test" not in page and account.token in page
    saved = client.post(
        reverse("billing:payment_account", args=[account.pk]),
        {"name": "Cards", "is_active": "on", "key_webhook_secret": "whsec_new"},
    )
    account.refresh_from_db()
    keys = keys_of(account)
    assert saved.status_code == 302 and (keys["secret_key"], keys["webhook_secret"]) == (
        "sk_test_double",
        "whsec_new",
    )
    bad = client.post(reverse("billing:payment_account_new", args=["bkash"]), {"currencies": "USD"})
    assert bad.status_code == 422 and "The provider needs this key" in bad.content.decode()


def test_wrong_keys_are_a_refusal_not_a_crash(boss, providers):
    account = actions.set_payment_account(
        None, actor=boss, gateway="sslcommerz", keys={"store_id": "shop1", "store_password": "wrong"}
    )
    invoice = make_invoice(by=boss)
    answer = Client().post(reverse("billing:public_payment", args=[invoice.token]), {"account": account.pk})
    assert answer.status_code == 422 and "does not answer" in answer.content.decode()


def test_stripe_counts_in_its_own_smallest_units(providers):
    def order(money):
        return PaymentOrder("n" * 32, money, "x", "en", "https://a", "https://b")

    keys = type("K", (), {"__getitem__": lambda self, name: "sk_test_double", "is_live": False})()
    for money, sent in (
        (Money(500, "JPY"), "500"),
        (Money(1_500, "BDT"), "1500"),
        (Money(1_230, "KWD"), "1230"),
    ):
        Stripe().begin(keys, order(money))
        assert providers.asked[-1][2]["line_items[0][price_data][unit_amount]"] == sent
        providers.orders.clear()
    with pytest.raises(GatewayRefused):
        Stripe().begin(keys, order(Money(1_234, "KWD")))
    providers.fails = True
    with pytest.raises(GatewayDown):
        Stripe().begin(keys, order(Money(100, "BDT")))


# The digits of an id may look like those of a card by chance.
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def test_no_card_number_is_anywhere_in_the_database(boss, providers):
    for gateway in ALL:
        paying = Paying(boss, providers, gateway).begin()
        paying.tell(paying.pay())
        paying.tell(
            (
                urlencode({"card_no": "4111111111111111", "card_expiry": "12/29"}).encode(),
                {"Content-Type": "application/x-www-form-urlencoded"},
            )
        )
        paying.tell(
            (
                b'{"card": {"number": "5555555555554444", "exp_month": 3}, "note": "4242 4242 4242 4242"}',
                {"Content-Type": "application/json"},
            )
        )
    assert GatewayNotice.objects.count() == 15
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
            " AND (table_name LIKE 'billing%%' OR table_name LIKE 'platform_%%' OR table_name LIKE 'interactions%%')"
            " AND data_type IN ('text', 'character varying', 'jsonb')"
        )
        columns = cursor.fetchall()
        assert len(columns) > 60
        for table, column in columns:
            cursor.execute(f'SELECT "{column}"::text FROM "{table}" WHERE "{column}" IS NOT NULL')
            texts = [_UUID.sub("", text) for (text,) in cursor.fetchall()]
            found += [(table, column, text) for text in texts if has_card_number(text)]
    assert found == []
    kept = "".join(GatewayNotice.objects.values_list("body", flat=True))
    assert "12/29" not in kept and "FERNANDO" not in kept and "418117" not in kept


@pytest.mark.django_db(transaction=True)
def test_the_same_word_told_twelve_times_at_once_is_one_payment(boss, providers):
    paying = Paying(boss, providers, "razorpay").begin()
    notice = paying.pay()

    def tell(_number):
        try:
            return paying.tell(notice)
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        assert set(pool.map(tell, range(12))) == {200}
    assert sorted(paying.outcomes()) == ["applied"] + ["repeated"] * 11
    assert Payment.objects.count() == 1 and paying.fresh()[:2] == ("paid", 25_000)


def test_the_customers_page_needs_its_token_and_offers_fitting_accounts(boss, providers):
    paying = Paying(boss, providers, "stripe").begin()
    open_account(boss, "payhere")
    page = Client().get(reverse("billing:public_invoice", args=[paying.invoice.token]))
    text = page.content.decode()
    assert "Pay with Stripe" in text and "PayHere" not in text and "<script" not in text
    assert (page["Referrer-Policy"], "no-store" in page["Cache-Control"]) == ("no-referrer", True)
    assert "স্ট্রাইপ" not in text and "noindex" in text
    bengali = (
        Client()
        .get(reverse("billing:public_invoice", args=[paying.invoice.token]) + "?lang=bn")
        .content.decode()
    )
    assert '<html lang="bn"' in bengali
    assert Client().get(reverse("billing:public_invoice", args=["x" * 43])).status_code == 404
    other = make_invoice(by=boss)
    crossed = reverse("billing:public_return", args=[other.token, paying.attempt.order_number])
    assert Client().get(crossed).status_code == 404
    refused = Client().post(reverse("billing:public_payment", args=[paying.invoice.token]), {"account": "x"})
    assert refused.status_code == 422


def test_payhere_is_reached_by_a_signed_form(boss, providers):
    paying = Paying(boss, providers, "payhere").begin()
    page = paying.client.get(
        reverse("billing:public_leaving", args=[paying.invoice.token, paying.attempt.order_number])
    )
    text = page.content.decode()
    assert 'name="hash"' in text and 'name="order_id"' in text
    assert "https://sandbox.payhere.lk" in page["Content-Security-Policy"]
    assert parse_qs(urlencode(paying.attempt.form_fields))["amount"] == ["250.00"]
