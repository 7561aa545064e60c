"""The figures of service: counted once, in business time, each number opening its tickets."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from bandhu.identity.tests.cast import make_user
from bandhu.service import actions, queries
from bandhu.service.models import Ticket
from bandhu.service.tests.cast import dhaka, make_agent, make_ticket
from bandhu.service.views.reports import Links

pytestmark = pytest.mark.django_db
NOVEMBER = queries.Span(date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture
def rafiq():
    return make_agent()


@pytest.fixture
def told(rafiq):
    """Four tickets on a Sunday: met, breached, open, and one that was merged away."""
    with time_machine.travel(dhaka("2026-11-22 09:00"), tick=False):
        fast, late, still, gone = (
            make_ticket(name, by=rafiq, priority="high") for name in ("A", "B", "C", "D")
        )
        actions.merge_tickets(gone, actor=rafiq, into=still)
        actions.assign_ticket(fast, actor=rafiq, owner=rafiq)
    with time_machine.travel(dhaka("2026-11-22 12:00"), tick=False):
        actions.solve_ticket(fast, actor=rafiq, resolution="Done.")
    with time_machine.travel(dhaka("2026-11-24 12:00"), tick=False):
        actions.solve_ticket(late, actor=rafiq, resolution="At last.")
        actions.look_at_clocks()
    return fast, late, still


def listed(user, address: str) -> set[str]:
    client = Client()
    client.force_login(user)
    page = client.get(address)
    assert page.status_code == 200
    text = page.content.decode()
    return {one.title for one in Ticket.objects.all() if f"/tickets/{one.pk}/" in text}


def test_figures_of_a_period(rafiq, told):
    found = queries.totals(rafiq, NOVEMBER)
    assert (found.opened, found.solved, found.backlog, found.unassigned, found.one_touch) == (3, 2, 1, 1, 2)
    # Three hours, and a day and three hours more with lunch left out: 3 h and 19 h of business.
    assert found.solution == timedelta(hours=11)
    solution = queries.attainment(rafiq, NOVEMBER)[2]
    assert (solution.open, solution.met, solution.breached) == (0, 1, 2)
    assert solution.share == pytest.approx(1 / 3)
    by_owner = {one.label: one.opened for one in queries.slices(rafiq, NOVEMBER, "owner", str)}
    assert by_owner[rafiq.full_name] == 1
    assert sum(opened for _day, opened, _solved in queries.volume(rafiq, NOVEMBER)) == 3
    outside = queries.Span(date(2026, 10, 1), date(2026, 10, 31))
    assert queries.totals(rafiq, outside).opened == 0


def test_a_number_opens_its_tickets(rafiq, told):
    links = Links(NOVEMBER)
    assert listed(rafiq, links.solved) == {"A", "B"}
    assert listed(rafiq, links.backlog) == {"C"}
    assert listed(rafiq, links.of_measure("resolution")["met"]) == {"A"}
    assert listed(rafiq, links.of_slice("owner", str(rafiq.pk))["opened"]) == {"A"}


def test_what_is_out_of_reach_is_in_no_figure(told):
    seller = make_user("Seller", role="sales")
    assert queries.totals(seller, NOVEMBER).opened == 0


def test_the_page(rafiq, told, count_queries):
    client = Client()
    client.force_login(rafiq)
    address = reverse("service:reports")
    for by in ("owner", "queue", "channel", "language", "type", "priority"):
        assert client.get(f"{address}?since=2026-11-01&until=2026-11-30&by={by}").status_code == 200
    with count_queries("reports"):
        client.get(f"{address}?since=2026-11-01&until=2026-11-30")
    assert client.get(f"{address}?since=never").status_code == 422
    assert client.get(f"{address}?since=2026-11-30&until=2026-11-01").status_code == 422
