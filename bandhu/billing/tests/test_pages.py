"""The pages of invoices: written, issued, paid, credited from the screen."""

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.billing import actions
from bandhu.billing.models import Invoice, Issuer
from bandhu.billing.tests.cast import line, make_draft, make_house, make_invoice, taka
from bandhu.catalog.tests.cast import make_book, make_product
from bandhu.customers.tests.cast import make_company, make_contact
from bandhu.platform.cells import reader_of
from bandhu.platform.record_kinds import record_kinds
from bandhu.quotes import actions as quotes
from bandhu.quotes.models import Order
from bandhu.quotes.tests.cast import free_line, sent_quote
from bandhu.sales.tests.cast import make_opportunity

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


def test_an_invoice_from_the_empty_form_to_paid(boss, client):
    company = make_company("Padma", by=boss)
    product = make_product(boss, "SACK")
    make_book(boss, prices={product: "200"})
    form = client.get(address("invoice_new") + f"?company={company.pk}")
    assert form.status_code == 200 and str(company.pk) in form.content.decode()
    sent = {"company": company.pk, "currency": "BDT", "row": ["new0", "new1", "new2"]}
    sent |= {
        "new0-product": product.pk,
        "new0-quantity": "৩",
        "new1-name": "Delivery",
        "new1-price": "১,০৫০.৫০",
    }
    made = client.post(address("invoice_new"), sent)
    invoice = Invoice.objects.get()
    assert made["Location"] == address("invoice", invoice.pk)
    assert [(one.name, one.total_minor) for one in invoice.lines.all()] == [
        ("Sack", 60000),
        ("Delivery", 105050),
    ]
    assert client.post(address("invoice_issue", invoice.pk), {"on": "", "due_on": ""}).status_code == 302
    page = client.get(address("invoice", invoice.pk)).content.decode()
    invoice.refresh_from_db()
    assert invoice.number in page and "/i/" in page
    pay = {"amount": "2000", "method": "bank"}
    refused = client.post(address("payment_new", invoice.pk), pay)
    assert refused.status_code == 422 and "would be too much" in refused.content.decode()
    client.post(address("payment_new", invoice.pk), pay | {"amount": "1650.50", "reference": "T-1"})
    invoice.refresh_from_db()
    assert invoice.state == "paid"


def test_wrong_lines_lose_nothing_that_was_typed(boss, client):
    company = make_company("Padma", by=boss)
    sent = {"company": company.pk, "currency": "BDT", "note": "Kept"} | row(
        name="Rice", quantity="0", price="abc"
    )
    answer = client.post(address("invoice_new"), sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and not Invoice.objects.exists()
    assert "quantity of nought" in page and 'value="abc"' in page and "Kept" in page
    none = client.post(address("invoice_new"), {"currency": "BDT"} | row(name="Rice", price="5"))
    assert none.status_code == 422 and "Choose the contact or the company" in none.content.decode()


def test_more_lines_keeps_what_was_typed_without_saving(boss, client):
    sent = {"company": make_company(by=boss).pk, "currency": "BDT", "more_lines": "1"} | row(
        name="Rice", price="5"
    )
    page = client.post(address("invoice_new"), sent)
    assert (
        page.status_code == 200 and 'value="Rice"' in page.content.decode() and not Invoice.objects.exists()
    )


def test_editing_a_draft_keeps_a_tax_that_is_no_longer_offered(boss, client):
    made = make_draft(by=boss)
    page = client.get(address("invoice_edit", made.pk)).content.decode()
    assert 'value="VAT|15|0" selected' in page
    sent = {"version": made.version, "currency": "BDT", "company": made.company_id}
    sent |= row("line1", name="Rice", quantity="2", price="1000", tax="VAT|15|0")
    assert client.post(address("invoice_edit", made.pk), sent).status_code == 302
    made.refresh_from_db()
    assert made.amount_minor == 230000
    bad = client.post(
        address("invoice_edit", made.pk), sent | {"version": made.version, "line1-tax": "Gift|0|0"}
    )
    assert bad.status_code == 422 and "Choose a tax from the list" in bad.content.decode()
    assert client.post(address("invoice_edit", made.pk), sent).status_code == 409


def test_an_issued_invoice_is_not_edited(boss, client):
    made = make_invoice(by=boss)
    assert client.get(address("invoice_edit", made.pk))["Location"] == address("invoice", made.pk)
    client.post(address("invoice_deletion", made.pk))
    assert Invoice.objects.filter(pk=made.pk).exists()


def test_credit_note_and_void_from_the_screen(boss, client):
    made = make_invoice(by=boss)
    assert client.post(address("invoice_credit", made.pk), {"reason": ""}).status_code == 422
    note_page = client.post(address("invoice_credit", made.pk), {"reason": "Broken"})["Location"]
    note = Invoice.objects.get(kind="credit_note")
    assert note_page == address("invoice", note.pk)
    form = client.get(address("invoice_edit", note.pk))
    assert form.status_code == 200 and 'name="company"' not in form.content.decode()
    client.post(address("invoice_issue", note.pk), {})
    made.refresh_from_db()
    assert made.state == "credited"
    other = make_invoice(by=boss)
    client.post(address("invoice_void", other.pk), {"reason": "Mistake"})
    assert "Void" in client.get(address("invoice", other.pk)).content.decode()


def test_giving_back_from_the_screen(boss, client):
    made = make_invoice(by=boss)
    paid = actions.record_payment(made, actor=boss, amount=taka("100"), method="cash")
    page = client.get(address("refund", paid.pk)).content.decode()
    assert 'value="100.00"' in page and "through_gateway" not in page
    client.post(address("refund", paid.pk), {"amount": "40", "reason": "Late"})
    made.refresh_from_db()
    assert made.paid_minor == 6000


def test_list_filters_overdue_and_panels_show_invoices(boss, client):
    contact = make_contact("Anika", by=boss)
    sale = make_opportunity("Rice", by=boss, contact=contact)
    late = make_invoice(by=boss, opportunity=sale, on="2026-01-02", due_on="2026-01-03")
    make_invoice(line("Other"), by=boss)
    assert late.contact == contact
    open_column = record_kinds["invoice"].field("balance")
    assert reader_of(open_column)(late) == late.balance, "the list says what is still to be paid"
    tree = '{"all":[{"field":"state","op":"in","value":["overdue"]}]}'
    page = client.get(address("invoices"), {"filter": tree}).content.decode()
    assert late.number in page and "INV-" in page
    assert late.number in client.get(address("contact_invoices", contact.pk)).content.decode()
    assert late.number in client.get(address("opportunity_invoices", sale.pk)).content.decode()
    assert (
        "No invoices yet"
        in client.get(address("company_invoices", make_company("New", by=boss).pk)).content.decode()
    )
    assert client.get(address("invoice_history", late.pk)).status_code == 200


def test_the_issuer_is_set_on_a_page(boss, client):
    page = client.get(address("issuer")).content.decode()
    assert "Bandhu Rice Ltd" in page
    bad = client.post(address("issuer"), {"name": "", "country": "BD", "due_days": "x"})
    assert bad.status_code == 422 and "Write a whole number of days" in bad.content.decode()
    good = {
        "name": "New name",
        "country": "IN",
        "due_days": "১৪",
        "invoice_prefix": "B/",
        "credit_prefix": "C/",
    }
    assert client.post(address("issuer"), good).status_code == 302
    held = Issuer.objects.get()
    assert (held.name, held.due_days) == ("New name", 14)
    assert make_invoice(by=boss).number.startswith("B/")


def test_an_order_is_invoiced_once_from_its_page(boss, client):
    sent = sent_quote(boss, [free_line("Delivery", "100")])
    quotes.accept_quote(sent, actor=boss, signed_name="Anika")
    order = Order.objects.get(quote=sent)
    assert "Invoice this order" in client.get(address("order_invoices", order.pk)).content.decode()
    made_at = client.post(address("order_invoice", order.pk))["Location"]
    made = Invoice.objects.get(order=order)
    assert made_at == address("invoice", made.pk)
    assert (made.amount_minor, made.reference, made.company) == (
        order.amount_minor,
        order.number,
        order.company,
    )
    client.post(address("order_invoice", order.pk))
    assert Invoice.objects.filter(order=order).count() == 1
    actions.void_invoice(actions.issue_invoice(made, actor=boss), actor=boss, reason="Wrong")
    client.post(address("order_invoice", order.pk))
    assert Invoice.objects.filter(order=order).count() == 2
    page = client.get(
        reverse("sales:opportunity", args=[make_opportunity("Rice", by=boss).pk])
    ).content.decode()
    assert "/invoices/" in page


def test_an_invoice_leads_back_to_its_order(boss, client):
    quotes.accept_quote(sent_quote(boss, [free_line()]), actor=boss, signed_name="Karim")
    order = Order.objects.get()
    invoice = actions.invoice_order(order, actor=boss)
    page = client.get(address("invoice", invoice.pk)).content.decode()
    assert reverse("quotes:order", args=[order.pk]) in page and order.number in page
