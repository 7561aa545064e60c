"""A subscription: written by a seller, billed by the job, one piece more in mid-period, paused and resumed."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bandhu.billing import actions
from bandhu.billing.models import Subscription
from bandhu.billing.tests.cast import make_house
from bandhu.customers.tests.cast import make_company
from tests.journeys.accessibility import violations
from tests.journeys.people import page_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_subscription_from_the_company_to_its_second_invoice(browser, live_server):
    boss = make_house()
    padma = make_company("Padma Traders", by=boss, time_zone="UTC")
    start = timezone.localdate() - timedelta(days=2)

    page = page_of(browser, live_server, boss)
    page.goto(f"{live_server.url}{reverse('billing:subscription_new')}?company={padma.pk}")
    page.get_by_label("Interval").select_option("week")
    page.locator("input[name=starts_on]").fill(start.isoformat())
    page.locator("input[name=new0-name]").fill("Delivery")
    page.locator("input[name=new0-price]").fill("700")
    page.locator("select[name=new0-tax]").select_option("none")
    assert violations(page) == []
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Nothing was billed yet").wait_for()
    made = Subscription.objects.get()
    assert (made.company, made.amount_minor, made.next_on) == (padma, 70_000, start)

    assert actions.bill_due_subscriptions() == 1
    page.reload()
    page.get_by_role("link", name=re.compile("Invoice INV-")).wait_for()
    assert violations(page) == []

    page.get_by_role("link", name="Change the lines").click()
    page.locator("input[name=line1-quantity]").fill("2")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name=re.compile("Invoice INV-")).nth(1).wait_for()
    # Five of seven days are left: 1000 for two pieces less 500 for one.
    assert list(made.invoices.order_by("serial").values_list("amount_minor", flat=True)) == [70_000, 50_000]

    page.locator("main").get_by_role("button", name="More").click()
    page.get_by_role("button", name="Pause").click()
    page.get_by_text("Paused since").first.wait_for()
    page.get_by_role("button", name="Resume").click()
    page.get_by_text("Next invoice").first.wait_for()
    page.goto(f"{live_server.url}{reverse('billing:subscriptions')}")
    page.get_by_text("Monthly recurring revenue").wait_for()
    assert violations(page) == []
