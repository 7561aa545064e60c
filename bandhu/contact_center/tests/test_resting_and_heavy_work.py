"""What is put off takes no room; what needs much room gets it in the end."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from bandhu.contact_center import actions
from bandhu.contact_center.actions.sweeping import sweep
from bandhu.contact_center.models import WorkItem
from bandhu.contact_center.queries import agents_for
from bandhu.contact_center.tests.cast import fresh, make_agent, make_queue, offer, who_has
from bandhu.contact_center.tests.invariants import broken
from bandhu.identity.ready_made import system_user

pytestmark = pytest.mark.django_db


def given(queue):
    actions.route_queue(queue.pk)


class TestPutOff:
    def test_it_makes_room_and_counts_again_when_it_is_back(self):
        rupa = make_agent("Rupa", capacity=1)
        queue = make_queue(members=[rupa])
        first = offer(queue, minutes_ago=5)
        given(queue)
        second = offer(queue)
        given(queue)
        assert (who_has(first), who_has(second)) == (rupa.user, None)
        actions.rest_work(first.kind, first.record_id, actor=system_user())
        assert agents_for(rupa.user)[0].load == 0
        given(queue)
        assert (who_has(first), who_has(second)) == (rupa.user, rupa.user)
        actions.resume_work(first.kind, first.record_id, actor=system_user())
        assert who_has(first) == rupa.user
        assert agents_for(rupa.user)[0].load == 2
        third = offer(queue)
        given(queue)
        assert who_has(third) is None
        assert broken() == []

    def test_nobody_is_given_what_is_put_off(self):
        queue = make_queue(members=[make_agent("Rupa")], overflow_after=60, max_wait=60)
        queue.overflow_queue = make_queue("Others")
        queue.save()
        item = offer(queue, minutes_ago=10)
        actions.rest_work(item.kind, item.record_id, actor=system_user())
        given(queue)
        sweep()
        found = fresh(item)
        assert (found.state, found.queue_id, found.told_late_at) == (WorkItem.State.WAITING, queue.pk, None)
        actions.resume_work(item.kind, item.record_id, actor=system_user())
        given(queue)
        assert fresh(item).state == WorkItem.State.ASSIGNED

    def test_an_offer_is_taken_back_before_it_rests(self):
        rupa = make_agent("Rupa")
        queue = make_queue(members=[rupa], acceptance_seconds=60)
        item = offer(queue)
        given(queue)
        assert fresh(item).state == WorkItem.State.OFFERED
        actions.rest_work(item.kind, item.record_id, actor=system_user())
        assert (fresh(item).state, fresh(item).rests) == (WorkItem.State.WAITING, True)
        assert broken() == []

    def test_finished_and_opened_again_it_does_not_rest(self):
        queue = make_queue(members=[make_agent("Rupa")])
        item = offer(queue)
        actions.rest_work(item.kind, item.record_id, actor=system_user())
        actions.finish_work(item.kind, item.record_id, actor=system_user())
        assert not fresh(item).rests
        actions.rest_work(item.kind, item.record_id, actor=system_user())
        assert not fresh(item).rests, "what is over is not put off"
        offer(queue, item.record_id)
        given(queue)
        assert fresh(item).state == WorkItem.State.ASSIGNED


class TestHeavy:
    def test_it_is_not_passed_over_for_ever(self):
        """Light work comes faster than it is done; one agent of two is kept for the heavy piece, the other goes on."""
        agents = [make_agent("Rupa", capacity=3), make_agent("Kamal", capacity=3)]
        queue = make_queue(members=agents)
        light = [offer(queue, minutes_ago=9) for _one in range(6)]
        given(queue)
        heavy = offer(queue, weight=3)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            for _round in range(12):
                clock.shift(timedelta(minutes=1))
                light.append(offer(queue))
                held = WorkItem.objects.filter(pk__in=[one.pk for one in light], state="assigned")
                done = held.order_by("assigned_at", "pk").first()
                actions.finish_work(done.kind, done.record_id, actor=system_user())
                given(queue)
        assert who_has(heavy) is not None
        assert WorkItem.objects.filter(weight=1, state="assigned").exists(), "the other agent went on"
        assert broken() == []

    def test_at_first_the_room_is_used(self):
        rupa = make_agent("Rupa", capacity=3)
        queue = make_queue(members=[rupa])
        offer(queue, minutes_ago=1)
        given(queue)
        heavy, light = offer(queue, weight=3), offer(queue)
        given(queue)
        assert (who_has(heavy), who_has(light)) == (None, rupa.user)

    def test_nobody_is_kept_for_what_nobody_could_ever_take(self):
        rupa = make_agent("Rupa", capacity=3)
        queue = make_queue(members=[rupa])
        offer(queue, weight=9, minutes_ago=60)
        light = offer(queue)
        given(queue)
        assert who_has(light) == rupa.user

    def test_whoever_asks_by_hand_gets_what_fits(self):
        rupa = make_agent("Rupa", capacity=3)
        queue = make_queue(members=[rupa])
        offer(queue, minutes_ago=9)
        given(queue)
        offer(queue, weight=3, minutes_ago=5)
        light = offer(queue)
        given(queue)
        assert who_has(light) is None
        assert actions.claim_next(rupa.user) == light
