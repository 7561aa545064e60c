"""A ticket and its conversations are with the same person, whichever of them was taken, given away or given back."""

from __future__ import annotations

import pytest

from bandhu.contact_center.conversations import KIND as CONVERSATION
from bandhu.contact_center.queries import work_of
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_user
from bandhu.inbox.assigning import give_to
from bandhu.platform.models import Notification
from bandhu.service import actions
from bandhu.service.tests.cast import Worker, make_agent, make_conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def rafiq():
    return make_agent()


@pytest.fixture
def worker():
    return Worker()


@pytest.fixture
def talk(rafiq):
    return make_conversation("No sacks", by=rafiq, contact=make_contact("Rahima", by=rafiq))


@pytest.fixture
def ticket(rafiq, talk):
    return actions.make_ticket_of(talk, actor=rafiq)


def having(ticket, *talks) -> list:
    """Who has the ticket, then who has each conversation."""
    ticket.refresh_from_db()
    for one in talks:
        one.refresh_from_db()
    return [ticket.owner, *(one.assignee for one in talks)]


def test_who_takes_the_ticket_has_its_conversations(rafiq, talk, ticket, worker):
    actions.assign_ticket(ticket, actor=rafiq, owner=rafiq)
    worker.work()
    assert having(ticket, talk) == [rafiq, rafiq]
    assert work_of(CONVERSATION, [talk.pk])[talk.pk].state == "assigned", "the router gives it to nobody else"
    karim = make_agent("Karim")
    actions.assign_ticket(ticket, actor=rafiq, owner=karim)
    worker.work()
    assert having(ticket, talk) == [karim, karim]
    actions.assign_ticket(ticket, actor=rafiq, owner=None)
    worker.work()
    assert having(ticket, talk) == [None, None]


def test_who_takes_a_conversation_has_the_ticket_and_its_other_conversations(rafiq, talk, ticket, worker):
    other = make_conversation("Also the bill", by=rafiq)
    actions.add_conversation(ticket, actor=rafiq, conversation=other)
    give_to(talk, rafiq, rafiq)
    worker.work()
    assert having(ticket, talk, other) == [rafiq, rafiq, rafiq]
    give_to(other, rafiq, None)
    worker.work()
    assert having(ticket, talk, other) == [None, None, None]


def test_what_comes_to_a_ticket_comes_to_whoever_has_it(rafiq, talk, ticket, worker):
    karim = make_agent("Karim")
    actions.assign_ticket(ticket, actor=rafiq, owner=karim)
    added = make_conversation("Also the bill", by=rafiq)
    actions.add_conversation(ticket, actor=rafiq, conversation=added)
    chat = make_conversation("Hello?", by=rafiq)
    merged = actions.make_ticket_of(chat, actor=rafiq)
    give_to(chat, rafiq, rafiq)
    worker.work()
    assert having(merged, chat) == [rafiq, rafiq]
    actions.merge_tickets(merged, actor=rafiq, into=ticket)
    worker.work()
    assert having(ticket, talk, added, chat) == [karim, karim, karim, karim]
    actions.undo_merge(merged, actor=rafiq)
    worker.work()
    assert having(merged, chat) == [rafiq, rafiq]


def test_two_who_take_both_at_once_end_with_one_of_them(rafiq, talk, ticket, worker):
    karim = make_agent("Karim")
    actions.assign_ticket(ticket, actor=rafiq, owner=rafiq)
    give_to(talk, karim, karim)
    worker.work()
    first, second = having(ticket, talk)
    assert first == second and first in (rafiq, karim)


def test_solved_and_opened_again_it_is_nobodys_until_it_is_taken(rafiq, talk, ticket, worker):
    actions.assign_ticket(ticket, actor=rafiq, owner=rafiq)
    worker.work()
    actions.solve_ticket(ticket, actor=rafiq, resolution="Sent.")
    worker.work()
    assert having(ticket, talk) == [rafiq, rafiq] and talk.state == "closed"


def test_one_is_told_once(rafiq, talk, ticket, worker):
    karim = make_agent("Karim")
    actions.assign_ticket(ticket, actor=rafiq, owner=karim)
    worker.work()
    assert Notification.objects.filter(user=karim).count() == 1
    mina = make_user("Mina", role="service")
    actions.assign_ticket(ticket, actor=mina, owner=mina)
    worker.work()
    assert having(ticket, talk) == [mina, mina]
    assert not Notification.objects.filter(user=mina).exists()
