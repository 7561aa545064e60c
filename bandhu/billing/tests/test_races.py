"""Many real connections at once: numbers without gaps or doubles, never paid or credited twice."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from bandhu.billing import actions
from bandhu.billing.models import Invoice
from bandhu.billing.tests.cast import line, make_draft, make_house, make_invoice, taka

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 12


class _Changed(Exception):
    """Somebody thinks better of it after the number was given."""


def together(act, items):
    """`act(item)` for each in threads with a connection of their own."""

    def run(item):
        try:
            return act(item)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(run, items))


@pytest.fixture
def boss():
    return make_house()


def test_numbers_have_no_gaps_and_no_doubles_also_when_some_are_rolled_back(boss):
    drafts = [make_draft(by=boss) for _number in range(48)]
    fails = set(random.Random(7).sample(range(48), 16))

    def issue(place):
        try:
            with transaction.atomic():
                made = actions.issue_invoice(drafts[place], actor=boss)
                if place in fails:
                    raise _Changed
                return made.serial
        except _Changed:
            return None

    given = [one for one in together(issue, range(48)) if one is not None]
    assert sorted(given) == list(range(1, 33))
    stored = Invoice.objects.exclude(state="draft").values_list("serial", flat=True).order_by("serial")
    assert list(stored) == list(range(1, 33))
    assert make_invoice(by=boss).serial == 33


def test_one_draft_issued_by_many_gets_one_number(boss):
    draft = make_draft(by=boss)
    numbers = together(lambda _n: actions.issue_invoice(draft, actor=boss).number, range(12))
    assert len(set(numbers)) == 1 and make_invoice(by=boss).serial == 2


def test_an_invoice_is_not_paid_beyond_its_total(boss):
    made = make_invoice(line(price="100", tax=None), by=boss)

    def pay(_number):
        try:
            return actions.record_payment(made, actor=boss, amount=taka("30"), method="cash")
        except ValidationError:
            return None

    done = [one for one in together(pay, range(12)) if one]
    made.refresh_from_db()
    assert (len(done), made.paid_minor, made.state) == (3, 9000, "part_paid")


def test_an_invoice_is_not_credited_beyond_its_total(boss):
    made = make_invoice(line(price="100", tax=None), by=boss)
    notes = [actions.draft_credit_note(made, actor=boss, reason=f"R{n}") for n in range(6)]
    for one in notes:
        actions.change_invoice(one, actor=boss, lines=[line(price="40", tax=None)])

    def issue(note):
        try:
            return actions.issue_invoice(note, actor=boss).serial
        except ValidationError:
            return None

    given = sorted(one for one in together(issue, notes) if one)
    made.refresh_from_db()
    assert (given, made.credited_minor) == ([1, 2], 8000)


def test_a_payment_is_not_given_back_twice(boss):
    made = make_invoice(by=boss)
    paid = actions.record_payment(made, actor=boss, amount=taka("100"), method="cash")

    def back(_number):
        try:
            return actions.refund_payment(paid, actor=boss, amount=taka("60"), reason="x")
        except ValidationError:
            return None

    assert len([one for one in together(back, range(6)) if one]) == 1
    made.refresh_from_db()
    assert made.paid_minor == 4000
