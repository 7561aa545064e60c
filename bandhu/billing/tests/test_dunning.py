"""Overdue invoices and renewals that come near: letters, follow-ups and subscriptions that are held, each once."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.billing import actions
from bandhu.billing.models import Issuer, Reminder
from bandhu.billing.tests.cast import at, billed_on, make_house, make_invoice, make_subscription, plan, taka
from bandhu.channels.models import Mail, MailAccount
from bandhu.customers.tests.cast import make_company, make_contact
from bandhu.identity.ready_made import system_user
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.models import FollowUp
from bandhu.platform.models import EventRecord
from bandhu.privacy import actions as privacy
from bandhu.privacy.purposes import Purpose, ensure_purposes

pytestmark = pytest.mark.django_db
STEPS = [
    {"days": 3, "letter": "invoice_reminder", "task": False, "effect": ""},
    {"days": 14, "letter": "invoice_last_reminder", "task": True, "effect": "past_due"},
    {"days": 30, "letter": "", "task": True, "effect": "pause"},
]


@pytest.fixture
def boss():
    boss = make_house()
    actions.set_issuer(actor=boss, dunning_steps=STEPS)
    MailAccount.objects.create(
        name="House", address="office@example.com", key="office@example.com", smtp_host="127.0.0.1"
    )
    ensure_purposes()
    return boss


@pytest.fixture
def anika(boss):
    return make_contact("Anika", by=boss, language="bn", mails=["anika@example.com"])


def late(days, by, **values):
    """An invoice that was due so many days ago."""
    due = timezone.localdate() - timedelta(days=days)
    return make_invoice(by=by, on=due, due_on=due, **values)


def test_each_step_once_and_none_after_it_was_paid(boss, anika):
    made = late(0, boss, contact=anika)
    today = timezone.localdate()
    told = [actions.remind_of_due_invoices(today + timedelta(days=day)) for day in (2, 3, 3, 13, 14, 15)]
    assert told == [0, 1, 0, 0, 1, 0]
    letters = list(Mail.objects.order_by("written_at", "pk"))
    assert [one.is_automatic for one in letters] == [True, True]
    assert letters[0].subject == f"স্মরণপত্র: চালান {made.number}" and "/i/" in letters[0].text
    assert letters[1].subject.startswith("শেষ") and letters[1].about_id == made.pk
    assert "১,১৫০" in letters[1].text
    assert FollowUp.objects.count() == 1
    actions.record_payment(made, actor=boss, amount=made.balance, method="cash")
    assert actions.remind_of_due_invoices(today + timedelta(days=40)) == 0
    events = EventRecord.objects.filter(name="billing.invoice_overdue").order_by("pk")
    assert [one.payload["days"] for one in events] == [3, 14]


def test_a_job_that_stood_still_sends_one_letter_and_takes_every_effect(boss, anika):
    made = make_subscription(
        by=boss, contact=anika, starts_on=timezone.localdate() - timedelta(days=80), interval="year"
    )
    actions.bill_due_subscriptions()
    invoice = made.invoices.get()
    assert actions.remind_of_due_invoices(invoice.due_on + timedelta(days=20)) == 1
    assert Mail.objects.count() == 1
    assert sorted(invoice.reminders.values_list("days", flat=True)) == [3, 14]
    made.refresh_from_db()
    assert made.state == "past_due"


def test_a_subscription_rests_until_its_invoice_is_paid(boss, anika):
    with at("2026-03-01"):
        made = make_subscription(by=boss, contact=anika, starts_on="2026-03-01", interval="quarter")
    billed_on("2026-03-01")
    invoice = made.invoices.get()
    assert invoice.due_on == date(2026, 3, 31)
    with at("2026-04-14"):
        actions.remind_of_due_invoices()
    made.refresh_from_db()
    assert made.state == "past_due"
    with at("2026-04-30"):
        actions.remind_of_due_invoices()
    made.refresh_from_db()
    assert (made.state, made.paused_on, made.is_held_by_dunning) == ("paused", date(2026, 4, 30), True)
    with at("2026-05-05"):
        assert actions.lift_holds() == 0
        actions.record_payment(invoice, actor=boss, amount=taka("3100"), method="bank")
        assert actions.lift_holds() == 1
    made.refresh_from_db()
    # Five days it rested are added.
    assert (made.state, made.next_on, made.is_held_by_dunning) == ("active", date(2026, 6, 6), False)


def test_past_due_ends_when_it_is_paid(boss, anika):
    made = make_subscription(by=boss, contact=anika, starts_on="2026-03-01")
    billed_on("2026-03-01")
    invoice = made.invoices.get()
    with at("2026-04-14"):
        actions.remind_of_due_invoices()
        assert actions.lift_holds() == 0
        actions.record_payment(invoice, actor=boss, amount=taka("3100"), method="bank")
        assert actions.lift_holds() == 1
    made.refresh_from_db()
    assert made.state == "active"


def test_a_pause_by_a_person_is_not_lifted(boss):
    made = make_subscription(by=boss)
    actions.pause_subscription(made, actor=boss)
    assert actions.lift_holds() == 0


@pytest.mark.parametrize("trouble", ["no address", "refused", "no mailbox"])
def test_what_cannot_be_sent_is_told_to_the_owner(boss, anika, trouble):
    customer = {"contact": anika}
    if trouble == "no address":
        customer = {"company": make_company("Padma", by=boss)}
    elif trouble == "refused":
        privacy.withdraw_consent(
            anika, actor=boss, purpose=Purpose.objects.get(key="service"), method="said", channel="mail"
        )
    else:
        MailAccount.objects.all().delete()
    made = late(3, boss, **customer)
    assert actions.remind_of_due_invoices() == 1
    assert not Mail.objects.exists()
    assert made.reminders.get().problem
    assert made.reminders.get().problem in FollowUp.objects.get().what


def test_a_yearly_renewal_is_told_once(boss, anika):
    made = make_subscription(plan(), by=boss, contact=anika, interval="year", starts_on="2026-01-10")
    monthly = make_subscription(plan(), by=boss, contact=anika, starts_on="2026-12-10")
    billed_on("2026-01-10")
    with at("2026-12-10"):
        assert actions.announce_renewals() == 0
    with at("2026-12-11"):
        assert (actions.announce_renewals(), actions.announce_renewals()) == (1, 0)
    letter = Mail.objects.get()
    assert made.number in letter.subject and "জানুয়ারী" in letter.subject and "৩,১০০" in letter.text
    assert monthly.number not in letter.text
    billed_on("2027-01-10")
    with at("2027-12-11"):
        assert actions.announce_renewals() == 1
        actions.cancel_subscription(made, actor=boss, reason="Too dear")
    billed_on("2028-01-10")
    made.refresh_from_db()
    assert (made.billed_periods, made.state) == (2, "ended")


def test_steps_are_set_on_a_page(boss):
    client = Client()
    client.force_login(boss)
    place = reverse("billing:dunning")
    page = client.get(place).content.decode()
    assert 'value="14"' in page and "Last reminder" in page
    sent = {
        "days_0": "১০",
        "letter_0": "invoice_reminder",
        "effect_0": "",
        "days_1": "5",
        "task_1": "on",
        "renewal_days": "60",
    }
    assert client.post(place, sent).status_code == 302
    held = Issuer.objects.get()
    assert held.dunning_steps == [
        {"days": 5, "letter": "", "task": True, "effect": ""},
        {"days": 10, "letter": "invoice_reminder", "task": False, "effect": ""},
    ]
    assert held.renewal_days == 60
    for wrong in (
        {"days_0": "x"},
        {"days_0": "5", "days_1": "5"},
        {"days_0": "400"},
        {"days_0": "1", "letter_0": "other"},
    ):
        refused = client.post(place, {"renewal_days": "30"} | wrong)
        assert refused.status_code == 422, wrong
    assert Issuer.objects.get().dunning_steps == held.dunning_steps
    stranger = Client()
    stranger.force_login(make_user("Sumi", role="sales"))
    assert stranger.get(place).status_code == 403


def test_reminders_of_many_runs_at_once_are_sent_once(boss, anika):
    late(3, boss, contact=anika)
    assert [actions.remind_of_due_invoices() for _number in range(3)] == [1, 0, 0]
    assert Reminder.objects.count() == Mail.objects.count() == 1
    assert Mail.objects.get().written_by in (None, system_user())
