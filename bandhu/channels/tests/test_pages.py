"""Mail on a screen: written from a customer's page, taken back, begun from a letter; accounts set up and tried out."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bandhu.channels import actions, queries
from bandhu.channels.models import Mail, MailAccount, MailTemplate, RawNotice
from bandhu.channels.tests.channel_cast import make_channel, read_all, told
from bandhu.channels.tests.post_office import house_account, letter, own_account
from bandhu.customers.actions.attachments import attach_file
from bandhu.customers.tests.cast import make_company, make_contact
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform.files import files_of
from bandhu.privacy.purposes import ensure_purposes

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def rupa():
    ensure_purposes()
    return make_user("Rupa", role="administrator", team=make_team("Dhaka"))


@pytest.fixture
def rahima(rupa):
    return make_contact("Rahima Khatun", by=rupa, mails=["rahima@example.org"], language="bn")


@pytest.fixture
def client(rupa):
    client = Client()
    client.force_login(rupa)
    return client


def test_written_from_the_contacts_page_and_taken_back(client, rupa, rahima, smtp_server):
    account = own_account(rupa, smtp_server)
    attach_file(rahima, actor=rupa, name="price.txt", content=[b"12 taka"])
    assert (
        reverse("channels:contact_mail", args=[rahima.pk])
        in client.get(reverse("customers:contact", args=[rahima.pk])).content.decode()
    )
    address = reverse("channels:contact_mail", args=[rahima.pk])
    page = client.get(address, headers=HTMX).content.decode()
    assert "rahima@example.org" in page and "price.txt" in page
    sent = {
        "account": account.pk,
        "to": "rahima@example.org",
        "subject": "Prices",
        "body": "Enclosed.",
        "purpose": "service",
    }
    enclosed = {"enclosed": [files_of(rahima.pk)[0].pk], "uploads": SimpleUploadedFile("note.txt", b"hello")}
    answer = client.post(address, sent | enclosed, headers=HTMX)
    assert answer.status_code == 204 and "ten seconds" in answer.headers["HX-Trigger"]
    mail = Mail.objects.get()
    assert {one.name for one in files_of(mail.pk)} == {"price.txt", "note.txt"}
    entry = client.get(reverse("interactions:contact_timeline", args=[rahima.pk])).content.decode()
    assert "Prices" in entry and "Waits to be sent" in entry and "price.txt" in entry

    client.post(reverse("channels:mail_taking_back", args=[mail.pk]))
    entry = client.get(reverse("interactions:contact_timeline", args=[rahima.pk])).content.decode()
    assert "Prices" not in entry
    draft = client.get(address, {"draft": mail.pk}, headers=HTMX).content.decode()
    assert "Enclosed." in draft and "note.txt" in draft
    client.post(f"{address}?draft={mail.pk}", sent | {"subject": "Better prices"})
    assert Mail.objects.get().subject == "Better prices"


def test_what_is_wrong_is_said_beside_it_and_nothing_is_lost(client, rupa, rahima, smtp_server):
    account = own_account(rupa, smtp_server)
    address = reverse("channels:contact_mail", args=[rahima.pk])
    sent = {
        "account": account.pk,
        "to": "rahima",
        "subject": "Prices",
        "body": "Dear Rahima",
        "purpose": "service",
    }
    answer = client.post(address, sent, headers=HTMX)
    assert answer.status_code == 422
    assert "@ sign" in answer.content.decode() and "Dear Rahima" in answer.content.decode()
    answer = client.post(address, sent | {"to": "rahima@example.org", "purpose": "marketing"}, headers=HTMX)
    assert answer.status_code == 422 and "has not agreed" in answer.content.decode()


def test_a_letter_speaks_the_customers_language_and_says_what_is_missing(client, rupa, rahima, smtp_server):
    own_account(rupa, smtp_server)
    texts = {
        "en": {"subject": "Hello", "body": "Dear {{contact.given_name}}"},
        "bn": {
            "subject": "শুভেচ্ছা",
            "body": "{{contact.full_name}}, {{contact.nickname|বন্ধু}} {{company.name}} <b>",
        },
    }
    letter = actions.set_template(None, actor=rupa, name="Greeting", texts=texts)
    address = reverse("channels:contact_mail", args=[rahima.pk])
    page = client.get(address, {"template": letter.pk}, headers=HTMX).content.decode()
    assert "শুভেচ্ছা" in page and "Rahima Khatun, বন্ধু  &lt;b&gt;" in page
    assert "left empty" in page and "Company" in page


def test_letters_are_written_on_a_screen(client, rupa):
    data = {
        "name": "Thanks",
        "purpose": "service",
        "is_active": "on",
        "subject_en": "Thank you",
        "body_en": "{{contact.phone}}",
    }
    answer = client.post(reverse("channels:template_new"), data)
    assert answer.status_code == 422 and "contact.phone" in answer.content.decode()
    assert (
        client.post(
            reverse("channels:template_new"), data | {"body_en": "Dear {{contact.full_name}}"}
        ).status_code
        == 302
    )
    assert "Thanks" in client.get(reverse("channels:templates")).content.decode()


def test_an_account_is_set_up_and_tried_out(client, rupa, smtp_server):
    data = {
        "address": "rupa@example.com", "smtp_host": "127.0.0.1", "smtp_port": smtp_server.port, "smtp_security": "none",
        "imap_port": 993, "imap_security": "tls", "intake": "customers", "sharing": "all", "folder": "INBOX", "is_active": "on",
    }  # fmt: skip
    assert client.post(reverse("channels:account_new_own"), data).status_code == 302
    account = MailAccount.objects.get()
    page = client.post(reverse("channels:account_trial", args=[account.pk])).content.decode()
    assert "It works" in page
    smtp_server.stop()
    page = client.post(reverse("channels:account_trial", args=[account.pk])).content.decode()
    assert "refuses the connection" in page
    answer = client.post(reverse("channels:account", args=[account.pk]), data | {"address": "nobody"})
    assert answer.status_code == 422
    client.post(reverse("channels:account_deletion", args=[account.pk]))
    assert not MailAccount.objects.exists()


def test_by_rest(client, rupa, rahima, smtp_server):
    account = own_account(rupa, smtp_server, smtp_user="rupa", smtp_password="hush hush")
    sent = {
        "contact_id": str(rahima.pk),
        "to": ["rahima@example.org"],
        "subject": "By REST",
        "body": "<b>Hi</b><script>x()</script>",
        "is_html": True,
    }
    answer = client.post("/api/v1/mails", sent, content_type="application/json")
    assert answer.status_code == 201 and answer.json()["html"] == "<b>Hi</b>"
    mail_id = answer.json()["id"]
    listed = client.get("/api/v1/mails", {"contact_id": rahima.pk}).json()["items"]
    assert [one["id"] for one in listed] == [mail_id]
    assert client.post(f"/api/v1/mails/{mail_id}/taking-back").json()["state"] == "draft"
    accounts = client.get("/api/v1/mail-accounts").content.decode()
    assert str(account.pk) in accounts and "secret" not in accounts and "hush" not in accounts
    refused = client.post("/api/v1/mails", sent | {"to": ["nobody"]}, content_type="application/json")
    assert refused.status_code == 422 and "to" in refused.content.decode()
    other = Client()
    other.force_login(make_user("Karim", role="read_only"))
    assert other.post("/api/v1/mails", sent, content_type="application/json").status_code == 403


def test_pages_of_mail(client, rupa, rahima, smtp_server, count_queries):
    account = own_account(rupa, smtp_server)
    firm = make_company("Padma", by=rupa)
    made = [
        actions.write_mail(one, actor=rupa, account=account, to=["a@example.org"], subject=f"Mail {number}", body="Text")
        for number, one in enumerate([rahima, rahima, firm])
    ]  # fmt: skip
    places = {
        "mails": reverse("channels:mails"),
        "mail": reverse("channels:mail", args=[made[0].pk]),
        "accounts": reverse("channels:accounts"),
        "account": reverse("channels:account", args=[account.pk]),
        "contact_mail": reverse("channels:contact_mail", args=[rahima.pk]),
    }
    for name, place in places.items():
        client.get(place)
        with count_queries(name):
            assert client.get(place).status_code == 200


def test_ready_made_letters_stand_among_the_others_and_say_so(client, rupa):
    listed = client.get(reverse("channels:templates")).content.decode()
    assert "Letter with a quote" in listed and "goes out by itself" in listed
    letter = MailTemplate.objects.get(key="booking_reminder")
    address = reverse("channels:template", args=[letter.pk])
    page = client.get(address).content.decode()
    assert "booking.link" in page and "as long as it is in use" in page
    data = {"name": str(letter), "purpose": "service", "is_active": "on"}
    data |= {"subject_en": "Soon: {{meeting.title}}", "body_en": "{{booking.link}}"}
    assert client.post(address, data).status_code == 302
    letter.refresh_from_db()
    assert letter.texts["en"]["subject"] == "Soon: {{meeting.title}}" and letter.name == ""
    offered = {str(one) for one in queries.templates(rupa)}
    assert str(letter) not in offered


def test_pages_of_mailboxes_and_channels(client, rupa, count_queries):
    office = house_account(rupa, imap_host="mail.example.invalid", history="all", sent_folder="Sent")
    raw = letter("Page")
    raw.add_alternative('<p>See.</p><img src="https://example.org/a.png">', subtype="html")
    mail = actions.receive_mail(office, raw.as_bytes())
    channel = make_channel()
    for number in range(3):
        told(channel, {"type": "message"}, f"n{number}")
    read_all()
    places = {
        "past": reverse("channels:account", args=[office.pk]),
        "mail_with_pictures": reverse("channels:mail", args=[mail.pk]),
        "mail_page": reverse("channels:mail_page", args=[mail.pk]),
        "providers": reverse("channels:providers"),
        "signing_keys": reverse("channels:signing_keys"),
        "channels": reverse("channels:channels"),
        "channel": reverse("channels:channel", args=[channel.pk]),
        "notices": reverse("channels:channel_kept", args=[channel.pk]),
        "notice": reverse("channels:channel_notice", args=[RawNotice.objects.first().pk]),
    }
    for name, place in places.items():
        client.get(place)
        with count_queries(name):
            assert client.get(place).status_code == 200
    shown = client.get(places["past"], headers=HTMX).content.decode()
    assert 'id="health"' in shown and "<html" not in shown and "every 3s" in shown
