"""How many tickets were open at the end of each day, beside what their way through the statuses says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.identity.tests.cast import make_user
from bandhu.service import actions, queries
from bandhu.service.models import StatusMove, Ticket
from bandhu.service.tests.cast import DHAKA, dhaka, make_agent, make_ticket

pytestmark = pytest.mark.django_db
NOVEMBER = queries.Span(date(2026, 11, 1), date(2026, 11, 30))
DAYS = {"since": "2026-11-01", "until": "2026-11-30"}


@pytest.fixture
def rafiq():
    return make_agent(time_zone="Asia/Dhaka")


@pytest.fixture
def ways(rafiq):
    """Five of two days: one solved, opened again and solved, one merged away, one solved, one deleted, one open."""
    tickets = []
    for number in range(5):
        with time_machine.travel(dhaka(f"2026-11-{10 + number % 2} 09:0{number}"), tick=False):
            tickets.append(make_ticket(f"Ticket {number}", by=rafiq))

    def fresh(number):
        return Ticket.objects.get(pk=tickets[number].pk)

    with time_machine.travel(dhaka("2026-11-12 12:00"), tick=False):
        actions.solve_ticket(fresh(0), actor=rafiq, resolution="Done.")
        actions.solve_ticket(fresh(2), actor=rafiq, resolution="Done.")
        actions.merge_tickets(fresh(1), actor=rafiq, into=fresh(3))
    with time_machine.travel(dhaka("2026-11-14 12:00"), tick=False):
        actions.reopen_ticket(fresh(0), actor=rafiq)
    with time_machine.travel(dhaka("2026-11-16 12:00"), tick=False):
        actions.solve_ticket(fresh(0), actor=rafiq, resolution="At last.")
    with time_machine.travel(dhaka("2026-11-18 12:00"), tick=False):
        yield tickets


def _by_hand(day):
    """The stage after the last move of that day, of what was not merged away."""
    found = 0
    for ticket in Ticket.objects.filter(merged_into__isnull=True):
        moves = [one for one in ticket.moves.order_by("at", "pk") if one.at.astimezone(DHAKA).date() <= day]
        found += bool(moves) and moves[-1].to_stage not in ("solved", "closed")
    return found


def test_what_was_open_at_the_end_of_each_day(rafiq, ways):

    with timezone.override(DHAKA):
        found = dict(queries.backlog(rafiq, NOVEMBER, "day"))
        assert [found[date(2026, 11, day)] for day in (9, 10, 11, 12, 13, 14, 15, 16, 18)] == [
            0,
            3,
            4,
            2,
            2,
            3,
            3,
            2,
            2,
        ]
        assert max(found) == date(2026, 11, 18)
        for day, number in found.items():
            assert number == _by_hand(day) == queries.open_at_end(rafiq, day).count(), day
        assert queries.backlog(rafiq, NOVEMBER, "week") == [
            (date(2026, 11, day), found[date(2026, 11, day)]) for day in (1, 8, 15, 18)
        ]
        assert queries.totals(rafiq, NOVEMBER).backlog == found[date(2026, 11, 18)]
        seller = make_user("Seller", role="sales")
        assert {number for _day, number in queries.backlog(seller, NOVEMBER, "day")} == {0}


def test_the_numbers_open_their_tickets_and_go_to_programs(rafiq, ways, count_queries):
    client = Client(headers={"accept-language": "en"})
    client.force_login(rafiq)
    page = client.get(reverse("service:reports"), DAYS | {"step": "day"})
    shown = dict(page.context["backlog"])
    where = reverse("service:report_open")
    assert f'{where}?day=2026-11-14"' in page.content.decode()
    titles = {one.title for one in client.get(where, {"day": "2026-11-14"}).context["page"].items}
    assert titles == {"Ticket 0", "Ticket 3", "Ticket 4"}
    told = client.get("/api/v1/ticket-backlog", DAYS | {"step": "day"}).json()["items"]
    assert {date.fromisoformat(one["day"]): one["open"] for one in told} == shown
    for asked in ({"day": "never"}, {"day": "9999-12-31"}, {}, {"day": "2026-11-14", "after": "no"}):
        assert client.get(where, asked).status_code == 404, asked
    assert client.get("/api/v1/ticket-backlog", DAYS | {"step": "year"}).status_code == 422
    with count_queries("report open"):
        client.get(where, {"day": "2026-11-14"})


def test_what_was_brought_in_counts_from_its_opening(rafiq):
    with time_machine.travel(dhaka("2026-11-18 12:00"), tick=False):
        ticket = make_ticket("Old", by=rafiq, at=dhaka("2026-11-03 10:00"))
        assert StatusMove.objects.filter(ticket=ticket).count() == 1
        found = dict(queries.backlog(rafiq, NOVEMBER, "day"))
        assert [found[date(2026, 11, 2) + timedelta(days=number)] for number in range(2)] == [0, 1]
