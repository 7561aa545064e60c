"""Credit notes of another system, from the file of its invoices."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.billing import actions
from bandhu.billing.models import Invoice, Issuer, Payment
from bandhu.billing.public_address import public_url
from bandhu.billing.tests.cast import make_draft, make_invoice, make_issuer
from bandhu.catalog.tests.cast import make_money
from bandhu.channels.models import Mail
from bandhu.customers.actions import imports
from bandhu.customers.models import Company, WarnedRow
from bandhu.customers.tests.importing import bring_in, set_up, take_back
from bandhu.identity.tests.cast import grant, make_user
from bandhu.interactions.models import Interaction
from bandhu.platform.money import Money

pytestmark = pytest.mark.django_db
HEAD = "Invoice Number,Customer Name,Invoice Date,Status,Type,Original Invoice,Total,Tax,Item,Qty,Unit Price,Amount Paid,Balance\n"
SOLD = "A-1,Acme Ltd,2024-03-01,Open,Invoice,,1150,150,Sacks,10,100,150,\n"
BACK = "CN-1,Acme Ltd,2024-04-01,Open,Credit note,A-1,230,30,Sacks,2,100,,\n"


@pytest.fixture
def boss():
    make_money()
    return make_user("Rupa", role="administrator", time_zone="UTC")


def bring(boss, *rows, **more):
    return bring_in(boss, HEAD + "".join(rows), kind="invoices", **more)


def reasons(run):
    return [one.problems[0]["code"] for one in run.failed_rows.order_by("number")]


def standing(number):
    found = Invoice.objects.get(number=number)
    return found.state, found.paid_minor, found.credited_minor, found.balance.minor


@pytest.mark.parametrize("rows", [(SOLD, BACK), (BACK, SOLD)])
def test_it_comes_in_under_its_own_number_and_counts_on_its_invoice(boss, rows):
    run = bring(boss, *rows)
    assert (run.created, run.failed) == (2, 0), reasons(run)
    note, invoice = Invoice.objects.get(number="CN-1"), Invoice.objects.get(number="A-1")
    assert (note.kind, note.state, note.credits, note.serial, note.due_on) == (
        "credit_note", "issued", invoice, None, None,
    )  # fmt: skip
    assert (note.amount_minor, note.net_minor, note.tax_minor) == (23_000, 20_000, 3_000)
    assert [(one.name, one.quantity, one.unit_price_minor) for one in note.lines.all()] == [
        ("Sacks", 2, 10_000)
    ]
    assert standing("A-1") == ("part_paid", 15_000, 23_000, 77_000)
    entry = Interaction.objects.get(kind="credit_note_issued")
    assert (entry.company, entry.occurred_at.date()) == (Company.objects.get(), date(2024, 4, 1))
    assert not Mail.objects.exists() and public_url(note) == ""
    client = Client()
    client.force_login(boss)
    shown = client.get(reverse("billing:invoice", args=[note.pk])).content.decode()
    assert "brought this credit note in" in shown and "billing/mail" not in shown
    assert "CN-1" in client.get(reverse("billing:invoice", args=[invoice.pk])).content.decode()


@pytest.mark.parametrize("row", [
    "CN-1,Acme Ltd,2024-04-01,Open,,A-1,-230,-30,Sacks,2,-100,,\n",
    "CN-1,Acme Ltd,2024-04-01,Open,,A-1,-230,30,Sacks,-2,100,,\n",
    "CN-1,Acme Ltd,2024-04-01,Open,,A-1,(230.00),(30.00),Sacks,2,100,,\n",
    "CN-1,Acme Ltd,2024-04-01,Paid,Sales Credit Note,A-1,230,30,Sacks,2,100,230,\n",
    "CN-1,Acme Ltd,2024-04-01,Open,,A-1,,-30,Sacks,-2,100,,\n",
])  # fmt: skip
def test_however_the_other_system_writes_what_it_takes_back(boss, row):
    run = bring(boss, SOLD, row)
    assert run.created == 2, reasons(run)
    note = Invoice.objects.get(number="CN-1")
    assert (note.amount_minor, note.tax_minor, note.state, note.paid_minor) == (23_000, 3_000, "issued", 0)
    assert standing("A-1")[2:] == (23_000, 77_000)


def test_it_finds_an_invoice_that_is_here_already_ours_too(boss):
    make_issuer(boss)
    ours = make_invoice(by=boss)
    bring(boss, SOLD)
    later = BACK.replace("A-1", ours.number).replace("CN-1", "CN-2")
    run = bring(boss, BACK, later)
    assert run.created == 2, reasons(run)
    assert standing("A-1")[2] == 23_000
    assert standing(ours.number) == ("issued", 0, 23_000, 92_000)


def test_by_the_reference_where_no_column_names_the_invoice(boss):
    head = "Invoice Number,Customer Name,Invoice Date,Type,Reference,Total\n"
    rows = "A-1,Acme,2024-03-01,Invoice,PO 7,100\nCN-1,Acme,2024-04-01,Credit memo,A-1,40\n"
    run = bring_in(boss, head + rows, kind="invoices")
    assert run.created == 2 and standing("A-1")[2:] == (4_000, 6_000)


def test_what_was_paid_is_reckoned_without_what_was_credited(boss):
    sold = SOLD.replace("150,\n", ",0\n")
    run = bring(boss, sold, BACK)
    assert run.created == 2, reasons(run)
    assert standing("A-1") == ("paid", 92_000, 23_000, 0)
    assert Payment.objects.get().amount_minor == 92_000
    again = bring(boss, sold, BACK)
    assert (again.created, again.failed) == (0, 0)
    assert not WarnedRow.objects.filter(run=again).exists()
    whole = BACK.replace("CN-1", "CN-2").replace("A-1", "A-2").replace("230,30,Sacks,2", "1150,150,Sacks,10")
    bring(boss, sold.replace("A-1", "A-2"), whole)
    assert standing("A-2") == ("credited", 0, 115_000, 0)


def test_one_that_is_void_takes_nothing_back(boss):
    bring(boss, SOLD, BACK.replace(",Open,", ",Voided,"))
    assert standing("A-1")[2] == 0 and Invoice.objects.get(number="CN-1").state == "void"


def test_what_cannot_be_is_put_aside_with_why(boss):
    make_issuer(boss)
    draft = make_draft(by=boss)
    rows = [
        (BACK.replace("CN-1,", "CN-2,").replace(",A-1,", ",,"), "credits_nothing"),
        (BACK.replace("CN-1,", "CN-3,").replace(",A-1,", ",A-9,"), "credited_unknown"),
        (BACK.replace("CN-1,", "CN-4,").replace("230,30", "1151,150"), "more_than_left"),
        (BACK.replace("CN-1,", "CN-5,").replace("230,30", "USD 230,USD 30").replace(",100,", ",USD 100,"), "other_currency"),
        (BACK.replace("CN-1,", "CN-6,").replace(",A-1,", ",CN-6,"), "credited_unknown"),
        (BACK.replace("CN-1,", "CN-7,").replace(",Open,", ",Draft,"), "not_issued_there"),
        (BACK.replace("CN-1,", "CN-8,").replace("230,30,Sacks,2,100", "0,0,,,"), "no_paper_amount"),
        (BACK.replace("CN-1,", "CN-9,").replace(",A-1,", f",{draft.pk},"), "credited_unknown"),
        ("CN-10,Acme Ltd,2024-04-01,Open,,A-1,-50,,Sacks,-1,100,,\n", "with_its_paper"),
        ("CN-10,Acme Ltd,2024-04-01,Open,,A-1,-50,,Rice,1,50,,\n", "not_taken_back"),
    ]  # fmt: skip
    run = bring(boss, SOLD, *(row for row, _why in rows))
    assert reasons(run) == [why for _row, why in rows] and run.created == 1
    assert standing("A-1")[2] == 0
    client = Client()
    client.force_login(boss)
    told = client.get(f"/api/v1/imports/{run.pk}/failed-rows").content.decode()
    assert "does not say of which invoice" in told and "A-9" in told


def test_together_they_take_no_more_than_there_is_and_fall_with_their_invoice(boss):
    rows = [BACK.replace("CN-1", f"CN-{number}") for number in range(1, 7)]
    run = bring(boss, SOLD, *rows)
    assert reasons(run) == ["more_than_left"] and standing("A-1") == ("credited", 15_000, 115_000, -15_000)
    unpaid = SOLD.replace("A-1", "A-2").replace("150,\n", "9999,\n")
    fallen = bring(boss, unpaid, BACK.replace("CN-1", "CN-9").replace("A-1", "A-2"))
    assert reasons(fallen) == ["more_than_open", "credited_unknown"] and fallen.created == 0


def test_a_trial_foretells_the_same_also_across_chunks(boss, monkeypatch):
    monkeypatch.setattr("bandhu.customers.importing.chunks.CHUNK_ROWS", 1)
    content = HEAD + SOLD + BACK + BACK.replace("CN-1", "CN-2").replace("230,30", "999,30")
    run = set_up(boss, content, kind="invoices")
    tried = imports.try_import(run, actor=boss)
    assert (tried.preview["created"], tried.preview["failed"]) == (2, 1)
    done = bring_in(boss, content, kind="invoices")
    assert (done.created, reasons(done)) == (2, ["more_than_left"])
    assert standing("A-1")[2] == 23_000


def test_undo_gives_the_invoice_back_what_it_was(boss):
    bring(boss, SOLD)
    run = bring(boss, BACK)
    take_back(run, boss)
    assert standing("A-1") == ("part_paid", 15_000, 0, 100_000)
    assert not Interaction.objects.filter(kind="credit_note_issued").exists()
    both = bring(boss, SOLD.replace("A-1", "A-2"), BACK.replace("A-1", "A-2"))
    take_back(both, boss)
    assert [one.number for one in Invoice.objects.all()] == ["A-1"] and both.kept == 0
    kept = bring(boss, SOLD.replace("A-1", "A-3"), BACK.replace("A-1", "A-3"))
    actions.change_invoice(Invoice.objects.get(number="CN-1"), actor=boss, owner=None)
    take_back(kept, boss)
    assert sorted(one.number for one in Invoice.objects.all()) == ["A-1", "A-3", "CN-1"]
    assert standing("A-3")[2] == 23_000


def test_our_series_goes_on_behind_theirs(boss):
    make_issuer(boss)
    prefix, year = Issuer.objects.get().credit_prefix, timezone.localdate().year
    bring(boss, SOLD, BACK.replace("CN-1", f"{prefix}{year}-00001"))
    invoice = make_invoice(by=boss)
    draft = actions.draft_credit_note(invoice, actor=boss, reason="Wrong")
    assert actions.issue_invoice(draft, actor=boss).number == f"{prefix}{year}-00002"


def test_who_may_not_credit_brings_none_in(boss):
    seller = make_user("Mina", time_zone="UTC")
    for permission in (
        "customers.import_contacts", "customers.create_company", "customers.change_company", "customers.view_company", "billing.view_invoice", "billing.create_invoice",
        "billing.issue_invoice", "billing.record_payment",
    ):  # fmt: skip
        grant(seller, permission)
    seller = type(seller).objects.get(pk=seller.pk)
    run = bring(seller, SOLD, BACK)
    assert (run.created, reasons(run)) == (1, ["credited_unknown"])
    assert Money(100_000, "BDT") == Invoice.objects.get().balance
