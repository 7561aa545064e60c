"""The signature under mails that are written from a record, in the language of the customer."""

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.channels import actions
from bandhu.channels.models import Mail, MailAccount
from bandhu.channels.signatures import unsigned
from bandhu.channels.tests.post_office import own_account
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.privacy.purposes import ensure_purposes

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SIGNATURES = {"en": "{{sender.name}}\nBandhu Traders", "bn": "{{sender.name}}\nবন্ধু ট্রেডার্স"}


@pytest.fixture
def rupa():
    ensure_purposes()
    return make_user("Rupa Das", role="administrator", team=make_team("Dhaka"))


@pytest.fixture
def account(rupa, smtp_server):
    found = own_account(rupa, smtp_server)
    return actions.change_account(found, actor=rupa, signatures=SIGNATURES)


@pytest.fixture
def client(rupa):
    client = Client()
    client.force_login(rupa)
    return client


def written_to(client, contact, account, **more):
    address = reverse("channels:contact_mail", args=[contact.pk])
    sent = {
        "account": account.pk, "to": contact.primary_mail, "subject": "Prices", "body": "Dear you", "purpose": "service",
    }  # fmt: skip
    return client.post(address, sent | more, headers=HTMX)


@pytest.mark.parametrize(
    ("language", "house"), [("bn", "বন্ধু ট্রেডার্স"), ("en", "Bandhu Traders"), ("ta", "Bandhu Traders")]
)
def test_a_mail_from_a_page_is_signed_in_the_customers_language(
    client, rupa, account, smtp_server, language, house
):
    rahima = make_contact("Rahima", by=rupa, mails=["rahima@example.org"], language=language)
    page = client.get(reverse("channels:contact_mail", args=[rahima.pk]), headers=HTMX).content.decode()
    assert house in page and "Rupa Das" in page
    assert written_to(client, rahima, account).status_code == 204
    mail = Mail.objects.get()
    assert mail.text == f"Dear you\n\n-- \nRupa Das\n{house}"
    assert house in mail.html
    Mail.objects.update(send_at=mail.written_at)
    actions.send_queued(mail.pk)
    [(_sender, _recipients, sent)] = smtp_server.taken
    assert house in sent.get_body(("plain",)).get_content()


def test_taken_back_and_sent_again_it_is_signed_once(client, rupa, account):
    rahima = make_contact("Rahima", by=rupa, mails=["rahima@example.org"], language="bn")
    written_to(client, rahima, account)
    draft = actions.take_back(Mail.objects.get(), actor=rupa)
    address = reverse("channels:contact_mail", args=[rahima.pk])
    page = client.get(address, {"draft": draft.pk}, headers=HTMX)
    assert page.context["form"]["body"].value() == "Dear you"
    written = {"account": account.pk, "to": "rahima@example.org", "subject": "Prices", "purpose": "service"}
    client.post(f"{address}?draft={draft.pk}", written | {"body": "Dear you"}, headers=HTMX)
    assert Mail.objects.get().text.count("বন্ধু ট্রেডার্স") == 1


def test_without_a_signature_and_by_programs_that_do_not_ask_nothing_is_added(client, rupa, account):
    rahima = make_contact("Rahima", by=rupa, mails=["rahima@example.org"])
    asked = {"contact_id": str(rahima.pk), "to": ["rahima@example.org"], "subject": "Hello", "body": "Yes"}
    for more in ({}, {"is_signed": True}):
        answer = client.post("/api/v1/mails", asked | more, content_type="application/json")
        assert answer.status_code == 201
    assert [one.text.partition("\n")[0] for one in Mail.objects.all()] == ["Yes", "Yes"]
    assert [("-- " in one.text) for one in Mail.objects.order_by("pk")] == [False, True]
    assert (
        client.post(
            "/api/v1/mails", asked | {"is_signed": "yes"}, content_type="application/json"
        ).status_code
        == 422
    )
    MailAccount.objects.update(signatures={})
    written_to(client, rahima, account)
    assert Mail.objects.order_by("pk").last().text == "Dear you"


def test_ones_own_mailbox_has_a_signature_on_its_page(client, rupa, account):
    address = reverse("channels:account", args=[account.pk])
    form = client.get(address).context["form"]
    assert {one.name for one in form.signatures()} >= {"signature_en", "signature_bn", "signature_ta"}
    sent = {name: value for name in form.fields if (value := form[name].value()) not in (None, "", False)}
    assert client.post(address, sent | {"signature_ta": "நண்பன்"}).status_code == 302
    account.refresh_from_db()
    assert account.signatures["ta"] == "நண்பன்" and account.signatures["bn"] == SIGNATURES["bn"]


@pytest.mark.parametrize(
    ("text", "signature", "left"),
    [
        ("Yes\n\n-- \nRupa", "Rupa", "Yes"),
        ("Yes\n\n-- \nRupa", "Sima", "Yes\n\n-- \nRupa"),
        ("Rupa", "Rupa", "Rupa"),
        ("Yes", "", "Yes"),
    ],
)
def test_only_this_signature_is_taken_off(text, signature, left):
    assert unsigned(text, signature) == left
