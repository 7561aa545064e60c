from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone

from bandhu.interactions import actions, queries
from bandhu.interactions.tests.cast import make_world
from bandhu.platform.models import Notification

pytestmark = pytest.mark.django_db
DHAKA = ZoneInfo("Asia/Dhaka")


@pytest.fixture
def world():
    return make_world()


def _plan(contact, actor, hours, what="Call about the quote", **facts):
    due = timezone.now() + timedelta(hours=hours)
    return actions.plan_follow_up(contact, actor=actor, what=what, due_at=due, **facts)


def _due(contact):
    contact.refresh_from_db()
    return contact.next_step_due_at


def test_the_customer_knows_the_next_step_until_it_is_done(world):
    rupa, _arjun, contact = world
    later, sooner = _plan(contact, rupa, 48), _plan(contact, rupa, 24)
    assert _due(contact) == sooner.due_at
    actions.complete_follow_up(sooner, actor=rupa, result="Agreed")
    assert _due(contact) == later.due_at
    actions.drop_follow_up(later, actor=rupa)
    assert _due(contact) is None
    actions.reopen_follow_up(later, actor=rupa)
    assert _due(contact) == later.due_at


@time_machine.travel("2026-11-22T16:30:00+00:00", tick=False)  # 22:30 in Dhaka
def test_my_day_is_cut_at_midnight_of_the_users_own_zone(world):
    rupa, _arjun, contact = world
    for hours, what in ((-2, "overdue"), (1, "today"), (3, "tomorrow"), (24 * 30, "far away")):
        _plan(contact, rupa, hours, what)
    with timezone.override(DHAKA):
        day = queries.my_day(rupa)
    assert [one.what for one in day.overdue] == ["overdue"]
    assert [one.what for one in day.today] == ["today"]
    assert [one.what for one in day.soon] == ["tomorrow"]


def test_snoozed_is_out_of_sight_and_comes_back(world):
    rupa, _arjun, contact = world
    step = _plan(contact, rupa, -1)
    actions.snooze_follow_up(step, actor=rupa, until=timezone.now() + timedelta(hours=2))
    assert [one.pk for one in queries.my_day(rupa).snoozed] == [step.pk]
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        assert [one.pk for one in queries.my_day(rupa).overdue] == [step.pk]
    with pytest.raises(ValidationError):
        actions.snooze_follow_up(step, actor=rupa, until=timezone.now() - timedelta(hours=2))


def test_a_reminder_is_told_once(world):
    rupa, _arjun, contact = world
    _plan(contact, rupa, 24, remind_at=timezone.now() - timedelta(minutes=1))
    assert actions.send_due_reminders() == 1
    assert actions.send_due_reminders() == 0
    assert "Call about the quote" in Notification.objects.get(user=rupa).text


def test_whoever_is_given_a_follow_up_is_told(world):
    rupa, arjun, contact = world
    step = _plan(contact, rupa, 24, owner=arjun)
    assert Notification.objects.get(user=arjun).values["name"] == "Rupa"
    assert queries.follow_up_for(arjun, step.pk) == step


def test_a_stranger_neither_sees_nor_changes_it(world):
    rupa, arjun, contact = world
    step = _plan(contact, rupa, 24)
    with pytest.raises(Http404):
        queries.follow_up_for(arjun, step.pk)
    with pytest.raises(Http404):
        actions.complete_follow_up(step, actor=arjun)
    step.refresh_from_db()
    assert step.state == "open"


def test_done_twice_is_done_once(world):
    rupa, _arjun, contact = world
    step = _plan(contact, rupa, 24)
    actions.complete_follow_up(step, actor=rupa, result="first")
    actions.complete_follow_up(step, actor=rupa, result="second")
    step.refresh_from_db()
    assert step.result == "first"


@pytest.mark.parametrize("facts", [{"what": "  "}, {"what": "x" * 301}, {"kind": "dream"}])
def test_what_cannot_be_is_refused_by_field(world, facts):
    rupa, _arjun, contact = world
    with pytest.raises(ValidationError) as refusal:
        _plan(contact, rupa, 1, **facts)
    assert list(refusal.value.message_dict) == list(facts)
