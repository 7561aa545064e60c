"""Offers that must be accepted, people who come and go, and what the clock does."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone

from bandhu.contact_center import actions
from bandhu.contact_center.actions import offers, presence
from bandhu.contact_center.actions.sweeping import sweep
from bandhu.contact_center.models import Agent, AwayReason, WorkItem
from bandhu.contact_center.tests.cast import fresh, make_agent, make_queue, offer, who_has
from bandhu.contact_center.tests.invariants import broken
from bandhu.identity.tests.cast import make_user
from bandhu.platform.models import EventRecord

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(time_machine):
    time_machine.move_to(timezone.now(), tick=False)


def test_an_offer_takes_room_and_is_theirs_once_accepted():
    rupa = make_agent("Rupa", capacity=1)
    queue = make_queue(members=[rupa], acceptance_seconds=30)
    first, second = offer(queue, minutes_ago=2), offer(queue, minutes_ago=1)
    assert actions.route_queue(queue.pk) == 1
    assert (fresh(first).state, fresh(second).state) == ("offered", "waiting")
    actions.accept_work(first, actor=rupa.user)
    assert (fresh(first).state, fresh(first).offered_until) == ("assigned", None)
    assert broken() == []


def test_a_declined_offer_goes_to_another():
    rupa, anu = make_agent("Rupa"), make_agent("Anu")
    queue = make_queue(members=[rupa, anu], acceptance_seconds=30)
    item = offer(queue, minutes_ago=4)
    actions.route_queue(queue.pk)
    first = who_has(item)
    actions.decline_work(item, actor=first)
    actions.route_queue(queue.pk)
    assert {first, who_has(item)} == {rupa.user, anu.user}
    assert fresh(item).enqueued_at == item.enqueued_at
    with pytest.raises(ValidationError):
        actions.accept_work(item, actor=first)
    with pytest.raises(Http404):
        actions.accept_work(item, actor=make_agent("Stranger").user)


def test_whoever_lets_an_offer_pass_is_set_away_and_loses_it(time_machine):
    rupa, anu = make_agent("Rupa"), make_agent("Anu", state=Agent.State.AWAY)
    queue = make_queue(members=[rupa, anu], acceptance_seconds=30)
    item = offer(queue)
    actions.route_queue(queue.pk)
    assert offers.end_offer(item.pk) is False
    time_machine.shift(timedelta(seconds=31))
    assert offers.end_offer(item.pk) is True
    rupa = fresh(rupa)
    assert (fresh(item).state, rupa.state, rupa.reason) == (
        "waiting",
        "away",
        AwayReason.objects.get(key="missed"),
    )
    assert (
        EventRecord.objects.filter(name="contact_center.work_returned", payload__reason="missed").count() == 1
    )


def test_a_page_that_says_nothing_more_ends_the_presence_and_the_offers(time_machine):
    rupa = make_agent("Rupa", state=Agent.State.OFFLINE)
    queue = make_queue(members=[rupa], acceptance_seconds=600)
    item = offer(queue)
    actions.set_presence(rupa.user, actor=rupa.user, state="available")
    actions.drain_agent(rupa.pk)
    assert fresh(item).state == "offered"
    time_machine.shift(presence.LEASE - timedelta(seconds=5))
    assert actions.beat(rupa.user) == "available"
    time_machine.shift(timedelta(seconds=10))
    sweep()
    assert fresh(rupa).state == "available"
    time_machine.shift(presence.LEASE)
    assert actions.drain_agent(rupa.pk) == 0
    sweep()
    assert (fresh(rupa).state, fresh(item).state) == ("offline", "waiting")


def test_long_work_stays_with_who_is_away_unless_the_queue_says_otherwise(time_machine):
    rupa = make_agent("Rupa")
    mails, chats = make_queue("Mails", [rupa]), make_queue("Chats", [rupa], return_after=120)
    mail, chat = offer(mails, minutes_ago=20), offer(chats, minutes_ago=20)
    actions.drain_agent(rupa.pk)
    actions.set_presence(rupa.user, actor=rupa.user, state="away", reason=AwayReason.objects.first())
    time_machine.shift(timedelta(seconds=100))
    sweep()
    assert (who_has(mail), who_has(chat)) == (rupa.user, rupa.user)
    actions.beat(rupa.user)
    time_machine.shift(timedelta(seconds=30))
    sweep()
    assert (who_has(mail), who_has(chat)) == (rupa.user, None)
    assert fresh(chat).enqueued_at == chat.enqueued_at


def test_what_waits_goes_on_to_the_other_queue_once_and_is_told_once(time_machine):
    help_desk = make_queue("Help")
    queue = make_queue(overflow_queue=help_desk, overflow_after=300, max_wait=200)
    item = offer(queue)
    time_machine.shift(timedelta(seconds=250))
    sweep()
    sweep()
    told = EventRecord.objects.filter(name="contact_center.work_waited_too_long")
    assert [one.payload["waited_seconds"] for one in told] == [250]
    assert fresh(item).queue == queue
    time_machine.shift(timedelta(seconds=60))
    sweep()
    assert (fresh(item).queue, fresh(item).enqueued_at) == (help_desk, item.enqueued_at)


def test_coming_back_wakes_what_waits(django_capture_on_commit_callbacks):
    from procrastinate.contrib.django.models import ProcrastinateJob

    rupa = make_agent("Rupa", state=Agent.State.OFFLINE)
    offer(make_queue(members=[rupa]))
    with django_capture_on_commit_callbacks(execute=True):
        actions.set_presence(rupa.user, actor=rupa.user, state="available")
    waiting = ProcrastinateJob.objects.filter(task_name="contact_center.drain_agent")
    assert [one.args["agent_id"] for one in waiting] == [str(rupa.pk)]


def test_the_presence_of_others_needs_a_permission_of_its_own():
    rupa, anu = make_agent("Rupa"), make_agent("Anu")
    with pytest.raises(PermissionDenied):
        actions.set_presence(rupa.user, actor=anu.user, state="offline")
    actions.set_presence(rupa.user, actor=make_user("Boss", role="supervisor"), state="offline")
    assert fresh(rupa).state == "offline"
    with pytest.raises(PermissionDenied):
        reader = make_user("Reader", role="read_only")
        actions.set_presence(reader, actor=reader, state="available")


def test_a_closed_account_leaves_nothing_behind():
    rupa = make_agent("Rupa")
    queue = make_queue(members=[rupa])
    item = offer(queue)
    actions.drain_agent(rupa.pk)
    presence.leave(rupa.user)
    assert WorkItem.objects.filter(agent=rupa).count() == 0
    assert (fresh(item).state, fresh(rupa).state) == ("waiting", "offline")
