"""Every number of the report beside one counted another way, and beside what it opens."""

from __future__ import annotations

import csv
import io
import json
import re
import statistics
from datetime import UTC, date, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from bandhu.identity.tests.cast import make_user
from bandhu.inbox.models import Label
from bandhu.interactions.actions import change_conversation
from bandhu.platform.cells import in_words
from bandhu.platform.filters import compile_filter
from bandhu.platform.record_kinds import record_kinds
from bandhu.platform.value_choices import words_for
from bandhu.service import actions, queries
from bandhu.service.models import Clock, Measure, Ticket
from bandhu.service.queries import report_slices
from bandhu.service.tests.cast import DHAKA, dhaka, make_agent, make_conversation, make_ticket
from bandhu.ui.digits import to_latin

pytestmark = pytest.mark.django_db
NOVEMBER = queries.Span(date(2026, 11, 1), date(2026, 11, 30))
DIMENSIONS = ("owner", "queue", "channel", "language", "type", "priority", "tags", "labels")


@pytest.fixture
def rafiq():
    return make_agent(time_zone="Asia/Dhaka")


@pytest.fixture
def month(rafiq):
    """Nine tickets over three days: solved early, late and never, with tags, labels, an answer, one opened again, one merged away."""
    tickets = []
    for number in range(9):
        with time_machine.travel(dhaka(f"2026-11-{22 + number % 3} 09:{number:02}"), tick=False):
            talk = make_conversation("Where is it?", by=rafiq)
            labels = [["late"], ["late", "wet"], []][number % 3]
            change_conversation(talk, actor=rafiq, changes={"labels": labels})
            ticket = actions.make_ticket_of(
                talk, actor=rafiq, title=f"Ticket {number}", priority=("high", "low")[number % 2]
            )
            tags = [["sacks"], ["sacks", "rice"], []][number % 3]
            tickets.append(actions.change_ticket(ticket, actor=rafiq, tags=tags))
            if number % 4 == 0:
                actions.assign_ticket(ticket, actor=rafiq, owner=rafiq)
            if number % 2 == 0:
                actions.take_answer(talk.pk, dhaka(f"2026-11-{22 + number % 3} 10:{number:02}"))
    Label.objects.bulk_create([Label(name="late"), Label(name="wet")], ignore_conflicts=True)
    with time_machine.travel(dhaka("2026-11-25 12:00"), tick=False):
        actions.merge_tickets(tickets[8], actor=rafiq, into=tickets[7])
        for number in (0, 1, 2, 3, 4):
            actions.solve_ticket(Ticket.objects.get(pk=tickets[number].pk), actor=rafiq, resolution="Done.")
        actions.look_at_clocks()
    with time_machine.travel(dhaka("2026-11-26 12:00"), tick=False):
        actions.reopen_ticket(Ticket.objects.get(pk=tickets[4].pk), actor=rafiq)
    return tickets


def _counted(rows, span=NOVEMBER):
    """(opened, solved, backlog) by plain counting, in Dhaka."""

    def within(at):
        return at is not None and span.since <= at.astimezone(DHAKA).date() <= span.until

    rows = [one for one in rows if one.merged_into_id is None]
    return (
        sum(within(one.created_at) for one in rows),
        sum(within(one.solved_at) for one in rows),
        sum(one.stage in ("new", "open", "waiting", "hold") for one in rows),
    )


def _all():
    return list(
        Ticket.objects.prefetch_related("tags", "threads__conversation").select_related("type", "owner")
    )


def test_totals_are_those_counted_by_hand(rafiq, month):
    rows = _all()
    with time_machine.travel(dhaka("2026-11-27 09:00"), tick=False):
        found = queries.totals(rafiq, NOVEMBER)
    assert (found.opened, found.solved, found.backlog) == _counted(rows) == (8, 4, 4)
    mine = [one for one in rows if one.merged_into_id is None]
    assert found.unassigned == sum(one.owner is None and one.is_open for one in mine)
    assert found.reopened == sum(one.reopened > 0 for one in mine) == 1
    assert found.one_touch == sum(
        one.solved_at is not None and one.answers <= 1 and not one.reopened for one in mine
    )
    for measure, value in (("first", found.first_answer), ("resolution", found.solution)):
        spent = [
            one.spent
            for one in Clock.objects.filter(measure=measure, ended_at__isnull=False, ticket__in=mine)
            if one.spent is not None
        ]
        assert value == timedelta(seconds=statistics.median(spent))


@pytest.mark.parametrize("dimension", ["tags", "labels", "type", "priority"])
def test_each_topic_is_counted_as_by_hand(rafiq, month, dimension):
    def values(one):
        if dimension == "tags":
            return [tag.name for tag in one.tags.all()] or [""]
        if dimension == "labels":
            return sorted({label for thread in one.threads.all() for label in thread.conversation.labels})
        return [one.type.name if dimension == "type" else one.priority]

    by_hand: dict[str, list[Ticket]] = {}
    for one in _all():
        for value in values(one):
            by_hand.setdefault(value, []).append(one)
    found = {
        one.label: (one.opened, one.solved, one.backlog)
        for one in queries.slices(rafiq, NOVEMBER, dimension, lambda value: value or "")
    }
    assert found == {value: _counted(rows) for value, rows in by_hand.items() if any(_counted(rows))}
    assert len(found) > (1 if dimension != "type" else 0)


def test_days_are_counted_as_by_hand(rafiq, month):
    with time_machine.travel(dhaka("2026-11-27 09:00"), tick=False):
        client = Client()
        client.force_login(rafiq)
        page = client.get(reverse("service:reports"), {"since": "2026-11-01", "until": "2026-11-30"})
    rows = _all()
    for day, opened, solved, _links in page.context["volume"]:
        assert (opened, solved) == _counted(rows, queries.Span(day, day))[:2], day


@pytest.mark.parametrize("by", DIMENSIONS)
def test_every_number_opens_exactly_what_it_counts(rafiq, month, by):
    with time_machine.travel(dhaka("2026-11-27 09:00"), tick=False):
        client = Client()
        client.force_login(rafiq)
        page = client.get(
            reverse("service:reports"),
            {"since": "2026-11-01", "until": "2026-11-30", "by": by, "step": "month"},
        )
        text = page.content.decode()
        numbers = re.findall(r'<a class="link-quiet" href="([^"]+)">([\d,]+)</a>', text)
        numbers += re.findall(
            r'href="(/tickets/[^"]+)" class="figure">.*?figure-value">([\d,]+)<', text, re.DOTALL
        )
        assert len(numbers) > 20
        assert any(
            "reopened" in unescape(address) and by in unescape(address) for address, _number in numbers
        )
        for address, number in numbers:
            assert _behind(client, rafiq, unescape(address)) == int(to_latin(number).replace(",", "")), (
                unescape(address)
            )


def _behind(client, user, address):
    """How many records an address shows; the page itself must come up."""
    asked = urlsplit(address)
    page = client.get(address)
    assert page.status_code == 200, address
    if asked.path in (reverse("service:report_clocks"), reverse("service:report_open")):
        return page.context["how_many"]
    kind, tree = record_kinds["ticket"], json.loads(parse_qs(asked.query)["filter"][0])
    rows = compile_filter(user, kind, tree).apply(kind.visible_to(user)).filter(deleted_at__isnull=True)
    return rows.distinct().count()


def test_medians_and_shares_open_their_clocks(rafiq, month):
    with time_machine.travel(dhaka("2026-11-27 09:00"), tick=False):
        client = Client()
        client.force_login(rafiq)
        asked = {"since": "2026-11-01", "until": "2026-11-30"}
        page = client.get(reverse("service:reports"), asked)
        assert (
            "which=ended" in page.context["to"].first_answer
            and "measure=resolution" in page.context["to"].solution
        )
        shown = client.get(unescape(page.context["to"].solution))
        used = [one.used for one in shown.context["page"].items]
        assert statistics.median(used) == page.context["totals"].solution
        for one, links in page.context["attainment"]:
            assert client.get(links["decided"]).context["how_many"] == one.met + one.breached


@pytest.mark.parametrize("by", DIMENSIONS)
def test_the_times_of_each_slice_are_those_counted_by_hand_and_open_their_clocks(rafiq, month, by):
    with time_machine.travel(dhaka("2026-11-27 09:00"), tick=False):
        client = Client()
        client.force_login(rafiq)
        asked = {"since": "2026-11-01", "until": "2026-11-30", "by": by}
        page = client.get(reverse("service:reports"), asked)
        measured = 0
        for one, links in page.context["slices"]:
            for name in ("first_answer", "solution"):
                shown = client.get(links[name]).context["page"].items
                used = [clock.used for clock in shown]
                assert getattr(one, name) == (statistics.median(used) if used else None), (one.label, name)
                measured += bool(used)
        assert measured


def test_programs_read_the_numbers_of_the_page(rafiq, month):
    seller = make_user("Seller", role="sales")
    asked = {"since": "2026-11-01", "until": "2026-11-30"}
    with time_machine.travel(dhaka("2026-11-27 09:00"), tick=False):
        client = Client()
        client.force_login(rafiq)
        found = client.get("/api/v1/service-report", asked).json()
        totals = queries.totals(rafiq, NOVEMBER)
        assert (found["opened"], found["solved"], found["one_touch"]) == (
            totals.opened, totals.solved, totals.one_touch,
        )  # fmt: skip
        assert found["solution_seconds"] == totals.solution.total_seconds()
        assert [one["measure"] for one in found["attainment"]] == ["first", "next", "resolution"]
        assert (len(found["days"]), sum(one["opened"] for one in found["days"])) == (30, 8)
        for by in DIMENSIONS:
            rows = client.get(f"/api/v1/service-report/{by}", asked).json()["items"]
            with override("en"):
                page = client.get(reverse("service:reports"), asked | {"by": by}).context["slices"]
            assert [(one["value"], one["opened"], one["reopened"]) for one in rows] == [
                (one.value, one.opened, one.reopened) for one, _links in page
            ]
        assert client.get("/api/v1/service-report", asked | {"since": "never"}).status_code == 422
        assert client.get("/api/v1/service-report/colour", asked).status_code == 422
        client.force_login(seller)
        assert client.get("/api/v1/service-report", asked).json()["opened"] == 0
        assert client.get("/api/v1/service-report/tags", asked).json()["items"] == []


@pytest.mark.parametrize("by", DIMENSIONS)
def test_lines_and_others_make_the_same_sums_as_all_lines(rafiq, month, monkeypatch, by):
    def sums(lines):
        names = ("opened", "solved", "backlog", "reopened", "one_touch")
        return [sum(getattr(one, name) for one in lines) for name in names]

    asked = {"since": "2026-11-01", "until": "2026-11-30", "by": by}
    with time_machine.travel(dhaka("2026-11-27 09:00"), tick=False), override("en"):
        every = queries.slices(rafiq, NOVEMBER, by, lambda value: value or "")
        assert not any(one.is_others for one in every)
        monkeypatch.setattr(report_slices, "SHOWN_OF_A_KIND", 1)
        client = Client(headers={"accept-language": "en"})
        client.force_login(rafiq)
        page = client.get(reverse("service:reports"), asked)
        lines = page.context["slices"]
        assert sums([one for one, _links in lines]) == sums(every)
        assert [one.is_others for one, _links in lines] == [False, True][: len(every)]
        answer = client.get(f"/api/v1/service-report/{by}", {"since": "2026-11-01", "until": "2026-11-30"})
        assert answer.status_code == 200, answer.content
        items = answer.json()["items"]
        assert [(one["label"], one["is_others"]) for one in items[1:]] == [("Others", True)] * (
            len(every) > 1
        )
        if len(every) < 2:
            return
        [others, links] = lines[1]
        assert "Others" in page.content.decode()
        assert bool(links) is (by not in ("tags", "labels"))
        for name, address in links.items():
            assert _behind(client, rafiq, address) == getattr(others, name), name
        if links:
            alone = {str(one.pk) for one in queries.clocks_behind(rafiq, NOVEMBER, "first", "ended")}
            alone -= {
                str(one.pk)
                for one in queries.clocks_behind(
                    rafiq, NOVEMBER, "first", "ended", queries.clocks_of_value(by, lines[0][0].value)
                )
            }
            spent = [one.used for one in Clock.objects.filter(pk__in=alone)]
            assert others.first_answer == (statistics.median(spent) if spent else None)


def test_service_levels_of_others_make_the_sums(rafiq, month):
    with time_machine.travel(dhaka("2026-11-27 09:00"), tick=False), override("en"):
        every = queries.level_slices(rafiq, NOVEMBER, "tags", lambda value: value or "", limit=None)
        lines = queries.level_slices(rafiq, NOVEMBER, "tags", lambda value: value or "", limit=1)
    assert [(one.label, one.is_others) for one in lines[1:]] == [("Others", True)]
    for measure in ("first", "next", "resolution"):
        for name in ("open", "met", "breached", "abandoned"):
            counted = [sum(getattr(one.measures[measure], name) for one in some) for some in (every, lines)]
            assert counted[0] == counted[1], (measure, name)


def test_the_page_says_what_it_counts_and_where_the_rest_is(rafiq):
    client = Client(headers={"accept-language": "en"})
    client.force_login(rafiq)
    page = client.get(reverse("service:reports")).content.decode()
    said = page.split("These figures count tickets")[1][:700]
    assert reverse("contact_center:queues_now") in said and reverse("inbox:report") in said


def test_channels_are_told_in_the_readers_language(rafiq, month):
    found = queries.slices(
        rafiq, NOVEMBER, "channel", lambda value: queries.words_of_value(rafiq, "channel", value)
    )
    assert [(one.value, one.label) for one in found] == [("chat", "Chat")]
    field = record_kinds["ticket"].field("channel")
    assert in_words("whatsapp", field) == "WhatsApp"
    assert in_words("fax", field) == words_for(rafiq, field, ["fax"]) == "fax"
    with override("bn"):
        assert in_words("mail", field) not in ("mail", "Mail")


def test_a_page_of_clocks_costs_the_same_however_many_there_are(rafiq, month, count_queries):
    client = Client()
    client.force_login(rafiq)
    asked = {"since": "2026-11-01", "until": "2026-11-30", "measure": "first", "which": "decided"}
    client.get(reverse("service:report_clocks"), asked)
    with count_queries("report clocks"):
        assert client.get(reverse("service:report_clocks"), asked).context["how_many"] > 3


def test_clocks_out_of_reach_are_not_shown(rafiq, month):
    seller = make_user("Seller", role="sales")
    client = Client()
    client.force_login(seller)
    asked = {"since": "2026-11-01", "until": "2026-11-30", "measure": "first", "which": "met"}
    assert client.get(reverse("service:report_clocks"), asked).context["how_many"] == 0
    assert client.get(reverse("service:report_clocks"), asked | {"which": "all"}).status_code == 404
    assert client.get(reverse("service:report_clocks"), asked | {"after": "nonsense"}).status_code == 404


def test_what_came_from_elsewhere_counts_as_what_it_was(rafiq):
    make_ticket("Old", by=rafiq, at=datetime(2026, 11, 3, tzinfo=UTC))
    assert queries.totals(rafiq, NOVEMBER).opened == 1


LEVEL_DIMENSIONS = ("owner", "queue", "level", *DIMENSIONS[2:])


@pytest.mark.parametrize("by", LEVEL_DIMENSIONS)
def test_service_levels_are_counted_as_by_hand_and_open_their_clocks(rafiq, month, by):
    def values(one):
        ticket = one.ticket
        if by == "labels":
            return {label for thread in ticket.threads.all() for label in thread.conversation.labels}
        if by == "tags":
            return {tag.name for tag in ticket.tags.all()} or {"(none)"}
        found = {
            "owner": ticket.owner and ticket.owner.full_name, "queue": ticket.queue_id and "Tickets", "level": one.level.name,
            "type": ticket.type.name, "priority": ticket.get_priority_display(), "channel": "Chat", "language": ticket.language,
        }[by]  # fmt: skip
        return {found or "(none)"}

    with time_machine.travel(dhaka("2026-11-27 09:00"), tick=False), override("en"):
        client = Client()
        client.force_login(rafiq)
        asked = {"since": "2026-11-01", "until": "2026-11-30", "by": by}
        measured = 0
        for measure in ("first", "next", "resolution"):
            rows = Clock.objects.filter(measure=measure, ticket__merged_into__isnull=True)
            by_hand: dict[str, list[str]] = {}
            for clock in rows:
                state = "open" if not clock.ended_at and not clock.breached_at else clock.state
                for value in values(clock):
                    by_hand.setdefault(value, []).append(state)
            page = client.get(reverse("service:report_levels"), asked | {"measure": measure})
            assert page.status_code == 200
            assert {
                label: (one.open, one.met, one.breached, one.abandoned)
                for label, one, _links in page.context["slices"]
            } == {
                value: tuple(states.count(one) for one in ("open", "met", "breached", "abandoned"))
                for value, states in by_hand.items()
            }
            for _label, one, links in page.context["slices"]:
                for which in ("open", "met", "breached", "abandoned"):
                    assert client.get(links[which]).context["how_many"] == getattr(one, which)
                    measured += 1
                assert client.get(links["decided"]).context["how_many"] == one.met + one.breached
        assert measured


def test_service_levels_go_out_as_a_file_and_to_programs(rafiq, month):
    seller = make_user("Seller", role="sales")
    days = {"since": "2026-11-01", "until": "2026-11-30"}
    asked = days | {"by": "owner"}
    with time_machine.travel(dhaka("2026-11-27 09:00"), tick=False), override("en"):
        client = Client(headers={"accept-language": "en"})
        client.force_login(rafiq)
        answer = client.get(reverse("service:report_levels_file"), asked)
        assert 'filename="service-levels owner 2026-11-01 2026-11-30.csv"' in answer["Content-Disposition"]
        lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        items = client.get("/api/v1/service-report/owner/levels", days).json()["items"]
        assert {one["label"] for one in items} == {line["Owner"] for line in lines} == {"Rafiq", "(none)"}
        told = {
            (item["label"], one["measure"]): [one["open"], one["met"], one["breached"], one["abandoned"]]
            for item in items
            for one in item["measures"]
            if any(one[name] for name in ("open", "met", "breached", "abandoned"))
        }
        names = {str(one.label): one.value for one in Measure}
        assert told == {
            (line["Owner"], names[line["Clock"]]): [
                int(line[name]) for name in ("Running in time", "Met", "Breached", "Abandoned")
            ]
            for line in lines
        }
        assert (
            client.get(reverse("service:report_levels_file"), asked | {"since": "never"}).status_code == 422
        )
        assert client.get(reverse("service:report_levels"), asked | {"until": "never"}).status_code == 422
        assert client.get("/api/v1/service-report/colour/levels", days).status_code == 422
        client.force_login(seller)
        assert client.get("/api/v1/service-report/owner/levels", days).json()["items"] == []
        assert client.get(reverse("service:report_levels"), asked).context["slices"] == []


def test_a_page_of_service_levels_costs_the_same_however_many_there_are(rafiq, month, count_queries):
    client = Client()
    client.force_login(rafiq)
    asked = {"since": "2026-11-01", "until": "2026-11-30", "by": "level"}
    client.get(reverse("service:report_levels"), asked)
    with count_queries("report levels"):
        assert client.get(reverse("service:report_levels"), asked).context["slices"]


def test_what_can_be_no_slice_opens_nothing(rafiq, month):
    client = Client()
    client.force_login(rafiq)
    asked = {"since": "2026-11-01", "until": "2026-11-30", "measure": "first", "which": "decided"}
    for value in ("nonsense", "", "01930000-0000-7000-8000-000000000000"):
        found = client.get(reverse("service:report_clocks"), asked | {"by": "level", "value": value})
        assert found.context["how_many"] == 0
