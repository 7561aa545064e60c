"""Notes of tickets: colleagues are named and told; macros run on a ticket's conversations."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.identity.tests.cast import make_team, make_user
from bandhu.inbox.actions import save_macro
from bandhu.interactions.models import Message
from bandhu.platform.models import Notification
from bandhu.service import actions
from bandhu.service.models import TicketNote
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


def page(name: str, *place) -> str:
    return reverse(f"service:{name}", args=place)


def test_colleagues_are_offered_named_and_told(client, rafiq):
    sima = make_agent("Sima Rahman")
    ticket = make_ticket(by=rafiq)
    offered = client.get(page("ticket_colleagues", ticket.pk), {"q": "@Sim"}).content.decode()
    assert "Sima Rahman" in offered and "Rafiq" not in offered
    client.post(
        page("ticket_notes", ticket.pk),
        {"text": "@Sima Rahman, look.", "mentioned": [str(sima.pk), str(rafiq.pk)]},
    )
    told = Notification.objects.get()
    assert (told.user, told.values["name"], told.url) == (sima, str(rafiq), page("ticket", ticket.pk))
    assert TicketNote.objects.get().text == "@Sima Rahman, look."


def test_who_does_not_see_the_ticket_is_not_told_and_that_is_said(client, rafiq):
    stranger = make_user("Other Team", role="sales", team=make_team("Elsewhere"))
    ticket = make_ticket(by=rafiq)
    sent = {"text": "Look, @Other Team", "mentioned": [str(stranger.pk), "nonsense"]}
    answer = client.post(page("ticket_notes", ticket.pk), sent, follow=True)
    assert "Other Team" in next(str(one) for one in answer.context["messages"])
    assert not Notification.objects.filter(user=stranger).exists()
    assert TicketNote.objects.count() == 1
    assert (
        client.post(
            page("ticket_notes", ticket.pk), {"text": " ", "mentioned": [str(stranger.pk)]}
        ).status_code
        < 400
    )
    assert TicketNote.objects.count() == 1


def test_by_the_api_too(client, rafiq):
    sima, ticket = make_agent("Sima"), make_ticket(by=rafiq)
    address = f"/api/v1/tickets/{ticket.pk}/notes"
    sent = {"text": "Look", "mentioned": [str(sima.pk)]}
    assert client.post(address, sent, content_type="application/json").status_code == 201
    assert Notification.objects.get().user == sima
    wrong = sent | {"mentioned": ["nobody"]}
    assert client.post(address, wrong, content_type="application/json").status_code == 422


def test_the_page_offers_macros_for_its_conversations(client, rafiq):
    talk = make_conversation("Where are the sacks?", by=rafiq)
    ticket = actions.make_ticket_of(talk, actor=rafiq)
    macro = save_macro(actor=rafiq, name="On its way", steps=[{"kind": "reply", "value": "On its way."}])
    offers = reverse("inbox:offered_macros", args=[talk.pk])
    shown = client.get(page("ticket", ticket.pk)).content.decode()
    assert offers in shown and page("ticket_colleagues", ticket.pk) in shown
    assert "On its way" in client.get(offers).content.decode()
    headers = {"HX-Request": "true"}
    assert client.post(reverse("inbox:running", args=[talk.pk, macro.pk]), headers=headers).status_code == 204
    assert Message.objects.get(direction="out").text == "On its way."
