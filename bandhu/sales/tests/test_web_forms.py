"""Web forms: what strangers may send, and what programs may not."""

import re
import time

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.calendars.business_time import add_business_time
from bandhu.calendars.queries import usual_timetable
from bandhu.customers.actions import create_contact
from bandhu.customers.models import Company, Contact
from bandhu.customers.tests.cast import make_company
from bandhu.identity.tests.cast import make_team
from bandhu.interactions.models import Interaction
from bandhu.platform import submission_guard
from bandhu.privacy.models import Consent, ConsentProof
from bandhu.privacy.queries import may_contact
from bandhu.sales.actions import submit_web_form
from bandhu.sales.models import Lead, LeadSource
from bandhu.sales.tests.cast import make_seller, make_web_form

pytestmark = pytest.mark.django_db
ANIKA = {
    "full_name": "Anika Rahman",
    "mail": "anika@example.org",
    "phone": "01712345678",
    "message": "Two hundred sacks?",
}


@pytest.fixture
def form():
    return make_web_form(by=make_seller("Rupa", role="administrator", team=make_team("Dhaka")))


@pytest.fixture
def address(form):
    return reverse("sales:web_form", args=[form.slug])


def ticket_of(page):
    return re.search(r'name="ticket" value="([^"]+)"', page.content.decode())[1]


def open_and_wait(address, monkeypatch, seconds=30, **query):
    """The ticket of a form that was opened so long ago."""
    opened = signing.b62_encode(int(time.time()) - seconds)
    with monkeypatch.context() as earlier:
        earlier.setattr(signing.TimestampSigner, "timestamp", lambda self: opened)
        page = Client().get(address, query)
    assert page.status_code == 200
    return ticket_of(page)


def test_a_submission_becomes_a_lead_with_source_traces_and_consent(form, address, monkeypatch):
    query = {
        "utm_campaign": "spring",
        "utm_source": "letter",
        "page": "https://shop.example/rice?x=1",
        "ref": "https://search.example/",
    }
    ticket = open_and_wait(address, monkeypatch, **query)
    consent = form.consents.get()
    answer = Client().post(
        address, ANIKA | query | {"ticket": ticket, "lang": "bn", f"consent_{consent.pk}": "on"}
    )
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("sales:web_form_thanks", args=[form.slug]) + "?lang=bn",
    )
    assert "ধন্যবাদ!" in Client().get(answer["Location"]).content.decode()
    lead = Lead.objects.get()
    assert (str(lead.source), lead.campaign, lead.utm_source, lead.team) == (
        "Website",
        "spring",
        "letter",
        form.team,
    )
    assert (lead.landing_page, lead.referrer, lead.language) == (query["page"], query["ref"], "bn")
    assert lead.answers["phone"] == "01712345678"
    assert Interaction.objects.filter(contact=lead.contact, kind="lead_received").count() == 1
    proof = ConsentProof.objects.get()
    assert (proof.method, proof.wording, proof.language) == ("form", "খবর পাঠাতে পারেন।", "bn")
    assert may_contact(lead.contact, "marketing", "mail")


def test_what_is_not_ticked_is_not_agreed_to(form, address, monkeypatch):
    ticket = open_and_wait(address, monkeypatch)
    Client().post(address, ANIKA | {"ticket": ticket})
    assert Lead.objects.count() == 1
    assert not Consent.objects.exists()


def test_sent_twice_is_one_lead(form, address, monkeypatch):
    ticket = open_and_wait(address, monkeypatch)
    answers = [Client().post(address, ANIKA | {"ticket": ticket}) for _twice in range(2)]
    assert [one.status_code for one in answers] == [302, 302]
    assert Lead.objects.count() == Contact.objects.count() == 1


def test_somebody_in_the_book_is_found_and_stays_as_they_are(form, address, monkeypatch):
    boss = make_seller("Boss", role="administrator")
    known = create_contact(actor=boss, full_name="Anika Rahman", mails=["anika@example.org"])
    ticket = open_and_wait(address, monkeypatch)
    Client().post(address, ANIKA | {"ticket": ticket})
    assert Lead.objects.get().contact == known
    assert known.phones.count() == 0


def test_programs_are_kept_out(form, address, monkeypatch):
    early = ticket_of(Client().get(address))
    assert Client().post(address, ANIKA | {"ticket": early}).status_code == 422
    assert Client().post(address, ANIKA | {"ticket": "forged"}).status_code == 422
    ticket = open_and_wait(address, monkeypatch)
    trapped = Client().post(address, ANIKA | {"ticket": ticket, "website": "https://spam.example"})
    assert trapped.status_code == 302
    form.refresh_from_db()
    assert (Lead.objects.count(), form.refused) == (0, 1)


def test_a_ticket_of_another_form_or_of_yesterday_asks_to_send_again(form, address, monkeypatch):
    other = submission_guard.new_ticket("another")
    ticket = open_and_wait(address, monkeypatch, seconds=25 * 3600)
    for stale in (other, ticket):
        page = Client().post(address, ANIKA | {"ticket": stale})
        assert page.status_code == 422
        assert 'value="Anika Rahman"' in page.content.decode()
    assert not Lead.objects.exists()


def test_one_address_may_not_send_without_end(form, address, monkeypatch):
    ticket = open_and_wait(address, monkeypatch)
    statuses = [Client().post(address, {"ticket": ticket}).status_code for _n in range(12)]
    assert statuses[:10] == [422] * 10
    assert statuses[-1] == 429


@pytest.mark.parametrize(
    "hostile",
    [
        {"phone": "not a number"},
        {"mail": "no mail"},
        {"full_name": "x" * 500},
        {"full_name": "\x00\x00"},
        {"message": "y" * 9000},
        {"full_name": ""},
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_is_lost(form, address, monkeypatch, hostile):
    ticket = open_and_wait(address, monkeypatch)
    page = Client().post(address, ANIKA | hostile | {"ticket": ticket})
    assert page.status_code == 422
    assert "Two hundred sacks?" in page.content.decode() or "message" in hostile
    assert not Lead.objects.exists()
    assert not Contact.objects.exists()


def test_script_in_every_value_is_only_text(form, address, monkeypatch):
    ticket = open_and_wait(address, monkeypatch, ref='"><script>alert(1)</script>')
    evil = '"><script>alert(1)</script>'
    Client().post(
        address,
        {
            "full_name": evil,
            "mail": "a@example.org",
            "phone": "01712345678",
            "message": evil,
            "ticket": ticket,
            "page": evil,
        },
    )
    lead, client = Lead.objects.get(), Client()
    client.force_login(make_seller("Boss", role="administrator"))
    page = client.get(reverse("sales:lead", args=[lead.pk])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_it_may_stand_in_a_frame_and_sets_no_cookie(form, address):
    page = Client().get(address)
    assert "X-Frame-Options" not in page
    assert "frame-ancestors *" in page["Content-Security-Policy"]
    assert not page.cookies
    inside = Client().get(reverse("account_login"))
    assert inside["X-Frame-Options"] == "DENY"


def test_its_languages(form, address):
    assert 'lang="ta"' in Client().get(address, {"lang": "ta"}).content.decode()[:200]
    assert (
        'lang="en"'
        in Client().get(address, {"lang": "xx"}, headers={"accept-language": "de"}).content.decode()[:200]
    )


def test_the_line_for_other_websites(form):
    answer = Client().get(reverse("sales:web_form_script", args=[form.slug]))
    assert answer["Content-Type"].startswith("text/javascript")
    assert f"/f/{form.slug}/" in answer.content.decode().replace("\\u002D", "-")


def test_a_form_out_of_use_is_gone(form, address):
    form.is_active = False
    form.save()
    assert Client().get(address).status_code == 404
    assert Client().get("/f/never-was/").status_code == 404


def test_the_clock_runs_from_the_submission(form, address, monkeypatch):
    ticket = open_and_wait(address, monkeypatch)
    Client().post(address, ANIKA | {"ticket": ticket})
    lead = Lead.objects.get()
    assert LeadSource.objects.get(name="Website") == lead.source
    assert lead.response_due_at == add_business_time(usual_timetable(), lead.received_at, 4 * 60)
    assert lead.received_at <= timezone.now()


def test_company_job_and_town_of_a_new_person_are_kept(form):
    padma = make_company("Padma Jute", by=make_seller("Mina", role="administrator"))
    typed = ANIKA | {"company": " padma  JUTE ", "job_title": "Buyer", "city": "Khulna"}
    lead = submit_web_form(form, submission="one", values=typed)
    anika = lead.contact
    assert (anika.company, lead.company, anika.job_title, anika.city) == (padma, padma, "Buyer", "Khulna")
    other = {"full_name": "Nazma", "mail": "nazma@example.net", "company": "Meghna Rice", "city": "Bogura"}
    made = submit_web_form(form, submission="two", values=other).contact.company
    assert (made.name, made.team, made.lifecycle) == ("Meghna Rice", form.team, "lead")
    # Who is known stays as they are: whoever writes a form has proved nothing.
    again = submit_web_form(
        form, submission="three", values=typed | {"company": "Meghna Rice", "city": "Dhaka"}
    )
    assert (again.contact, again.contact.company, again.contact.city) == (anika, padma, "Khulna")
    assert Company.objects.count() == 2
