"""Many real connections at once: every period of a subscription is billed exactly once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bandhu.billing import actions
from bandhu.billing.models import Invoice
from bandhu.billing.tests.cast import make_house, make_invoice, make_subscription, plan
from bandhu.billing.tests.test_races import together
from bandhu.interactions.models import FollowUp

pytestmark = pytest.mark.django_db(transaction=True)


def test_jobs_that_run_at_the_same_time_bill_each_period_once():
    boss = make_house()
    start = timezone.localdate() - timedelta(weeks=9)
    made = [make_subscription(by=boss, starts_on=start, interval="week") for _number in range(3)]
    assert sum(together(lambda _n: actions.bill_due_subscriptions(), range(6))) == 30
    for one in made:
        assert list(one.billed.order_by("number").values_list("number", flat=True)) == list(range(1, 11))
        assert one.invoices.count() == 10
    assert sorted(Invoice.objects.values_list("serial", flat=True)) == list(range(1, 31))


def test_a_change_and_the_job_at_the_same_time_bill_no_day_twice():
    boss = make_house()
    start = timezone.localdate() - timedelta(days=3)
    made = make_subscription(plan("70"), by=boss, starts_on=start, interval="week")

    def act(number):
        if number == 0:
            actions.change_lines(made, actor=boss, lines=[plan("140")])
        else:
            actions.bill_due_subscriptions()

    together(act, range(5))
    made.refresh_from_db()
    # A week for 70, or, once the change has billed it, four days of 20 more.
    paid = sum(made.invoices.values_list("amount_minor", flat=True))
    assert (made.billed_periods, paid) == (1, 7_000 + 4_000)


def test_a_step_of_dunning_is_taken_once_by_jobs_at_the_same_time():
    boss = make_house()
    due = timezone.localdate() - timedelta(days=8)
    made = make_invoice(by=boss, on=due, due_on=due)
    assert sum(together(lambda _n: actions.remind_of_due_invoices(), range(6))) == 1
    assert sorted(made.reminders.values_list("days", flat=True)) == [1, 7]
    assert FollowUp.objects.count() == 1


def test_cancelling_twice_credits_once():
    boss = make_house()
    start = timezone.localdate() - timedelta(days=3)
    made = make_subscription(plan("70"), by=boss, starts_on=start, interval="week")
    actions.bill_due_subscriptions()
    together(lambda _n: actions.cancel_subscription(made, actor=boss, reason="Moved", at_once=True), range(4))
    assert made.invoices.get(kind="credit_note").amount_minor == 4_000
