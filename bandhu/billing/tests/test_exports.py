"""Lists of sales and of papers go out as those of contacts do: what is shown, in three formats, written down."""

import csv
import io
import json

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from bandhu.billing import actions as billing
from bandhu.billing.models import Invoice
from bandhu.billing.tests.cast import make_draft, make_invoice, make_issuer, make_subscription, taka
from bandhu.customers.actions.exports import export_records
from bandhu.customers.imports.sources import detect_reading, open_source
from bandhu.customers.tests.cast import make_company
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import grant, make_user
from bandhu.platform.bulk import editable_fields
from bandhu.platform.custom_fields import all_fields
from bandhu.platform.models import AuditEntry
from bandhu.platform.record_kinds import record_kinds
from bandhu.quotes import actions as quotes
from bandhu.quotes.models import Order
from bandhu.quotes.tests.cast import free_line, make_shop, sent_quote
from bandhu.sales.tests.cast import make_lead, make_opportunity

pytestmark = pytest.mark.django_db


@pytest.fixture
def asha():
    """An administrator with a lead, an opportunity, a quote, its order and an invoice."""
    admin, _chair = make_shop()
    make_lead("=2+2", by=admin)
    make_opportunity("Sacks", by=admin, taka="1500.50")
    quote = sent_quote(admin, [free_line()])
    quotes.accept_quote(quote, actor=admin, signed_name="Rahima")
    return admin


def rows_of(actor, kind, **more):
    text = b"".join(export_records(actor=actor, kind=kind, file_format="csv", **more)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize(
    ("kind", "column", "value"),
    [
        ("lead", "What it is about", "'=2+2"), ("opportunity", "Name", "Sacks"), ("opportunity", "Amount", "1500.50 BDT"),
        ("quote", "State", "accepted"), ("order", "State", "placed"),
    ],
)  # fmt: skip
def test_a_list_goes_out_as_it_is_and_is_written_down(asha, kind, column, value):
    whole = rows_of(asha, kind)
    assert [row[column] for row in whole] == [value]
    shown = rows_of(asha, kind, definition={})
    assert set(shown[0]) < set(whole[0])
    assert AuditEntry.objects.filter(verb="exported", record_kind=kind).count() == 2


def test_three_formats_say_the_same(asha, tmp_path):
    lines = b"".join(export_records(actor=asha, kind="opportunity", file_format="jsonl")).decode()
    assert json.loads(lines)["Name"] == "Sacks"
    book = tmp_path / "book.xlsx"
    book.write_bytes(b"".join(export_records(actor=asha, kind="opportunity", file_format="xlsx")))
    source = open_source(book, detect_reading(book))
    row = next(iter(source.rows()))
    assert dict(zip(source.header, row.cells, strict=True))["Name"] == "Sacks"
    with pytest.raises(ValidationError):
        export_records(actor=asha, kind="opportunity", file_format="vcf")


def test_the_list_of_invoices_is_there_too(asha):
    assert len(rows_of(asha, "invoice")) == Invoice.objects.count()


@pytest.mark.parametrize("kind", ["lead", "opportunity", "quote", "order", "invoice", "payment"])
def test_the_page_offers_it_and_gives_the_file(asha, kind):
    client = Client()
    client.force_login(asha)
    page = client.get(reverse("customers:export"), {"kind": kind})
    assert page.status_code == 200 and "Every field of the list" in page.content.decode()
    answer = client.post(reverse("customers:export"), {"kind": kind, "format": "csv", "extent": "whole"})
    assert answer.headers["Content-Disposition"].endswith(f"{kind}.csv")
    assert b"".join(answer).startswith(b"\xef\xbb\xbf")


def test_nobody_takes_out_what_they_may_not_see(asha):
    mina = make_user("Mina")
    grant(mina, "customers.export_contacts")
    with pytest.raises(Denied):
        export_records(actor=mina, kind="order", file_format="csv")
    grant(mina, "quotes.view_order", reach="own")
    assert Order.objects.exists() and rows_of(mina, "order") == []


def test_by_the_api(asha):
    client = Client()
    client.force_login(asha)
    body = json.dumps({"kind": "lead", "format": "csv"})
    assert client.post("/api/v1/exports", body, content_type="application/json").status_code == 202
    body = json.dumps({"kind": "user", "format": "csv"})
    assert client.post("/api/v1/exports", body, content_type="application/json").status_code == 422


def test_payments_go_out_with_their_sign_safe_against_formulas(asha):
    make_issuer(asha)
    invoice = make_invoice(by=asha)
    billing.record_payment(invoice, actor=asha, amount=taka("500"), method="bank", reference="=1+1")
    paid = invoice.payments.get()
    billing.refund_payment(paid, actor=asha, amount=taka("200"), reason="Too much")
    found = {row["Payment or refund"]: row for row in rows_of(asha, "payment")}
    assert (
        found["payment"]["Amount"] == "500.00 BDT" and found["refund"]["Amount"].lstrip("'") == "-200.00 BDT"
    )
    assert found["payment"]["Reference"] == "'=1+1" and found["payment"]["Invoice"] == invoice.number
    less = {"all": [{"field": "amount", "op": "less", "value": 0}]}
    assert len(rows_of(asha, "payment", definition={"filter": less})) == 1
    client = Client()
    client.force_login(asha)
    page = client.get(reverse("billing:payments")).content.decode()
    assert reverse("billing:invoice", args=[invoice.pk]) in page and "kind=payment" in page
    assert client.get(reverse("customers:export"), {"kind": "payment"}).status_code == 200


def test_lists_of_billing_name_no_customer_out_of_reach(asha):
    make_issuer(asha)
    mina = make_user("Mina")
    for permission in ("customers.export_contacts", "billing.view_invoice", "billing.view_subscription"):
        grant(mina, permission)
    grant(mina, "customers.view_company", reach="own")
    hidden = make_company("Hidden Traders", by=asha)
    known = make_company("Known Traders", by=asha, owner=mina)
    for company in (hidden, known):
        make_draft(by=asha, company=company)
        make_subscription(by=asha, company=company)
    for kind in ("invoice", "subscription"):
        named = {row["Company"] for row in rows_of(mina, kind)}
        assert named == {"", "Known Traders"}


def test_nothing_of_a_payment_but_its_own_fields_is_changed_in_bulk(asha):
    kind = record_kinds["payment"]
    assert editable_fields(kind, all_fields(asha, kind)) == []
