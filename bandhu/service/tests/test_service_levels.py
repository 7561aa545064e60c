"""Clocks of service levels: business time, pauses, warnings before the breach, done once, counted anew."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bandhu.calendars.actions import set_own_day
from bandhu.calendars.business_time import Timetable
from bandhu.calendars.models import BusinessCalendar
from bandhu.contact_center.models import Queue
from bandhu.identity.tests.cast import make_user
from bandhu.platform.models import EventRecord, Notification
from bandhu.service import actions
from bandhu.service.clock_faces import moment_of, time_spent
from bandhu.service.models import Clock, EscalationStep, ServiceLevel, StepTaken, TicketStatus
from bandhu.service.tests.cast import clock_of, dhaka, make_agent, make_conversation, make_ticket

DHAKA = ZoneInfo("Asia/Dhaka")
BANGLADESH = Timetable(DHAKA, [() if day in (4, 5) else ((540, 780), (840, 1080)) for day in range(7)])
pauses_drawn = st.lists(st.integers(0, 20_000), max_size=6, unique=True).map(
    lambda numbers: [
        (START + timedelta(minutes=a), START + timedelta(minutes=b))
        for a, b in zip(sorted(numbers)[::2], sorted(numbers)[1::2], strict=False)
    ]
)
START = datetime(2026, 11, 1, 4, tzinfo=ZoneInfo("UTC"))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(pauses_drawn, st.integers(1, 5_000))
def test_a_clock_is_due_when_its_time_was_counted_and_not_before(pauses, minutes):
    due = moment_of(BANGLADESH, START, pauses, minutes)
    assert time_spent(BANGLADESH, START, pauses, due) == timedelta(minutes=minutes)
    assert time_spent(BANGLADESH, START, pauses, due - timedelta(seconds=1)) < timedelta(minutes=minutes)
    assert due >= moment_of(BANGLADESH, START, [], minutes)


def test_a_clock_that_stands_still_is_due_only_for_what_came_before():
    pauses = [(START + timedelta(minutes=60), None)]
    assert moment_of(BANGLADESH, START, pauses, 60) == START + timedelta(minutes=60)
    assert moment_of(BANGLADESH, START, pauses, 61) is None


@pytest.fixture
def rafiq(db):
    return make_agent()


def level() -> ServiceLevel:
    return ServiceLevel.objects.get()


def test_a_breach_warned_and_escalated_over_a_bangladesh_weekend(rafiq):
    """Thursday at half past four: four hours end on Sunday, after Friday and Saturday."""
    nasrin = make_user("Nasrin", role="supervisor")
    EscalationStep.objects.create(level=level(), percent=80, what="raise", measure="first")
    second = Queue.objects.create(name="Second line")
    EscalationStep.objects.create(
        level=level(), percent=90, what="queue", queue_id=second.pk, measure="first"
    )
    EscalationStep.objects.create(level=level(), percent=90, what="notify_user", user=nasrin, measure="first")
    with time_machine.travel(dhaka("2026-11-19 16:30"), tick=False):
        ticket = make_ticket(by=rafiq)
        ticket = actions.assign_ticket(ticket, actor=rafiq, owner=rafiq)
        clock = clock_of(ticket, "first")
        assert (clock.due_at, clock.state) == (dhaka("2026-11-22 11:30"), "running")
    for quiet in ("2026-11-19 18:00", "2026-11-20 12:00", "2026-11-21 23:59"):
        with time_machine.travel(dhaka(quiet), tick=False):
            assert actions.look_at_clocks() == 0
    with time_machine.travel(dhaka("2026-11-22 10:30"), tick=False):
        actions.look_at_clocks()
        actions.look_at_clocks()
        told = Notification.objects.filter(user=rafiq, sentence__contains="running out")
        assert told.count() == 1
        warned = EventRecord.objects.get(name="service.level_warned")
        assert (warned.payload["percent"], warned.payload["measure"]) == (75, "first")
    with time_machine.travel(dhaka("2026-11-22 10:45"), tick=False):
        actions.look_at_clocks()
        ticket.refresh_from_db()
        clock.refresh_from_db()
        # It hurries us; what was promised stays.
        assert (ticket.priority, clock.due_at) == ("high", dhaka("2026-11-22 11:30"))
    with time_machine.travel(dhaka("2026-11-22 11:10"), tick=False):
        actions.look_at_clocks()
        ticket.refresh_from_db()
        assert (ticket.queue_id, Notification.objects.filter(user=nasrin).count()) == (second.pk, 1)
        assert not EventRecord.objects.filter(name="service.level_breached").exists()
    for late in ("2026-11-22 11:31", "2026-11-22 11:31", "2026-11-23 10:45"):
        with time_machine.travel(dhaka(late), tick=False):
            actions.look_at_clocks()
            actions.look_at_clocks()
    clock.refresh_from_db()
    assert (clock.state, clock.breached_at) == ("breached", dhaka("2026-11-22 11:30"))
    assert StepTaken.objects.filter(clock=clock).count() == 5
    assert EventRecord.objects.filter(name="service.level_breached", payload__measure="first").count() == 1
    assert Notification.objects.filter(user=nasrin).count() == 1


def test_waiting_for_the_customer_stops_the_clock(rafiq):
    waiting, in_work = (TicketStatus.objects.get(stage=stage) for stage in ("waiting", "open"))
    with time_machine.travel(dhaka("2026-11-22 09:00"), tick=False):
        ticket = make_ticket(by=rafiq)
    with time_machine.travel(dhaka("2026-11-22 10:00"), tick=False):
        actions.move_ticket(ticket, actor=rafiq, status=waiting)
        clock = clock_of(ticket, "first")
        assert (clock.state, clock.due_at, clock.check_at) == ("paused", None, None)
    with time_machine.travel(dhaka("2026-11-23 10:00"), tick=False):
        assert actions.look_at_clocks() == 0
        actions.move_ticket(ticket, actor=rafiq, status=in_work)
        clock.refresh_from_db()
        # One hour was used: three are left, and lunch lies in them.
        assert (clock.state, clock.due_at) == ("running", dhaka("2026-11-23 13:00"))
        assert clock.paused_seconds == 24 * 3600


def test_clocks_are_counted_anew_for_a_priority_and_for_a_holiday(rafiq):
    with time_machine.travel(dhaka("2026-11-22 17:00"), tick=False):
        ticket = make_ticket(by=rafiq)
        assert clock_of(ticket, "first").due_at == dhaka("2026-11-23 12:00")
        actions.change_ticket(ticket, actor=rafiq, priority="urgent")
        assert clock_of(ticket, "first").due_at == dhaka("2026-11-22 17:30")
        actions.change_ticket(ticket, actor=rafiq, priority="")
        calendar = BusinessCalendar.objects.get(is_default=True)
        set_own_day(
            calendar, actor=make_user("Admin", role="administrator"), day=dhaka("2026-11-23 00:00").date()
        )
        assert actions.settle_open_tickets() == 1
        assert clock_of(ticket, "first").due_at == dhaka("2026-11-24 12:00")


def test_met_breached_and_abandoned(rafiq):
    with time_machine.travel(dhaka("2026-11-22 09:00"), tick=False):
        met, late, dropped = (make_ticket(name, by=rafiq, priority="high") for name in ("A", "B", "C"))
    with time_machine.travel(dhaka("2026-11-22 12:00"), tick=False):
        actions.solve_ticket(met, actor=rafiq, resolution="Done.")
        actions.solve_ticket(dropped, actor=rafiq, resolution="A mistake.")
    with time_machine.travel(dhaka("2026-11-24 12:00"), tick=False):
        late = actions.solve_ticket(late, actor=rafiq, resolution="At last.")
        clock = clock_of(late, "resolution")
        assert (clock.state, clock.breached_at) == ("breached", dhaka("2026-11-22 18:00"))
    done = clock_of(met, "resolution")
    assert (done.state, done.spent) == ("met", 3 * 3600)
    # Nobody answered, and nobody had to any more: that was too late already, though no job had looked.
    first = clock_of(dropped, "first")
    assert (first.state, first.breached_at) == ("breached", dhaka("2026-11-22 10:00"))
    told = EventRecord.objects.filter(name="service.level_breached", payload__measure="first")
    assert told.filter(payload__ticket_id=str(dropped.pk)).count() == 1
    assert not Clock.objects.filter(ended_at__isnull=True).exists()


def test_what_ends_in_time_without_an_answer_is_abandoned(rafiq):
    with time_machine.travel(dhaka("2026-11-22 09:00"), tick=False):
        ticket, paused = (make_ticket(name, by=rafiq, priority="high") for name in ("A", "B"))
    with time_machine.travel(dhaka("2026-11-22 09:30"), tick=False):
        actions.solve_ticket(ticket, actor=rafiq, resolution="A mistake.")
        actions.move_ticket(paused, actor=rafiq, status=TicketStatus.objects.get(stage="waiting"))
    with time_machine.travel(dhaka("2026-11-22 12:00"), tick=False):
        actions.solve_ticket(paused, actor=rafiq, resolution="They called.")
    for one in (ticket, paused):
        clock = clock_of(one, "first")
        assert (clock.state, clock.breached_at) == ("abandoned", None)


def test_a_solution_that_was_none_lets_the_clock_go_on(rafiq):
    with time_machine.travel(dhaka("2026-11-22 09:00"), tick=False):
        ticket = make_ticket(by=rafiq, priority="urgent")
    with time_machine.travel(dhaka("2026-11-22 10:00"), tick=False):
        actions.solve_ticket(ticket, actor=rafiq, resolution="Done.")
    with time_machine.travel(dhaka("2026-11-23 09:00"), tick=False):
        actions.reopen_ticket(ticket, actor=rafiq)
        clock = clock_of(ticket, "resolution")
        assert (clock.state, clock.due_at) == ("running", dhaka("2026-11-23 12:00"))
    assert Clock.objects.filter(ticket=ticket, measure="resolution").count() == 1


def test_a_breach_that_was_told_stays_when_its_promise_is_edited(rafiq):
    with time_machine.travel(dhaka("2026-11-22 09:00"), tick=False):
        ticket, other = make_ticket("A", by=rafiq), make_ticket("B", by=rafiq)
    with time_machine.travel(dhaka("2026-11-22 15:00"), tick=False):
        actions.look_at_clocks()
        longer = {**level().targets, "normal": {"first": 6_000, "resolution": 9_000}}
        actions.set_service_level(level(), actor=rafiq, name="Everybody", targets=longer)
        actions.settle_open_tickets()
        clock = clock_of(ticket, "first")
        assert (clock.state, clock.breached_at) == ("breached", dhaka("2026-11-22 13:00"))
        assert clock_of(ticket, "resolution").target_minutes == 9_000, "what runs is counted anew"
        actions.take_answer(ticket_talk(ticket, rafiq), dhaka("2026-11-22 15:00"))
        assert clock_of(ticket, "first").state == "breached"
        actions.change_ticket(other, actor=rafiq, priority="low")
        assert clock_of(other, "first").state == "running", "another priority was promised something else"
    assert clock_of(ticket, "first").breached_at == dhaka("2026-11-22 13:00")


def ticket_talk(ticket, by):
    talk = make_conversation(by=by)
    actions.add_conversation(ticket, actor=by, conversation=talk)
    return talk.pk


def test_a_notice_names_the_clock_and_when_it_is_due_and_comes_once(rafiq):
    levels = level()
    for measure in ("", "first"):  # two more steps that would tell the owner the same
        EscalationStep.objects.create(level=levels, percent=75, what="notify_owner", measure=measure)
    levels.targets["normal"] = {"first": 240, "resolution": 240}
    levels.save()
    with time_machine.travel(dhaka("2026-11-22 09:00"), tick=False):
        ticket = actions.assign_ticket(make_ticket(by=rafiq), actor=rafiq, owner=rafiq)
    with time_machine.travel(dhaka("2026-11-22 12:30"), tick=False):
        actions.look_at_clocks()
        actions.look_at_clocks()
    told = Notification.objects.filter(user=rafiq, sentence__contains="running out").order_by("pk")
    with timezone.override(DHAKA):
        words = sorted(one.text for one in told)
    assert [ticket.code in one and "Nov 2026" in one.replace(",", "") for one in words] == [True, True], words
    assert "first answer" in words[0] and "solution" in words[1] and words[0] != words[1]
    with override("bn"), timezone.override(DHAKA):
        assert "২২" in told[0].text, "the reader's own digits and words"


def test_the_first_policy_that_fits_decides(rafiq):
    only_high = {"field": "urgency", "op": "in", "value": ["high"]}
    hurried = actions.set_service_level(
        None, actor=rafiq, name="Hurried", targets={"high": {"first": 15}}, conditions=only_high
    )
    everybody = level_named("Everybody")
    actions.put_levels_in_order(actor=rafiq, ids=[hurried.pk, everybody.pk])
    fast, usual = make_ticket("A", by=rafiq, urgency="high"), make_ticket("B", by=rafiq)
    assert (clock_of(fast, "first").level, clock_of(fast, "first").target_minutes) == (hurried, 15)
    assert clock_of(fast, "resolution") is None
    assert clock_of(usual, "first").level == everybody


def level_named(name: str) -> ServiceLevel:
    return ServiceLevel.objects.get(name=name)
