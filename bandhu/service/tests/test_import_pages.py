"""The wizard with an export: it knows what it is, asks for the mailbox, tries it out, and shows what came."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bandhu.channels.models import MailAccount
from bandhu.channels.tests.post_office import letter
from bandhu.customers.actions import import_runs
from bandhu.customers.models import Import
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.models import Conversation
from bandhu.service.models import Ticket
from bandhu.service.tests.exports import zendesk_ticket, zendesk_zip

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    return make_user("Rupa", role="administrator", time_zone="UTC")


@pytest.fixture
def signed_in(rupa):
    client = Client()
    client.force_login(rupa)
    return client


def test_an_export_by_the_wizard(rupa, signed_in):
    office = MailAccount.objects.create(name="Office", address="office.com", key="office.com", intake="inbox")
    file = SimpleUploadedFile("export.zip", zendesk_zip(zendesk_ticket(), "{broken"))
    answer = signed_in.post(reverse("customers:imports"), {"file": file})
    run = Import.objects.get()
    assert (answer.status_code, run.kind, run.options["source"]) == (302, "tickets", "zendesk")
    look = signed_in.get(answer.headers["Location"])
    assert look.status_code == 200 and "Two hundred sacks" in look.content.decode()
    onward = signed_in.post(
        reverse("customers:import_look", args=[run.pk]), {"kind": "contacts", "next": "1"}
    )
    assert "columns" in onward.headers["Location"]
    assert signed_in.get(onward.headers["Location"]).status_code == 200
    options = signed_in.get(reverse("customers:import_options", args=[run.pk]))
    assert "Answers leave by" in options.content.decode()
    chosen = {
        "match": ["external_id", "email"],
        "on_match": "update",
        "overwrite": "no",
        "source": "zendesk",
        "place": str(office.pk),
    }
    assert signed_in.post(reverse("customers:import_options", args=[run.pk]), chosen).status_code == 302
    run.refresh_from_db()
    assert run.preview, (run.state, run.error)
    page = signed_in.get(reverse("customers:import", args=[run.pk])).content.decode()
    assert "This part of the file is no whole record" in page and not Ticket.objects.exists()
    signed_in.post(reverse("customers:import_start", args=[run.pk]))
    import_runs.run_import(str(run.pk))
    run.refresh_from_db()
    assert (run.kind, run.created, run.failed) == ("tickets", 1, 1)
    assert Conversation.objects.get().place == office.pk
    shown = signed_in.get(reverse("customers:import", args=[run.pk])).content.decode()
    assert reverse("service:ticket", args=[Ticket.objects.get().pk]) in shown
    ticket = signed_in.get(reverse("service:ticket", args=[Ticket.objects.get().pk])).content.decode()
    assert "From zendesk, number 101 there" in ticket and "New ones <b>leave</b> today" in ticket


def test_a_mailbox_by_the_wizard(rupa, signed_in):
    office = MailAccount.objects.create(name="Office", address="office.com", key="office.com", intake="inbox")
    raw = (
        b"From - Mon May  2 09:00:00 2022\n"
        + letter("Rice", "?", From="ann@example.org", To=office.address).as_bytes()
    )
    signed_in.post(reverse("customers:imports"), {"file": SimpleUploadedFile("Inbox.mbox", raw)})
    run = Import.objects.get()
    onward = signed_in.post(reverse("customers:import_look", args=[run.pk]), {"kind": "mails", "next": "1"})
    assert onward.headers["Location"] == reverse("customers:import_options", args=[run.pk])
    page = signed_in.get(onward.headers["Location"]).content.decode()
    assert "The mailbox they were in" in page and "Rows whose record exists" not in page
    signed_in.post(onward.headers["Location"], {"mailbox": str(office.pk)})
    assert signed_in.get(reverse("customers:import", args=[run.pk])).status_code == 200
    run.refresh_from_db()
    assert run.preview["created"] == 1
