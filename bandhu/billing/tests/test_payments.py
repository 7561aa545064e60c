"""What is paid by hand, in parts, too much, in another currency, and given back."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from bandhu.billing import actions
from bandhu.billing.models import Payment
from bandhu.billing.tests.cast import line, make_draft, make_house, make_invoice, taka
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.interactions.models import Interaction
from bandhu.interactions.templatetags.timeline import timeline_marks, timeline_title
from bandhu.platform.events import deliver, subscriptions
from bandhu.platform.models import EventRecord
from bandhu.platform.money import Money

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_house()


@pytest.fixture
def invoice(boss):
    return make_invoice(by=boss)


def pay(invoice, boss, amount="1150", **values):
    return actions.record_payment(invoice, actor=boss, amount=taka(amount), **({"method": "bank"} | values))


def test_partly_then_wholly_paid(invoice, boss):
    pay(invoice, boss, "150.50", reference="TRX 7")
    invoice.refresh_from_db()
    assert (invoice.state, str(invoice.balance)) == ("part_paid", "999.50 BDT")
    assert not EventRecord.objects.filter(name="billing.invoice_paid").exists()
    pay(invoice, boss, "999.50", method="wallet")
    invoice.refresh_from_db()
    assert (invoice.state, invoice.balance.minor) == ("paid", 0)
    assert EventRecord.objects.filter(name="billing.payment_received").count() == 2
    assert EventRecord.objects.filter(name="billing.invoice_paid").count() == 1


def test_more_than_is_open_is_refused_in_words(invoice, boss):
    pay(invoice, boss, "1000")
    with pytest.raises(
        ValidationError, match=r"Only .*150\.00 are open on this invoice; .*150\.01 would be too much"
    ):
        pay(invoice, boss, "150.01")
    pay(invoice, boss, "150")
    with pytest.raises(ValidationError, match="Nothing is open"):
        pay(invoice, boss, "1")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"amount": Money(100, "USD")}, "a payment in USD"),
        ({"amount": Money(0, "BDT")}, "larger than nought"),
        ({"amount": Money(-5, "BDT")}, "larger than nought"),
        ({"method": "gateway"}, "not one of the choices"),
        ({"received_on": timezone.localdate() + timedelta(days=2)}, "in the future"),
    ],
)
def test_what_is_no_payment_is_refused(invoice, boss, values, said):
    given = {"amount": taka("10"), "method": "cash"} | values
    with pytest.raises(ValidationError, match=said):
        actions.record_payment(invoice, actor=boss, **given)
    assert not Payment.objects.exists()


def test_drafts_and_credit_notes_are_not_paid(invoice, boss):
    with pytest.raises(ValidationError, match="Only an issued invoice"):
        pay(make_draft(by=boss), boss, "1")
    note = actions.issue_invoice(actions.draft_credit_note(invoice, actor=boss, reason="x"), actor=boss)
    with pytest.raises(ValidationError, match="Only an issued invoice"):
        pay(note, boss, "1")


def test_a_payment_given_back_opens_the_invoice_again(invoice, boss):
    paid = pay(invoice, boss)
    with pytest.raises(ValidationError, match="Say why"):
        actions.refund_payment(paid, actor=boss, amount=taka("1"), reason="")
    actions.refund_payment(paid, actor=boss, amount=taka("400"), reason="Sent back")
    invoice.refresh_from_db()
    assert (invoice.state, str(invoice.balance)) == ("part_paid", "400.00 BDT")
    with pytest.raises(ValidationError, match=r"750\.00"):
        actions.refund_payment(paid, actor=boss, amount=taka("750.01"), reason="More")
    with pytest.raises(ValidationError, match="was in BDT"):
        actions.refund_payment(paid, actor=boss, amount=Money(1, "USD"), reason="Other")
    actions.refund_payment(paid, actor=boss, amount=taka("750"), reason="All")
    invoice.refresh_from_db()
    assert (invoice.state, invoice.paid_minor) == ("issued", 0)


def test_a_credit_note_after_payment_is_owed_back(invoice, boss):
    paid = pay(invoice, boss)
    actions.issue_invoice(actions.draft_credit_note(invoice, actor=boss, reason="All broken"), actor=boss)
    invoice.refresh_from_db()
    assert (invoice.state, str(invoice.balance)) == ("credited", "-1150.00 BDT")
    actions.refund_payment(paid, actor=boss, amount=taka("1150"), reason="Broken")
    invoice.refresh_from_db()
    assert (invoice.state, invoice.balance.minor) == ("credited", 0)


def test_a_payment_is_kept_in_the_base_currency_too(boss):
    made = make_invoice(line(unit_price=Money(1000, "USD"), tax=None), by=boss, currency="USD")
    paid = actions.record_payment(made, actor=boss, amount=Money(1000, "USD"), method="bank")
    assert (paid.base_amount_minor, paid.rate) == (120000, 120)


def test_the_database_refuses_to_change_a_payment(invoice, boss):
    paid = pay(invoice, boss, "10")
    for change in (lambda: Payment.objects.filter(pk=paid.pk).update(amount_minor=1), paid.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_sellers_record_and_managers_give_back(boss):
    rupa = make_user("Rupa", role="sales", team=make_team("Dhaka"))
    paid = pay(make_invoice(by=rupa), rupa, "10")
    with pytest.raises(Denied):
        actions.refund_payment(paid, actor=rupa, amount=taka("10"), reason="x")


def test_the_timeline_tells_of_invoice_payment_and_refund_once(boss):
    contact = make_contact("Anika", by=boss)
    made = make_invoice(by=boss, contact=contact)
    actions.refund_payment(pay(made, boss), actor=boss, amount=taka("50"), reason="Late")
    for _time in range(2):
        for record in EventRecord.objects.filter(name__startswith="billing."):
            for one in subscriptions(record.name):
                if one.path.startswith("bandhu.billing."):
                    deliver(record.pk, one.path)
    told = Interaction.objects.filter(contact=contact).order_by("id").values_list("kind", "subject")
    assert sorted(told) == sorted(
        [("invoice_issued", made.number), ("payment", made.number), ("payment_refunded", made.number)]
    )
    contact.refresh_from_db()
    assert contact.last_touched_at is None
    assert contact.lifecycle == "customer"  # the invoice was paid


def test_the_timeline_says_what_happened_in_the_readers_words_and_digits(boss):
    contact = make_contact("Anika", by=boss)
    made = make_invoice(by=boss, contact=contact)
    record = EventRecord.objects.get(name="billing.invoice_issued")
    deliver(record.pk, "bandhu.billing.subscribers.tell_invoice")
    told = Interaction.objects.get(contact=contact)
    assert (told.details["minor"], told.details["currency"]) == (made.amount_minor, "BDT")
    assert timeline_title(told) == f"Invoice issued: {made.number}"
    with override("bn"):
        assert "১,১৫০.০০" in timeline_marks(told)
    Interaction.objects.filter(pk=told.pk).update(outcome="BDT 1.00", details={"minor": "x", "currency": [1]})
    told.refresh_from_db()
    assert "BDT 1.00" in timeline_marks(
        told
    )  # old entries keep their words, odd details of programs say nothing
