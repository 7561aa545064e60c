"""An accepted quote begins the subscriptions of what comes again in it, each once, and bills their first period."""

import pytest
from django.core.exceptions import ValidationError

from bandhu.billing import actions
from bandhu.billing.models import Invoice, Issuer, Subscription
from bandhu.billing.tests.cast import at, billed_on, invoices_of, make_house
from bandhu.billing.tests.test_races import together
from bandhu.customers.tests.cast import make_company
from bandhu.identity.ready_made import system_user
from bandhu.platform.events import deliver
from bandhu.platform.models import EventRecord, Notification
from bandhu.quotes import actions as quotes
from bandhu.quotes.models import Order
from bandhu.quotes.tests.cast import free_line, make_tax

pytestmark = pytest.mark.django_db
PLAN = free_line("Rice plan", "500", 3, recurs="month", times=12)


@pytest.fixture
def boss():
    boss = make_house()
    make_tax(boss, "15")
    return boss


def accepted(boss, *lines, **values):
    """The order of a quote with these lines, accepted; the events are delivered twice."""
    firm = make_company(
        "Padma Traders", by=boss, time_zone="Asia/Dhaka", addresses=[{"city": "Dhaka", "country": "BD"}]
    )
    quote = quotes.create_quote(actor=boss, company=firm, lines=lines, language="bn", **values)
    quotes.accept_quote(quotes.send_quote(quote, actor=boss), actor=boss, signed_name="Rahima")
    for record in EventRecord.objects.filter(name="quotes.order_placed"):
        for _twice in range(2):
            deliver(record.pk, "bandhu.billing.subscribers.begin_what_comes_again")
    return Order.objects.get(quote=quote)


def test_the_subscription_and_its_first_invoice_are_written_at_once_and_once(boss):
    """Delivery for 100 once; 3 × 500 a month and 15 % of VAT: 1,725.00 a month, twelve times."""
    with at("2026-03-10"):
        order = accepted(boss, free_line(), PLAN)
    made = order.subscriptions.get()
    assert (made.interval, made.every, made.periods, made.reference, made.language) == (
        "month",
        1,
        12,
        order.number,
        "bn",
    )
    assert (str(made.starts_on), made.amount_minor, made.owner) == ("2026-03-10", 172_500, boss)
    assert invoices_of(made) == [("invoice", 172_500)]
    assert made.invoices.get().state == "issued"
    rest = actions.invoice_order(order, actor=boss)
    assert (rest.amount_minor, rest.lines.get().name) == (11_500, "Delivery")
    assert billed_on("2027-06-01") == 11
    made.refresh_from_db()
    assert made.is_ended and sum(amount for _kind, amount in invoices_of(made)) + 11_500 == order.amount_minor


def test_each_period_and_term_is_a_subscription_of_its_own(boss):
    yearly = free_line("Licence", "1000", recurs="year", times="")
    quarterly = free_line("Visit", "40", recurs="quarter", times=4)
    with at("2026-03-10"):
        order = accepted(boss, PLAN, yearly, quarterly, PLAN)
    told = {(one.interval, one.periods, one.amount_minor) for one in order.subscriptions.all()}
    assert told == {("month", 12, 345_000), ("year", None, 115_000), ("quarter", 4, 4_600)}


def test_an_order_of_what_comes_again_alone_is_invoiced_by_its_subscription(boss):
    order = accepted(boss, PLAN)
    with pytest.raises(ValidationError, match="comes again"):
        actions.invoice_order(order, actor=boss)


def test_nothing_that_recurs_begins_nothing(boss):
    order = accepted(boss, free_line())
    assert (
        not Subscription.objects.exists() and actions.invoice_order(order, actor=boss).amount_minor == 11_500
    )


def test_a_cancelled_order_begins_nothing(boss):
    order = accepted(boss, free_line())
    quotes.cancel_order(order, actor=boss, reason="Mistake")
    order.lines.update(recurs="month")
    assert actions.begin_subscriptions(order, actor=system_user()) == []


def test_what_cannot_be_billed_yet_waits_and_says_why(boss):
    Issuer.objects.all().delete()
    order = accepted(boss, PLAN)
    made = order.subscriptions.get()
    assert made.problem and not Invoice.objects.exists()


def test_what_cannot_be_written_is_told_to_the_owner(boss):
    order = accepted(boss, free_line())
    order.lines.update(recurs="month")
    Order.objects.filter(pk=order.pk).update(contact=None, company=None)
    assert actions.begin_subscriptions(order, actor=system_user()) == []
    assert Notification.objects.get(user=boss, icon="repeat").values["number"] == order.number


def test_written_by_hand_from_an_order_it_takes_what_comes_again(boss):
    order = accepted(boss, free_line(), PLAN)
    by_hand = actions.create_subscription(actor=boss, order=order)
    assert [line.name for line in by_hand.lines.all()] == ["Rice plan"]


@pytest.mark.django_db(transaction=True)
def test_asked_at_the_same_time_it_begins_once():
    boss = make_house()
    make_tax(boss, "15")
    order = accepted(boss, free_line())
    order.lines.update(recurs="month", times=6)
    together(lambda _n: actions.begin_subscriptions(order, actor=system_user()), range(5))
    assert order.subscriptions.count() == 1 and Invoice.objects.filter(subscription__order=order).count() == 1
