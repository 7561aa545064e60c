"""Conversations as work: queued when they begin, mirrored when somebody has them, finished when closed."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from bandhu.contact_center import actions
from bandhu.contact_center.models import Agent, QueuePlace, WorkItem
from bandhu.contact_center.queries import work_of
from bandhu.contact_center.tests.cast import make_agent, make_queue
from bandhu.customers.actions import create_contact
from bandhu.identity.ready_made import system_user
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.interactions.actions.conversations import (
    close_conversation,
    file_conversation,
    reopen_conversation,
    snooze_conversation,
    start_conversation,
    wake_conversations,
)
from bandhu.platform.events import deliver, subscriptions
from bandhu.platform.ids import new_id
from bandhu.platform.models import AuditEntry, EventRecord

pytestmark = pytest.mark.django_db


def hear(name):
    """Hand the newest event of this name to the contact center, as the worker does."""
    record = EventRecord.objects.filter(name=f"interactions.{name}").order_by("-pk").first()
    for one in subscriptions(record.name):
        if one.path.startswith("bandhu.contact_center."):
            deliver(record.pk, one.path)


def begin(**values):
    conversation = start_conversation(actor=system_user(), **{"channel": "mail", "language": "bn", **values})
    hear("conversation_started")
    return conversation


def work(conversation):
    return work_of("conversation", [conversation.pk])[conversation.pk]


def test_it_waits_in_the_queue_of_its_place_and_its_team_reads_it():
    team, place = make_team("Helpers"), new_id()
    rupa = make_agent("Rupa")
    mails, own = make_queue("Mails", [rupa]), make_queue("Own", [rupa], team=team)
    QueuePlace.objects.create(queue=mails, channel="mail")
    QueuePlace.objects.create(queue=own, channel="mail", place_id=place)
    here, elsewhere, chat = begin(place=place), begin(), begin(channel="chat")
    assert [str(work(one).queue) for one in (here, elsewhere, chat)] == ["Own", "Mails", "Incoming"]
    here.refresh_from_db()
    assert here.team == team
    assert (work(here).language, work(here).channel) == ("bn", "mail")
    actions.drain_agent(rupa.pk)
    here.refresh_from_db()
    assert (here.assignee, here.team) == (rupa.user, team)


def test_an_event_told_twice_or_late_makes_no_second_work():
    conversation = begin()
    hear("conversation_started")
    close_conversation(conversation, actor=system_user())
    hear("conversation_closed")
    hear("conversation_closed")
    hear("conversation_started")
    assert WorkItem.objects.count() == 1
    assert work(conversation).state == "finished"


def test_opened_again_it_goes_to_who_had_it_if_they_are_there():
    had, other = make_agent("Had"), make_agent("Other")
    queue = make_queue("Mails", [had, other], sticky_seconds=60)
    QueuePlace.objects.create(queue=queue, channel="mail")
    conversation = begin()
    actions.assign_work(work(conversation), actor=system_user(), agent=had.user)
    close_conversation(conversation, actor=system_user())
    hear("conversation_closed")
    reopen_conversation(conversation, actor=system_user())
    hear("conversation_reopened")
    assert work(conversation).reserved_for == had
    actions.route_queue(queue.pk)
    conversation.refresh_from_db()
    assert conversation.assignee == had.user


def test_put_off_it_takes_nothing_of_its_agents_capacity_until_it_is_back():
    rupa = make_agent("Rupa", capacity=1)
    queue = make_queue("Mails", [rupa])
    QueuePlace.objects.create(queue=queue, channel="mail")
    first = begin()
    actions.route_queue(queue.pk)
    second = begin()
    first.refresh_from_db()
    snooze_conversation(first, actor=system_user(), until=timezone.now() + timedelta(hours=1))
    hear("conversation_snoozed")
    hear("conversation_snoozed")
    actions.route_queue(queue.pk)
    for one in (first, second):
        one.refresh_from_db()
        assert one.assignee == rupa.user
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert wake_conversations() == 1
    hear("conversation_woken")
    hear("conversation_snoozed")  # told late: what the conversation is now decides
    assert (work(first).rests, work(first).agent) == (False, rupa)


def test_closed_then_put_off_it_is_work_again_when_it_is_back():
    rupa = make_agent("Rupa")
    queue = make_queue("Mails", [rupa])
    QueuePlace.objects.create(queue=queue, channel="mail")
    conversation = begin()
    close_conversation(conversation, actor=system_user())
    hear("conversation_closed")
    snooze_conversation(conversation, actor=system_user(), until=timezone.now() + timedelta(hours=1))
    hear("conversation_snoozed")
    assert work(conversation).state == "finished"
    reopen_conversation(conversation, actor=system_user())
    hear("conversation_woken")
    assert (work(conversation).state, work(conversation).rests) == ("waiting", False)


class TestNobodysCustomer:
    """Whoever has a conversation sees whom it is with: a customer who is nobody's goes along to the team of that person."""

    @pytest.fixture
    def admin(self):
        return make_user("Admin", role="administrator")

    def given_to_rupa(self, contact):
        rupa = make_agent("Rupa")
        rupa.user.team = make_team("Helpers")
        rupa.user.save(update_fields=["team"])
        QueuePlace.objects.create(queue=make_queue("Mails", [rupa]), channel="mail")
        return rupa.user, begin(customer=contact)

    def test_it_goes_along_when_it_is_taken_and_the_trail_says_who_did_it(self, admin):
        contact = create_contact(actor=admin, full_name="Rahima Khatun", owner=None, team=None)
        rupa, talk = self.given_to_rupa(contact)
        contact.refresh_from_db()
        assert contact.team is None
        actions.assign_work(work(talk), actor=rupa, agent=rupa)
        contact.refresh_from_db()
        assert (contact.owner, contact.team) == (None, rupa.team)
        entry = AuditEntry.objects.filter(record_id=contact.pk, verb="changed").get()
        assert (entry.actor_id, "team" in entry.changes) == (rupa.pk, True)

    def test_it_goes_along_when_the_router_gives_it(self, admin):
        contact = create_contact(actor=admin, full_name="Rahima Khatun", owner=None, team=None)
        rupa, _talk = self.given_to_rupa(contact)
        agent = Agent.objects.get(user=rupa)
        actions.drain_agent(agent.pk)
        contact.refresh_from_db()
        assert contact.team == rupa.team

    def test_it_goes_along_when_the_conversation_is_filed_afterwards(self, admin):
        contact = create_contact(actor=admin, full_name="Rahima Khatun", owner=None, team=None)
        rupa, talk = self.given_to_rupa(None)
        actions.assign_work(work(talk), actor=admin, agent=rupa)
        file_conversation(talk, actor=admin, customer=contact)
        contact.refresh_from_db()
        assert contact.team == rupa.team

    @pytest.mark.parametrize("whose", ["owner", "team"])
    def test_somebody_elses_stays_theirs(self, admin, whose):
        theirs = {"owner": None, "team": None} | {whose: admin if whose == "owner" else make_team("Sellers")}
        contact = create_contact(actor=admin, full_name="Rahima Khatun", **theirs)
        rupa, talk = self.given_to_rupa(contact)
        actions.assign_work(work(talk), actor=rupa, agent=rupa)
        contact.refresh_from_db()
        assert {"owner": contact.owner, "team": contact.team} == theirs
