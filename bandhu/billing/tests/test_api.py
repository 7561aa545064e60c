"""REST: an invoice from draft to paid and given back, and what is refused."""

from decimal import Decimal

import pytest
from django.test import Client

from bandhu.billing.models import Invoice
from bandhu.billing.tests.cast import make_draft, make_house, make_invoice
from bandhu.catalog.tests.cast import make_book, make_product
from bandhu.customers.tests.cast import make_company
from bandhu.quotes import actions as quotes
from bandhu.quotes.models import Order
from bandhu.quotes.tests.cast import free_line, sent_quote

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def boss():
    return make_house()


@pytest.fixture
def client(boss):
    found = Client()
    found.force_login(boss)
    return found


def send(client, method, path, data=None, **headers):
    return getattr(client, method)(
        f"{API}{path}", data or {}, content_type="application/json", headers=headers
    )


def price(minor, currency="BDT"):
    return {"minor": minor, "currency": currency}


def test_from_draft_to_paid_and_given_back(boss, client):
    product = make_product(boss, "SACK")
    make_book(boss, prices={product: "200"})
    lines = [
        {"product_id": str(product.pk), "quantity": "2.5"},
        {"name": "Delivery", "unit_price": price(10_000), "tax": {"name": "VAT", "percent": "15"}},
    ]
    made = send(client, "post", "/invoices", {"company_id": str(make_company(by=boss).pk), "lines": lines})
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["amount_minor"], body["state"], Decimal(body["lines"][1]["tax"]["percent"])) == (
        61_500,
        "draft",
        15,
    )
    path = f"/invoices/{body['id']}"
    assert send(client, "patch", path, {"note": "x"}, if_match='"v9"').status_code == 412
    assert send(client, "patch", path, {"note": "Thanks"}, if_match=made["ETag"]).json()["version"] == 2
    issued = send(client, "post", f"{path}/issue").json()
    assert issued["number"].startswith("INV-") and issued["standing"] == "issued"
    assert send(client, "patch", path, {"note": "y"}).status_code == 422
    assert send(client, "delete", path).status_code == 422
    too_much = send(client, "post", f"{path}/payments", {"amount": price(61_501), "method": "bank"})
    assert too_much.status_code == 422 and "would be too much" in too_much.content.decode()
    assert (
        send(client, "post", f"{path}/payments", {"amount": price(100, "USD"), "method": "bank"}).status_code
        == 422
    )
    paid = send(
        client, "post", f"{path}/payments", {"amount": price(61_500), "method": "bank", "reference": "T1"}
    ).json()
    assert send(client, "get", path).json()["state"] == "paid"
    back = send(client, "post", f"/payments/{paid['id']}/refunds", {"amount": price(500), "reason": "Late"})
    assert (back.status_code, back.json()["refunds_id"]) == (201, paid["id"])
    assert send(client, "get", path).json()["balance_minor"] == 500
    assert [one["kind"] for one in send(client, "get", "/payments").json()["items"]] == ["refund", "payment"]


def test_credit_note_void_and_order(boss, client):
    made = make_invoice(by=boss)
    note = send(client, "post", f"/invoices/{made.pk}/credit-notes", {"reason": "Broken"}).json()
    assert (note["kind"], note["credits_id"], note["amount_minor"]) == ("credit_note", str(made.pk), 115_000)
    send(client, "post", f"/invoices/{note['id']}/issue")
    assert send(client, "get", f"/invoices/{made.pk}").json()["state"] == "credited"
    other = make_invoice(by=boss)
    assert send(client, "post", f"/invoices/{other.pk}/void", {"reason": "Twice"}).json()["state"] == "void"
    sent = sent_quote(boss, [free_line("Delivery", "100")])
    quotes.accept_quote(sent, actor=boss, signed_name="Anika")
    order = Order.objects.get()
    billed = send(client, "post", "/invoices", {"order_id": str(order.pk)})
    assert (billed.status_code, billed.json()["order_id"]) == (201, str(order.pk))
    assert send(client, "post", "/invoices", {"order_id": str(order.pk)}).status_code == 422


def test_the_list_is_filtered_and_paged(boss, client):
    late = make_invoice(by=boss, on="2026-01-02", due_on="2026-01-03")
    make_draft(by=boss)
    tree = '{"all":[{"field":"state","op":"in","value":["overdue"]}]}'
    found = client.get(f"{API}/invoices", {"filter": tree}).json()["items"]
    assert [one["number"] for one in found] == [late.number] and found[0]["standing"] == "overdue"
    first = client.get(f"{API}/invoices", {"limit": 1}).json()
    assert len(first["items"]) == 1 and first["next"]
    assert Invoice.objects.count() == 2


def test_paper_and_electronic_invoice_come_as_files(boss, client):
    made, draft = make_invoice(by=boss), make_draft(by=boss)
    paper = client.get(f"{API}/invoices/{made.pk}/paper")
    assert (paper.status_code, paper["Content-Type"]) == (200, "application/pdf")
    assert paper["Content-Disposition"] == f'attachment; filename="{made.number}.pdf"'
    assert paper.content.startswith(b"%PDF-") and "no-store" in paper["Cache-Control"]
    sent = client.get(f"{API}/invoices/{made.pk}/electronic-invoice")
    assert (sent.status_code, sent["Content-Type"]) == (200, "application/xml")
    assert sent["Content-Disposition"] == f'attachment; filename="{made.number}.xml"'
    assert made.number.encode() in sent.content
    assert client.get(f"{API}/invoices/{draft.pk}/paper").status_code == 200
    refused = client.get(f"{API}/invoices/{draft.pk}/electronic-invoice")
    assert refused.status_code == 422 and "issue it first" in refused.text
    described = client.get(f"{API}/openapi.json").json()["paths"]
    for path, kind in (("paper", "application/pdf"), ("electronic-invoice", "application/xml")):
        content = described[f"/api/v1/invoices/{{invoice_id}}/{path}"]["get"]["responses"]["200"]["content"]
        assert content == {kind: {"schema": {"type": "string", "format": "binary"}}}
