"""Invoices on paper and as electronic documents: structure, sums, hostile texts, three languages."""

from decimal import Decimal
from xml.etree import ElementTree as xml

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from bandhu.billing import actions
from bandhu.billing.papers import invoice_paper, invoice_pdf
from bandhu.billing.tests.cast import line, make_draft, make_house, make_invoice, taka
from bandhu.billing.ubl import ubl_of
from bandhu.catalog.totals import Tax
from bandhu.customers.tests.cast import make_company
from bandhu.platform.files import store_file
from bandhu.quotes.models import QuoteTemplate
from bandhu.quotes.tests.test_papers import ONE_PIXEL

pytestmark = pytest.mark.django_db
CBC, CAC = (
    f"{{urn:oasis:names:specification:ubl:schema:xsd:Common{kind}Components-2}}"
    for kind in ("Basic", "Aggregate")
)
SPACES = {"cbc": CBC[1:-1], "cac": CAC[1:-1]}
# As the schema orders the children of an invoice.
ORDER = ["CustomizationID", "ProfileID", "ID", "IssueDate", "DueDate", "InvoiceTypeCode", "CreditNoteTypeCode", "Note", "DocumentCurrencyCode",
         "BuyerReference", "BillingReference", "AccountingSupplierParty", "AccountingCustomerParty", "PaymentMeans", "PaymentTerms",
         "TaxTotal", "LegalMonetaryTotal", "InvoiceLine", "CreditNoteLine"]  # fmt: skip
# What EN 16931 makes obligatory (BT-1, 2, 3, 5, 24, 27, 40, 44, 55, 106, 109, 112, 115, 117, 118, 126, 129, 131, 146, 151, 153).
OBLIGATORY = [
    "cbc:CustomizationID", "cbc:ID", "cbc:IssueDate", "cbc:DocumentCurrencyCode",
    "cac:AccountingSupplierParty/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName",
    "cac:AccountingSupplierParty/cac:Party/cac:PostalAddress/cac:Country/cbc:IdentificationCode",
    "cac:AccountingCustomerParty/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName",
    "cac:AccountingCustomerParty/cac:Party/cac:PostalAddress/cac:Country/cbc:IdentificationCode",
    "cac:TaxTotal/cbc:TaxAmount", "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:ID",
    "cac:LegalMonetaryTotal/cbc:LineExtensionAmount", "cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount",
    "cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount", "cac:LegalMonetaryTotal/cbc:PayableAmount",
]  # fmt: skip


@pytest.fixture
def boss():
    return make_house()


def read(invoice):
    return xml.fromstring(ubl_of(invoice))


def number(node, path):
    return Decimal(node.findtext(path, namespaces=SPACES))


def check_sums(root, line_name):
    """The sums of the norm: BR-CO-10, BR-CO-13 to 15, BR-CO-17, and each line by itself."""
    lines = root.findall(f"cac:{line_name}", SPACES)
    total, tax = root.find("cac:LegalMonetaryTotal", SPACES), root.find("cac:TaxTotal", SPACES)
    net = sum(number(one, "cbc:LineExtensionAmount") for one in lines)
    assert net == number(total, "cbc:LineExtensionAmount") == number(total, "cbc:TaxExclusiveAmount")
    assert (
        number(total, "cbc:TaxInclusiveAmount")
        == net + number(tax, "cbc:TaxAmount")
        == number(total, "cbc:PayableAmount")
    )
    parts = tax.findall("cac:TaxSubtotal", SPACES)
    assert sum(number(one, "cbc:TaxAmount") for one in parts) == number(tax, "cbc:TaxAmount")
    assert sum(number(one, "cbc:TaxableAmount") for one in parts) == net
    for one in parts:
        reckoned = number(one, "cbc:TaxableAmount") * number(one, "cac:TaxCategory/cbc:Percent") / 100
        assert abs(reckoned - number(one, "cbc:TaxAmount")) <= Decimal("0.01")
    for one in lines:
        quantity = number(
            one, "cbc:InvoicedQuantity" if line_name == "InvoiceLine" else "cbc:CreditedQuantity"
        )
        allowance = one.find("cac:AllowanceCharge/cbc:Amount", SPACES)
        left = quantity * number(one, "cac:Price/cbc:PriceAmount") - (
            Decimal(allowance.text) if allowance is not None else 0
        )
        assert abs(left - number(one, "cbc:LineExtensionAmount")) <= Decimal("0.01")


def test_an_invoice_has_what_the_norm_asks_for_and_its_sums_agree(boss):
    buyer = make_company(
        "Padma & <Sons>", by=boss, addresses=[{"street": "1 Rd", "city": "Khulna", "country": "BD"}]
    )
    lines = [line("Rice & <b>", "333.33", 3, discount="7.5"), line("Delivery", "99.99", tax=None), line("Back", "10", -2),
             line("Zero", "5", tax=Tax("VAT", Decimal(0)))]  # fmt: skip
    made = make_invoice(*lines, by=boss, company=buyer, reference="PO 7", note="Bell\x07")
    root = read(made)
    assert root.tag.endswith("Invoice-2}Invoice")
    for path in OBLIGATORY:
        assert root.findtext(path, namespaces=SPACES), path
    names = [child.tag.partition("}")[2] for child in root]
    assert names == sorted(names, key=ORDER.index)
    assert root.findtext("cbc:InvoiceTypeCode", namespaces=SPACES) == "380"
    assert root.findtext("cbc:BuyerReference", namespaces=SPACES) == "PO 7"
    assert {
        one.text for one in root.findall("cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:ID", SPACES)
    } == {"S", "E", "Z"}
    assert root.find("cac:InvoiceLine/cbc:InvoicedQuantity", SPACES).get("unitCode") == "C62"
    assert {one.get("currencyID") for one in root.iter() if "Amount" in one.tag} == {"BDT"}
    check_sums(root, "InvoiceLine")


def test_prices_that_contain_their_tax_become_net_prices(boss):
    made = make_invoice(
        *[line(f"L{n}", "99.99", 7, tax=Tax("VAT", Decimal("7.5"), True)) for n in range(5)], by=boss
    )
    check_sums(read(made), "InvoiceLine")
    assert str(made.total) == "3499.65 BDT"


def test_a_credit_note_names_its_invoice(boss):
    made = make_invoice(line(price="1000", quantity=2), by=boss)
    note = actions.draft_credit_note(made, actor=boss, reason="One broken")
    actions.change_invoice(note, actor=boss, lines=[line(price="1000")])
    root = read(actions.issue_invoice(note, actor=boss))
    assert root.tag.endswith("CreditNote-2}CreditNote")
    path = "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID"
    assert root.findtext(path, namespaces=SPACES) == made.number
    assert (
        root.findtext("cbc:CreditNoteTypeCode", namespaces=SPACES) == "381"
        and root.find("cbc:DueDate", SPACES) is None
    )
    names = [child.tag.partition("}")[2] for child in root]
    assert names == sorted(names, key=ORDER.index)
    check_sums(root, "CreditNoteLine")


@pytest.mark.parametrize(
    ("language", "heading", "total"),
    [("en", "Invoice", "1,150.00"), ("bn", "", "১,১৫০.০০"), ("ta", "", "1,150.00")],
)
def test_the_paper_speaks_the_customers_language(boss, language, heading, total):
    hostile = '#panic("x") #read("/etc/passwd") *bold* $x^2$ @ref <label>'
    made = make_invoice(line(hostile), by=boss, language=language, note=hostile)
    actions.record_payment(made, actor=boss, amount=taka("150"), method="cash")
    made.refresh_from_db()
    with translation.override(language):
        paper = invoice_paper(made)
    assert (
        total in paper["total"][1]
        and paper["number"] == made.number
        and paper["sender"].startswith("Bandhu Rice Ltd")
    )
    assert paper["heading"] == heading or not heading
    assert invoice_pdf(made).startswith(b"%PDF")


def test_four_hundred_lines_fit_on_paper_and_a_draft_has_one_too(boss):
    made = make_draft(*[line(f"Line {n}", "1.01") for n in range(400)], by=boss)
    assert invoice_pdf(made).startswith(b"%PDF")


def test_the_files_from_the_screen_and_for_the_customer(boss):
    made, client = make_invoice(by=boss), Client()
    client.force_login(boss)
    pdf = client.get(reverse("billing:invoice_paper", args=[made.pk]))
    assert pdf["Content-Disposition"] == f'inline; filename="{made.number}.pdf"'
    sent = client.get(reverse("billing:invoice_electronic", args=[made.pk]))
    assert sent["Content-Type"] == "application/xml" and b"<Invoice" in sent.content
    draft = make_draft(by=boss)
    assert client.get(reverse("billing:invoice_electronic", args=[draft.pk])).status_code == 302
    public = Client().get(reverse("billing:public_paper", args=[made.token]))
    assert public.content.startswith(b"%PDF") and "no-store" in public["Cache-Control"]
    assert Client().get(reverse("billing:public_paper", args=[draft.token])).status_code == 404


def test_the_head_and_foot_of_the_house_stand_on_invoices_in_the_customers_language(boss):
    template = QuoteTemplate.objects.create(
        name="House", is_default=True, colour="#112233",
        footers={"en": "Thank you, {customer}: {number}", "bn": "ধন্যবাদ, {customer}"},
    )  # fmt: skip
    template.logo = store_file(
        record_kind="quote_template", record_id=template.pk, name="logo.png", content=[ONE_PIXEL], created_by=boss
    )  # fmt: skip
    template.save()
    buyer = make_company("{total} Mills", by=boss)
    made = make_invoice(by=boss, company=buyer, note="By Friday")
    with translation.override("en"):
        assert invoice_paper(made)["footer"] == f"By Friday\n\nThank you, {{total}} Mills: {made.number}"
    assert b"/Subtype/Image" in invoice_pdf(made)
    bengali = make_invoice(by=boss, company=buyer, language="bn")
    with translation.override("bn"):
        paper = invoice_paper(bengali)
    assert (paper["footer"], paper["colour"]) == ("ধন্যবাদ, {total} Mills", "#112233")
    QuoteTemplate.objects.update(logo=None, footers={})
    assert b"/Subtype/Image" not in invoice_pdf(made)
