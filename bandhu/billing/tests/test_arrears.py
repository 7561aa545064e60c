"""Subscriptions billed when a period is over. 3,100.00 a month without tax: 100.00 a day in March."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.billing import actions
from bandhu.billing.models import Subscription
from bandhu.billing.queries import monthly_recurring
from bandhu.billing.tests.cast import at, billed_on, invoices_of, make_house, make_subscription, plan
from bandhu.billing.tests.test_races import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_house()


def in_arrears(boss, *lines, **values):
    with at("2026-01-01"):
        return make_subscription(*lines, by=boss, in_arrears=True, **({"starts_on": "2026-03-01"} | values))


def periods(made):
    rows = made.billed.order_by("number")
    return [(one.number, one.from_on.isoformat(), one.to_on.isoformat()) for one in rows]


def amounts(made):
    return [amount for _kind, amount in invoices_of(made)]


def test_each_period_is_billed_once_when_it_is_over_and_late_runs_catch_up(boss):
    made = in_arrears(boss, starts_on="2026-01-31")
    assert billed_on("2026-02-27") == 0
    assert billed_on("2026-02-28") == 1 and billed_on("2026-02-28") == 0
    assert billed_on("2026-05-30") == 2 and billed_on("2026-05-30") == 0
    assert periods(made) == [
        (1, "2026-01-31", "2026-02-28"),
        (2, "2026-02-28", "2026-03-31"),
        (3, "2026-03-31", "2026-04-30"),
    ]
    assert amounts(made) == [310_000] * 3
    made.refresh_from_db()
    assert (made.next_on, made.due_on, made.renews_on) == (
        date(2026, 4, 30),
        date(2026, 5, 31),
        date(2026, 5, 31),
    )


def test_after_a_trial_it_runs_and_is_billed_a_period_later(boss):
    made = in_arrears(boss, trial_until="2026-03-15")
    assert made.state == "trial" and billed_on("2026-03-14") == 0
    assert billed_on("2026-03-15") == 0
    made.refresh_from_db()
    assert made.state == "active" and not made.billed.exists()
    assert monthly_recurring(Subscription.objects.all()).minor == 310_000
    assert billed_on("2026-04-15") == 1 and periods(made) == [(1, "2026-03-15", "2026-04-15")]


def test_the_last_period_is_billed_to_the_day_and_then_it_ends(boss):
    made = in_arrears(boss, last_day="2026-04-12")
    assert billed_on("2026-04-12") == 1
    assert billed_on("2026-04-13") == 1
    assert amounts(made) == [310_000, 124_000]  # 12 of 30 days
    made.refresh_from_db()
    assert (made.state, made.ended_on) == ("ended", date(2026, 4, 13))


def test_so_many_periods_and_no_more(boss):
    made = in_arrears(boss, periods=2)
    assert billed_on("2026-12-01") == 2
    made.refresh_from_db()
    assert (made.state, made.ended_on) == ("ended", date(2026, 5, 1))


def test_days_used_before_a_change_are_billed_as_they_were(boss):
    """Ten of 31 days at 3,100 are 1,000; the other 21 at 6,200 are 4,200. Both are one of the two periods agreed on."""
    made = in_arrears(boss, periods=2)
    with at("2026-03-11"):
        actions.change_lines(made, actor=boss, lines=[plan("6200")])
    assert amounts(made) == [100_000]
    assert "10 of 31 days" in made.invoices.get().lines.get().description
    assert billed_on("2026-04-01") == 1
    assert amounts(made) == [100_000, 420_000]
    assert periods(made) == [(1, "2026-03-01", "2026-03-11"), (2, "2026-03-11", "2026-04-01")]
    assert billed_on("2026-12-01") == 1 and amounts(made)[2:] == [620_000]
    made.refresh_from_db()
    assert made.is_ended


def test_a_change_without_proration_counts_for_all_of_the_period_that_runs(boss):
    made = in_arrears(boss)
    with at("2026-03-11"):
        actions.change_lines(made, actor=boss, lines=[plan("6200")], prorates=False)
    assert amounts(made) == [] and billed_on("2026-04-01") == 1 and amounts(made) == [620_000]


def test_from_the_next_period_is_not_offered_where_it_would_mean_the_one_that_runs(boss):
    """The next invoice in arrears is that of the period that runs: both choices say so, in advance they say something else."""
    client = Client()
    client.force_login(boss)
    said = {}
    for name, made in (("arrears", in_arrears(boss)), ("advance", make_subscription(by=boss))):
        said[name] = client.get(reverse("billing:subscription_lines", args=[made.pk])).content.decode()
    running, following = "for all of the period that runs", "from the next period"
    assert running in said["arrears"] and following not in said["arrears"]
    assert following in said["advance"] and running not in said["advance"]


def test_the_preview_of_a_change_says_what_is_billed_and_writes_nothing(boss):
    made = in_arrears(boss)
    with at("2026-03-11"):
        [paper] = actions.preview_lines(made, actor=boss, lines=[plan("6200")])
    assert (paper.is_credit, paper.total.minor) == (False, 100_000) and amounts(made) == []


def test_a_pause_bills_what_was_used_and_the_rest_comes_later(boss):
    """Ten days before it, 21 after five days of rest: 3,100 for the 31 days of the period, which ends on 5 April."""
    made = in_arrears(boss)
    with at("2026-03-11"):
        actions.pause_subscription(made, actor=boss)
    assert amounts(made) == [100_000] and billed_on("2026-05-01") == 0
    with at("2026-03-16"):
        actions.resume_subscription(made, actor=boss)
    assert billed_on("2026-04-05") == 0 and billed_on("2026-04-06") == 1
    assert amounts(made) == [100_000, 210_000]


def test_cancelled_with_the_period_it_is_billed_whole_at_once_to_the_day(boss):
    one, other = in_arrears(boss), in_arrears(boss)
    with at("2026-03-11"):
        actions.cancel_subscription(one, actor=boss, reason="Moved")
        actions.cancel_subscription(other, actor=boss, reason="Moved", at_once=True)
    other.refresh_from_db()
    assert (other.state, other.ended_on, amounts(other)) == ("ended", date(2026, 3, 11), [100_000])
    assert amounts(one) == [] and billed_on("2026-04-01") == 1
    one.refresh_from_db()
    assert (one.state, amounts(one)) == ("ended", [310_000])


def test_cancelled_before_its_first_day_nothing_is_billed(boss):
    made = in_arrears(boss)
    with at("2026-02-20"):
        actions.cancel_subscription(made, actor=boss, reason="Moved", at_once=True)
    assert amounts(made) == [] and billed_on("2026-06-01") == 0


def test_the_way_of_billing_is_part_of_the_schedule(boss):
    made = in_arrears(boss)
    with at("2026-02-20"):
        actions.change_subscription(made, actor=boss, in_arrears=False)
    made.refresh_from_db()
    assert made.due_on is None and billed_on("2026-03-01") == 1


def test_the_form_and_the_api_tell_it(boss):
    client = Client()
    client.force_login(boss)
    made = in_arrears(boss)
    page = client.get(reverse("billing:subscription_edit", args=[made.pk])).content.decode()
    assert "when each period is over" in page
    assert (
        "when each period is over"
        in client.get(reverse("billing:subscription", args=[made.pk])).content.decode()
    )
    said = client.get(f"/api/v1/subscriptions/{made.pk}").json()
    assert said["in_arrears"] is True and said["due_on"] == "2026-04-01"
    sent = {
        "company_id": str(made.company_id),
        "in_arrears": True,
        "lines": [{"name": "Rice", "unit_price": {"minor": 100, "currency": "BDT"}}],
    }
    answer = client.post("/api/v1/subscriptions", sent, content_type="application/json")
    assert answer.status_code == 201 and answer.json()["in_arrears"] is True


@pytest.mark.django_db(transaction=True)
def test_jobs_that_run_at_the_same_time_bill_each_period_once():
    boss = make_house()
    start = timezone.localdate() - timedelta(weeks=9)
    made = [
        make_subscription(by=boss, starts_on=start, interval="week", in_arrears=True) for _number in range(3)
    ]
    assert sum(together(lambda _n: actions.bill_due_subscriptions(), range(6))) == 27
    for one in made:
        assert list(one.billed.order_by("number").values_list("number", flat=True)) == list(range(1, 10))
        assert one.invoices.count() == 9
