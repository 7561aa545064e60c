"""Translating a message and suggesting an answer have their place; an app above fills it, and without one nothing is shown."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.inbox.aids import MESSAGE_AID, REPLY_AID
from bandhu.inbox.tests.cast import make_desk, written_by
from bandhu.platform import registries
from bandhu.platform.registries import Panel, register_panel
from bandhu.service.actions import make_ticket_of

pytestmark = pytest.mark.django_db
READ, ANSWER = "interactions.view_conversation", "interactions.answer_conversation"


@pytest.fixture
def aids(monkeypatch, settings):
    """An app that helps with both, as its registrations.py would say it."""
    monkeypatch.setattr(registries, "panels", [*registries.panels])
    settings.ROOT_URLCONF = "bandhu.inbox.tests.aid_urls"
    register_panel(Panel(MESSAGE_AID, "translation", "Translate", "aids:translation", READ, icon="languages"))
    register_panel(
        Panel(REPLY_AID, "suggestion", "Suggest an answer", "aids:suggestion", ANSWER, icon="sparkles")
    )


def desk_of(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def shown(client, name, pk):
    return client.get(reverse(name, args=[pk])).content.decode()


def test_without_an_app_that_helps_nothing_is_shown():
    rupa, _kamal, rahima = make_desk()
    page = shown(desk_of(rupa), "inbox:conversation", written_by(rahima).pk)
    assert "talk-aid" not in page and "reply-form" in page


def test_each_message_of_the_customer_can_be_translated(aids):
    rupa, _kamal, rahima = make_desk()
    talk = written_by(rahima, "abc")
    said = talk.messages.get(direction="in")
    client = desk_of(rupa)
    client.post(reverse("inbox:reply", args=[talk.pk]), {"text": "Soon."}, headers={"hx-request": "true"})
    page = shown(client, "inbox:conversation", talk.pk)
    address = reverse("aids:translation", args=[said.pk])
    assert page.count(">Translate<") == 1 or page.count("Translate</span>") == 1
    assert f'hx-get="{address}"' in page and f'id="aid-translation-{said.pk}"' in page
    assert "In English: cba" in client.get(address).content.decode()


def test_an_answer_is_suggested_in_the_inbox_and_on_a_ticket(aids):
    rupa, _kamal, rahima = make_desk()
    talk = written_by(rahima)
    ticket = make_ticket_of(talk, actor=rupa)
    client = desk_of(rupa)
    address = reverse("aids:suggestion", args=[talk.pk])
    for name, pk, place in (
        ("inbox:conversation", talk.pk, ""),
        ("service:ticket", ticket.pk, f"-{talk.pk}"),
    ):
        page = shown(client, name, pk)
        assert f'hx-get="{address}"' in page and f'id="reply-aid-suggestion{place}"' in page, name
    assert "composer#take" in client.get(address).content.decode()


def test_an_aid_asks_for_its_permission(aids):
    _rupa, _kamal, rahima = make_desk()
    talk = written_by(rahima)
    reader = make_user("Reader", team=make_team("Others"))
    grant(reader, READ, "everyone")
    page = shown(desk_of(reader), "inbox:conversation", talk.pk)
    assert "Translate" in page and "Suggest an answer" not in page
