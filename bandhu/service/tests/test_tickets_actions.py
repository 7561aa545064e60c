"""Tickets: opened, assigned through the contact center, solved with a resolution, opened again by the customer's answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from bandhu.contact_center.models import WorkItem
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.actions import take_in_message, write_message
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.models import EventRecord
from bandhu.service import actions, queries
from bandhu.service.models import Stage, Ticket, TicketStatus, TicketType
from bandhu.service.tests.cast import make_agent, make_conversation, make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def rafiq():
    return make_agent()


def test_a_ticket_has_a_number_a_priority_and_waits_in_a_queue(rafiq):
    first, second = (make_ticket(title, by=rafiq, impact="high", urgency="high") for title in ("One", "Two"))
    assert (first.code, second.number) == (f"T-{first.number}", first.number + 1)
    assert (first.priority, first.stage, first.language) == ("urgent", "new", first.contact.language)
    item = WorkItem.objects.get(kind="ticket", record_id=first.pk)
    assert (item.state, item.queue.name, first.queue_id) == ("waiting", "Tickets", item.queue_id)
    assert first.token != second.token
    event = EventRecord.objects.get(name="service.ticket_opened", payload__ticket_id=str(first.pk))
    assert event.payload["priority"] == "urgent"


def test_the_matrix_decides_until_somebody_does(rafiq):
    ticket = make_ticket(by=rafiq)
    assert ticket.priority == "normal"
    ticket = actions.change_ticket(ticket, actor=rafiq, urgency="high")
    assert ticket.priority == "high"
    ticket = actions.change_ticket(ticket, actor=rafiq, priority="low")
    ticket = actions.change_ticket(ticket, actor=rafiq, impact="high")
    assert (ticket.priority, ticket.priority_is_set) == ("low", True)
    ticket = actions.change_ticket(ticket, actor=rafiq, priority="")
    assert (ticket.priority, ticket.priority_is_set) == ("urgent", False)


def test_the_owner_is_written_by_the_contact_center_alone(rafiq):
    ticket = make_ticket(by=rafiq)
    nasrin = make_user("Nasrin", role="service")
    ticket = actions.assign_ticket(ticket, actor=rafiq, owner=nasrin.pk)
    item = WorkItem.objects.get(record_id=ticket.pk)
    assert (ticket.owner, item.state, item.agent.user) == (nasrin, "assigned", nasrin)
    ticket = actions.assign_ticket(ticket, actor=rafiq, owner=None)
    item.refresh_from_db()
    assert (ticket.owner, item.state) == (None, "waiting")


def test_solving_says_what_was_done_and_the_owner_stays(rafiq):
    ticket = actions.assign_ticket(make_ticket(by=rafiq), actor=rafiq, owner=rafiq)
    with pytest.raises(ValidationError) as silent:
        actions.solve_ticket(ticket, actor=rafiq, resolution="")
    assert list(silent.value.message_dict) == ["resolution"]
    ticket = actions.solve_ticket(ticket, actor=rafiq, resolution="Sent again.")
    assert (ticket.stage, ticket.owner, ticket.resolution) == ("solved", rafiq, "Sent again.")
    assert WorkItem.objects.get(record_id=ticket.pk).state == "finished"
    ticket = actions.reopen_ticket(ticket, actor=rafiq)
    assert (ticket.stage, ticket.reopened, ticket.solved_at) == ("open", 1, None)
    assert WorkItem.objects.get(record_id=ticket.pk).state == "waiting"
    names = list(EventRecord.objects.filter(payload__ticket_id=str(ticket.pk)).values_list("name", flat=True))
    assert {"service.ticket_solved", "service.ticket_reopened"} <= set(names)


def test_a_status_of_ones_own_means_a_standard_one(rafiq):
    status = actions.set_ticket_status(None, actor=rafiq, name="At the workshop", stage="hold", pauses=True)
    ticket = actions.move_ticket(make_ticket(by=rafiq), actor=rafiq, status=status.pk)
    assert (ticket.stage, str(ticket.status)) == ("hold", "At the workshop")
    with pytest.raises(ValidationError):
        actions.set_ticket_status(status, actor=rafiq, name="At the workshop", stage="open")
    with pytest.raises(ValidationError):
        actions.delete_service_row(status, actor=rafiq)
    usual = TicketStatus.objects.get(stage="closed")
    with pytest.raises(ValidationError):
        actions.set_ticket_status(usual, actor=rafiq, name="Closed", stage="closed", is_active=False)


def test_a_ticket_of_a_conversation_in_one_click_and_only_one(rafiq):
    rahima = make_contact("Rahima", by=rafiq)
    conversation = make_conversation("No sacks came", "Where are they?", by=rafiq, contact=rahima)
    ticket = actions.make_ticket_of(conversation, actor=rafiq)
    assert (ticket.contact, ticket.title, ticket.channel) == (rahima, "No sacks came", "chat")
    assert actions.make_ticket_of(conversation, actor=rafiq) == ticket
    assert queries.ticket_of_conversation(rafiq, conversation) == ticket
    other = make_ticket("Other", by=rafiq)
    with pytest.raises(ValidationError):
        actions.add_conversation(other, actor=rafiq, conversation=conversation)
    [thread] = queries.threads_of(rafiq, ticket)
    assert [one.text for one in thread.messages] == ["No sacks came", "Where are they?"]


def test_what_is_said_moves_the_ticket(rafiq):
    conversation = make_conversation("No sacks came", by=rafiq, contact=make_contact("Rahima", by=rafiq))
    ticket = actions.make_ticket_of(conversation, actor=rafiq)
    answer = write_message(conversation, actor=rafiq, text="They are on their way.")
    ticket = actions.take_answer(conversation.pk, answer.at)
    assert (ticket.stage, ticket.answers, ticket.waiting_since) == ("open", 1, None)
    waiting = TicketStatus.objects.get(stage="waiting")
    ticket = actions.move_ticket(ticket, actor=rafiq, status=waiting)
    question = take_in_message(conversation, text="When?", at=timezone.now())
    actions.take_customer_message(conversation.pk, question.at, is_automatic=True)
    ticket.refresh_from_db()
    assert ticket.stage == "waiting"  # an absence note moves nothing
    ticket = actions.take_customer_message(conversation.pk, question.at)
    assert (ticket.stage, ticket.waiting_since) == ("open", question.at)
    assert actions.take_customer_message(conversation.pk, question.at).version == ticket.version


def test_an_answer_opens_what_is_solved_and_follows_up_what_is_long_closed(rafiq):
    conversation = make_conversation("No sacks came", by=rafiq, contact=make_contact("Rahima", by=rafiq))
    ticket = actions.make_ticket_of(conversation, actor=rafiq)
    actions.solve_ticket(ticket, actor=rafiq, resolution="Sent.")
    again = actions.take_customer_message(conversation.pk, timezone.now())
    assert (again.pk, again.stage, again.reopened) == (ticket.pk, "open", 1)
    actions.close_ticket(again, actor=rafiq)
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        new = actions.take_customer_message(conversation.pk, timezone.now())
    assert (new.follow_up_of, new.stage) == (ticket, "new")
    assert queries.ticket_of_conversation(rafiq, conversation) == new
    assert Ticket.objects.get(pk=ticket.pk).stage == "closed"


def test_a_problem_solves_its_incidents_and_a_parent_its_children(rafiq):
    kinds = {one.nature: one for one in TicketType.objects.filter(nature__in=("incident", "problem"))}
    problem = make_ticket("The mill stands", by=rafiq, type=kinds["problem"])
    incident = make_ticket("No flour", by=rafiq, type=kinds["incident"])
    child = make_ticket("Tell the shop", by=rafiq)
    actions.link_tickets(problem, actor=rafiq, other=incident, kind="problem")
    actions.link_tickets(incident, actor=rafiq, other=child, kind="parent")
    with pytest.raises(ValidationError):
        actions.link_tickets(child, actor=rafiq, other=incident, kind="parent")
    actions.solve_ticket(problem, actor=rafiq, resolution="A new belt.")
    for one in (incident, child):
        one.refresh_from_db()
        assert (one.stage, one.resolution) == ("solved", "A new belt.")


def test_what_was_solved_long_enough_ago_is_closed(rafiq):
    ticket = actions.solve_ticket(make_ticket(by=rafiq), actor=rafiq, resolution="Done.")
    assert actions.close_solved() == 0
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert actions.close_solved() == 1
    ticket.refresh_from_db()
    assert ticket.stage == Stage.CLOSED


def test_an_old_picture_is_refused_and_so_is_who_may_not(rafiq):
    ticket = make_ticket(by=rafiq)
    actions.change_ticket(ticket, actor=rafiq, title="Other words")
    with pytest.raises(EditConflict):
        actions.change_ticket(ticket, actor=rafiq, version=ticket.version, title="Mine")
    with pytest.raises(Denied):
        actions.solve_ticket(ticket, actor=make_user("Reader", role="read_only"), resolution="No")


def test_the_bin_takes_it_whole_and_gives_it_back(rafiq):
    ticket = make_ticket(by=rafiq)
    actions.delete_ticket(ticket, actor=rafiq)
    assert not queries.tickets(rafiq).exists()
    actions.restore_ticket(ticket, actor=rafiq)
    assert queries.tickets(rafiq).get() == ticket
    assert WorkItem.objects.get(record_id=ticket.pk).state == "waiting"
