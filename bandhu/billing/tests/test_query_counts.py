"""The statements of the pages of billing: the same for a few invoices and for many."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.billing import actions
from bandhu.billing.tests.cast import line, make_draft, make_house, make_invoice, make_subscription, taka
from bandhu.customers.tests.cast import make_company, make_contact
from bandhu.sales.tests.cast import make_opportunity

pytestmark = pytest.mark.django_db


@pytest.fixture
def billed():
    """Eight invoices of one company with eight lines each, some paid; returns who wrote them, one of them and a draft."""
    boss = make_house()
    firm = make_company("Padma", by=boss)
    person = make_contact("Anika", by=boss, company=firm)
    sale = make_opportunity("Rice", by=boss, contact=person, company=firm)
    lines = [line(f"Sack {number}") for number in range(8)]
    made = [make_invoice(*lines, by=boss, opportunity=sale) for _number in range(8)]
    for one in made[:4]:
        for amount in ("10", "20", "30"):
            actions.record_payment(one, actor=boss, amount=taka(amount), method="cash")
    start = timezone.localdate() - timedelta(weeks=8)
    plans = [
        make_subscription(*lines, by=boss, contact=person, starts_on=start, interval="week")
        for _number in range(6)
    ]
    actions.bill_due_subscriptions()
    return boss, made[0], make_draft(*lines, by=boss, opportunity=sale), plans[0]


PAGES = [
    "invoices",
    "invoice",
    "invoice_new",
    "invoice_edit",
    "invoice_history",
    "contact_invoices",
    "company_invoices",
    "opportunity_invoices",
    "public_invoice",
    "issuer",
    "dunning",
    "subscriptions",
    "subscription",
    "subscription_new",
    "subscription_edit",
    "subscription_lines",
    "subscription_history",
    "contact_subscriptions",
    "company_subscriptions",
]


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_billing(billed, count_queries, name):
    boss, made, draft, subscribed = billed
    places = {
        "invoice": [made.pk],
        "invoice_history": [made.pk],
        "invoice_edit": [draft.pk],
        "contact_invoices": [made.contact_id],
        "company_invoices": [made.company_id],
        "opportunity_invoices": [made.opportunity_id],
        "public_invoice": [made.token],
        "subscription": [subscribed.pk],
        "subscription_edit": [subscribed.pk],
        "subscription_lines": [subscribed.pk],
        "subscription_history": [subscribed.pk],
        "contact_subscriptions": [subscribed.contact_id],
        "company_subscriptions": [subscribed.company_id],
    }
    client, address = Client(), reverse(f"billing:{name}", args=places.get(name))
    client.force_login(boss)
    client.get(address)
    with count_queries(name):
        assert client.get(address).status_code == 200
