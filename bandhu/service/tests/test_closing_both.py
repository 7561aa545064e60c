"""Closing a conversation whose ticket is still open asks what becomes of the ticket."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.identity.models import Grant
from bandhu.inbox.tests.cast import make_desk, written_by
from bandhu.interactions.models import Conversation, Message
from bandhu.service import actions
from bandhu.service.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    """Rupa, her browser, and a conversation with a ticket."""
    rupa, _kamal, rahima = make_desk()
    talk = written_by(rahima)
    ticket = actions.make_ticket_of(talk, actor=rupa, title="No sacks came")
    client = Client()
    client.force_login(rupa)
    return rupa, client, talk, ticket, rahima


def change(client, step, *talks, **more):
    data = {"step": step, "selected": [str(one.pk) for one in talks], **more}
    return client.post(reverse("inbox:change"), data, headers={"hx-request": "true"})


def states(talk, ticket):
    return Conversation.objects.get(pk=talk.pk).state, Ticket.objects.get(pk=ticket.pk).stage


def toast(response):
    return json.loads(response["HX-Trigger"])["toast"]


def test_nothing_happens_until_it_is_answered_and_both_are_brought_back(desk):
    _rupa, client, talk, ticket, _rahima = desk
    asked = change(client, "close", talk)
    assert (asked.status_code, asked["HX-Retarget"], asked["HX-Reswap"]) == (200, "#dialog-body", "innerHTML")
    assert "No sacks came" in asked.content.decode() and states(talk, ticket) == ("open", "new")
    done = change(client, "close_and_solve", talk, answered="yes", value="They came today.")
    assert states(talk, ticket) == ("closed", "solved")
    assert Ticket.objects.get(pk=ticket.pk).resolution == "They came today."
    assert "talk-done" in json.loads(done["HX-Trigger"]) or toast(done)["text"]
    undone = client.post(toast(done)["action_url"])
    assert undone.status_code == 204 and states(talk, ticket) == ("open", "open")


def test_the_conversation_alone(desk):
    _rupa, client, talk, ticket, _rahima = desk
    done = change(client, "close", talk, answered="yes", value="")
    assert states(talk, ticket) == ("closed", "new")
    client.post(toast(done)["action_url"])
    assert states(talk, ticket) == ("open", "new")


def test_what_was_done_must_be_said(desk):
    _rupa, client, talk, ticket, _rahima = desk
    refused = change(client, "close_and_solve", talk, answered="yes", value="  ")
    assert toast(refused)["tone"] == "danger" and states(talk, ticket) == ("open", "new")
    assert "dialog-close" not in json.loads(refused["HX-Trigger"])


def test_nothing_is_asked_where_there_is_no_open_ticket_or_no_right_to_solve_it(desk):
    rupa, client, _talk, ticket, rahima = desk
    other = written_by(rahima)
    assert change(client, "close", other).status_code == 204
    assert Conversation.objects.get(pk=other.pk).state == "closed"
    talk = written_by(rahima)
    over = actions.make_ticket_of(talk, actor=rupa)
    actions.solve_ticket(over, actor=rupa, resolution="Done.")
    again = written_by(rahima)
    actions.add_conversation(ticket, actor=rupa, conversation=again)
    Grant.objects.filter(permission="service.change_ticket").delete()
    assert change(client, "close", again).status_code == 204
    assert Conversation.objects.get(pk=again.pk).state == "closed"


def test_many_at_once_are_asked_about_together(desk):
    rupa, client, talk, ticket, rahima = desk
    plain, second = written_by(rahima), written_by(rahima)
    actions.add_conversation(ticket, actor=rupa, conversation=second)
    outside = written_by(rahima)
    actions.add_conversation(ticket, actor=rupa, conversation=outside)
    asked = change(client, "close", talk, plain, second)
    assert asked.content.decode().count("No sacks came") == 1
    assert "Other open conversations" in asked.content.decode()
    change(client, "close_and_solve", talk, plain, second, answered="yes", value="Sent again.")
    assert Ticket.objects.get(pk=ticket.pk).stage == "solved"
    assert set(Conversation.objects.values_list("state", flat=True)) == {"closed"}


def test_sent_and_closed_asks_after_it_was_sent(desk):
    _rupa, client, talk, ticket, _rahima = desk
    address = reverse("inbox:reply", args=[talk.pk])
    sent = client.post(
        address, {"text": "They come at four.", "then": "close"}, headers={"hx-request": "true"}
    )
    assert (sent.status_code, sent["HX-Retarget"]) == (200, "#dialog-body")
    assert {"talk-written", "toast"} <= set(json.loads(sent["HX-Trigger"]))
    assert Message.objects.filter(direction="out").count() == 1 and states(talk, ticket) == ("closed", "new")
    form = re.search(r"<form[^>]*hx-post=\"([^\"]+)\"", sent.content.decode())
    assert unescape(form[1]) == reverse("inbox:change")
    change(client, "close_and_solve", talk, answered="yes", value="Done.")
    assert states(talk, ticket) == ("closed", "solved")
