"""The pages of subscriptions: written, changed, paused and cancelled from the screen."""

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.billing.models import Subscription
from bandhu.billing.tests.cast import at, billed_on, invoices_of, make_house, make_subscription, plan
from bandhu.catalog.tests.cast import make_book, make_product
from bandhu.customers.tests.cast import make_company, make_contact
from bandhu.identity.tests.cast import make_user
from bandhu.quotes import actions as quotes
from bandhu.quotes.models import Order
from bandhu.quotes.tests.cast import free_line, sent_quote

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_house()


@pytest.fixture
def client(boss):
    found = Client()
    found.force_login(boss)
    return found


def address(name, *arguments):
    return reverse(f"billing:{name}", args=arguments)


def row(key="new0", **values):
    return {"row": key, **{f"{key}-{name}": value for name, value in values.items()}}


def test_a_subscription_from_the_empty_form(boss, client):
    company = make_company("Padma", by=boss)
    product = make_product(boss, "SACK")
    make_book(boss, prices={product: "200"})
    form = client.get(address("subscription_new") + f"?company={company.pk}")
    assert form.status_code == 200 and str(company.pk) in form.content.decode()
    sent = {
        "company": company.pk,
        "currency": "BDT",
        "every": "২",
        "interval": "week",
        "starts_on": "2026-03-01",
    }
    sent |= row(product=product.pk, quantity="3")
    made = client.post(address("subscription_new"), sent)
    record = Subscription.objects.get()
    assert made["Location"] == address("subscription", record.pk)
    assert (record.every, record.amount_minor) == (2, 60_000)
    billed_on("2026-03-02")
    page = client.get(address("subscription", record.pk)).content.decode()
    assert record.number in page and "every 2 weeks" in page and "INV-" in page
    listed = client.get(address("subscriptions")).content.decode()
    assert (
        record.number in listed
        and "Monthly recurring revenue" in listed
        and "1,304.44" in listed
        and "600.00" in listed
    )


def test_wrong_values_lose_nothing_that_was_typed(boss, client):
    sent = {"currency": "BDT", "interval": "month", "every": "x", "note": "Kept"}
    answer = client.post(address("subscription_new"), sent | row(name="Rice", price="5"))
    page = answer.content.decode()
    assert answer.status_code == 422 and "Write a whole number" in page and "Kept" in page
    bad = client.post(address("subscription_new"), sent | row(name="Rice", quantity="0", price="abc"))
    assert bad.status_code == 422 and 'value="abc"' in bad.content.decode()
    more = client.post(address("subscription_new"), sent | {"more_lines": "1"} | row(name="Rice", price="5"))
    assert more.status_code == 200 and 'value="Rice"' in more.content.decode()
    assert not Subscription.objects.exists()


def test_an_orders_lines_are_offered(boss, client):
    quotes.accept_quote(sent_quote(boss, [free_line("Care plan", "900")]), actor=boss, signed_name="Anika")
    order = Order.objects.get()
    panel = client.get(address("order_subscriptions", order.pk)).content.decode()
    assert f"?order={order.pk}" in panel
    place = address("subscription_new") + f"?order={order.pk}"
    form = client.get(place).content.decode()
    assert 'value="Care plan"' in form and order.number in form
    assert client.get(address("subscription_new") + "?order=nonsense").status_code == 200
    sent = {"currency": order.currency, "interval": "year", "company": order.company_id or ""}
    sent |= {"contact": order.contact_id or ""} | row("line1", name="Care plan", quantity="1", price="900")
    assert client.post(place, sent).status_code == 302
    assert Subscription.objects.get().order == order


def test_head_and_lines_are_changed_on_their_pages(boss, client):
    made = make_subscription(by=boss, starts_on="2026-03-01")
    billed_on("2026-03-01")
    made.refresh_from_db()
    head = client.get(address("subscription_edit", made.pk)).content.decode()
    assert 'name="starts_on"' not in head and 'name="last_day"' in head
    sent = {
        "version": made.version,
        "company": made.company_id,
        "note": "Call before",
        "last_day": "2026-12-31",
    }
    assert client.post(address("subscription_edit", made.pk), sent).status_code == 302
    assert client.post(address("subscription_edit", made.pk), sent).status_code == 409
    made.refresh_from_db()
    assert (made.note, made.last_day.isoformat()) == ("Call before", "2026-12-31")
    assert 'value="Rice plan"' in client.get(address("subscription_lines", made.pk)).content.decode()
    wanted = {"version": made.version, "when": "now"} | row(
        "line1", name="Rice plan", quantity="2", price="3100", tax="none"
    )
    with at("2026-03-11"):
        client.force_login(boss)
        assert client.post(address("subscription_lines", made.pk), wanted).status_code == 302
        assert client.post(address("subscription_lines", made.pk), wanted).status_code == 409
        none = client.post(address("subscription_lines", made.pk), {"version": ""})
        assert none.status_code == 422 and "needs a line" in none.content.decode()
    assert invoices_of(made) == [("invoice", 310_000), ("invoice", 210_000)]


def test_paused_resumed_and_cancelled_from_the_page(boss, client):
    made = make_subscription(by=boss)
    client.post(address("subscription_pausing", made.pk))
    page = client.get(address("subscription", made.pk)).content.decode()
    assert "Paused since" in page and "Resume" in page
    cancelling = client.get(address("subscription_cancelling", made.pk)).content.decode()
    assert "with the end of what is billed" not in cancelling
    client.post(address("subscription_resuming", made.pk))
    assert client.post(address("subscription_cancelling", made.pk), {"when": "credit"}).status_code == 422
    client.post(address("subscription_cancelling", made.pk), {"when": "period", "reason": "Too dear"})
    made.refresh_from_db()
    assert (made.state, made.renews_on, made.end_reason) == ("active", None, "Too dear")
    client.post(address("subscription_cancelling", made.pk), {"when": "credit", "reason": "Now"})
    made.refresh_from_db()
    assert made.state == "ended"
    assert client.get(address("subscription_history", made.pk)).status_code == 200


def test_panels_and_search_know_it(boss, client):
    anika = make_contact("Anika", by=boss, company=make_company("Padma", by=boss))
    made = make_subscription(plan(), by=boss, contact=anika)
    assert made.company == anika.company
    for name, record in (("contact", anika), ("company", anika.company)):
        assert made.number in client.get(address(f"{name}_subscriptions", record.pk)).content.decode()
    hit = client.get(address("subscriptions"), {"q": made.number}).content.decode()
    assert made.number in hit


def test_a_reader_sees_and_changes_nothing(boss):
    made = make_subscription(by=boss)
    reader = Client()
    reader.force_login(make_user("Nila", role="read_only"))
    page = reader.get(address("subscription", made.pk)).content.decode()
    assert made.number in page and "Change the lines" not in page
    assert reader.post(address("subscription_pausing", made.pk)).status_code == 403
    assert reader.get(address("subscription_new")).status_code == 403


def test_a_change_is_previewed_before_it_is_written(boss, client):
    with at("2026-03-01"):
        made = make_subscription(by=boss)
    billed_on("2026-03-01")
    made.refresh_from_db()
    before = invoices_of(made)
    wanted = {"version": made.version, "when": "now", "preview": "1"} | row(
        "line1", name="Rice plan", quantity="2", price="3100", tax="none"
    )
    with at("2026-03-11"):
        client.force_login(boss)
        page = client.post(address("subscription_lines", made.pk), wanted)
        assert page.status_code == 200
        assert "What this would bill today" in page.content.decode() and "2,100" in page.content.decode()
        later = client.post(
            address("subscription_lines", made.pk), wanted | {"when": "next"}
        ).content.decode()
        assert "Nothing is billed or credited now." in later
    assert invoices_of(made) == before and made.lines.get().quantity == 1


def test_an_invoice_leads_to_its_subscription_and_says_which_days(boss, client):
    with at("2026-03-01"):
        made = make_subscription(by=boss, time_zone="Asia/Kolkata")
    billed_on("2026-03-01")
    page = client.get(address("invoice", made.invoices.get().pk)).content.decode()
    assert address("subscription", made.pk) in page and "Bills 1 Mar 2026 to 31 Mar 2026" in page
    record = client.get(address("subscription", made.pk)).content.decode()
    assert address("invoice", made.invoices.get().pk) in record and ">Kolkata<" in record
