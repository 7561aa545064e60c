"""A quote goes out by mail, through a real SMTP server: sent only with the mail, in the customer's language, its PDF enclosed."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.channels import actions as channels
from bandhu.channels.models import BadAddress, Mail, MailTemplate
from bandhu.channels.tests.post_office import own_account
from bandhu.customers.tests.cast import make_contact
from bandhu.interactions.queries import timeline
from bandhu.platform.events import deliver
from bandhu.platform.models import EventRecord
from bandhu.quotes import actions
from bandhu.quotes.letters import quote_letter
from bandhu.quotes.models import Quote, QuoteState
from bandhu.quotes.paper_to_send import quote_to_send
from bandhu.quotes.public_address import public_token
from bandhu.quotes.tests.cast import free_line, limit, make_quote, make_shop, paper
from bandhu.sales.tests.cast import make_seller

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def shop():
    return make_shop()[0]


@pytest.fixture
def browser(shop):
    client = Client()
    client.force_login(shop)
    return client


@pytest.fixture
def quote(shop):
    rahima = make_contact(
        "রহিমা খাতুন", by=shop, mails=["rahima@example.org"], language="bn", addresses=[{"country": "BD"}]
    )
    return make_quote(shop, [free_line()], contact=rahima)


def mailed(quote, by, account, **values):
    letter = quote_letter(quote, paper(quote), by)
    usual = {"to": ["rahima@example.org"], "subject": letter.subject, "body": letter.body}
    return actions.mail_quote(quote, actor=by, account=account, **(usual | values))


def delivered(mail):
    Mail.objects.filter(pk=mail.pk).update(send_at=timezone.now())
    channels.send_queued(mail.pk)
    mail.refresh_from_db()
    return mail


def test_a_draft_is_sent_with_its_mail_in_the_customers_language(shop, quote, smtp_server):
    mail = mailed(quote, shop, own_account(shop, smtp_server))
    quote.refresh_from_db()
    assert quote.state == QuoteState.SENT
    assert delivered(mail).state == "sent"
    [(_sender, recipients, message)] = smtp_server.taken
    assert recipients == ["rahima@example.org"]
    assert message["Subject"] == f"আমাদের কোটেশন {quote.number}"
    text = message.get_body(["plain"]).get_content()
    assert "রহিমা খাতুন" in text and "৳" in text and "{{" not in text
    [address] = [line for line in text.split() if "/q/" in line]
    assert f'href="{address}"' in message.get_body(["html"]).get_content()
    [enclosed] = list(message.iter_attachments())
    assert enclosed.get_filename() == f"{quote.number}-1.pdf"
    assert enclosed.get_content().startswith(b"%PDF")
    assert Client().get(address.partition("localhost:8000")[2] or address).status_code == 200
    kinds = {entry.kind: entry for entry in timeline(shop, quote.contact).items}
    assert kinds["mail"].subject == mail.subject


def test_a_mail_taken_back_takes_the_sending_back(shop, quote, smtp_server):
    account = own_account(shop, smtp_server)
    mail = mailed(quote, shop, account)
    address = reverse("quotes:public_quote", args=[public_token(Quote.objects.get(pk=quote.pk))])
    channels.take_back(mail, actor=shop)
    deliver_all("channels.mail_taken_back")
    quote.refresh_from_db()
    assert (quote.state, quote.sent_at, paper(quote).document_hash) == (QuoteState.DRAFT, None, "")
    assert Client().get(address).status_code in (200, 404)
    again = mailed(quote, shop, account)
    quote.refresh_from_db()
    assert quote.state == QuoteState.SENT
    assert delivered(again).state == "sent"


def test_a_quote_that_went_out_before_stays_sent(shop, quote, smtp_server):
    account = own_account(shop, smtp_server)
    delivered(mailed(quote, shop, account))
    second = mailed(quote, shop, account, subject="Once more")
    channels.take_back(second, actor=shop)
    deliver_all("channels.mail_taken_back")
    quote.refresh_from_db()
    assert quote.state == QuoteState.SENT


def deliver_all(name):
    for record in EventRecord.objects.filter(name=name):
        deliver(record.pk, "bandhu.quotes.subscribers.back_to_draft")


def test_when_the_mail_cannot_be_queued_the_quote_stays_a_draft(shop, quote, smtp_server):
    account = own_account(shop, smtp_server)
    BadAddress.objects.create(key="rahima@example.org", reason="550 unknown")
    with pytest.raises(ValidationError, match="came back"):
        mailed(quote, shop, account)
    quote.refresh_from_db()
    assert quote.state == QuoteState.DRAFT and quote.token_hash == "" and paper(quote).sent_at is None
    assert not Mail.objects.exists()


def test_above_the_limit_nothing_is_sent(shop, smtp_server):
    seller = make_seller("Karim", team=shop.team)
    limit(seller, "5", shop)
    quote = make_quote(shop, [free_line(discount="50")], owner=seller, team=seller.team)
    with pytest.raises(actions.NeedsApproval):
        mailed(quote, seller, own_account(seller, smtp_server))
    assert not Mail.objects.exists()


def test_the_dialog_begins_with_the_letter_and_sends_it(shop, quote, browser, smtp_server):
    account = own_account(shop, smtp_server)
    address = reverse("quotes:quote_mail", args=[quote.pk])
    page = browser.get(address, headers=HTMX).content.decode()
    assert "rahima@example.org" in page and "আমাদের কোটেশন" in page and f"{quote.number}-1.pdf" in page
    sent = {"account": account.pk, "to": "rahima", "subject": "Chairs", "body": "Here it is."}
    wrong = browser.post(address, sent, headers=HTMX)
    assert wrong.status_code == 422 and "Here it is." in wrong.content.decode()
    quote.refresh_from_db()
    assert quote.is_draft
    answer = browser.post(address, sent | {"to": "rahima@example.org"}, headers=HTMX)
    assert answer.headers["HX-Redirect"] == reverse("quotes:quote", args=[quote.pk])
    page = browser.get(reverse("quotes:quote", args=[quote.pk])).content.decode()
    assert "rahima@example.org" in page and "Waits to be sent" in page
    again = browser.get(address, headers=HTMX).content.decode()
    assert "Only open its page" not in again


def test_without_a_mailbox_it_says_how_to_get_one_and_the_page_can_still_be_opened(quote, browser):
    page = browser.get(reverse("quotes:quote_mail", args=[quote.pk]), headers=HTMX).content.decode()
    assert "There is no mailbox to write from" in page and reverse("channels:accounts") in page
    assert reverse("quotes:quote_sending", args=[quote.pk]) in page
    browser.post(reverse("quotes:quote_sending", args=[quote.pk]))
    quote.refresh_from_db()
    assert quote.state == QuoteState.SENT and not Mail.objects.exists()
    page = browser.get(reverse("quotes:quote_mail", args=[quote.pk]), headers=HTMX).content.decode()
    assert "/q/" in page


def test_the_house_rewrites_its_letter(shop, quote):
    letter = MailTemplate.objects.get(key="quote")
    texts = letter.texts | {
        "bn": {"subject": "নতুন {{quote.number}}", "body": "{{quote.total}} {{quote.link}}"}
    }
    channels.set_template(letter, actor=shop, name=str(letter), texts=texts)
    drafted = quote_to_send(shop, quote).letter
    assert drafted.subject == f"নতুন {quote.number}" and "/q/" in drafted.body
    with pytest.raises(ValidationError, match=r"quote\.nonsense"):
        wrong = {"en": {"subject": "A", "body": "{{quote.nonsense}}"}}
        channels.set_template(letter, actor=shop, name="", texts=wrong)


def test_by_rest_everything_is_proposed(shop, quote, browser, smtp_server):
    address = f"/api/v1/quotes/{quote.pk}/mails"
    refused = browser.post(address, {}, content_type="application/json")
    assert refused.status_code == 422 and "account_id" in refused.content.decode()
    own_account(shop, smtp_server)
    answer = browser.post(address, {}, content_type="application/json")
    assert answer.status_code == 201 and answer.json()["to"] == ["rahima@example.org"]
    assert Mail.objects.get().pk.hex == answer.json()["id"].replace("-", "")
    quote.refresh_from_db()
    assert quote.state == QuoteState.SENT


def test_the_button_pressed_twice_sends_once(shop, quote, smtp_server):
    account = own_account(shop, smtp_server)
    assert mailed(quote, shop, account) == mailed(quote, shop, account)
    assert mailed(quote, shop, account, body="Once more, with other words.").pk
    assert Mail.objects.count() == 2


@pytest.mark.parametrize("told_first", [True, False])
def test_the_timeline_says_that_the_sending_was_taken_back(shop, quote, smtp_server, told_first):
    """Whether the sending was told before or after; and what is sent again stands beside it, untouched."""
    account = own_account(shop, smtp_server)
    mail = mailed(quote, shop, account)
    [sent] = EventRecord.objects.filter(name="quotes.sent")
    steps = [lambda: deliver(sent.pk, "bandhu.quotes.subscribers.tell_sending")]
    steps.append(lambda: (channels.take_back(mail, actor=shop), deliver_all("channels.mail_taken_back")))
    for step in steps if told_first else reversed(steps):
        step()
    assert outcomes(shop, quote) == ["Taken back: the mail did not leave"]
    mailed(quote, shop, account)
    again = EventRecord.objects.filter(name="quotes.sent").order_by("pk").last()
    deliver(again.pk, "bandhu.quotes.subscribers.tell_sending")
    assert sorted(outcomes(shop, quote)) == ["", "Taken back: the mail did not leave"]


def outcomes(by, quote):
    return [entry.outcome for entry in timeline(by, quote.contact).items if entry.kind == "quote_sent"]
