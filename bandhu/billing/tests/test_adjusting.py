"""Changes in mid-period, pauses and ends, worked by hand: 3100 taka for March is 100 a day."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bandhu.billing import actions
from bandhu.billing.models import Invoice
from bandhu.billing.tests.cast import (
    VAT,
    at,
    billed_on,
    invoices_of,
    make_house,
    make_subscription,
    plan,
)
from bandhu.catalog import actions as catalog
from bandhu.catalog.totals import Tax
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform.money import Money

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_house()


@pytest.fixture
def march(boss):
    """A subscription that begins on 1 March 2026, with March billed."""
    made = make_subscription(by=boss, starts_on="2026-03-01")
    billed_on("2026-03-01")
    return made


def changed(made, by, day, *lines, **values):
    with at(day):
        actions.change_lines(made, actor=by, lines=lines, **values)


def owed(made):
    """What all invoices less all credit notes come to."""
    return sum(amount if kind == "invoice" else -amount for kind, amount in invoices_of(made))


def said(invoice):
    rows = invoice.lines.order_by("position")
    return [(one.name, int(one.quantity), one.unit_price_minor) for one in rows]


def test_more_less_and_cancelled_in_one_month(boss, march):
    changed(march, boss, "2026-03-11", plan(quantity=2))
    # 21 days are left: 2 * 2100 for the new quantity, less 2100 of the old.
    charge = march.invoices.order_by("pk").last()
    assert said(charge) == [("Rice plan", 1, 420_000), ("Not used: Rice plan", -1, 210_000)]
    assert charge.amount_minor == 210_000
    assert "2 × · Mar 11, 2026 – Mar 31, 2026, 21 of 31 days" in charge.lines.get(position=1).description
    changed(march, boss, "2026-03-21", plan(quantity=1))
    note = march.invoices.get(kind="credit_note")
    assert said(note) == [("Not used: Rice plan", 1, 220_000), ("Rice plan", -1, 110_000)]
    assert (note.credits, note.amount_minor) == (charge, 110_000)
    with at("2026-03-26"):
        actions.cancel_subscription(march, actor=boss, reason="Moved away", at_once=True)
    # Ten days of one, ten of two, five of one: 35 days of 100.
    assert owed(march) == 350_000
    march.refresh_from_db()
    assert (march.state, march.ended_on, march.end_reason) == ("ended", date(2026, 3, 26), "Moved away")
    assert billed_on("2026-06-01") == 0


def test_taxes_follow_what_is_charged_and_credited(boss):
    made = make_subscription(plan(tax=VAT), by=boss, starts_on="2026-03-01")
    billed_on("2026-03-01")
    changed(made, boss, "2026-03-11", plan(quantity=2, tax=VAT))
    with at("2026-03-26"):
        actions.cancel_subscription(made, actor=boss, reason="Moved", at_once=True)
    # Ten days of one and fifteen of two are 40 days of 100, and 15 % on them.
    assert owed(made) == 460_000
    taxes = made.invoices.values_list("kind", "tax_minor")
    assert sum(tax if kind == "invoice" else -tax for kind, tax in taxes) == 60_000


def test_another_tax_is_credited_under_the_old_and_charged_under_the_new(boss):
    made = make_subscription(plan(tax=VAT), by=boss, starts_on="2026-03-01")
    billed_on("2026-03-01")
    five = Tax("VAT", Decimal(5))
    changed(made, boss, "2026-03-11", plan(quantity=2, tax=five))
    assert invoices_of(made) == [("invoice", 356_500), ("invoice", 441_000), ("credit_note", 241_500)]
    with at("2026-03-11"):
        actions.cancel_subscription(made, actor=boss, reason="Moved", at_once=True)
    assert owed(made) == 115_000


def test_a_line_more_and_a_line_that_stays(boss, march):
    extra = plan("310")
    changed(march, boss, "2026-03-30", plan(), extra)
    assert said(march.invoices.order_by("pk").last()) == [("Rice plan", 1, 2_000)]
    billed_on("2026-04-01")
    assert invoices_of(march)[-1] == ("invoice", 341_000)
    # Put in another order, nothing changes.
    changed(march, boss, "2026-04-10", extra, plan())
    assert len(invoices_of(march)) == 3


def test_from_the_next_period_nothing_is_billed_now(boss, march):
    changed(march, boss, "2026-03-11", plan(quantity=2), prorates=False)
    assert len(invoices_of(march)) == 1
    # A later change to the day gives back what the first line was billed for, though that line is gone.
    changed(march, boss, "2026-03-21", plan(quantity=3))
    assert invoices_of(march)[-1] == ("invoice", 220_000)
    billed_on("2026-04-01")
    assert invoices_of(march)[-1] == ("invoice", 930_000)


def test_what_is_due_is_billed_before_a_change(boss):
    made = make_subscription(by=boss, starts_on="2026-02-01")
    changed(made, boss, "2026-03-11", plan(quantity=2))
    assert invoices_of(made) == [("invoice", 310_000), ("invoice", 310_000), ("invoice", 210_000)]


@pytest.mark.parametrize(
    ("currency", "price", "day", "back"),
    [
        ("JPY", "1000", "2026-03-12", 645),
        ("BHD", "10.000", "2026-03-08", 7_742),
        ("BDT", "0.01", "2026-03-20", 0),
    ],
)
def test_currencies_with_none_and_three_decimals(boss, currency, price, day, back):
    if currency != "BDT":
        catalog.set_rate(actor=boss, currency=currency, on=date(2026, 1, 1), rate=Decimal("1.5"))
    made = make_subscription(
        plan(unit_price=Money.of(price, currency)), by=boss, currency=currency, starts_on="2026-03-01"
    )
    billed_on("2026-03-01")
    with at(day):
        actions.cancel_subscription(made, actor=boss, reason="Moved", at_once=True)
    credited = [amount for kind, amount in invoices_of(made) if kind == "credit_note"]
    assert credited == ([back] if back else [])


def test_several_credit_notes_never_take_more_than_their_invoice(boss):
    """5 % on 100.26 is 5.01; on the two halves it is 2.51 each: the second one gives way."""
    five = Tax("VAT", Decimal(5))
    made = make_subscription(
        plan("100.26", tax=five), by=boss, starts_on="2026-03-01", interval="week", every=2
    )
    billed_on("2026-03-01")
    changed(made, boss, "2026-03-01", plan("50.13", tax=five))
    with at("2026-03-01"):
        actions.cancel_subscription(made, actor=boss, reason="Moved", at_once=True)
    invoice = made.invoices.get(kind="invoice")
    notes = made.invoices.filter(kind="credit_note")
    assert notes.count() == 2 and sum(one.tax_minor for one in notes) <= invoice.tax_minor
    assert 0 <= invoice.balance.minor <= 20


def test_what_somebody_credited_by_hand_is_not_credited_again(boss, march):
    invoice = march.invoices.get()
    actions.issue_invoice(actions.draft_credit_note(invoice, actor=boss, reason="Gift"), actor=boss)
    with at("2026-03-11"):
        actions.cancel_subscription(march, actor=boss, reason="Moved", at_once=True)
    assert march.invoices.filter(kind="credit_note").count() == 1


def test_cancelled_with_the_period_or_without_a_credit(boss, march):
    with at("2026-03-11"):
        kept = actions.cancel_subscription(march, actor=boss, reason="Too dear")
    assert (kept.state, kept.last_day, kept.renews_on) == ("active", date(2026, 3, 31), None)
    billed_on("2026-04-01")
    kept.refresh_from_db()
    assert (kept.state, kept.ended_on, kept.end_reason) == ("ended", date(2026, 4, 1), "Too dear")
    other = make_subscription(by=boss, starts_on="2026-03-01")
    billed_on("2026-03-01")
    with at("2026-03-02"):
        actions.cancel_subscription(other, actor=boss, reason="x", at_once=True, credits=False)
        assert actions.cancel_subscription(other, actor=boss, reason="again", at_once=True).end_reason == "x"
    assert invoices_of(other) == [("invoice", 310_000)]
    for made in (kept, other):
        with pytest.raises(ValidationError, match="has ended"):
            actions.change_lines(made, actor=boss, lines=[plan()])
    with pytest.raises(ValidationError, match="Say why"):
        actions.cancel_subscription(make_subscription(by=boss), actor=boss, reason=" ")


def test_a_pause_keeps_the_days_that_were_paid_for(boss, march):
    with at("2026-03-11"):
        actions.pause_subscription(march, actor=boss)
        assert actions.pause_subscription(march, actor=boss).state == "paused"
        with pytest.raises(ValidationError, match="paused"):
            actions.change_lines(march, actor=boss, lines=[plan(quantity=2)])
    assert billed_on("2026-05-01") == 0
    with at("2026-05-05"):
        resumed = actions.resume_subscription(march, actor=boss)
    # 21 days were left; from 5 May they go up to 26 May.
    assert (resumed.state, resumed.next_on) == ("active", date(2026, 5, 26))
    period = march.billed.get()
    assert (period.from_on, period.to_on, period.paused_days) == (date(2026, 3, 1), date(2026, 5, 26), 55)
    with at("2026-05-16"):
        actions.cancel_subscription(march, actor=boss, reason="Moved", at_once=True)
    assert owed(march) == 210_000  # ten days of March, eleven of May


def test_a_pause_of_an_hour_moves_nothing_and_one_on_trial_moves_the_trial(boss, march):
    with at("2026-03-11"):
        actions.pause_subscription(march, actor=boss)
        assert actions.resume_subscription(march, actor=boss).next_on == date(2026, 4, 1)
        tried = make_subscription(by=boss, starts_on="2026-03-11", trial_until="2026-03-20")
        actions.pause_subscription(tried, actor=boss)
    with at("2026-03-15"):
        back = actions.resume_subscription(tried, actor=boss)
    assert (back.state, back.trial_until, back.next_on) == ("trial", date(2026, 3, 24), date(2026, 3, 24))


def test_cancelling_while_paused_credits_from_the_day_it_was_paused(boss, march):
    with at("2026-03-11"):
        actions.pause_subscription(march, actor=boss)
    with at("2026-03-25"):
        with pytest.raises(ValidationError, match="paused"):
            actions.cancel_subscription(march, actor=boss, reason="Moved")
        actions.cancel_subscription(march, actor=boss, reason="Moved", at_once=True)
    assert owed(march) == 100_000


def test_giving_back_needs_the_permission_to_credit(boss):
    team = make_team("Dhaka")
    seller = make_user("Sumi", role="sales", team=team)
    made = make_subscription(plan(quantity=3), by=boss, owner=seller, team=team, starts_on="2026-03-01")
    billed_on("2026-03-01")
    changed(made, seller, "2026-03-11", plan(quantity=4))
    with pytest.raises(Denied):
        changed(made, seller, "2026-03-12", plan(quantity=1))
    made.refresh_from_db()
    assert made.lines.get().quantity == 4
    with at("2026-03-12"), pytest.raises(Denied):
        actions.cancel_subscription(made, actor=seller, reason="Moved", at_once=True)
    changed(made, seller, "2026-03-12", plan(quantity=1), prorates=False)
    with at("2026-03-12"):
        actions.cancel_subscription(made, actor=seller, reason="Moved", at_once=True, credits=False)
    assert Invoice.objects.filter(kind="credit_note").count() == 0


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(st.integers(1, 30), st.integers(1, 9)), min_size=1, max_size=4, unique_by=lambda x: x[0]
    ),
    st.sampled_from([None, VAT, Tax("VAT", Decimal("7.5"), is_inclusive=True)]),
    st.integers(1, 99_999),
)
def test_whatever_is_changed_each_day_is_paid_once(boss, changes, tax, minor):
    """What is owed in the end is, within a unit for each document and tax, the sum over all days of that day's share."""
    with transaction.atomic():
        _change_each_day(boss, dict(changes), tax, minor)
        transaction.set_rollback(True)


def _change_each_day(boss, steps, tax, minor):
    price = Money(minor, "BDT")
    made = make_subscription(plan(unit_price=price, tax=tax), by=boss, starts_on="2026-03-01")
    billed_on("2026-03-01")
    quantity, exact = 1, 0.0
    for day in range(1, 32):
        if day - 1 in steps and day > 1:
            quantity = steps[day - 1]
            changed(made, boss, f"2026-03-{day:02}", plan(unit_price=price, quantity=quantity, tax=tax))
        exact += quantity * minor / 31
    factor = 1.15 if tax == VAT else 1
    # A unit for each line's share, and what a credit gives way where taxes round upwards (at most 100 / percent units).
    allowance = 2 * len(steps) + 2 + (14 * len(steps) if tax else 0)
    assert abs(owed(made) - exact * factor) <= allowance
    for invoice in made.invoices.filter(kind="invoice"):
        assert invoice.credited_minor <= invoice.amount_minor
