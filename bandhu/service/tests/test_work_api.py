"""What programs do on a ticket beside its fields."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from bandhu.contact_center.tests.cast import make_queue
from bandhu.interactions.models import Message
from bandhu.service import actions
from bandhu.service.models import Ticket
from bandhu.service.tests.cast import make_agent, make_conversation, make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def rafiq():
    return make_agent()


@pytest.fixture
def client(rafiq):
    client = Client()
    client.force_login(rafiq)
    return client


def send(client, address, data=None):
    return client.post(f"/api/v1{address}", data or {}, content_type="application/json")


def test_notes_links_queue_and_watching(client, rafiq):
    ticket, other = make_ticket("A", by=rafiq), make_ticket("B", by=rafiq)
    one = f"/tickets/{ticket.pk}"
    note = send(client, f"{one}/notes", {"html": "<p>Ask <b>first</b><script>x</script></p>"})
    assert note.status_code == 201 and "script" not in note.json()["html"]
    assert send(client, f"{one}/notes", {"text": "  "}).status_code == 422
    assert [row["text"] for row in client.get(f"/api/v1{one}/notes").json()["items"]] == ["Ask first"]
    link = send(client, f"{one}/links", {"other_id": str(other.pk), "kind": "parent"}).json()
    assert (link["kind"], link["from_here"]) == ("parent", True)
    assert (
        send(client, f"/tickets/{other.pk}/links", {"other_id": str(ticket.pk), "kind": "parent"}).status_code
        == 422
    )
    seen = client.get(f"/api/v1/tickets/{other.pk}/links").json()["items"]
    assert [(row["other_id"], row["from_here"]) for row in seen] == [(str(ticket.pk), False)]
    assert client.delete(f"/api/v1{one}/links/{link['id']}").status_code == 204
    assert client.delete(f"/api/v1{one}/links/{link['id']}").status_code == 404
    queue = make_queue("Second line")
    assert send(client, f"{one}/queue", {"queue_id": str(queue.pk)}).json()["queue_id"] == str(queue.pk)
    assert send(client, f"{one}/queue", {"queue_id": str(uuid4())}).status_code == 404
    assert send(client, f"{one}/watching", {"watch": True}).status_code == 200
    assert list(ticket.watchers.all()) == [rafiq]
    assert send(client, f"{one}/watching", {"watch": "yes"}).status_code == 422
    types = client.get("/api/v1/ticket-types").json()["items"]
    assert {"request", "incident", "problem"} >= {row["nature"] for row in types}


def test_conversations_splitting_and_going_on(client, rafiq):
    talk = make_conversation("No sacks", "And the bill", by=rafiq)
    made = send(client, f"/conversations/{talk.pk}/ticket")
    assert made.status_code == 201
    again = send(client, f"/conversations/{talk.pk}/ticket").json()
    assert again["id"] == made.json()["id"]
    one = f"/tickets/{again['id']}"
    message = Message.objects.get(text="And the bill")
    wanted = {"conversation_id": str(talk.pk), "message_ids": [str(message.pk)], "title": "The bill"}
    apart = send(client, f"{one}/split", wanted)
    assert (apart.status_code, apart.json()["title"]) == (201, "The bill")
    back = send(client, f"/tickets/{apart.json()['id']}/split/undoing")
    assert (back.status_code, back.json()["id"]) == (200, again["id"])
    other = make_conversation("More", by=rafiq)
    assert send(client, f"{one}/conversations", {"conversation_id": str(other.pk)}).status_code == 200
    shown = client.get(f"/api/v1{one}/conversations").json()["items"]
    assert [row["id"] for row in shown] == [str(talk.pk), str(other.pk)]
    assert client.delete(f"/api/v1{one}/conversations/{other.pk}").status_code == 204
    actions.close_ticket(Ticket.objects.get(pk=again["id"]), actor=rafiq, resolution="Sent.")
    new = send(client, f"{one}/follow-up")
    assert (new.status_code, new.json()["follow_up_of_id"]) == (201, again["id"])
