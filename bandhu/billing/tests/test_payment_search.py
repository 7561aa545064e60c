"""Payments are found by their reference, by who paid, and by their invoice, as far as one may see them."""

from datetime import date

import pytest

from bandhu.billing import actions
from bandhu.billing.models import Payment
from bandhu.billing.tests.cast import make_house, make_invoice, taka
from bandhu.customers.tests.cast import make_company, make_contact
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.platform.listing import listing_for
from bandhu.platform.queries import search
from bandhu.platform.search.indexing import index_records

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_house()


def pay(invoice, by, reference="TRX-778899"):
    return actions.record_payment(
        invoice,
        actor=by,
        amount=taka("100"),
        method="bank",
        received_on=date(2026, 11, 20),
        reference=reference,
    )


def found(user, text):
    return [hit for hit in search(user, text, limit=50) if hit.kind == "payment"]


def test_by_reference_payer_in_any_script_and_invoice(boss):
    payer = make_contact("রহিমা খাতুন", by=boss)
    other = make_company("முத்து வணிகம்", by=boss)
    paid, tamil = make_invoice(by=boss, contact=payer), make_invoice(by=boss, company=other)
    one, two = pay(paid, boss), pay(tamil, boss, "")
    assert [hit.record_id for hit in found(boss, "TRX-778899")] == [one.pk]
    for text, meant in (("রহিমা খাতুন", one), ("முத்து வணிகம்", two), (tamil.number, two)):
        assert meant.pk in [hit.record_id for hit in found(boss, text)], text
    (hit,) = found(boss, "TRX-778899")
    assert "রহিমা খাতুন" in hit.detail and paid.number in hit.detail and str(paid.pk) in hit.url
    assert not found(boss, "BKASH-55")
    assert listing_for(boss, "payment", {}, text="TRX-778899").count() == (1, False)


def test_out_of_reach_answers_nothing_and_hides_who_paid(boss):
    payer = make_contact("Anika Rahman", by=boss)
    pay(make_invoice(by=boss, contact=payer), boss)
    stranger = make_user("Stranger", team=make_team("Chennai"))
    grant(stranger, "billing.view_invoice", reach="team")
    assert not found(stranger, "TRX-778899")
    clerk = make_user("Clerk")
    grant(clerk, "billing.view_invoice")
    (hit,) = found(clerk, "TRX-778899")
    assert "Anika" not in hit.detail
    assert not found(clerk, "Anika Rahman")
    assert not found(make_user("Nobody"), "TRX-778899")


def test_what_the_index_lacks_is_written_anew(boss):
    payment = pay(make_invoice(by=boss), boss)
    Payment.objects.filter(pk=payment.pk).update(reference="BKASH-55")
    assert index_records("payment", [payment.pk]) == 1
    assert found(boss, "BKASH-55") and not found(boss, "TRX-778899")
