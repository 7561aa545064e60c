"""Solving a ticket ends its conversations in the inbox; opening it again brings them back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.identity.tests.cast import grant, make_user
from bandhu.inbox.actions import save_canned_reply
from bandhu.inbox.queries.sentences import happened
from bandhu.interactions.actions import (
    close_conversation,
    reopen_conversation,
    snooze_conversation,
    take_in_message,
)
from bandhu.interactions.models import Message
from bandhu.service import actions
from bandhu.service.models import Ticket, TicketStatus
from bandhu.service.tests.cast import Worker, make_agent, make_conversation, make_rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def rafiq():
    return make_agent()


@pytest.fixture
def talk(rafiq):
    return make_conversation("Where are my sacks?", by=rafiq)


def state_of(conversation):
    conversation.refresh_from_db()
    return conversation.state


def last_line(conversation):
    return happened(Message.objects.filter(conversation=conversation, kind="event").order_by("pk").last())


def test_what_is_solved_leaves_the_inbox_and_says_why(rafiq, talk):
    ticket = actions.make_ticket_of(talk, actor=rafiq)
    ticket = actions.solve_ticket(ticket, actor=rafiq, resolution="Sent again.")
    assert state_of(talk) == "closed"
    assert (talk.waiting_since, last_line(talk)) == (
        None,
        f"{rafiq} closed the conversation with ticket {ticket.code}.",
    )
    actions.reopen_ticket(ticket, actor=rafiq)
    assert state_of(talk) == "open"
    assert last_line(talk) == f"{rafiq} opened it again with ticket {ticket.code}."
    assert talk.waiting_since is not None  # nobody answered in it


def test_every_conversation_of_the_ticket_is_closed_one_put_off_too(rafiq, talk):
    other = make_conversation("And the rice?", by=rafiq)
    ticket = actions.make_ticket_of(talk, actor=rafiq)
    actions.add_conversation(ticket, actor=rafiq, conversation=other)
    snooze_conversation(other, actor=rafiq, until=timezone.now() + timedelta(days=2))
    actions.close_ticket(ticket, actor=rafiq, resolution="Sent.")
    assert (state_of(talk), state_of(other)) == ("closed", "closed")


def test_what_was_closed_for_itself_stays_closed(rafiq, talk):
    ticket = actions.make_ticket_of(talk, actor=rafiq)
    close_conversation(talk, actor=rafiq)
    ticket = actions.solve_ticket(ticket, actor=rafiq, resolution="Sent.")
    actions.reopen_ticket(ticket, actor=rafiq)
    assert state_of(talk) == "closed"


def test_what_was_closed_with_it_once_and_for_itself_later_stays_closed(rafiq, talk):
    ticket = actions.make_ticket_of(talk, actor=rafiq)
    ticket = actions.solve_ticket(ticket, actor=rafiq, resolution="Sent.")
    reopen_conversation(talk, actor=rafiq)
    close_conversation(talk, actor=rafiq)
    actions.reopen_ticket(ticket, actor=rafiq)
    assert state_of(talk) == "closed"


def test_spam_stays_spam(rafiq, talk):
    ticket = actions.make_ticket_of(talk, actor=rafiq)
    close_conversation(talk, actor=rafiq, as_spam=True)
    actions.solve_ticket(ticket, actor=rafiq, resolution="Nothing.")
    assert state_of(talk) == "spam"


def test_a_new_message_of_the_customer_opens_both(rafiq, talk):
    ticket = actions.make_ticket_of(talk, actor=rafiq)
    actions.solve_ticket(ticket, actor=rafiq, resolution="Sent.")
    take_in_message(talk, text="They are still not here")
    assert state_of(talk) == "open"
    Worker().work()
    ticket.refresh_from_db()
    assert (ticket.stage, state_of(talk)) == ("open", "open")


def test_a_message_that_came_just_before_the_solution_is_not_lost(rafiq, talk):
    """It is told to the ticket after the solution: both are open again then."""
    ticket = actions.make_ticket_of(talk, actor=rafiq)
    message = take_in_message(talk, text="One more thing", at=timezone.now())
    actions.solve_ticket(ticket, actor=rafiq, resolution="Sent.")
    assert state_of(talk) == "closed"
    actions.take_customer_message(talk.pk, message.at)
    ticket.refresh_from_db()
    assert (ticket.stage, state_of(talk)) == ("open", "open")


def test_who_may_not_change_the_conversation_solves_the_ticket_all_the_same(rafiq, talk):
    ticket = actions.make_ticket_of(talk, actor=rafiq)
    alone = make_user("Alone")
    for permission in ("service.view_ticket", "service.change_ticket"):
        grant(alone, permission)
    actions.solve_ticket(ticket, actor=alone, resolution="Sent.")
    assert state_of(talk) == "closed"
    assert last_line(talk) == f"The conversation was closed with ticket {ticket.code}."


def test_the_page_says_what_became_of_the_conversation(rafiq, talk):
    ticket = actions.make_ticket_of(talk, actor=rafiq)
    client = Client()
    client.force_login(rafiq)
    address = reverse("service:ticket_solution", args=[ticket.pk])
    page = client.post(address, {"resolution": "Sent."}, follow=True).content.decode()
    assert "Its conversation in the inbox is closed too" in page
    client.post(reverse("service:ticket_reopening", args=[ticket.pk]))
    assert state_of(talk) == "open"


def test_a_rule_that_solves_and_answers_still_answers(rafiq, talk):
    texts = {"en": "It is done."}
    reply = save_canned_reply(actor=rafiq, name="Done", shortcut="done", texts=texts, shared="all")
    solved = TicketStatus.objects.get(stage="solved", is_usual=True)
    actions.make_ticket_of(talk, actor=rafiq)
    Worker().work()
    make_rule("End it", f"status {solved.pk}", f"reply {reply.pk}", by=rafiq, trigger="customer")
    ticket = Ticket.objects.get()
    actions.change_ticket(ticket, actor=rafiq, resolution="Sent.")
    take_in_message(talk, text="Thank you, all is well")
    Worker().work()
    ticket.refresh_from_db()
    assert (ticket.stage, state_of(talk)) == ("solved", "closed")
    assert Message.objects.get(conversation=talk, direction="out").text == "It is done."
