"""Merging and splitting tickets: everything is kept, everything can be undone, and of two at once one is refused."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.forms.models import model_to_dict
from django.utils import timezone

from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.actions import take_in_message
from bandhu.interactions.models import Conversation, Message
from bandhu.service import actions, queries
from bandhu.service.models import Clock, Joining, Ticket, TicketConversation, TicketLink
from bandhu.service.tests.cast import make_agent, make_conversation, make_ticket

_NOT_TOLD = ("version", "updated_at")


@pytest.fixture
def rafiq(db):
    return make_agent()


def of_conversation(*texts: str, by) -> Ticket:
    contact = make_contact(f"Who said {texts[0]}", by=by)
    return actions.make_ticket_of(make_conversation(*texts, by=by, contact=contact), actor=by)


def picture(ticket: Ticket) -> tuple:
    """Everything of a ticket that a merge touches."""
    ticket = Ticket.objects.get(pk=ticket.pk)
    own = {name: value for name, value in model_to_dict(ticket).items() if name not in _NOT_TOLD}
    clocks = [
        {name: value for name, value in row.items() if name != "check_at"}
        for row in Clock.objects.filter(ticket=ticket).order_by("pk").values()
    ]
    threads = set(TicketConversation.objects.filter(ticket=ticket).values_list("conversation", flat=True))
    links = set(TicketLink.objects.filter(first=ticket).values_list("second", "kind"))
    return own, ticket.stage, ticket.stage_since, ticket.solved_at, clocks, threads, links


def test_a_merge_keeps_both_threads_and_is_undone_exactly(rafiq):
    first, second = of_conversation("No sacks", by=rafiq), of_conversation("Where are they", by=rafiq)
    third = make_ticket("The mill", by=rafiq)
    actions.change_ticket(first, actor=rafiq, tags=["rice", "late"])
    actions.change_ticket(second, actor=rafiq, tags=["late"])
    actions.watch_ticket(first, actor=rafiq)
    actions.link_tickets(first, actor=rafiq, other=third, kind="related")
    actions.note_on_ticket(first, actor=rafiq, text="Ask the driver")
    actions.assign_ticket(first, actor=rafiq, owner=rafiq)
    before = picture(first), picture(second)
    actions.merge_tickets(first, actor=rafiq, into=second)
    merged, kept = queries.ticket_for(rafiq, first.pk), queries.ticket_for(rafiq, second.pk)
    assert (merged.stage, merged.merged_into) == ("closed", kept)
    assert {one.messages[0].text for one in queries.threads_of(rafiq, kept)} == {"No sacks", "Where are they"}
    assert sorted(kept.tags.values_list("name", flat=True)) == ["late", "rice"]
    assert [one.text for one in queries.notes_of(kept)] == ["Ask the driver"]
    assert [one.ticket for one in queries.links_of(rafiq, kept)] == [third]
    actions.undo_merge(merged, actor=rafiq)
    assert (picture(first), picture(second)) == before
    with pytest.raises(ValidationError):
        actions.undo_merge(first, actor=rafiq)


def test_what_was_merged_is_not_moved_nor_merged_again(rafiq):
    one, two, three = (make_ticket(name, by=rafiq) for name in "ABC")
    actions.merge_tickets(one, actor=rafiq, into=two)
    for refused in (
        lambda: actions.merge_tickets(one, actor=rafiq, into=three),
        lambda: actions.merge_tickets(three, actor=rafiq, into=one),
        lambda: actions.merge_tickets(two, actor=rafiq, into=two),
        lambda: actions.reopen_ticket(one, actor=rafiq),
    ):
        with pytest.raises(ValidationError):
            refused()
    actions.merge_tickets(two, actor=rafiq, into=three)
    one.refresh_from_db()
    with pytest.raises(ValidationError):
        actions.undo_merge(one, actor=rafiq)  # it lies deeper: the later merge is undone first
    two.refresh_from_db()
    actions.undo_merge(two, actor=rafiq)
    assert actions.undo_merge(one, actor=rafiq).merged_into is None


def test_what_the_customer_writes_in_a_merged_thread_reaches_the_ticket_that_stays(rafiq):
    first, second = of_conversation("No sacks", by=rafiq), of_conversation("Where are they", by=rafiq)
    conversation = first.threads.get().conversation
    actions.merge_tickets(first, actor=rafiq, into=second)
    actions.solve_ticket(second, actor=rafiq, resolution="Sent.")
    message = take_in_message(conversation, text="Still nothing", at=timezone.now())
    found = actions.take_customer_message(conversation.pk, message.at)
    assert (found, found.stage) == (second, "open")
    first.refresh_from_db()
    assert first.stage == "closed"


def test_messages_are_split_off_and_put_back(rafiq):
    ticket = of_conversation("No sacks", "And the bill is wrong", "By ten taka", by=rafiq)
    conversation = ticket.threads.get().conversation
    said = list(Message.objects.filter(conversation=conversation).order_by("pk"))
    before = (
        Conversation.objects.filter(pk=conversation.pk)
        .values("message_count", "preview", "waiting_since")
        .get()
    )
    joining = actions.split_ticket(
        ticket,
        actor=rafiq,
        conversation=conversation,
        messages=[one.pk for one in said[1:]],
        title="The bill",
    )
    new = joining.target
    assert (new.title, new.description, new.contact) == ("The bill", "And the bill is wrong", ticket.contact)
    [thread] = queries.threads_of(rafiq, new)
    assert [one.text for one in thread.messages] == ["And the bill is wrong", "By ten taka"]
    assert [one.text for one in queries.threads_of(rafiq, ticket)[0].messages] == ["No sacks"]
    actions.undo_split(new, actor=rafiq)
    assert list(Message.objects.filter(conversation=conversation).order_by("pk")) == said
    after = (
        Conversation.objects.filter(pk=conversation.pk)
        .values("message_count", "preview", "waiting_since")
        .get()
    )
    assert after == before
    assert not Conversation.objects.filter(pk=thread.conversation.pk).exists()
    assert not queries.tickets(rafiq).filter(pk=new.pk).exists()


def test_a_split_is_refused_where_nothing_would_stay_or_more_was_said(rafiq):
    ticket = of_conversation("No sacks", "And the bill", by=rafiq)
    conversation = ticket.threads.get().conversation
    ids = list(Message.objects.filter(conversation=conversation).values_list("pk", flat=True))
    for chosen in (ids, [], [UUID(int=1)]):
        with pytest.raises(ValidationError):
            actions.split_ticket(ticket, actor=rafiq, conversation=conversation, messages=chosen, title="X")
    joining = actions.split_ticket(
        ticket, actor=rafiq, conversation=conversation, messages=ids[1:], title="The bill"
    )
    take_in_message(joining.target.threads.get().conversation, text="More")
    with pytest.raises(ValidationError):
        actions.undo_split(joining.target, actor=rafiq)


def test_a_merge_needs_both_tickets(rafiq):
    mine = make_user("Seller", role="sales")
    theirs, own = make_ticket("A", by=rafiq), make_ticket("B", by=mine)
    actions.assign_ticket(own, actor=rafiq, owner=mine)
    with pytest.raises(Exception, match=r".*"):
        actions.merge_tickets(own, actor=mine, into=theirs)
    assert not Joining.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_tickets_merged_into_each_other_at_once_do_not_both_end_merged():
    rafiq = make_agent()
    for _round in range(3):
        one, two = make_ticket("A", by=rafiq), make_ticket("B", by=rafiq)
        gate, refused = threading.Barrier(2), []

        def merge(loser, winner, gate=gate, refused=refused):
            try:
                gate.wait()
                actions.merge_tickets(loser, actor=rafiq, into=winner)
            except ValidationError as problem:
                refused.append(problem)
            finally:
                connection.close()

        threads = [threading.Thread(target=merge, args=pair) for pair in ((one, two), (two, one))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        merged = Ticket.objects.filter(pk__in=(one.pk, two.pk), merged_into__isnull=False)
        assert (merged.count(), len(refused)) == (1, 1)
