"""Words of what was said: the newest first, whether they are found among the latest or only further back."""

import pytest

from bandhu.customers.actions import create_contact
from bandhu.identity.ready_made import system_user
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.interactions import actions, queries
from bandhu.interactions.models import Conversation
from bandhu.interactions.queries import saying
from bandhu.interactions.tests.cast import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(monkeypatch):
    monkeypatch.setattr(saying, "LATEST", 3)
    monkeypatch.setattr(saying, "OFTEN", 2)
    rupa, _arjun, contact = make_world()
    conversation = actions.start_conversation(actor=system_user(), channel="sms", customer=contact)
    for text in ("চালান one", "invoice two", "three", "invoice four", "invoice five", "six"):
        actions.take_in_message(conversation, text=text)
    return rupa


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("invoice", ["invoice five", "invoice four"]),  # often among the latest: those suffice
        ("চাল", ["চালান one"]),  # only further back
        ("two inv", ["invoice two"]),
        ("six", ["six"]),  # among the latest, and rare
        ("seven", []),
        ("x", []),
    ],
)
def test_the_newest_are_found_wherever_they_lie(talk, words, found):
    assert [one.text for one in queries.messages_saying(talk, words, 2)] == found


def test_what_stands_often_among_the_latest_is_not_looked_for_further_back(talk):
    assert [one.text for one in queries.messages_saying(talk, "invoice", 9)] == [
        "invoice five",
        "invoice four",
    ]
    assert [one.text for one in queries.messages_saying(talk, "t", 9)] == []
    assert [one.text for one in queries.messages_saying(talk, "three", 9)] == ["three"]


def test_out_of_reach_stays_out_of_reach(talk):
    arjun = make_user("Sita", role="sales", team=make_team("Madurai"))
    assert queries.messages_saying(arjun, "invoice", 9) == []


def test_what_the_conversations_must_be_is_asked_before_they_are_cut_off(talk):
    contact = create_contact(actor=talk, full_name="Salma")
    mail = actions.start_conversation(actor=system_user(), channel="mail", customer=contact)
    actions.take_in_message(mail, text="invoice by mail")
    for _again in range(3):
        actions.take_in_message(Conversation.objects.exclude(pk=mail.pk).get(), text="invoice by text")
    assert [one.text for one in queries.messages_saying(talk, "invoice", 2, channel="mail")] == [
        "invoice by mail"
    ]
