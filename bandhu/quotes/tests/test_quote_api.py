"""REST of quotes and orders: the same doors, amounts in minor units, sums reckoned here whatever is sent."""

import json

import pytest
from django.test import Client

from bandhu.customers.tests.cast import make_company
from bandhu.quotes import actions
from bandhu.quotes.models import Order, Quote
from bandhu.quotes.tests.cast import free_line, make_quote, make_shop, sent_quote

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_shop()


@pytest.fixture
def call(shop):
    client = Client()
    client.force_login(shop[0])

    def ask(method, path, data=None, **headers):
        answer = client.generic(
            method, f"/api/v1{path}", json.dumps(data or {}), "application/json", headers=headers
        )
        return answer.status_code, answer.json() if answer.content else None

    return ask


def test_a_quote_from_first_to_last(shop, call):
    company = make_company(by=shop[0], addresses=[{"city": "Dhaka", "country": "BD"}])
    lines = [
        {"product_id": str(shop[1].pk), "quantity": "2"},
        {"name": "Delivery", "unit_price": {"minor": 10_000, "currency": "BDT"}, "tax_class": "standard"},
    ]
    status, made = call("POST", "/quotes", {"company_id": str(company.pk), "title": "Chairs", "lines": lines})
    assert (status, made["amount"], len(made["lines"])) == (201, {"minor": 356_500, "currency": "BDT"}, 2)
    assert made["sums"]["net_minor"] + made["sums"]["tax_minor"] == made["sums"]["total_minor"]
    path = f"/quotes/{made['id']}"
    status, problem = call("PATCH", path, {"lines": [{"name": "X", "quantity": "0"}]})
    assert (status, set(problem["errors"])) == (422, {"0.quantity", "0.unit_price"})
    assert call("PATCH", path, {"title": "Chairs and tables"}, **{"If-Match": '"v99"'})[0] == 412
    assert call("POST", f"{path}/sending")[1]["public_url"].count("/q/") == 1
    assert call("PATCH", path, {"title": "Other"})[0] == 422
    assert call("POST", f"{path}/versions")[1]["ordinal"] == 2
    assert [one["number"] for one in call("GET", "/quotes")[1]["items"]] == [made["number"]]


def test_a_line_in_another_currency_is_refused(shop, call):
    quote = make_quote(shop[0])
    line = {"name": "X", "unit_price": {"minor": 1, "currency": "USD"}}
    assert call("PATCH", f"/quotes/{quote.pk}", {"lines": [line]})[0] == 422
    line["unit_price"]["currency"] = "ZZZ"
    assert call("PATCH", f"/quotes/{quote.pk}", {"lines": [line]})[0] == 422


def test_orders_are_read_and_cancelled(shop, call):
    quote = sent_quote(shop[0], [free_line()])
    actions.accept_quote(quote, actor=shop[0], signed_name="Karim")
    order = Order.objects.get()
    assert call("GET", "/orders")[1]["items"][0]["number"] == order.number
    status, whole = call("GET", f"/orders/{order.pk}")
    assert (status, whole["lines"][0]["name"], whole["sums"]["total_minor"]) == (200, "Delivery", 11_500)
    assert call("POST", f"/orders/{order.pk}/cancellation", {"reason": "Twice"})[1]["state"] == "cancelled"
    assert Quote.objects.get().state == "accepted"


def test_only_a_draft_is_deleted(shop, call):
    sent, draft = sent_quote(shop[0]), make_quote(shop[0])
    assert call("DELETE", f"/quotes/{sent.pk}")[0] == 422
    assert call("DELETE", f"/quotes/{draft.pk}")[0] == 204


def test_the_paper_of_a_version_comes_as_a_file(shop):
    quote, client = sent_quote(shop[0], [free_line("First")]), Client()
    client.force_login(shop[0])
    actions.begin_version(quote, actor=shop[0])
    address = f"/api/v1/quotes/{quote.pk}/paper"
    newest = client.get(address)
    assert (newest.status_code, newest["Content-Type"]) == (200, "application/pdf")
    assert newest["Content-Disposition"] == f'attachment; filename="{quote.number}-2.pdf"'
    first = client.get(address, {"ordinal": 1})
    assert first.content.startswith(b"%PDF-") and "-1.pdf" in first["Content-Disposition"]
    assert client.get(address, {"ordinal": 3}).status_code == 404
    assert client.get(address, {"ordinal": 0}).status_code == 422
