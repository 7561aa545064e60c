"""Subscriptions: written, billed period by period, ended. The clock is moved, everything else is real."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from bandhu.billing import actions
from bandhu.billing.actions import renewing
from bandhu.billing.models import BilledPeriod, Invoice, Issuer, Subscription
from bandhu.billing.queries import monthly_recurring
from bandhu.billing.tests.cast import (
    VAT,
    at,
    billed_on,
    invoices_of,
    line,
    make_house,
    make_issuer,
    make_subscription,
    plan,
)
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.results import Denied, OutOfReach
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.models import EventRecord
from bandhu.quotes import actions as quotes
from bandhu.quotes.models import Order
from bandhu.quotes.tests.cast import free_line, sent_quote

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_house()


def periods(subscription):
    rows = subscription.billed.order_by("number")
    return [(one.from_on.isoformat(), one.to_on.isoformat()) for one in rows]


def test_each_period_is_billed_once_and_late_runs_catch_up(boss):
    made = make_subscription(plan(tax=VAT), by=boss, starts_on="2026-01-31")
    assert (made.number[:2], made.state, made.amount_minor, made.monthly_minor) == (
        "S-",
        "active",
        356_500,
        310_000,
    )
    assert billed_on("2026-01-30") == 0
    assert billed_on("2026-01-31") == 1 and billed_on("2026-01-31") == 0
    assert billed_on("2026-04-30") == 3
    assert billed_on("2026-04-30") == 0
    assert periods(made) == [
        ("2026-01-31", "2026-02-28"),
        ("2026-02-28", "2026-03-31"),
        ("2026-03-31", "2026-04-30"),
        ("2026-04-30", "2026-05-31"),
    ]
    assert invoices_of(made) == [("invoice", 356_500)] * 4
    first = made.billed.get(number=1).invoice
    assert (first.state, first.company, first.reference, first.owner) == (
        "issued",
        made.company,
        made.number,
        boss,
    )
    assert "Jan 31, 2026 – Feb 27, 2026" in first.lines.get().description
    told = EventRecord.objects.filter(name="billing.subscription_renewed").order_by("pk").last()
    assert (told.payload["from_on"], told.payload["invoice_id"]) == (
        "2026-04-30",
        str(made.billed.get(number=4).invoice_id),
    )


def test_a_period_begins_at_the_customers_midnight(boss):
    east = make_subscription(by=boss, starts_on="2026-03-01", time_zone="Pacific/Auckland")
    west = make_subscription(by=boss, starts_on="2026-03-01", time_zone="America/Los_Angeles")
    assert billed_on("2026-02-28", "10:59") == 0
    assert billed_on("2026-02-28", "11:00") == 1 and east.billed.count() == 1
    assert billed_on("2026-03-01", "07:59") == 0
    assert billed_on("2026-03-01", "08:00") == 1 and west.billed.count() == 1


def test_a_night_in_which_midnight_does_not_exist_begins_one_period(boss):
    made = make_subscription(by=boss, starts_on="2026-03-29", time_zone="Asia/Beirut", interval="week")
    assert [billed_on("2026-03-28", hour) for hour in ("21:30", "22:00", "22:30", "23:30")] == [0, 1, 0, 0]
    # In October the hour before midnight comes twice there.
    assert billed_on("2026-10-24", "20:30") == 29
    assert [billed_on("2026-10-24", hour) for hour in ("21:00", "22:00", "23:00")] == [0, 1, 0]
    assert made.billed.count() == 31


def test_the_zone_and_language_are_the_customers(boss):
    anika = make_contact("Anika", by=boss, time_zone="Asia/Kolkata", language="bn")
    made = actions.create_subscription(
        actor=boss, contact=anika, lines=[plan()], starts_on="2026-03-01", trial_until=""
    )
    assert (made.time_zone, made.language) == ("Asia/Kolkata", "bn")
    assert billed_on("2026-02-28", "18:30") == 1
    assert "২০২৬" in made.invoices.get().lines.get().description


def test_a_trial_is_not_billed(boss):
    with at("2026-03-01"):
        made = make_subscription(by=boss, starts_on="2026-03-01", trial_until="2026-03-15")
    assert made.state == "trial" and monthly_recurring(Subscription.objects.all()).minor == 0
    assert billed_on("2026-03-14") == 0 and billed_on("2026-03-15") == 1
    made.refresh_from_db()
    assert (made.state, periods(made)) == ("active", [("2026-03-15", "2026-04-15")])
    assert monthly_recurring(Subscription.objects.all()).minor == 310_000


def test_the_last_period_is_shortened_to_the_day_and_then_it_ends(boss):
    made = make_subscription(by=boss, starts_on="2026-03-01", last_day="2026-04-12")
    billed_on("2026-04-01")
    assert invoices_of(made) == [("invoice", 310_000), ("invoice", 124_000)]  # 12 of 30 days
    assert "12 of 30 days" in made.invoices.get(amount_minor=124_000).lines.get().description
    assert billed_on("2026-04-12") == 0
    made.refresh_from_db()
    assert made.state == "active"
    billed_on("2026-04-13")
    made.refresh_from_db()
    assert (made.state, made.ended_on) == ("ended", date(2026, 4, 13))
    assert billed_on("2027-01-01") == 0


def test_a_last_day_that_is_taken_back_bills_the_rest_of_the_period(boss):
    made = make_subscription(by=boss, starts_on="2026-04-01", last_day="2026-04-10")
    billed_on("2026-04-01")
    actions.change_subscription(made, actor=boss, last_day="")
    billed_on("2026-05-01")
    assert periods(made) == [
        ("2026-04-01", "2026-04-11"),
        ("2026-04-11", "2026-05-01"),
        ("2026-05-01", "2026-06-01"),
    ]
    assert [amount for _kind, amount in invoices_of(made)] == [103_333, 206_667, 310_000]


def test_so_many_periods_and_no_more(boss):
    made = make_subscription(by=boss, starts_on="2026-01-15", interval="quarter", periods=2)
    assert made.monthly_minor == 103_333
    assert billed_on("2027-01-01") == 2
    made.refresh_from_db()
    assert (made.state, made.ended_on) == ("ended", date(2026, 7, 15))


def test_free_periods_pass_without_an_invoice(boss):
    made = make_subscription(plan(discount=100), by=boss, starts_on="2026-03-01")
    assert billed_on("2026-04-01") == 2
    assert invoices_of(made) == [] and made.billed.filter(invoice=None).count() == 2


def test_what_cannot_be_billed_says_why_and_is_billed_later(boss):
    made, other = (make_subscription(by=boss, starts_on="2026-03-01") for _number in range(2))
    held = Issuer.objects.get()
    Issuer.objects.all().delete()
    assert billed_on("2026-03-02") == 0
    made.refresh_from_db()
    assert "who issues invoices" in made.problem and not BilledPeriod.objects.exists()
    assert not Invoice.objects.exists()
    make_issuer(boss, name=held.name)
    assert billed_on("2026-03-03") == 2 and other.billed.count() == 1
    made.refresh_from_db()
    assert made.problem == "" and made.billed.get().from_on == date(2026, 3, 1)


def test_a_crash_in_the_middle_leaves_nothing_and_the_next_run_bills(boss):
    made = make_subscription(by=boss, starts_on="2026-03-01")

    class Crash(Exception):
        pass

    with pytest.raises(Crash), at("2026-03-01"), transaction.atomic():
        renewing.catch_up(Subscription.objects.select_for_update().get(pk=made.pk), date(2026, 3, 1), boss)
        assert made.billed.count() == 1
        raise Crash
    assert not made.billed.exists() and not Invoice.objects.exists()
    assert billed_on("2026-03-01") == 1
    assert made.invoices.get().serial == 1


def test_the_database_refuses_a_second_invoice_of_a_period(boss):
    made = make_subscription(by=boss, starts_on="2026-03-01")
    billed_on("2026-03-01")
    known = made.billed.get()
    known.pk, known.invoice = None, None
    with pytest.raises(IntegrityError), transaction.atomic():
        known.save(force_insert=True)


def test_from_an_order_with_its_lines(boss):
    quotes.accept_quote(sent_quote(boss, [free_line("Care plan", "900")]), actor=boss, signed_name="Anika")
    order = Order.objects.get()
    made = actions.create_subscription(actor=boss, order=order, interval="year")
    assert (made.order, made.contact, made.company, made.reference, made.amount) == (
        order,
        order.contact,
        order.company,
        order.number,
        order.amount,
    )
    assert made.monthly_minor == made.net_minor // 12
    with pytest.raises(OutOfReach):
        actions.create_subscription(actor=make_user("Sumi", role="sales"), order=order)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"interval": "day"}, "interval"),
        ({"every": "0"}, "every"),
        ({"every": "61"}, "every"),
        ({"starts_on": "soon"}, "starts_on"),
        ({"starts_on": "1890-01-01"}, "starts_on"),
        ({"starts_on": "2026-03-02", "trial_until": "2026-03-02"}, "trial_until"),
        ({"starts_on": "2026-03-02", "last_day": "2026-03-01"}, "last_day"),
        ({"periods": "-1"}, "periods"),
        ({"time_zone": "Moon/Base"}, "time_zone"),
        ({"company": None}, "contact"),
        ({"currency": "XXX"}, "currency"),
        ({"lines": []}, "lines"),
        ({"lines": [line(quantity="-1"), line("Two", quantity="2")]}, "lines"),
        ({"lines": [line(quantity="0")]}, "lines"),
    ],
)
def test_what_is_refused(boss, values, field):
    given = {"company": make_subscription(by=boss).company, "lines": [plan()]} | values
    with pytest.raises(ValidationError) as refused:
        actions.create_subscription(actor=boss, **given)
    assert field in refused.value.message_dict


def test_the_schedule_stays_once_it_is_billed(boss):
    made = make_subscription(by=boss, starts_on="2026-03-01")
    changed = actions.change_subscription(made, actor=boss, version=1, starts_on="2026-03-05", every=2)
    assert (changed.anchor_on, changed.monthly_minor) == (date(2026, 3, 5), 155_000)
    with pytest.raises(EditConflict):
        actions.change_subscription(made, actor=boss, version=1, note="Late")
    billed_on("2026-03-05")
    with pytest.raises(ValidationError) as refused:
        actions.change_subscription(made, actor=boss, starts_on="2026-03-06")
    assert "starts_on" in refused.value.message_dict
    with pytest.raises(ValidationError) as refused:
        actions.change_subscription(made, actor=boss, last_day="2026-03-20")
    assert "last_day" in refused.value.message_dict
    kept = actions.change_subscription(made, actor=boss, last_day="2026-05-04", note="Until May")
    assert kept.renews_on is None


def test_who_may_do_what(boss):
    team = make_team("Dhaka")
    seller = make_user("Sumi", role="sales", team=team)
    stranger = make_user("Rafi", role="sales", team=make_team("Khulna"))
    reader = make_user("Nila", role="read_only")
    made = make_subscription(by=boss, owner=seller, team=team, starts_on="2026-03-01")
    assert actions.change_subscription(made, actor=seller, note="Mine").note == "Mine"
    for act in (actions.pause_subscription, actions.resume_subscription, actions.change_subscription):
        with pytest.raises(Denied):
            act(made, actor=reader)
        with pytest.raises(OutOfReach):
            act(made, actor=stranger)
    with pytest.raises(Denied):
        actions.create_subscription(actor=reader, company=made.company, lines=[plan()])
