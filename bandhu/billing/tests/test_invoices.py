"""Invoices: reckoned, issued, kept, credited, made void."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from bandhu.billing import actions
from bandhu.billing.models import Invoice, InvoiceLine
from bandhu.billing.tests.cast import VAT, line, make_draft, make_house, make_invoice, taka
from bandhu.catalog import actions as catalog
from bandhu.catalog.tests.cast import make_book, make_product
from bandhu.catalog.totals import Tax
from bandhu.customers.tests.cast import make_company, make_contact
from bandhu.identity.results import Denied, OutOfReach
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.interactions.models import FollowUp
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.models import AuditEntry, EventRecord
from bandhu.platform.money import Money

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_house()


def test_a_draft_is_reckoned_with_its_taxes_and_discounts(boss):
    free = line("Delivery", "99.99", tax=None)
    made = make_draft(line(price="333.33", quantity="3", discount="10"), free, by=boss)
    # 999.99 - 100.00 = 899.99; 15 % of it is 134.9985.
    assert (made.net_minor, made.tax_minor, made.amount_minor) == (99998, 13500, 113498)
    assert made.base_amount_minor == 113498 and made.rate == 1
    assert made.tax_sums == [
        {"name": "VAT", "percent": "15", "is_inclusive": False, "net_minor": 89999, "tax_minor": 13500}
    ]
    rows = list(made.lines.all())
    assert [one.position for one in rows] == [1, 2]
    assert sum(one.total_minor for one in rows) == made.amount_minor


def test_a_product_brings_name_price_tax_and_unit_in_the_customers_language(boss):
    catalog.set_tax_rate(
        actor=boss, tax_class=_standard(), country="BD", name="VAT", percent="15", valid_from="2020-01-01"
    )
    product = make_product(boss, "CHAIR", tax_class="standard", unit="SET")
    make_book(boss, prices={product: "250", (product, 10): "200"})
    buyer = make_company("Meghna", by=boss, language="bn")
    made = make_draft(actions.LineDraft(product=product, quantity=10), by=boss, company=buyer)
    row = made.lines.get()
    assert (made.language, row.name, row.unit_price_minor, row.unit) == ("bn", "CHAIR বাংলা", 20000, "SET")
    assert (row.tax_name, row.tax_percent, made.amount_minor) == ("VAT", Decimal(15), 230000)


def test_currencies_without_decimals_and_with_three(boss):
    for code in ("JPY", "BHD"):
        catalog.set_rate(actor=boss, currency=code, on="2026-01-01", rate="1.1")
    ten = Tax("Tax", Decimal(10))
    yen = make_draft(line(unit_price=Money(333, "JPY"), tax=ten), by=boss, currency="JPY")
    dinar = make_draft(line(unit_price=Money(1_005, "BHD"), tax=ten), by=boss, currency="BHD")
    assert (str(yen.total), str(dinar.total)) == ("366 JPY", "1.106 BHD")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"quantity": "0"}, "quantity of nought"),
        ({"quantity": "1.1234567"}, "more than six decimals"),
        ({"unit_price": Money(100, "USD")}, "this price in USD"),
        ({"unit_price": None}, "Write the price"),
        ({"discount": "101"}, "between 0 and 100"),
        ({"name": ""}, "Say what is sold"),
    ],
)
def test_a_line_nothing_can_be_reckoned_with_is_named(boss, change, said):
    with pytest.raises(ValidationError) as caught:
        make_draft(line(), line(**change) if "name" not in change else line(""), by=boss)
    assert said in str(caught.value) and "Line 2" in str(caught.value)
    assert not Invoice.objects.exists()


def test_a_currency_without_a_rate_says_what_to_do(boss):
    catalog.add_currency(actor=boss, code="EUR")
    with pytest.raises(ValidationError, match="There is no exchange rate for EUR"):
        make_draft(line(unit_price=Money(100, "EUR")), by=boss, currency="EUR")


def test_discount_beyond_ones_limit_is_refused_but_what_was_agreed_stays(boss):
    seller = make_user("Rupa", role="sales", team=make_team("Dhaka"))
    catalog.set_discount_limit(actor=boss, user=seller, percent="10")
    with pytest.raises(ValidationError, match="Line 1: Your limit is 10 % discount, and this is 11 %"):
        make_draft(line(discount="11"), by=seller)


def test_four_hundred_lines(boss):
    made = make_draft(*[line(f"Line {n}", "0.33") for n in range(400)], by=boss)
    assert made.lines.count() == 400
    # 400 × 0.33 = 132.00; 15 % of the sum, not of each line.
    assert (made.net_minor, made.tax_minor) == (13200, 1980)


def test_issuing_gives_number_dates_and_the_parties_as_they_are(boss):
    buyer = make_company(
        "Padma", by=boss, legal_name="Padma Traders Limited", addresses=[{"street": "1 Station Rd", "city": "Khulna", "country": "BD"}]
    )  # fmt: skip
    made = make_invoice(by=boss, company=buyer)
    today = timezone.localdate()
    assert made.number == f"INV-{today.year}-00001"
    assert (made.state, made.issued_on, made.due_on) == ("issued", today, today + timedelta(days=30))
    assert made.seller["name"] == "Bandhu Rice Ltd"
    assert (made.buyer["name"], made.buyer["city"]) == ("Padma Traders Limited", "Khulna")
    assert EventRecord.objects.get(name="billing.invoice_issued").payload["amount_minor"] == 115000
    assert AuditEntry.objects.filter(record_id=made.pk, verb="issued").exists()
    again = actions.issue_invoice(made, actor=boss)
    assert (again.number, EventRecord.objects.filter(name="billing.invoice_issued").count()) == (
        made.number,
        1,
    )


def test_what_is_missing_to_issue_is_said(boss):
    with pytest.raises(ValidationError, match="needs a line"):
        actions.issue_invoice(actions.create_invoice(actor=boss, company=make_company(by=boss)), actor=boss)
    draft = make_draft(line(price="0"), by=boss)
    with pytest.raises(ValidationError, match="larger than nought"):
        actions.issue_invoice(draft, actor=boss)
    with pytest.raises(ValidationError, match="in the future"):
        make_invoice(by=boss, on=timezone.localdate() + timedelta(days=1))
    make_invoice(by=boss)
    with pytest.raises(ValidationError, match="out of order"):
        make_invoice(by=boss, on=timezone.localdate() - timedelta(days=1))
    assert make_invoice(by=boss).serial == 2


def test_without_an_issuer_nothing_is_issued():
    from bandhu.catalog.tests.cast import make_money

    boss = make_money()
    with pytest.raises(ValidationError, match="Settings, Invoices"):
        make_invoice(by=boss)


def test_an_issued_invoice_never_changes(boss):
    made = make_invoice(by=boss)
    with pytest.raises(ValidationError, match="is not changed"):
        actions.change_invoice(made, actor=boss, note="other")
    with pytest.raises(ValidationError, match="never deleted"):
        actions.delete_draft(made, actor=boss)
    assert actions.change_invoice(made, actor=boss, owner=None).owner is None


@pytest.mark.parametrize(
    "change",
    [
        lambda made: Invoice.objects.filter(pk=made.pk).update(amount_minor=1),
        lambda made: Invoice.objects.filter(pk=made.pk).update(number="INV-1"),
        lambda made: Invoice.objects.filter(pk=made.pk).update(buyer={}),
        lambda made: Invoice.objects.filter(pk=made.pk).update(
            state="draft", number="", serial=None, issued_on=None
        ),
        lambda made: Invoice.objects.filter(pk=made.pk).delete(),
        lambda made: made.lines.update(quantity=2),
        lambda made: made.lines.all()._raw_delete("default"),
        lambda made: InvoiceLine.objects.create(invoice=made, position=9, name="More", unit_price_minor=1),
    ],
)
def test_the_database_itself_refuses_to_change_what_was_issued(boss, change):
    made = make_invoice(by=boss)
    with pytest.raises(IntegrityError), transaction.atomic():
        change(made)
    assert Invoice.objects.get(pk=made.pk).amount_minor == 115000


def test_two_who_change_a_draft(boss):
    made = make_draft(by=boss)
    changed = actions.change_invoice(made, actor=boss, version=1, lines=[line(price="2000")], note="x")
    assert (changed.amount_minor, changed.version) == (230000, 2)
    with pytest.raises(EditConflict):
        actions.change_invoice(made, actor=boss, version=1, note="y")


def test_changing_the_currency_wants_lines_in_it(boss):
    made = make_draft(by=boss)
    with pytest.raises(ValidationError, match="in the new currency"):
        actions.change_invoice(made, actor=boss, currency="USD")
    made = actions.change_invoice(
        made, actor=boss, currency="USD", lines=[line(unit_price=Money(1000, "USD"))]
    )
    assert (str(made.total), made.base_amount_minor) == ("11.50 USD", 138000)


def test_credit_notes_take_back_a_part_and_never_more_than_the_invoice(boss):
    made = make_invoice(line(price="1000", quantity=3), by=boss)
    part = actions.draft_credit_note(made, actor=boss, reason="One broken")
    actions.change_invoice(part, actor=boss, lines=[line(price="1000", quantity=1)])
    part = actions.issue_invoice(part, actor=boss)
    made.refresh_from_db()
    assert (part.number[:3], part.serial, part.amount_minor) == ("CN-", 1, 115000)
    assert (made.state, made.credited_minor, made.balance.minor) == ("issued", 115000, 230000)
    whole = actions.draft_credit_note(made, actor=boss, reason="All")
    with pytest.raises(ValidationError, match="is left to credit"):
        actions.issue_invoice(whole, actor=boss)
    actions.change_invoice(whole, actor=boss, lines=[line(price="1000", quantity=2)])
    actions.issue_invoice(whole, actor=boss)
    made.refresh_from_db()
    assert (made.state, made.balance.minor) == ("credited", 0)
    with pytest.raises(ValidationError, match="credited already"):
        actions.draft_credit_note(made, actor=boss, reason="Once more")


def test_a_credit_note_takes_no_more_tax_than_was_asked_for(boss):
    made = make_invoice(line(price="1000", tax=None), line(price="1000"), by=boss)
    note = actions.draft_credit_note(made, actor=boss, reason="Tax")
    actions.change_invoice(note, actor=boss, lines=[line(price="1500", tax=Tax("VAT", Decimal(15)))])
    with pytest.raises(ValidationError, match="of tax in it"):
        actions.issue_invoice(note, actor=boss)


def test_void_keeps_the_number_and_wants_a_reason(boss):
    made = make_invoice(by=boss)
    with pytest.raises(ValidationError, match="Say why"):
        actions.void_invoice(made, actor=boss, reason=" ")
    assert actions.void_invoice(made, actor=boss, reason="Wrong customer").state == "void"
    assert make_invoice(by=boss).serial == 2
    paid = make_invoice(by=boss)
    actions.record_payment(paid, actor=boss, amount=taka("1"), method="cash")
    with pytest.raises(ValidationError, match="Write a credit note"):
        actions.void_invoice(paid, actor=boss, reason="Too late")


def test_who_may_do_what(boss):
    dhaka, khulna = make_team("Dhaka"), make_team("Khulna")
    rupa, anwar = (
        make_user(name, role="sales", team=team) for name, team in (("Rupa", dhaka), ("Anwar", khulna))
    )
    service = make_user("Sima", role="service")
    made = make_draft(by=rupa)
    with pytest.raises(OutOfReach):
        actions.issue_invoice(made, actor=anwar)
    with pytest.raises(Denied):
        actions.issue_invoice(made, actor=service)
    made = actions.issue_invoice(made, actor=rupa)
    with pytest.raises(Denied):
        actions.draft_credit_note(made, actor=rupa, reason="No")
    with pytest.raises(Denied):
        actions.create_invoice(actor=service, company=made.company)


def test_the_owner_is_reminded_once_a_step(boss):
    owner = make_user("Rupa", role="sales", team=make_team("Dhaka"), language="bn")
    today = timezone.localdate()
    contact = make_contact("Anika", by=boss)
    made = make_invoice(by=boss, contact=contact, owner=owner, on=today, due_on=today)
    for day, told in ((0, 0), (1, 1), (2, 0), (7, 1), (30, 1), (31, 0)):
        assert actions.remind_of_due_invoices(today + timedelta(days=day)) == told, day
    steps = FollowUp.objects.filter(owner=owner, contact=contact)
    assert steps.count() == 3 and made.number in steps.first().what
    assert EventRecord.objects.filter(name="billing.invoice_overdue").count() == 3
    assert made.standing_on(today) == "issued" and made.standing_on(today + timedelta(days=1)) == "overdue"


def test_no_reminder_of_what_is_paid_credited_or_void(boss):
    today = timezone.localdate()
    paid, gone = (make_invoice(by=boss, on=today, due_on=today) for _number in range(2))
    actions.record_payment(paid, actor=boss, amount=paid.total, method="cash")
    actions.void_invoice(gone, actor=boss, reason="Mistake")
    assert actions.remind_of_due_invoices(today + timedelta(days=9)) == 0


def test_a_card_number_is_never_kept(boss):
    made = make_draft(
        line("Card 4111 1111 1111 1111"), by=boss, note="5500-0000-0000-0004", reference="4111111111111111"
    )
    text = " ".join([made.note, made.reference, made.lines.get().name])
    assert "4111" not in text.replace("•", "")[:20] and "5500" not in text
    assert VAT.percent == 15


def _standard():
    from bandhu.catalog.models import TaxClass

    return TaxClass.objects.get(key="standard")
