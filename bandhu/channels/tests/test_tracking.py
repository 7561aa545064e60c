"""Opened mails and followed links: noted where house, mailbox and contact allow it, and never about our own people."""

import html
import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.channels import actions, queries
from bandhu.channels.models import Mail, TrackedLink
from bandhu.channels.tests.post_office import own_account
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform.events import deliver
from bandhu.platform.models import EventRecord
from bandhu.privacy.actions import give_consent, withdraw_consent
from bandhu.privacy.purposes import Purpose, ensure_purposes

pytestmark = pytest.mark.django_db
BROWSER = {
    "User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
}
BERLIN = {"street": "Hauptstraße 1", "city": "Berlin", "postcode": "10115", "country": "DE"}
BODY = "Our prices: https://example.com/prices?of=rice&year=2026. And ours: http://localhost:8000/q/abc/"


@pytest.fixture
def rupa():
    ensure_purposes()
    return make_user("Rupa", role="administrator", team=make_team("Dhaka"))


@pytest.fixture
def rahima(rupa):
    return make_contact(
        "Rahima Khatun", by=rupa, mails=["rahima@example.org"], addresses=[{"country": "BD"}], team=rupa.team
    )


@pytest.fixture
def account(rupa, smtp_server):
    actions.set_tracking("agreed", actor=rupa)
    return own_account(rupa, smtp_server, tracks=True)


def agree(contact, by):
    give_consent(contact, actor=by, purpose=Purpose.objects.get(key="tracking"), method="said")


def sent(customer, by, account, server, **values):
    """Written, delivered and a while ago; returns the mail and the HTML that arrived."""
    usual = {"to": [customer.primary_mail], "subject": "Prices", "body": BODY}
    mail = actions.write_mail(customer, actor=by, account=account, **(usual | values))
    Mail.objects.filter(pk=mail.pk).update(send_at=timezone.now())
    actions.send_queued(mail.pk)
    Mail.objects.filter(pk=mail.pk).update(data_at=timezone.now() - timedelta(minutes=5))
    return Mail.objects.get(pk=mail.pk), server.taken[-1][2]


def addresses(message):
    """(links, picture) as paths."""
    page = html.unescape(message.get_body(["html"]).get_content())
    links = re.findall(r'href="http://localhost:8000(/m/[^"]+)"', page)
    pictures = re.findall(r'src="http://localhost:8000(/m/[^"]+)"', page)
    return links, pictures[0] if pictures else None


def look(path, client=None, **headers):
    return (client or Client()).get(
        path, headers=BROWSER | {name.replace("_", "-"): value for name, value in headers.items()}
    )


def counted(mail):
    mail.refresh_from_db()
    return mail.opens, mail.clicks, mail.looks_by_programs


def test_opened_and_clicked_is_said_on_the_timeline(rupa, rahima, account, smtp_server):
    agree(rahima, rupa)
    mail, message = sent(rahima, rupa, account, smtp_server)
    [link], picture = addresses(message)
    assert "example.com" not in link and str(mail.pk) not in link + picture
    assert "https://example.com/prices?of=rice&year=2026." in message.get_body(["plain"]).get_content()
    answer = look(picture)
    assert answer["Content-Type"] == "image/gif" and "no-store" in answer["Cache-Control"]
    look(picture)  # within a minute: the same look
    answer = look(link)
    assert answer.status_code == 302 and answer["Location"] == "https://example.com/prices?of=rice&year=2026"
    assert counted(mail) == (1, 1, 0)
    Mail.objects.filter(pk=mail.pk).update(opened_at=timezone.now() - timedelta(hours=3))
    look(picture)
    assert counted(mail) == (2, 1, 0)
    client = Client()
    client.force_login(rupa)
    entry = client.get(reverse("interactions:contact_timeline", args=[rahima.pk])).content.decode()
    assert "Opened 2 times" in entry and "A link followed" in entry
    page = client.get(reverse("channels:mail", args=[mail.pk])).content.decode()
    assert "https://example.com/prices" in page
    assert client.get(f"/api/v1/mails/{mail.pk}").json()["opens"] == 2
    assert EventRecord.objects.filter(name="channels.mail_opened").count() == 1


def test_nothing_is_noted_unless_everybody_allows_it(rupa, rahima, account, smtp_server):
    untracked = ([], None)
    assert addresses(sent(rahima, rupa, account, smtp_server)[1]) == untracked
    agree(rahima, rupa)
    assert addresses(sent(rahima, rupa, account, smtp_server)[1]) != untracked
    assert addresses(sent(rahima, rupa, account, smtp_server, cc=["cousin@example.org"])[1]) == untracked
    actions.change_account(account, actor=rupa, tracks=False)
    assert addresses(sent(rahima, rupa, account, smtp_server)[1]) == untracked
    actions.change_account(account, actor=rupa, tracks=True)
    actions.set_tracking("off", actor=rupa)
    account.refresh_from_db()
    mail, message = sent(rahima, rupa, account, smtp_server)
    assert addresses(message) == untracked and not mail.tracked.exists()


@pytest.mark.parametrize(
    ("country", "birthday", "tracked"),
    [("BD", None, True), ("DE", None, False), ("", None, False), ("BD", date(2015, 1, 1), False)],
)
def test_where_the_law_asks_for_consent_silence_is_none(
    rupa, account, smtp_server, country, birthday, tracked
):
    actions.set_tracking("unless_refused", actor=rupa)
    places = {"BD": [{"city": "Dhaka", "country": "BD"}], "DE": [BERLIN]}.get(country, [])
    contact = make_contact("Anna", by=rupa, mails=["anna@example.org"], addresses=places, birthday=birthday)
    _mail, message = sent(contact, rupa, account, smtp_server)
    assert (addresses(message)[1] is not None) == tracked
    withdraw_consent(contact, actor=rupa, purpose=Purpose.objects.get(key="tracking"), method="said")
    assert addresses(sent(contact, rupa, account, smtp_server)[1])[1] is None


def test_who_withdraws_is_forgotten_and_links_go_on_working(rupa, rahima, account, smtp_server):
    agree(rahima, rupa)
    mail, message = sent(rahima, rupa, account, smtp_server)
    [link], picture = addresses(message)
    look(picture)
    withdraw_consent(rahima, actor=rupa, purpose=Purpose.objects.get(key="tracking"), method="said")
    record = EventRecord.objects.get(name="privacy.consent_withdrawn")
    deliver(record.pk, "bandhu.channels.subscribers.forget_what_was_noted")
    assert counted(mail) == (0, 0, 0)
    look(picture)
    assert look(link).status_code == 302 and counted(mail) == (0, 0, 0)


def test_our_own_people_do_not_count(rupa, rahima, account, smtp_server):
    agree(rahima, rupa)
    mail, message = sent(rahima, rupa, account, smtp_server)
    [link], picture = addresses(message)
    client = Client()
    client.force_login(make_user("Karim", role="sales", team=rupa.team))
    look(picture, client)
    assert look(link, client).status_code == 302 and counted(mail) == (0, 0, 0)
    colleague = make_contact("Karim", by=rupa, mails=["karim@example.com"])
    agree(colleague, rupa)
    assert addresses(sent(colleague, rupa, account, smtp_server)[1])[1] is None


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Mozilla/5.0"},
        {"User-Agent": "Barracuda Sentinel"},
        {"User-Agent": ""},
        {"Sec_Purpose": "prefetch;prerender"},
    ],
)
def test_programs_are_told_apart(rupa, rahima, account, smtp_server, headers):
    agree(rahima, rupa)
    mail, message = sent(rahima, rupa, account, smtp_server)
    [link], picture = addresses(message)
    look(picture, **headers)
    assert look(link, **headers).status_code == 302
    assert counted(mail) == (0, 0, 1)


def test_what_comes_at_once_is_a_scanner_and_gmails_proxy_is_a_reader(rupa, rahima, account, smtp_server):
    agree(rahima, rupa)
    mail, message = sent(rahima, rupa, account, smtp_server)
    _links, picture = addresses(message)
    Mail.objects.filter(pk=mail.pk).update(data_at=timezone.now())
    look(picture)
    assert counted(mail) == (0, 0, 1)
    Mail.objects.filter(pk=mail.pk).update(data_at=timezone.now() - timedelta(hours=1))
    look(picture, User_Agent="Mozilla/5.0 (via ggpht.com GoogleImageProxy)")
    assert counted(mail) == (1, 0, 1)


def test_there_is_no_open_redirect(rupa, rahima, account, smtp_server):
    agree(rahima, rupa)
    mail, message = sent(rahima, rupa, account, smtp_server)
    [link], picture = addresses(message)
    token = link.split("/")[3]
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")
    for wrong in (forged, "x" * 500, "", "!!!", picture.split("/")[3].removesuffix(".gif")):
        path = f"/m/l/{wrong}/?url=https://evil.example" if wrong else "/m/l//"
        assert "evil" not in look(path).headers.get("Location", "")
        assert look(path).status_code == 404
    assert look(f"/m/o/{forged}.gif").status_code == 200 and counted(mail) == (0, 0, 0)
    assert look(f"{link}?next=https://evil.example")["Location"].startswith("https://example.com/")


def test_retried_mails_carry_the_same_addresses(rupa, rahima, account, smtp_server):
    agree(rahima, rupa)
    mail, message = sent(rahima, rupa, account, smtp_server)
    Mail.objects.filter(pk=mail.pk).update(state="failed")
    mail.recipients.update(state="waiting")
    actions.send_again(mail, actor=rupa)
    actions.send_queued(mail.pk)
    assert addresses(smtp_server.taken[-1][2]) == addresses(message)
    assert TrackedLink.objects.filter(mail=mail).count() == 2


def test_the_house_decides_on_a_screen(rupa):
    client = Client()
    client.force_login(rupa)
    assert queries.tracking() == "off"
    assert client.post(reverse("channels:tracking"), {"mode": "all"}).status_code == 422
    assert client.post(reverse("channels:tracking"), {"mode": "unless_refused"}).status_code == 302
    assert queries.tracking() == "unless_refused"


def test_our_own_browser_counts_as_ours_without_its_session_too(rupa, rahima, account, smtp_server):
    agree(rahima, rupa)
    mail, message = sent(rahima, rupa, account, smtp_server)
    _links, picture = addresses(message)
    client = Client()
    client.force_login(rupa)
    client.get(reverse("channels:mails"), headers=BROWSER)
    look(picture)  # a picture inside a webmail comes without the cookie
    assert counted(mail) == (0, 0, 0)
    look(picture, User_Agent=BROWSER["User-Agent"].replace("140", "139"))
    assert counted(mail) == (1, 0, 0)
