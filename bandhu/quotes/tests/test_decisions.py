"""What customers do with a quote, on the public page and by the seller's hand: each decision happens once."""

import contextlib
import re
import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.catalog import actions as catalog
from bandhu.catalog.models import Currency, ExchangeRate
from bandhu.customers.tests.cast import make_company, make_contact
from bandhu.interactions.models import Interaction
from bandhu.platform.events import deliver, subscriptions
from bandhu.platform.models import EventRecord, Notification
from bandhu.quotes import actions
from bandhu.quotes.models import Acceptance, Order, OrderLine, Quote, QuoteState, QuoteVersion
from bandhu.quotes.public_address import public_token
from bandhu.quotes.tests.cast import free_line, make_quote, make_shop, paper, sent_quote
from bandhu.sales.models import Opportunity
from bandhu.sales.tests.cast import make_opportunity

pytestmark = pytest.mark.django_db
STRANGER = {"REMOTE_ADDR": "203.0.113.9", "HTTP_USER_AGENT": "Telephone"}


def address(quote, what="quote"):
    return reverse(f"quotes:public_{what}", args=[public_token(Quote.objects.get(pk=quote.pk))])


def read(quote, **more):
    return Client(**STRANGER).get(address(quote), **more)


def answer(quote, what, **data):
    return Client(**STRANGER, enforce_csrf_checks=True).post(address(quote, what), data)


def accept(quote, name="Karim Ahmed"):
    return answer(quote, "acceptance", signed_name=name, document=paper(quote).document_hash)


def tell_subscribers(event_name):
    """Run what a worker would run for these events."""
    for record in EventRecord.objects.filter(name=event_name):
        for one in subscriptions(event_name):
            deliver(record.pk, one.path)


@pytest.fixture
def admin():
    return make_shop()[0]


def test_the_customer_reads_in_their_language_without_cookies_or_scripts(admin):
    quote = sent_quote(admin, [free_line("চেয়ার", "100000")], language="bn", country="BD")
    shown = read(quote)
    body = shown.content.decode()
    assert shown.status_code == 200 and '<html lang="bn"' in body and "১,০০,০০০.০০" in body
    assert not shown.cookies and "<script" not in body and "noindex" in body
    assert (shown["Referrer-Policy"], "no-store" in shown["Cache-Control"]) == ("no-referrer", True)
    assert Quote.objects.get().first_read_at is not None


def test_the_database_keeps_no_address(admin):
    quote = sent_quote(admin)
    token = public_token(quote)
    assert len(token) == 43
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(one)::text FROM quotes_quote one")
        assert token not in cursor.fetchone()[0]


@pytest.mark.parametrize("token", ["nonsense", "x" * 43, "a" * 500])
def test_a_guessed_address_is_not_found(admin, token):
    sent_quote(admin)
    assert Client(**STRANGER).get(f"/q/{token}/").status_code == 404


def test_a_draft_has_no_address(admin):
    assert public_token(make_quote(admin, [free_line()])) == ""


def test_guessing_is_slowed_down(admin):
    client = Client(**STRANGER)
    seen = {client.get(f"/q/guess{number}/").status_code for number in range(70)}
    assert seen == {404, 429}


def test_an_acceptance_becomes_an_order_with_the_same_lines(admin):
    quote = sent_quote(admin, [free_line("Chairs", "1500", "4", discount="10"), free_line()])
    assert accept(quote).status_code == 302
    made, order = Acceptance.objects.get(), Order.objects.get()
    assert (made.signed_name, made.address, made.user_agent) == ("Karim Ahmed", "203.0.113.9", "Telephone")
    assert made.document_hash == made.paper.document_hash
    kept = paper(quote)
    assert (order.total, order.net, order.tax_sums) == (kept.total, kept.net, kept.tax_sums)
    columns = (
        "position",
        "name",
        "quantity",
        "unit_price_minor",
        "discount",
        "tax_percent",
        "net_minor",
        "total_minor",
    )
    assert list(OrderLine.objects.values_list(*columns)) == list(kept.lines.values_list(*columns))
    names = EventRecord.objects.filter(name__in=["quotes.accepted", "quotes.order_placed"])
    assert names.count() == 2
    assert names.get(name="quotes.accepted").payload["order_id"] == str(order.pk)
    assert "Karim Ahmed" in read(quote).content.decode()
    assert Notification.objects.filter(user=admin, values__name="Karim Ahmed").count() == 1


def test_accepted_from_two_tabs_is_one_acceptance(admin):
    quote = sent_quote(admin)
    assert accept(quote).status_code == accept(quote, "Somebody else").status_code == 302
    assert (Acceptance.objects.get().signed_name, Order.objects.count()) == ("Karim Ahmed", 1)


@pytest.mark.django_db(transaction=True)
def test_accepted_at_the_same_moment_is_one_acceptance():
    admin, _chair = make_shop()
    quote = sent_quote(admin)
    gate, statuses = threading.Barrier(4), []

    def press(name):
        gate.wait()
        statuses.append(accept(quote, name).status_code)
        connection.close()

    threads = [threading.Thread(target=press, args=[f"Tab {number}"]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [302] * 4
    assert (Acceptance.objects.count(), Order.objects.count()) == (1, 1)
    assert EventRecord.objects.filter(name="quotes.order_placed").count() == 1


def test_what_was_read_is_what_is_signed(admin):
    quote = sent_quote(admin)
    old = paper(quote).document_hash
    actions.begin_version(quote, actor=admin)
    assert "new version" in read(quote).content.decode()
    assert answer(quote, "acceptance", signed_name="Karim", document=old).status_code == 422
    actions.change_quote(quote, actor=admin, lines=[free_line(price="200")])
    actions.send_quote(quote, actor=admin)
    refused = answer(quote, "acceptance", signed_name="Karim", document=old)
    assert refused.status_code == 422 and "read it once more" in refused.content.decode()
    assert not Acceptance.objects.exists()
    assert accept(quote).status_code == 302


def test_a_text_changed_behind_our_back_is_not_signed(admin):
    quote = sent_quote(admin)
    kept = paper(quote)
    kept.sent_document["sums"]["total_minor"] = 1
    kept.save()
    assert accept(quote).status_code == 422
    assert not Order.objects.exists()


def test_a_signature_needs_a_name(admin):
    quote = sent_quote(admin)
    refused = accept(quote, "  ")
    assert refused.status_code == 422 and "signature" in refused.content.decode()


def test_declined_with_a_reason(admin):
    quote = sent_quote(admin)
    assert answer(quote, "refusal", reason="").status_code == 422
    assert answer(quote, "refusal", reason="Too dear").status_code == 302
    assert accept(quote).status_code == 422
    assert Quote.objects.get().decline_reason == "Too dear"
    assert not Order.objects.exists()


def test_a_question_reaches_timeline_and_owner(admin):
    contact = make_contact("Anika", by=admin)
    quote = sent_quote(admin, contact=contact)
    assert answer(quote, "question", question="", asked_by="").status_code == 422
    assert answer(quote, "question", question="<b>Oak?</b>", asked_by="Anika").status_code == 302
    asked = Interaction.objects.get(kind="quote_question")
    assert (asked.contact, asked.direction, asked.body, asked.is_html) == (
        contact,
        "in",
        "<b>Oak?</b>",
        False,
    )
    assert Notification.objects.filter(user=admin, sentence__contains="asks").exists()


def test_a_quote_runs_out_when_its_day_has_ended_everywhere(admin):
    quote = sent_quote(admin)
    yesterday = timezone.localdate() - timedelta(days=1)
    Quote.objects.update(valid_until=timezone.localdate() - timedelta(days=3))
    assert accept(quote).status_code == 422
    assert "run out" in read(quote).content.decode()
    assert actions.expire_quotes() == 1
    assert actions.expire_quotes() == 0
    assert Quote.objects.get().state == QuoteState.EXPIRED
    actions.begin_version(quote, actor=admin)
    assert QuoteVersion.objects.get(ordinal=2).valid_until > yesterday


def test_an_accepted_quote_settles_its_opportunity(admin):
    deal = make_opportunity(by=admin, taka="1", company=make_company(by=admin))
    quote = sent_quote(admin, [free_line(price="5000", tax_class="")], opportunity=deal)
    accept(quote)
    tell_subscribers("quotes.accepted")
    tell_subscribers("quotes.accepted")
    settled = Opportunity.objects.get()
    assert (settled.amount_minor, settled.state) == (500_000, "won")
    assert Interaction.objects.filter(kind="quote_accepted").count() == 1


def test_an_opportunity_need_not_be_won_by_it(admin):
    deal = make_opportunity(by=admin, taka="1", company=make_company(by=admin))
    quote = sent_quote(
        admin, [free_line(price="5000", tax_class="")], opportunity=deal, wins_opportunity=False
    )
    accept(quote)
    tell_subscribers("quotes.accepted")
    assert Opportunity.objects.get().state == "open"


def test_the_paper_is_for_whoever_has_the_address(admin):
    quote = sent_quote(admin)
    made = Client(**STRANGER).get(address(quote, "paper"))
    assert made["Content-Type"] == "application/pdf" and made.content.startswith(b"%PDF-")


def test_the_old_address_works_after_the_key_was_changed(admin, settings):
    quote = sent_quote(admin)
    before = address(quote)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = (
        [settings.SECRET_KEY],
        "another key of the same length as before, truly",
    )
    assert Client(**STRANGER).get(before).status_code == 200
    assert address(quote) == before


def test_numbers_of_orders_are_their_own(admin):
    for _each in range(2):
        accept(sent_quote(admin))
    assert [re.sub(r"\d{4}-", "", one.number) for one in Order.objects.order_by("number")] == [
        "O-0001",
        "O-0002",
    ]


@pytest.mark.django_db(transaction=True)
def test_yes_no_and_a_new_version_at_the_same_moment_are_one_decision():
    admin, _chair = make_shop()
    quote = sent_quote(admin)
    gate = threading.Barrier(3)

    def at_once(act):
        gate.wait()
        try:
            act()
        finally:
            connection.close()

    def rewrite():
        with contextlib.suppress(ValidationError):
            actions.begin_version(quote, actor=admin)

    acts = (lambda: accept(quote), lambda: answer(quote, "refusal", reason="Too dear"), rewrite)
    threads = [threading.Thread(target=at_once, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    state = Quote.objects.get().state
    decided = EventRecord.objects.filter(name__in=["quotes.accepted", "quotes.declined"]).count()
    assert Acceptance.objects.count() == Order.objects.count() == (state == "accepted")
    # "No" first, and the seller may still begin a version; "yes" is the end of it.
    assert decided == (1 if state != "draft" else EventRecord.objects.filter(name="quotes.declined").count())


def test_a_currency_that_is_switched_off_keeps_nobody_from_accepting_and_paying(admin):
    catalog.set_rate(actor=admin, currency="USD", on="2026-01-01", rate="120")
    quote = sent_quote(admin, [free_line(tax_class="")], currency="USD")
    catalog.change_currency(Currency.objects.get(code="USD"), actor=admin, is_active=False)
    ExchangeRate.objects.all().delete()
    assert accept(quote).status_code == 302
    order = Order.objects.get()
    assert (str(order.total), order.base_amount_minor) == ("100.00 USD", 1_200_000)
