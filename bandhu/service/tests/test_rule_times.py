"""Rules that time sets off: in business time, once for each stay, wait and clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from bandhu.calendars.business_time import (
    NeverOpen,
    Timetable,
    add_business_time,
    business_time_before,
    business_time_between,
)
from bandhu.customers.tests.cast import make_contact
from bandhu.interactions.actions import take_in_message, write_message
from bandhu.service import actions
from bandhu.service.models import RuleRun, TicketNote, TicketRule, TicketStatus
from bandhu.service.queries import try_rule
from bandhu.service.rule_times import due_tickets, since_occasion
from bandhu.service.tests.cast import (
    Worker,
    dhaka,
    make_agent,
    make_conversation,
    make_rule,
    make_ticket,
    when,
)

DHAKA = ZoneInfo("Asia/Dhaka")
OFFICE = Timetable(DHAKA, [() if day in (4, 5) else ((540, 780), (840, 1080)) for day in range(7)])
NOTE = {"do": "note", "text": "Waited"}


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 60 * 24 * 30), st.integers(0, 6_000))
def test_counting_back_is_counting_forward_the_other_way(offset, minutes):
    moment = datetime(2026, 11, 22, 4, tzinfo=UTC) + timedelta(minutes=offset)
    earlier = business_time_before(OFFICE, moment, minutes)
    assert business_time_between(OFFICE, earlier, moment) == timedelta(minutes=minutes)
    later = earlier + timedelta(seconds=1)
    if minutes:
        assert business_time_between(OFFICE, later, moment) < timedelta(minutes=minutes)
        assert add_business_time(OFFICE, earlier, minutes) <= moment


def test_a_house_that_never_opens_has_no_moment_before():
    with pytest.raises(NeverOpen):
        business_time_before(Timetable(DHAKA, [()] * 7), datetime(2026, 11, 22, tzinfo=UTC), 1)


@pytest.fixture
def rafiq(db):
    return make_agent(role="administrator")


def status_of(stage: str) -> TicketStatus:
    return TicketStatus.objects.get(stage=stage, is_usual=True)


def run_at(text: str) -> int:
    with time_machine.travel(dhaka(text), tick=False):
        return actions.run_timed_rules()


def test_a_stay_in_a_status_is_over_after_so_many_business_hours_across_a_weekend(rafiq):
    """Thursday at four; three hours later it is Sunday at ten: Friday and Saturday are the weekend."""
    waiting = status_of("waiting")
    make_rule(
        "Remind",
        NOTE,
        by=rafiq,
        trigger="waited",
        minutes=180,
        conditions=when("status", "in", [str(waiting.pk)]),
    )
    with time_machine.travel(dhaka("2026-11-19 10:00"), tick=False):
        ticket, other = make_ticket(by=rafiq), make_ticket("Not waiting", by=rafiq)
    with time_machine.travel(dhaka("2026-11-19 16:00"), tick=False):
        actions.move_ticket(ticket, actor=rafiq, status=waiting)
    assert run_at("2026-11-21 12:00") == 0
    assert run_at("2026-11-22 09:59") == 0
    assert run_at("2026-11-22 10:01") == 1
    assert run_at("2026-11-22 10:02") == 0  # once for this stay
    assert TicketNote.objects.get().ticket == ticket and not RuleRun.objects.filter(ticket=other).exists()
    with time_machine.travel(dhaka("2026-11-22 11:00"), tick=False):
        actions.move_ticket(ticket, actor=rafiq, status=status_of("open"))
        actions.move_ticket(ticket, actor=rafiq, status=waiting)
    assert run_at("2026-11-22 15:01") == 1  # lunch from one to two does not count; a new stay
    assert TicketNote.objects.count() == 2


def test_by_the_clock_where_business_time_does_not_count(rafiq):
    make_rule("Day after", NOTE, by=rafiq, trigger="waited", minutes=24 * 60, in_business_time=False)
    with time_machine.travel(dhaka("2026-11-19 16:00"), tick=False):
        make_ticket(by=rafiq)
    assert (run_at("2026-11-20 15:59"), run_at("2026-11-20 16:01")) == (0, 1)


def test_a_customer_who_waits_and_one_who_was_answered(rafiq):
    make_rule("Nobody answered", "priority high", by=rafiq, trigger="unanswered", minutes=60)
    worker, contact = Worker(), make_contact("Rahima", by=rafiq)
    with time_machine.travel(dhaka("2026-11-22 09:00"), tick=False):
        talk = make_conversation("No sacks", by=rafiq, contact=contact)
        ticket = actions.make_ticket_of(talk, actor=rafiq)
        answered = make_conversation("The bill", by=rafiq)
        other = actions.make_ticket_of(answered, actor=rafiq)
    with time_machine.travel(dhaka("2026-11-22 09:30"), tick=False):
        write_message(answered, actor=rafiq, text="Here it is")
        worker.work()
    assert run_at("2026-11-22 10:01") == 1
    ticket.refresh_from_db(), other.refresh_from_db()
    assert (ticket.priority, other.priority) == ("high", "normal")
    run = RuleRun.objects.get()
    assert run.occasion == since_occasion(ticket.waiting_since)
    with time_machine.travel(dhaka("2026-11-22 10:30"), tick=False):
        write_message(talk, actor=rafiq, text="On their way")
        worker.work()
    with time_machine.travel(dhaka("2026-11-22 10:40"), tick=False):
        take_in_message(talk, text="When?")
        worker.work()
    assert run_at("2026-11-22 11:41") == 1  # a wait of its own
    assert RuleRun.objects.filter(ticket=ticket).count() == 2


def test_before_and_after_a_breach_of_one_clock(rafiq):
    """A normal ticket of nine o'clock is owed a first answer by two in the afternoon: four hours, and lunch."""
    make_rule("Soon", NOTE, by=rafiq, trigger="before", minutes=30, measure="first")
    make_rule("Late", "priority urgent", by=rafiq, trigger="after", minutes=0, measure="first")
    with time_machine.travel(dhaka("2026-11-22 09:30"), tick=False):
        ticket = make_ticket(by=rafiq)
    due = ticket.clocks.get(measure="first").due_at
    assert due == dhaka("2026-11-22 14:30")
    assert run_at("2026-11-22 12:50") == 0
    assert run_at("2026-11-22 14:01") == 1
    assert (TicketNote.objects.count(), run_at("2026-11-22 14:05")) == (1, 0)
    with time_machine.travel(dhaka("2026-11-22 14:31"), tick=False):
        actions.look_at_clocks()
    assert run_at("2026-11-22 14:32") == 1
    ticket.refresh_from_db()
    assert ticket.priority == "urgent"
    assert run_at("2026-11-22 14:40") == 0


def test_a_timed_rule_that_does_not_work_uses_up_no_occasion(rafiq):
    waiting = status_of("hold")
    rule = make_rule("Move on", f"status {status_of('open').pk}", by=rafiq, trigger="waited", minutes=60,
                     conditions=when("status", "in", [str(waiting.pk)]))  # fmt: skip
    with time_machine.travel(dhaka("2026-11-22 09:00"), tick=False):
        ticket = make_ticket(by=rafiq)
        actions.move_ticket(ticket, actor=rafiq, status=waiting)
    TicketStatus.objects.filter(stage="open").update(is_active=False)
    assert run_at("2026-11-22 12:00") == 0 and not RuleRun.objects.exists()
    TicketStatus.objects.filter(stage="open").update(is_active=True)
    assert run_at("2026-11-22 12:01") == 1
    ticket.refresh_from_db()
    assert ticket.stage == "open" and RuleRun.objects.get().rule == rule


def test_what_is_closed_merged_or_in_the_bin_is_left_alone(rafiq):
    rule = make_rule("All", NOTE, by=rafiq, trigger="waited", minutes=1)
    with time_machine.travel(dhaka("2026-11-22 09:00"), tick=False):
        closed, merged, binned, kept = (make_ticket(name, by=rafiq) for name in ("a", "b", "c", "d"))
        actions.close_ticket(closed, actor=rafiq, resolution="Done")
        actions.merge_tickets(merged, actor=rafiq, into=kept)
        actions.delete_ticket(binned, actor=rafiq)
    assert [one.pk for one in due_tickets(rule, dhaka("2026-11-22 12:00"))] == [kept.pk]


def test_before_and_after_a_due_date(rafiq):
    """Due on Sunday at ten; two business hours before is Thursday at five (Friday and Saturday are the weekend)."""
    make_rule("Soon", NOTE, by=rafiq, trigger="due_soon", minutes=120)
    make_rule("Overdue", "priority urgent", by=rafiq, trigger="overdue", minutes=0)
    with time_machine.travel(dhaka("2026-11-18 09:00"), tick=False):
        ticket = make_ticket(by=rafiq, due_at=dhaka("2026-11-22 10:00"))
        done = make_ticket("Done", by=rafiq, due_at=dhaka("2026-11-22 10:00"))
        actions.solve_ticket(done, actor=rafiq, resolution="Sent.")
        make_ticket("Without a date", by=rafiq)
    assert run_at("2026-11-19 16:59") == 0
    assert run_at("2026-11-19 17:01") == 1
    assert (TicketNote.objects.get().ticket, run_at("2026-11-22 09:59")) == (ticket, 0)
    assert run_at("2026-11-22 10:00") == 1
    ticket.refresh_from_db()
    assert ticket.priority == "urgent" and run_at("2026-11-22 11:00") == 0
    with time_machine.travel(dhaka("2026-11-22 11:30"), tick=False):
        actions.change_ticket(ticket, actor=rafiq, due_at=dhaka("2026-11-22 12:30"))
    assert run_at("2026-11-22 11:31") == 1  # another date is another occasion
    assert run_at("2026-11-22 12:31") == 1
    assert run_at("2026-11-22 12:32") == 0
    assert not RuleRun.objects.filter(ticket=done).exists()


def test_what_is_overdue_already_is_never_due_soon(rafiq):
    rule = make_rule("Soon", NOTE, by=rafiq, trigger="due_soon", minutes=120)
    with time_machine.travel(dhaka("2026-11-22 09:00"), tick=False):
        make_ticket(by=rafiq, due_at=dhaka("2026-11-22 08:00"))
    assert list(due_tickets(rule, dhaka("2026-11-22 09:30"))) == []


def test_a_rule_of_due_dates_says_how_long(rafiq):
    with pytest.raises(ValidationError) as refused:
        make_rule("Soon", NOTE, by=rafiq, trigger="due_soon", minutes=0)
    assert set(refused.value.message_dict) == {"minutes"}
    assert make_rule("Late", NOTE, by=rafiq, trigger="overdue", minutes=0).minutes == 0


def test_a_trial_finds_the_due_dates_tickets_had_then(rafiq):
    """One date was moved before it came, one ticket was solved before its date: neither would have been overdue."""
    with time_machine.travel(dhaka("2026-11-15 09:00"), tick=False):
        moved, done, _late, unset = (
            make_ticket(name, by=rafiq, due_at=dhaka("2026-11-17 10:00"))
            for name in ("Moved", "Done", "Late", "Unset")
        )
    with time_machine.travel(dhaka("2026-11-16 09:00"), tick=False):
        actions.change_ticket(moved, actor=rafiq, due_at=dhaka("2026-11-30 10:00"))
        actions.solve_ticket(done, actor=rafiq, resolution="Sent.")
    with time_machine.travel(dhaka("2026-11-18 09:00"), tick=False):
        actions.change_ticket(unset, actor=rafiq, due_at=None)
    with time_machine.travel(dhaka("2026-11-20 09:00"), tick=False):
        draft = TicketRule(trigger="overdue", minutes=60, steps=[NOTE], in_business_time=True)
        found = try_rule(rafiq, draft, days=30)
        assert {(one.ticket.title, one.at) for one in found.shown} == {
            ("Late", dhaka("2026-11-17 11:00")), ("Unset", dhaka("2026-11-17 11:00")),
        }  # fmt: skip
        assert (found.looked_at, found.due_now) == (2, 1)
        soon = TicketRule(trigger="due_soon", minutes=60, steps=[NOTE], in_business_time=True)
        found = try_rule(rafiq, soon, days=30)
        assert {one.ticket.title for one in found.shown} == {"Late", "Unset"}
        assert {one.at for one in found.shown} == {dhaka("2026-11-17 09:00")}
