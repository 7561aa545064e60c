"""What stands among the messages of a ticket: who wrote each, to whom an answer goes, and answers taken back."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import grant, make_user
from bandhu.inbox.models import Draft
from bandhu.interactions.actions import Correspondent, start_conversation, take_in_message
from bandhu.interactions.models import Message
from bandhu.platform.models import StoredFile
from bandhu.service import actions, queries
from bandhu.service.tests.cast import make_agent, make_conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def rafiq():
    return make_agent()


@pytest.fixture
def client(rafiq):
    client = Client()
    client.force_login(rafiq)
    return client


def shown(client: Client, ticket) -> str:
    page = client.get(reverse("service:ticket", args=[ticket.pk])).content.decode()
    return page[page.index('id="panel"') :]


def merged(by):
    """A ticket of Rahima into which a chat of Nazrul was merged."""
    rahima, nazrul = make_contact("Rahima", by=by), make_contact("Nazrul", by=by)
    kept = actions.make_ticket_of(make_conversation("No sacks", by=by, contact=rahima), actor=by)
    gone = actions.make_ticket_of(make_conversation("Wrong bill", by=by, contact=nazrul), actor=by)
    actions.merge_tickets(gone, actor=by, into=kept)
    return kept


def test_each_message_shows_who_wrote_it_and_each_answer_to_whom_it_goes(client, rafiq):
    kept = merged(rafiq)
    page = shown(client, kept)
    first, second = page.split("<section")[1:3]
    assert "No sacks" in first and "Answer to Rahima" in first and "Nazrul" not in first
    assert "Wrong bill" in second and "Answer to Nazrul" in second and "Rahima" not in second


def test_names_of_customers_out_of_reach_are_left_out(rafiq):
    kept = merged(rafiq)
    talk = kept.threads.order_by("pk").last().conversation
    take_in_message(talk, text="Hello?", author_name="Nazrul Ahmed")
    arif = make_user("Arif")
    grant(arif, "service.view_ticket", "everyone")
    threads = queries.threads_of(arif, kept)
    assert {one.customer for one in threads} == {""}
    assert {message.who for one in threads for message in one.messages} == {""}
    client = Client()
    client.force_login(arif)
    page = shown(client, kept)
    assert "Rahima" not in page and "Nazrul" not in page and "Customer" in page


def test_somebody_not_in_the_book_has_the_name_the_channel_gave(rafiq):
    person = Correspondent(name="Jamal", address="jamal@example.org")
    talk = start_conversation(actor=rafiq, channel="chat", person=person)
    take_in_message(talk, text="Hello")
    ticket = actions.make_ticket_of(talk, actor=rafiq)
    [thread] = queries.threads_of(rafiq, ticket)
    assert (thread.customer, thread.messages[0].who) == ("Jamal", "Jamal")


@pytest.fixture
def by_mail(rafiq):
    person = Correspondent(name="Rahima", address="rahima@example.org")
    contact = make_contact("Rahima", by=rafiq)
    talk = start_conversation(actor=rafiq, channel="email", customer=contact, person=person, subject="Sacks")
    take_in_message(talk, text="No sacks")
    return actions.make_ticket_of(talk, actor=rafiq), talk


def answer(client: Client, ticket, talk, text: str, **more):
    talk.refresh_from_db()
    data = {"conversation": talk.pk, "text": text, "seen": talk.message_count} | more
    return client.post(reverse("service:ticket_answers", args=[ticket.pk]), data)


def test_an_answer_waits_takes_files_and_can_be_taken_back(client, rafiq, by_mail):
    ticket, talk = by_mail
    note = SimpleUploadedFile("note.txt", b"Fifty sacks")
    answer(client, ticket, talk, "On their way", uploads=note)
    said = Message.objects.get(text="On their way")
    assert said.send_at > said.at and said.state == "queued"
    assert StoredFile.objects.get(record_id=said.pk).name == "note.txt"
    back = reverse("inbox:taking_back", args=[said.pk])
    page = shown(client, ticket)
    assert back in page and "note.txt" in page
    assert client.post(back).status_code == 204
    said.refresh_from_db()
    page = shown(client, ticket)
    assert said.state == "withdrawn" and back not in page
    assert ">On their way</textarea>" in page, "it is a draft again"


def test_what_could_not_be_sent_is_kept(client, rafiq, by_mail):
    ticket, talk = by_mail
    answer(client, ticket, talk, "Mine", uploads=SimpleUploadedFile("empty.txt", b""))
    assert not Message.objects.filter(text="Mine").exists()
    assert Draft.objects.get(user=rafiq).text == "Mine"
    other = make_agent("Karim")
    actions_page = reverse("service:ticket_answers", args=[ticket.pk])
    seen = talk.message_count
    colleague = Client()
    colleague.force_login(other)
    answer(colleague, ticket, talk, "Already said")
    client.post(actions_page, {"conversation": talk.pk, "text": "Twice", "seen": seen})
    assert not Message.objects.filter(text="Twice").exists()
    assert Draft.objects.get(user=rafiq).text == "Twice"
