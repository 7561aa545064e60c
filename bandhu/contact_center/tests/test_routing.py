"""Who gets what: strategies, skills, order, capacity, sticky, and what is asked of every writer."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from bandhu.contact_center import actions, queries, work_kinds
from bandhu.contact_center.actions.routing import claim
from bandhu.contact_center.models import Agent, Queue, Skill, WorkEvent, WorkItem
from bandhu.contact_center.tests.cast import KIND, fresh, make_agent, make_queue, offer, who_has
from bandhu.contact_center.tests.invariants import broken
from bandhu.contact_center.work_kinds import RecordGone, WorkKind
from bandhu.identity.ready_made import system_user
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.ids import new_id
from bandhu.platform.models import EventRecord

pytestmark = pytest.mark.django_db


@pytest.fixture
def errands():
    """What `hand_over` was told, in order; a name in `fails` raises that."""

    class Told(list):
        fails = {}

    told = Told()

    def hand_over(record_id, agent, *, actor):
        if record_id in told.fails:
            raise told.fails[record_id]
        told.append((record_id, agent))

    work_kinds.register_work_kind(WorkKind(KIND, "Errand", "contact_center.view_queue", hand_over))
    yield told
    del work_kinds.work_kinds[KIND]


def test_work_goes_to_who_is_there_and_the_record_is_told(errands):
    rupa, away = make_agent("Rupa"), make_agent("Away", state=Agent.State.AWAY)
    queue = make_queue(members=[rupa, away])
    item = offer(queue)
    assert actions.route_queue(queue.pk) == 1
    assert who_has(item) == rupa.user
    assert errands == [(item.record_id, rupa.user)]
    told = EventRecord.objects.get(name="contact_center.work_assigned").payload
    assert (told["user_id"], told["by_router"], told["record_id"]) == (
        str(rupa.user_id),
        True,
        str(item.record_id),
    )


def test_in_turn_gives_everybody_one_before_anybody_gets_a_second():
    agents = [make_agent(name) for name in ("Rupa", "Anu", "Mina")]
    queue = make_queue(members=agents)
    items = [offer(queue, minutes_ago=9 - n) for n in range(6)]
    assert actions.route_queue(queue.pk) == 6
    holders = [who_has(item) for item in items]
    assert sorted(map(str, holders[:3])) == sorted(map(str, holders[3:])) == ["Anu", "Mina", "Rupa"]


def test_most_room_fills_the_emptiest_first():
    small, large = make_agent("Small", capacity=2), make_agent("Large", capacity=5)
    queue = make_queue(members=[small, large], strategy=Queue.Strategy.LEAST_LOADED)
    items = [offer(queue, minutes_ago=9 - n) for n in range(4)]
    actions.route_queue(queue.pk)
    assert [str(who_has(item)) for item in items[:3]] == ["Large", "Large", "Large"]


def test_longest_idle_gets_it():
    now = timezone.now()
    early = make_agent("Early")
    late = make_agent("Late")
    Agent.objects.filter(pk=early.pk).update(idle_since=now - timedelta(hours=1))
    queue = make_queue(members=[early, late], strategy=Queue.Strategy.LONGEST_IDLE)
    first = offer(queue)
    actions.route_queue(queue.pk)
    assert who_has(first) == early.user
    actions.finish_work(KIND, first.record_id, actor=system_user())
    second = offer(queue)
    actions.route_queue(queue.pk)
    assert who_has(second) == late.user


def test_nothing_waits_behind_what_nobody_can_take():
    tamil_only = make_agent("Kavya", languages=["ta"])
    queue = make_queue(members=[tamil_only])
    stuck = [offer(queue, minutes_ago=60 - n, language="bn") for n in range(40)]
    fourth = offer(queue, language="ta-IN")
    assert actions.route_queue(queue.pk) == 1
    assert who_has(fourth) == tamil_only.user
    assert all(who_has(item) is None for item in stuck)


def test_the_most_urgent_then_the_oldest_goes_first():
    rupa = make_agent(capacity=1)
    urgent, calm = make_queue("Urgent", [rupa], priority=5), make_queue("Calm", [rupa])
    old, hot = offer(calm, minutes_ago=90), offer(calm, priority=9, minutes_ago=1)
    late, later = offer(urgent, minutes_ago=2), offer(urgent, minutes_ago=1)
    order = []
    while item := claim(rupa.pk, actor=system_user()):
        order.append(item)
        actions.finish_work(KIND, item.record_id, actor=system_user())
    assert order == [late, later, hot, old]


def test_capacity_counts_weights_and_pieces_of_a_channel():
    rupa = make_agent(capacity=6, channel_limits={"chat": 1})
    queue = make_queue(members=[rupa])
    chats = [offer(queue, channel="chat", weight=3, minutes_ago=9 - n) for n in range(2)]
    mails = [offer(queue, channel="mail", minutes_ago=5 - n) for n in range(4)]
    assert actions.drain_agent(rupa.pk) == 4
    assert [who_has(one) is not None for one in chats + mails] == [True, False, True, True, True, False]
    actions.finish_work(KIND, chats[0].record_id, actor=system_user())
    actions.drain_agent(rupa.pk)
    assert who_has(chats[1]) == rupa.user


def test_skills_are_asked_with_their_levels_until_they_are_relaxed():
    solar = Skill.objects.create(name="Solar pumps")
    learner, master = (
        make_agent("Learner", skills={solar: 2}),
        make_agent("Master", skills={solar: 4}, capacity=1),
    )
    queue = make_queue(members=[learner, master], relax_after=600)
    first, second = (
        offer(queue, skills=[(solar, 3)], minutes_ago=3),
        offer(queue, skills=[(solar, 3)], minutes_ago=2),
    )
    actions.route_queue(queue.pk)
    assert (who_has(first), who_has(second)) == (master.user, None)
    WorkItem.objects.filter(pk=second.pk).update(enqueued_at=timezone.now() - timedelta(minutes=11))
    actions.route_queue(queue.pk)
    assert who_has(second) == learner.user


def test_what_a_queue_needs_every_member_must_have():
    licence = Skill.objects.create(name="Licence")
    without, holder = make_agent("Without"), make_agent("Holder", skills={licence: 1})
    queue = make_queue(members=[without, holder], needs=[f"{licence.pk}:1"])
    items = [offer(queue) for _n in range(3)]
    actions.route_queue(queue.pk)
    assert {who_has(item) for item in items} == {holder.user}


def test_whoever_had_it_has_the_first_go_only_while_there():
    had, other = make_agent("Had", capacity=1), make_agent("Other")
    queue = make_queue(members=[had, other], sticky_seconds=120)
    busy = offer(queue, minutes_ago=5)
    actions.assign_work(busy, actor=system_user(), agent=had.user)
    kept = offer(queue, sticky_to=had.user)
    assert actions.route_queue(queue.pk) == 0
    actions.finish_work(KIND, busy.record_id, actor=system_user())
    actions.route_queue(queue.pk)
    assert who_has(kept) == had.user

    actions.finish_work(KIND, kept.record_id, actor=system_user())
    actions.set_presence(had.user, actor=had.user, state="away")
    again = offer(queue, kept.record_id)
    assert (again.pk, again.reserved_for) == (kept.pk, None)
    actions.route_queue(queue.pk)
    assert who_has(again) == other.user


def test_what_is_kept_for_somebody_who_leaves_is_free_at_once():
    had, other = make_agent("Had", capacity=1), make_agent("Other")
    queue = make_queue(members=[had, other])
    actions.assign_work(offer(queue), actor=system_user(), agent=had.user)
    kept = offer(queue, sticky_to=had.user)
    actions.set_presence(had.user, actor=had.user, state="offline")
    actions.route_queue(queue.pk)
    assert who_has(kept) == other.user


def test_offering_again_changes_nothing_while_open_and_reopens_what_is_finished():
    queue, other = make_queue(), make_queue("Other")
    item = offer(queue, minutes_ago=10)
    assert offer(other, item.record_id) == item
    assert fresh(item).queue == queue
    actions.finish_work(KIND, item.record_id, actor=system_user())
    actions.finish_work(KIND, item.record_id, actor=system_user())
    again = offer(other, item.record_id)
    assert (again.pk, again.queue, again.state) == (item.pk, other, "waiting")
    verbs = list(item.history.values_list("verb", flat=True))
    assert verbs == ["queued", "finished", "reopened"]


def test_by_hand_goes_beyond_capacity_but_never_past_a_newer_version():
    rupa, anu = make_agent("Rupa", capacity=1), make_agent("Anu")
    queue = make_queue(members=[rupa])
    first, second = offer(queue), offer(queue)
    boss = make_agent("Boss", role="supervisor").user
    actions.route_queue(queue.pk)
    seen = fresh(second).version
    actions.assign_work(second, actor=boss, agent=rupa.user, version=seen)
    assert (who_has(first), who_has(second)) == (rupa.user, rupa.user)
    with pytest.raises(EditConflict) as conflict:
        actions.assign_work(second, actor=boss, agent=anu.user, version=seen)
    assert conflict.value.version == seen + 1
    assert who_has(second) == rupa.user
    third = offer(queue)
    assert actions.route_queue(queue.pk) == 0
    assert who_has(third) is None
    assert broken() == []


def test_returned_work_keeps_its_place_and_goes_to_another_first(errands):
    rupa, anu = make_agent("Rupa"), make_agent("Anu", state=Agent.State.AWAY)
    queue = make_queue(members=[rupa, anu])
    item = offer(queue, minutes_ago=30)
    actions.route_queue(queue.pk)
    actions.return_work(item, actor=rupa.user)
    assert fresh(item).enqueued_at == item.enqueued_at
    assert errands[-1] == (item.record_id, None)
    assert actions.route_queue(queue.pk) == 0
    actions.set_presence(anu.user, actor=anu.user, state="available")
    actions.drain_agent(anu.pk)
    assert who_has(item) == anu.user


def test_better_who_gave_it_back_than_nobody(time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    rupa = make_agent("Rupa")
    queue = make_queue(members=[rupa])
    item = offer(queue)
    actions.route_queue(queue.pk)
    actions.return_work(item, actor=rupa.user)
    time_machine.shift(timedelta(seconds=61))
    assert actions.route_queue(queue.pk) == 1
    assert who_has(item) == rupa.user


def test_moving_takes_it_from_whoever_has_it(errands):
    rupa = make_agent("Rupa")
    queue, other = make_queue(members=[rupa]), make_queue("Other")
    item = offer(queue, minutes_ago=30)
    actions.route_queue(queue.pk)
    moved = actions.move_work(item, actor=rupa.user, queue=other)
    assert (moved.queue, moved.state, moved.enqueued_at) == (other, "waiting", item.enqueued_at)
    assert errands[-1] == (item.record_id, None)


def test_finished_work_is_given_to_nobody():
    rupa = make_agent("Rupa")
    item = offer(make_queue(members=[rupa]))
    actions.finish_work(KIND, item.record_id, actor=system_user())
    for act in (
        lambda: actions.assign_work(item, actor=rupa.user, agent=rupa.user),
        lambda: actions.return_work(item, actor=rupa.user),
    ):
        with pytest.raises(ValidationError):
            act()
    assert actions.drain_agent(rupa.pk) == 0


def test_what_cannot_be_handed_over_stands_in_nobodys_way(errands):
    rupa = make_agent("Rupa")
    queue = make_queue(members=[rupa])
    gone, bad, good = (offer(queue, minutes_ago=n) for n in (3, 2, 1))
    errands.fails = {gone.record_id: RecordGone(), bad.record_id: ValueError("no such place")}
    assert actions.route_queue(queue.pk) == 1
    assert who_has(good) == rupa.user
    assert fresh(gone).state == "finished"
    assert (fresh(bad).state, fresh(bad).problem) == ("waiting", "no such place")
    assert fresh(bad).not_before > timezone.now()
    assert broken() == []


def test_give_me_the_next_serves_queues_that_give_nothing_by_themselves():
    rupa = make_agent("Rupa", state=Agent.State.OFFLINE, capacity=1)
    queue = make_queue(members=[rupa], strategy=Queue.Strategy.MANUAL)
    item = offer(queue, minutes_ago=2)
    offer(queue, minutes_ago=1)
    assert actions.route_queue(queue.pk) == 0
    assert actions.claim_next(rupa.user) == item
    assert actions.claim_next(rupa.user) is None


def test_the_database_refuses_two_holders_and_work_that_nobody_has():
    rupa = make_agent("Rupa")
    item = offer(make_queue())
    for wrong in (
        {"state": "assigned"},
        {"agent": rupa},
        {"state": "finished"},
        {"state": "offered", "agent": rupa},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            WorkItem.objects.filter(pk=item.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkItem.objects.create(
            kind=KIND, record_id=item.record_id, queue=item.queue, channel="mail", enqueued_at=timezone.now(),
            in_queue_since=timezone.now(),
        )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkEvent.objects.create(
            item=item, at=timezone.now(), verb="moved", queue=item.queue, version=item.version
        )


def test_work_of_many_records_is_one_question(django_assert_num_queries):
    queue = make_queue()
    items = [offer(queue) for _n in range(3)]
    ids = [one.record_id for one in items]
    with django_assert_num_queries(1):
        found = queries.work_of(KIND, [*ids, new_id()])
        assert {pk: (one.queue.name, one.agent) for pk, one in found.items()} == dict.fromkeys(
            ids, ("Support", None)
        )
