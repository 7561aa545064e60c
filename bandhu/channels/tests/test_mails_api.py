"""Mails with files and replies to mails, by the API."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bandhu.channels.models import Mail
from bandhu.channels.queries import files_of_mail
from bandhu.channels.tests.post_office import own_account
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_user
from bandhu.privacy.purposes import ensure_purposes

pytestmark = pytest.mark.django_db
API = "/api/v1/mails"


@pytest.fixture
def desk(smtp_server):
    """Rupa's browser, Rupa with a mailbox of her own, and a customer."""
    ensure_purposes()
    rupa = make_user("Rupa Das", role="administrator")
    own_account(rupa, smtp_server)
    client = Client()
    client.force_login(rupa)
    return client, rupa, make_contact("Rahima Khatun", by=rupa)


def form(contact, **more):
    return {
        "contact_id": str(contact.pk),
        "to": "rahima@example.org",
        "subject": "Invoice",
        "body": "Here.",
        **more,
    }


def test_a_mail_takes_files_along(desk):
    client, rupa, rahima = desk
    files = [SimpleUploadedFile("invoice.pdf", b"%PDF-1.7 x"), SimpleUploadedFile("list.txt", b"rice")]
    answer = client.post(
        f"{API}/with-files", form(rahima, files=files, body="<b>Here</b>", body_format="html")
    )
    assert answer.status_code == 201, answer.content
    assert answer.json()["html"] == "<b>Here</b>" and answer.json()["contact_id"] == str(rahima.pk)
    kept = files_of_mail(rupa, Mail.objects.get())
    assert sorted(one.name for one in kept) == ["invoice.pdf", "list.txt"]


def test_a_reply_stands_in_the_thread_of_what_it_answers(desk):
    client, _rupa, rahima = desk
    first = client.post(f"{API}/with-files", form(rahima)).json()
    reply = form(rahima, subject="Re: Invoice", answers_id=first["id"])
    assert client.post(f"{API}/with-files", reply).json()["thread_id"] == first["thread_id"]
    as_json = client.post(API, reply | {"to": ["rahima@example.org"]}, content_type="application/json")
    assert as_json.json()["thread_id"] == first["thread_id"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"to": "nobody"}, "to"),
        ({"body": " "}, "body"),
        ({"contact_id": ""}, "contact_id"),
        ({"account_id": "0190a0a0-0000-7000-8000-000000000000"}, "account_id"),
    ],
)
def test_what_cannot_be_sent_is_refused_by_field(desk, sent, field):
    client, _rupa, rahima = desk
    answer = client.post(f"{API}/with-files", form(rahima, **sent))
    assert answer.status_code == 422 and any(field in name for name in answer.json()["errors"])
    assert not Mail.objects.exists()
