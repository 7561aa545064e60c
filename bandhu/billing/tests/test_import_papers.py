"""Quotes, orders, invoices, subscriptions and payments of another system, from files."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.billing import actions
from bandhu.billing.models import Invoice, InvoiceLine, Issuer, Payment, Subscription
from bandhu.billing.public_address import public_url
from bandhu.billing.tests.cast import billed_on, make_draft, make_invoice, make_issuer
from bandhu.catalog.tests.cast import make_money
from bandhu.customers.actions import create_contact
from bandhu.customers.models import Company, WarnedRow
from bandhu.customers.tests.importing import bring_in, take_back
from bandhu.identity.tests.cast import grant, make_user
from bandhu.interactions.models import Interaction
from bandhu.platform.money import Money
from bandhu.quotes.models import Order, Quote, QuoteVersion
from bandhu.quotes.numbers import next_number

pytestmark = pytest.mark.django_db
INVOICES = "Invoice Number,Customer Name,Invoice Date,Due Date,Status,Currency,Total,Tax,Item,Qty,Unit Price,Amount Paid,Payment Date,Colour\n"
PAID = "A-1,Acme Ltd,2024-03-01,2024-03-31,Paid,BDT,1150,150,Sacks,10,100,1150,2024-03-20,red\n"
OPEN = "A-2,Acme Ltd,2024-04-01,2024-04-30,Overdue,USD,60,,Rice,1,20,15,2024-05-01,\n"
OPEN_TOO = "A-2,Acme Ltd,2024-04-01,2024-04-30,Overdue,USD,60,,Lentils,2,20,,,\n"


@pytest.fixture
def boss():
    make_money()
    return make_user("Rupa", role="administrator", time_zone="UTC")


def test_rows_of_one_number_are_one_invoice_with_its_lines_and_what_was_paid(boss):
    run = bring_in(boss, INVOICES + PAID + OPEN + OPEN_TOO, kind="invoices")
    assert (run.state, run.created, run.updated, run.failed) == ("done", 2, 1, 0)
    paid, still = Invoice.objects.get(number="A-1"), Invoice.objects.get(number="A-2")
    assert (paid.state, paid.amount_minor, paid.net_minor, paid.tax_minor) == (
        "paid",
        115_000,
        100_000,
        15_000,
    )
    assert (still.state, still.standing, still.balance) == ("part_paid", "overdue", Money(4_500, "USD"))
    assert (still.base_amount_minor, still.rate) == (720_000, Decimal(120))
    told = [(one.name, one.quantity, one.unit_price_minor) for one in still.lines.order_by("position")]
    assert told == [("Rice", 1, 2_000), ("Lentils", 2, 2_000)]
    assert paid.note == "Colour: red" and paid.company == still.company == Company.objects.get()
    payment = Payment.objects.get(invoice=paid)
    assert (payment.received_on, payment.amount_minor) == (date(2024, 3, 20), 115_000)
    again = bring_in(boss, INVOICES + PAID + OPEN + OPEN_TOO, kind="invoices")
    assert (again.created, again.updated, InvoiceLine.objects.count()) == (0, 0, 3)
    assert warned(again) == []


def warned(run):
    """What the result tells row by row: (number of the row, code, how it is here)."""
    rows = WarnedRow.objects.filter(run=run).order_by("number")
    return [(one.number, said["code"], said.get("detail", "")) for one in rows for said in one.problems]


def test_an_invoice_that_comes_again_otherwise_is_told_row_by_row_and_stays(boss):
    bring_in(boss, INVOICES + PAID + OPEN + OPEN_TOO, kind="invoices")
    stood = list(Invoice.objects.order_by("pk").values())
    dearer = PAID.replace("1150", "2300").replace(",100,2300", ",200,2300")
    other = OPEN.replace(",15,2024", ",20,2024") + OPEN_TOO.replace("Lentils", "Peas") + OPEN_TOO
    again = bring_in(boss, INVOICES + dearer + other, kind="invoices")
    assert (again.created, again.updated, again.failed, again.skipped) == (0, 0, 0, 4)
    assert list(Invoice.objects.order_by("pk").values()) == stood
    told = warned(again)
    first, second, third = sorted({number for number, _code, _here in told})[:3]
    assert [one[1:] for one in told if one[0] == first] == [
        ("known_other_total", "1150.00 BDT"), ("known_other_paid", "1150.00 BDT"), ("known_other_line", "Sacks, 1000.00 BDT"),
    ]  # fmt: skip
    assert [one[1:] for one in told if one[0] == second] == [
        ("known_other_lines", "2"), ("known_other_paid", "15.00 USD"),
    ]  # fmt: skip
    assert [one[1:] for one in told if one[0] == third] == [("known_other_line", "Lentils, 40.00 USD")]
    client = Client()
    client.force_login(boss)
    listed = client.get(f"/api/v1/imports/{again.pk}/warnings").content.decode()
    assert "was not changed" in listed and "A-1" in listed


def test_quotes_and_orders_that_come_again_otherwise_are_told(boss):
    quotes = "Quote Number,Customer Name,Quote Date,Quote Stage,Total,Item\n"
    bring_in(boss, quotes + "Z-1,Acme,2024-03-01,Accepted,500,Rice\n", kind="quotes")
    same = bring_in(boss, quotes + "Z-1,Acme,2024-03-01,Accepted,500,Rice\n", kind="quotes")
    other = bring_in(boss, quotes + "Z-1,Acme,2024-03-01,Declined,600,Rice\n", kind="quotes")
    assert warned(same) == []
    assert [code for _row, code, _here in warned(other)] == ["known_other_total", "known_other_state", "known_other_line"]  # fmt: skip
    orders = "Order Number,Customer Name,Order Date,Order Status,Total,Item\n"
    bring_in(boss, orders + "P-1,Acme,2024-03-01,Shipped,500,Rice\n", kind="orders")
    gone = bring_in(boss, orders + "P-1,Acme,2024-03-01,Cancelled,500,Rice\n", kind="orders")
    assert [code for _row, code, _here in warned(gone)] == ["known_other_state"]
    assert Order.objects.get().state == "placed" and Quote.objects.get().amount_minor == 50_000


def test_they_stand_on_the_timeline_and_out_of_our_series_reminders_and_letters(boss):
    make_issuer(boss)
    year, prefix = timezone.localdate().year, Issuer.objects.get().invoice_prefix
    draft = make_draft(by=boss)
    bring_in(boss, INVOICES + OPEN.replace("A-2", f"{prefix}{year}-00001"), kind="invoices")
    theirs = Invoice.objects.exclude(import_key=None).get()
    entry = Interaction.objects.get(kind="invoice_issued")
    assert (entry.company, entry.occurred_at.date()) == (theirs.company, date(2024, 4, 1))
    assert theirs.serial is None and public_url(theirs) == ""
    client = Client()
    client.force_login(boss)
    for page in ("invoice_paper", "invoice_electronic", "invoice_mail"):
        answer = client.get(reverse(f"billing:{page}", args=[theirs.pk]), follow=True)
        assert b"written in another system" in answer.content
    assert client.get(reverse("billing:public_invoice", args=[theirs.token])).status_code == 404
    assert b"brought this invoice in" in client.get(reverse("billing:invoice", args=[theirs.pk])).content
    ours = actions.issue_invoice(draft, actor=boss)
    assert ours.number == f"{prefix}{year}-00002" and ours.serial == 2


def test_what_cannot_be_is_put_aside(boss):
    make_issuer(boss)
    ours = make_invoice(by=boss)
    rows = [
        (",Acme,2024-03-01,,,,10,,,,,,,", "no_paper_number"),
        ("B-1,Acme,,,,,10,,,,,,,", "no_paper_date"),
        ("B-2,Acme,2099-01-01,,,,10,,,,,,,", "in_the_future"),
        ("B-3,Acme,2024-03-01,,,,,,,,,,,", "no_paper_amount"),
        ("B-4,Acme,2024-03-01,,,,-10,,,,,,,", "credits_nothing"),
        ("B-19,Acme,2024-03-01,,,,10,,,,-1,,,", "negative_amount"),
        ("B-5,Acme,2024-03-01,,,,10,11,,,,,,", "tax_above_total"),
        ("B-6,Acme,2024-03-01,,Draft,,10,,,,,,,", "not_issued_there"),
        ("B-7,Acme,2024-03-01,,,XAU,10,,,,,,,", "no_such_choice"),
        ("B-8,Acme,2024-03-01,,,BDT,$10,,,,,,,", "two_currencies"),
        ("B-9,Acme,2024-03-01,,,,10,,Tea,0,5,,,", "out_of_range"),
        ("B-11,Acme,2024-03-01,,,,10,,Tea,0.0000001,5,,,", "out_of_range"),
        ("B-12,Acme,1024-03-01,,,,10,,,,,,,", "out_of_range"),
        ("B-13,Acme,2024-03-01,,,,99999999999999999999,,,,,,,", "out_of_range"),
        ("B-14,Acme,2024-03-01,,,,,,Tea,10000000000,90000000000,,,", "out_of_range"),
        ("B-15,Acme,2024-03-01,,,,100 NET,,,,,,,", "out_of_range"),
        ("B-16,Acme,2024-03-01,,,,100,95,,,,,,", "tax_above_total"),
        ("B-17,Acme,2024-03-01,,,,100,,,,,120,,", "more_than_open"),
        ("B-18,Acme,2024-03-01,,,,100,,,,,50,2099-01-01,", "in_the_future"),
        ("B-10,,2024-03-01,,,,10,,,,,,,", "no_name"),
        (f"{ours.number},Acme,2024-03-01,,,,10,,,,,,,", "number_taken"),
        (f"{'9' * 41},Acme,2024-03-01,,,,10,,,,,,,", "too_long"),
    ]
    run = bring_in(boss, INVOICES + "".join(f"{row}\n" for row, _why in rows) + PAID, kind="invoices")
    told = [one.problems[0]["code"] for one in run.failed_rows.order_by("number")]
    assert told == [why for _row, why in rows] and run.created == 1


def test_undo_leaves_no_trace_and_keeps_what_moved_on(boss):
    run = bring_in(boss, INVOICES + PAID + OPEN + OPEN_TOO, kind="invoices")
    still = Invoice.objects.get(number="A-2")
    actions.record_payment(still, actor=boss, amount=Money(4_500, "USD"), method="cash")
    take_back(run, boss)
    assert [one.number for one in Invoice.objects.all()] == ["A-2"] and run.kept > 0
    assert Payment.objects.count() == Interaction.objects.filter(kind="payment").count() + 1 == 2
    assert [one.details["invoice_id"] for one in Interaction.objects.filter(kind="invoice_issued")] == [
        str(still.pk)
    ]


def test_outside_of_an_import_the_database_keeps_them_as_they_are(boss):
    bring_in(boss, INVOICES + PAID, kind="invoices")
    theirs = Invoice.objects.get()
    for act in (
        lambda: Invoice.objects.update(amount_minor=1),
        lambda: InvoiceLine.objects.update(name="x"),
        lambda: Payment.objects.all().delete(),
        lambda: InvoiceLine.objects.filter(invoice=theirs).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_a_person_is_a_customer_too_where_the_book_knows_them(boss):
    ann = create_contact(actor=boss, full_name="Ann Lee", mails=["ann@example.org"])
    head = "Invoice Number,Customer Email,Invoice Date,Total\n"
    file = head + "C-1,ann@example.org,2024-03-01,10\nC-2,nobody@example.org,2024-03-01,10\n"
    run = bring_in(boss, file, kind="invoices", columns={
        "Invoice Number": "paper_number", "Customer Email": "paper_contact", "Invoice Date": "paper_date", "Total": "paper_total",
    })  # fmt: skip
    assert (
        Invoice.objects.get().contact == ann and Interaction.objects.get(kind="invoice_issued").contact == ann
    )
    assert [one.problems[0]["code"] for one in run.failed_rows.all()] == ["no_such_customer"]


def test_the_end_of_a_chunk_parts_no_paper(boss, monkeypatch):
    monkeypatch.setattr("bandhu.customers.importing.chunks.CHUNK_ROWS", 1)
    head = "Invoice Number,Customer Name,Invoice Date,Status,Item,Unit Price\n"
    rows = "D-1,Acme,2024-03-01,Paid,Sacks,10\nD-1,Acme,2024-03-01,,Rice,20\nD-1,Acme,2024-03-01,,Tea,30\n"
    run = bring_in(
        boss, head + rows + "D-2,Acme,2024-03-01,,Salt,5\nD-1,Acme,2024-03-01,,Oil,9\n", kind="invoices"
    )
    invoice = Invoice.objects.get(number="D-1")
    assert (run.created, run.updated, run.failed) == (2, 2, 1)
    assert (invoice.amount_minor, invoice.paid_minor, invoice.state, invoice.lines.count()) == (
        6_000,
        6_000,
        "paid",
        3,
    )
    assert run.failed_rows.get().problems[0]["code"] == "rows_apart"
    take_back(run, boss)
    assert not Invoice.objects.exists()


def test_a_paper_comes_in_whole_or_not_at_all_and_follows_when_it_is_mended(boss):
    bad = OPEN_TOO.replace(",20,", ",twenty,")
    run = bring_in(boss, INVOICES + OPEN + bad + PAID, kind="invoices")
    assert (run.created, run.failed) == (1, 2)
    codes = [one.problems[0]["code"] for one in run.failed_rows.order_by("number")]
    assert codes == ["with_its_paper", "not_a_number"]
    assert bring_in(boss, INVOICES + OPEN + OPEN_TOO, kind="invoices").created == 1


def test_lines_bear_the_tax_of_their_paper(boss):
    bring_in(boss, INVOICES + PAID, kind="invoices")
    invoice = Invoice.objects.get()
    [line] = invoice.lines.all()
    assert (line.tax_percent, line.tax_minor, line.total_minor) == (15, 15_000, 115_000)
    assert invoice.tax_sums == [
        {"name": "Tax", "percent": "15", "is_inclusive": False, "net_minor": 100_000, "tax_minor": 15_000}
    ]
    credit = actions.draft_credit_note(invoice, actor=boss, reason="Wrong")
    assert (credit.amount_minor, credit.tax_minor) == (115_000, 15_000)


def test_words_nobody_knows_a_decimal_comma_and_nothing_to_pay(boss):
    file = 'E-1,Acme,2024-03-01,,Limbo,BDT,"12,50",,,,,,,\nE-2,Acme,2024-03-01,,Open,BDT,0,,,,,,,\n'
    bring_in(boss, INVOICES + file, kind="invoices")
    limbo, free = Invoice.objects.get(number="E-1"), Invoice.objects.get(number="E-2")
    assert (limbo.amount_minor, limbo.note, limbo.state) == (1_250, "State: Limbo", "issued")
    assert free.state == "paid"


PAYMENTS = "Payment ID,Invoice,Amount,Date,Payment Mode,Transaction ID\n"


def test_payments_go_to_their_invoices_once_and_can_be_taken_back(boss):
    invoices = bring_in(boss, INVOICES + OPEN + OPEN_TOO + PAID, kind="invoices")
    file = PAYMENTS + (
        "1,A-2,30,2024-06-01,bKash,TX9\n2,A-2,15,2024-07-01,Barter,\n3,Z-9,1,2024-07-01,,\n4,A-2,EUR 1,2024-07-01,,\n"
        "5,A-2,0,2024-07-01,,\n1,A-1,5,2024-06-01,,\n"
    )
    run = bring_in(boss, file, kind="payments")
    assert (run.state, run.created, run.failed) == ("done", 2, 4)
    codes = [one.problems[0]["code"] for one in run.failed_rows.order_by("number")]
    assert codes == ["no_such_invoice", "other_currency", "negative_amount", "more_than_open"]
    invoice = Invoice.objects.get(number="A-2")
    assert (invoice.state, invoice.paid_minor) == ("paid", 6_000)
    wallet = Payment.objects.get(method="wallet")
    assert (wallet.reference, wallet.received_on) == ("TX9", date(2024, 6, 1))
    assert Payment.objects.get(amount_minor=1_500, method="other", note="Barter")
    assert bring_in(boss, file, kind="payments").created == 0
    entries = Interaction.objects.filter(kind="payment").order_by("occurred_at")
    assert [one.occurred_at.date().month for one in entries] == [3, 5, 6, 7]
    take_back(run, boss)
    invoice.refresh_from_db()
    assert (run.state, invoice.state, invoice.paid_minor) == ("undone", "part_paid", 1_500)
    assert Payment.objects.count() == 2
    take_back(invoices, boss)
    assert invoices.kept == 0 and not Invoice.objects.exists() and not Payment.objects.exists()


def test_one_payment_may_be_for_several_invoices(boss):
    bring_in(boss, INVOICES + OPEN + OPEN_TOO + OPEN.replace("A-2", "A-3"), kind="invoices")
    run = bring_in(boss, PAYMENTS + "7,A-2,10,2024-06-01,,\n7,A-3,12,2024-06-01,,\n", kind="payments")
    assert (run.created, run.failed) == (2, 0)


def test_who_may_not_issue_invoices_brings_none_in(boss):
    clerk = make_user("Clerk")
    for permission in ("customers.import_contacts", "customers.create_company", "billing.create_invoice"):
        grant(clerk, permission)
    with pytest.raises(PermissionDenied):
        bring_in(clerk, INVOICES + PAID, kind="invoices")


def test_quotes_come_decided_or_as_drafts_and_our_numbers_go_on_behind_theirs(boss):
    year = timezone.localdate().year
    head = "Quote Number,Account Name,Quote Date,Valid Until,Quote Stage,Subject,Grand Total,Tax,Product,Quantity,Unit Price\n"
    rows = f"Q-{year}-0041,Acme,2024-02-01,2024-03-01,Accepted,Winter,230,30,Sacks,2,100\nOLD-7,Acme,2024-02-01,,Delivered,Spring,10,,Tea,,\n"
    run = bring_in(boss, head + rows, kind="quotes")
    assert (run.created, run.failed) == (2, 0)
    won, open_one = Quote.objects.get(title="Winter"), Quote.objects.get(title="Spring")
    assert (won.state, won.amount_minor, won.current.total_minor, won.current.tax_minor) == (
        "accepted",
        23_000,
        23_000,
        3_000,
    )
    assert (
        won.decided_at.date() == date(2024, 2, 1) and open_one.state == "draft" and open_one.number == "OLD-7"
    )
    assert next_number("Q") == f"Q-{year}-0042"
    client = Client()
    client.force_login(boss)
    for quote in (won, open_one):
        assert client.get(reverse("quotes:quote", args=[quote.pk])).status_code == 200
    take_back(run, boss)
    assert not Quote.objects.exists() and not QuoteVersion.objects.exists() and not Company.objects.exists()


def test_orders_come_placed_or_cancelled(boss):
    head = "Order Number,Customer Name,Order Date,Status,Total,Item\n"
    run = bring_in(
        boss,
        head + "S-1,Acme,2024-02-01,Shipped,10,Tea\nS-2,Acme,2024-02-02,Cancelled,10,Tea\n",
        kind="orders",
    )
    states = dict(Order.objects.values_list("number", "state"))
    assert states == {"S-1": "placed", "S-2": "cancelled"} and run.failed == 0
    assert Order.objects.get(number="S-1").placed_at.date() == date(2024, 2, 1)
    client = Client()
    client.force_login(boss)
    assert client.get(reverse("quotes:order", args=[Order.objects.get(number="S-1").pk])).status_code == 200
    take_back(run, boss)
    assert not Order.objects.exists()


def test_subscriptions_go_on_here_from_their_next_renewal(boss):
    make_issuer(boss)
    soon = timezone.localdate() + timedelta(days=5)
    head = "Number,Customer,Start Date,Status,Billing Cycle,Next Billing,End Date,Plan,Total,Tax\n"
    rows = (
        f"T-1,Acme,2023-05-10,Active,Monthly,{soon},,Gold,115,15\nT-2,Acme,2022-01-01,Cancelled,Yearly,,2024-01-01,Tin,50,\n"
        "T-3,Acme,2022-01-01,Active,Monthly,2023-01-01,,Tin,50,\nT-4,Acme,2022-01-01,Active,Monthly,,,Tin,50,\n"
        "T-5,Acme,2022-01-01,Active,Now and then,2099-01-01,,Tin,50,\n"
        f"T-6,Acme,2022-01-01,Cancelled,Monthly,{soon},{soon + timedelta(days=60)},Zinc,50,\n"
        "T-7,Acme,2022-01-01,Active,Monthly,9999-12-31,,Tin,50,\n"
    )
    columns = {
        "Number": "paper_number", "Customer": "name", "Start Date": "paper_date", "Status": "paper_state", "Billing Cycle": "paper_interval",
        "Next Billing": "paper_next", "End Date": "paper_ended", "Plan": "paper_item", "Total": "paper_total", "Tax": "paper_tax",
    }  # fmt: skip
    run = bring_in(boss, head + rows, kind="subscriptions", columns=columns)
    assert [one.problems[0]["code"] for one in run.failed_rows.order_by("number")] == [
        "renewal_passed",
        "no_renewal",
        "no_such_choice",
        "too_far",
    ]
    gold, tin = Subscription.objects.get(number="T-1"), Subscription.objects.get(number="T-2")
    assert (gold.state, gold.next_on, gold.starts_on, gold.monthly_minor) == (
        "active",
        soon,
        date(2023, 5, 10),
        10_000,
    )
    assert (tin.state, tin.ended_on) == ("ended", date(2024, 1, 1))
    zinc = Subscription.objects.get(number="T-6")
    assert (zinc.state, zinc.last_day) == ("active", soon + timedelta(days=60))
    with pytest.raises(ValidationError):
        actions.change_subscription(tin, actor=boss, note="x")
    billed_on(soon.isoformat())
    invoice = Invoice.objects.get(subscription=gold)
    assert (invoice.amount_minor, invoice.tax_minor) == (11_500, 1_500)
