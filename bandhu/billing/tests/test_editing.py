"""Drafts of invoices in their form: what two people write, long ones, and everything a line holds."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.billing import actions
from bandhu.billing.models import Invoice
from bandhu.billing.tests.cast import VAT, line, make_draft, make_house
from bandhu.catalog.totals import Tax

pytestmark = pytest.mark.django_db
INPUT = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
FIELD = re.compile(r'name="(line\d+-(?:name|quantity|price|discount))"[^>]*value="([^"]*)"')


@pytest.fixture
def boss():
    return make_house()


@pytest.fixture
def client(boss):
    found = Client()
    found.force_login(boss)
    return found


def edit(invoice):
    return reverse("billing:invoice_edit", args=[invoice.pk])


def typed(invoice, **line1):
    usual = {"name": "Rice, 50 kg", "quantity": "1", "price": "1000", "tax": "VAT|15|0"} | line1
    sent = {"version": invoice.version, "currency": "BDT", "company": invoice.company_id, "row": "line1"}
    sent |= {"owner": invoice.owner_id, "language": invoice.language}
    return sent | {f"line1-{name}": value for name, value in usual.items()}


def test_the_second_of_two_compares_and_chooses(boss, client):
    draft = make_draft(by=boss)
    mine = typed(draft, price="900") | {"note": "Mine"}
    actions.change_invoice(draft, actor=boss, lines=[line(price="800")], note="Theirs", reference="PO 7")
    answer = client.post(edit(draft), mine)
    page = answer.content.decode()
    assert answer.status_code == 409 and page.count("both changed") == 2
    for words in ("1000.00 BDT", "800.00 BDT", "900.00 BDT", "Mine", "Theirs", "PO 7"):
        assert words in page
    again = {}
    for name, value in INPUT.findall(page):
        again.setdefault(name, []).append(value)
    again |= {"take_lines": "theirs", "take_note": "yours", "take_reference": "theirs"}
    assert client.post(edit(draft), again).status_code == 302
    draft.refresh_from_db()
    assert (draft.note, draft.reference, draft.amount_minor) == ("Mine", "PO 7", 92_000)


def test_issued_meanwhile_keeps_what_was_typed_on_the_page(boss, client):
    draft = make_draft(by=boss)
    mine = typed(draft, name="Rice by boat")
    actions.issue_invoice(draft, actor=boss)
    answer = client.post(edit(draft), mine)
    assert answer.status_code == 422
    assert "is not changed" in answer.content.decode() and 'value="Rice by boat"' in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "total"),
    [({"discount": "50"}, 57_500), ({"tax": Tax("VAT", Decimal(0))}, 100_000), ({"tax": None}, 100_000)],
)
def test_a_change_of_discount_or_tax_alone_changes_the_amount(boss, change, total):
    draft = make_draft(by=boss)
    changed = actions.change_invoice(draft, actor=boss, lines=[line(**change)])
    stored = Invoice.objects.get()
    assert (stored.amount_minor, stored.version, changed.version) == (total, 2, 2)
    assert stored.lines.get().total_minor == total


def test_the_form_keeps_units_and_descriptions(boss, client):
    draft = make_draft(line(unit="KGM", description="Long grain\nfrom Dinajpur"), by=boss)
    page = client.get(edit(draft)).content.decode()
    assert "Long grain\nfrom Dinajpur" in page and 'value="KGM" selected' in page
    sent = typed(draft, quantity="2", unit="KGM", description="Long grain\nfrom Dinajpur")
    assert client.post(edit(draft), sent).status_code == 302
    kept = Invoice.objects.get().lines.get()
    assert (kept.unit, kept.description, kept.quantity) == ("KGM", "Long grain\nfrom Dinajpur", 2)


def test_four_hundred_lines_go_through_the_form_and_none_is_lost(boss, client):
    draft = make_draft(*[line(f"Part {place}", "10", tax=VAT) for place in range(400)], by=boss)
    page = client.get(edit(draft)).content.decode()
    assert page.count('name="row"') == 403  # and three blank ones
    sent = {"version": draft.version, "currency": "BDT", "company": draft.company_id, "note": "Long"}
    sent |= {"row": [f"line{place}" for place in range(1, 401)]} | dict(FIELD.findall(page))
    sent |= {f"line{place}-tax": "VAT|15|0" for place in range(1, 401)}
    assert client.post(edit(draft), sent).status_code == 302
    draft.refresh_from_db()
    assert (draft.lines.count(), draft.amount_minor, draft.note) == (400, 460_000, "Long")
