"""What customers see of quotes and invoices in the portal: their own, and of those what they were sent."""

import pytest
from django.test import Client

from bandhu.billing.models import Invoice
from bandhu.billing.portal_sections import invoice_rows, open_invoices
from bandhu.billing.tests.cast import make_draft, make_house, make_invoice
from bandhu.knowledge.portal_secrets import COOKIE
from bandhu.knowledge.tests.cast import make_customer, signed_in
from bandhu.platform.ids import new_id
from bandhu.quotes.portal_sections import open_quotes, quote_rows
from bandhu.quotes.tests.cast import make_quote, make_tax, sent_quote

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    """A house with two customers; each has an invoice and a quote, and drafts nobody has seen."""
    boss = make_house()
    make_tax(boss, "15")
    people = make_customer(), make_customer("Rafi Islam", "rafi@example.com")
    papers = []
    for one in people:
        make_draft(by=boss, contact=one)
        make_quote(boss, contact=one)
        papers.append((make_invoice(by=boss, contact=one), sent_quote(boss, contact=one)))
    return people, papers


def test_each_sees_their_own_and_no_drafts(two):
    people, papers = two
    for person, (invoice, quote) in zip(people, papers, strict=True):
        visitor = signed_in(person)[1]
        assert [row.title for row in invoice_rows(visitor)] == [invoice.number]
        assert [row.title for row in quote_rows(visitor)] == [quote.number]
        assert (open_invoices(visitor), open_quotes(visitor)) == (1, 1)
        assert all(row.url for row in [*invoice_rows(visitor), *quote_rows(visitor)])


def test_what_lies_in_another_system_does_not_wait_to_be_paid_here(two):
    (person, _other), papers = two
    theirs = Invoice.objects.get(pk=papers[0][0].pk)
    theirs.pk, theirs.token, theirs.import_key = new_id(), "theirs", "theirs"
    theirs.number, theirs.year, theirs.serial = "THEIRS-7", None, None
    theirs.save(force_insert=True)
    visitor = signed_in(person)[1]
    assert open_invoices(visitor) == 1 and sorted(row.title for row in invoice_rows(visitor)) == [
        papers[0][0].number,
        "THEIRS-7",
    ]


def test_no_page_of_one_names_anything_of_the_other(two):
    people, papers = two
    client = Client()
    client.cookies[COOKIE] = signed_in(people[0])[0]
    for address in (
        "/portal/",
        "/portal/mine/invoices/",
        "/portal/mine/quotes/",
        "/portal/mine/appointments/",
        "/portal/privacy/",
    ):
        page = client.get(address)
        assert page.status_code == 200
        for paper in papers[1]:
            assert paper.number not in page.text
            assert str(paper.pk) not in page.text
    assert papers[0][0].number in client.get("/portal/mine/invoices/").text
