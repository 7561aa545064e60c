"""The customers' own pages: a request sent, read and answered; nobody else's is ever shown."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from bandhu.customers.tests.cast import make_contact
from bandhu.interactions.actions import write_message, write_note
from bandhu.interactions.models import Conversation, Message
from bandhu.knowledge.portal_secrets import COOKIE
from bandhu.knowledge.tests.cast import signed_in
from bandhu.service import actions
from bandhu.service.models import Ticket, TicketType
from bandhu.service.tests.cast import make_agent, make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def rafiq():
    return make_agent()


def customer(name: str, by) -> tuple[Client, object]:
    contact = make_contact(name, by=by, mails=[f"{name.lower()}@example.org"])
    secret, _visitor = signed_in(contact)
    client = Client()
    client.cookies[COOKIE] = secret
    return client, contact


def test_a_request_is_sent_read_and_answered(rafiq):
    client, rahima = customer("Rahima", rafiq)
    page = client.get(reverse("service:portal_new")).content.decode()
    assert "Question" in page and "Problem" not in page  # problems are ours, not the customers'
    data = {
        "title": "No sacks",
        "text": "Fifty were promised.",
        "type": TicketType.objects.get(name="Question").pk,
    }
    assert client.post(reverse("service:portal_new"), data | {"text": ""}).status_code == 422
    client.post(reverse("service:portal_new"), data)
    ticket = Ticket.objects.get()
    assert (ticket.contact, ticket.channel, ticket.title) == (rahima, "portal", "No sacks")
    conversation = Conversation.objects.get()
    answer = write_message(conversation, actor=rafiq, text="They are on their way.")
    write_note(conversation, actor=rafiq, text="The driver slept.")
    actions.show_in_portal(answer.pk)
    answer.refresh_from_db()
    assert answer.state == "sent"
    address = reverse("service:portal_ticket", args=[ticket.pk])
    shown = client.get(address).content.decode()
    assert "They are on their way." in shown and "The driver slept." not in shown
    assert ticket.code in client.get(reverse("knowledge:portal_section", args=["tickets"])).content.decode()
    assert client.post(address, {"text": "<b>Thanks</b>"}).status_code == 302
    assert Message.objects.filter(conversation=conversation, text="<b>Thanks</b>").exists()
    assert "&lt;b&gt;Thanks" in client.get(address).content.decode()


def test_nobody_elses_request_is_shown(rafiq):
    other, _contact = customer("Karim", rafiq)
    ticket = make_ticket("Secret", by=rafiq)
    address = reverse("service:portal_ticket", args=[ticket.pk])
    assert other.get(address).status_code == 404
    assert other.post(address, {"text": "Mine"}).status_code == 404
    assert "Secret" not in other.get(reverse("knowledge:portal_section", args=["tickets"])).content.decode()
    assert Client().get(address).status_code == 302


def test_who_sends_too_much_waits(rafiq):
    _client, rahima = customer("Rahima", rafiq)
    for number in range(10):
        actions.send_request(rahima.pk, title=f"Request {number}", text="Words")
    with pytest.raises(ValidationError):
        actions.send_request(rahima.pk, title="One more", text="Words")
    assert Ticket.objects.count() == 10
