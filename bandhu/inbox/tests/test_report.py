"""The figures of conversations beside those counted by hand, and beside what each opens."""

from __future__ import annotations

import csv
import io
import re
import statistics
from datetime import date, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db.models import Min
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from bandhu.contact_center.conversations import KIND
from bandhu.contact_center.models import WorkItem
from bandhu.identity.ready_made import system_user
from bandhu.identity.tests.cast import make_user
from bandhu.inbox import actions, queries
from bandhu.inbox.queries import report
from bandhu.inbox.tests.cast import make_desk, written_by
from bandhu.interactions import actions as interactions
from bandhu.interactions.models import Conversation
from bandhu.platform.day_spans import Span, last_days

pytestmark = pytest.mark.django_db
DHAKA = ZoneInfo("Asia/Dhaka")
NOVEMBER = Span(date(2026, 11, 1), date(2026, 11, 30))
DAYS = {"since": "2026-11-01", "until": "2026-11-30"}


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=DHAKA)


@pytest.fixture
def desk():
    rupa, kamal, rahima = make_desk()
    for one in (rupa, kamal):
        one.time_zone = "Asia/Dhaka"
        one.save(update_fields=["time_zone"])
    with timezone.override(DHAKA):
        yield rupa, kamal, rahima


@pytest.fixture
def week(desk):
    """Six of three days: answered, closed, opened again, put off, spam, and one of the past that came in closed; one we began."""
    rupa, kamal, rahima = desk
    talks = []
    for number in range(6):
        with time_machine.travel(at(f"2026-11-{10 + number // 2} 09:0{number}"), tick=False):
            channel = ("mail", "chat", "sms")[number % 3]
            talk = written_by(rahima, channel=channel, language=("bn", "en")[number % 2])
            labels = [["late"], ["late", "wet"], []][number % 3]
            talks.append(interactions.change_conversation(talk, actor=rupa, changes={"labels": labels}))
    for number, who, hours in ((0, rupa, 1), (1, kamal, 5), (2, rupa, 30)):
        with time_machine.travel(at("2026-11-11 10:00"), tick=False):
            actions.run_steps([talks[number]], actor=rupa, steps=[{"kind": "assign", "value": str(who.pk)}])
        begun = Conversation.objects.get(pk=talks[number].pk).created_at
        with time_machine.travel(begun + timedelta(hours=hours), tick=False):
            interactions.write_message(talks[number], actor=who, text="On its way.")
    with time_machine.travel(at("2026-11-13 12:00"), tick=False):
        for number in (0, 1, 2):
            interactions.close_conversation(talks[number], actor=rupa)
        interactions.snooze_conversation(talks[3], actor=rupa, until=at("2026-11-20 09:00"))
        interactions.close_conversation(talks[5], actor=rupa, as_spam=True)
    with time_machine.travel(at("2026-11-15 12:00"), tick=False):
        interactions.reopen_conversation(talks[1], actor=rupa)
        ours = interactions.start_conversation(actor=rupa, channel="mail", customer=rahima, subject="News")
        interactions.write_message(ours, actor=rupa, text="We have moved.")
    past = interactions.start_conversation(
        actor=system_user(), channel="mail", customer=rahima, at=at("2026-11-05 09:00")
    )
    Conversation.objects.filter(pk=past.pk).update(state="closed", closed_at=at("2026-11-05 09:00"))
    with time_machine.travel(at("2026-11-17 12:00"), tick=False):
        yield [*talks, ours, past]


def counted(**wanted):
    return Conversation.objects.exclude(state="spam").filter(**wanted).count()


def test_figures_of_a_period(desk, week):
    rupa = desk[0]
    found = queries.talk_figures(rupa, NOVEMBER)
    assert (found.opened, found.closed, found.backlog, found.unassigned) == (7, 3, 4, 3)
    assert (found.closed, found.opened) == (counted(state="closed"), counted())
    # What we began has no first answer: one, five and thirty hours.
    assert (found.answered, found.first_answer) == (3, timedelta(hours=5))
    assert queries.talk_figures(rupa, Span(date(2026, 10, 1), date(2026, 10, 31))).opened == 0
    assert queries.talk_figures(make_user("Nobody"), NOVEMBER).opened == 0


def test_when_customers_first_wrote_is_kept_and_looked_up_where_it_is_not(desk, week):
    rupa = desk[0]
    said = Conversation.objects.filter(messages__direction="in", messages__kind="said")
    first = dict(said.values_list("pk").annotate(first=Min("messages__at")))
    assert dict(Conversation.objects.values_list("pk", "first_incoming_at")) == {
        one.pk: first.get(one.pk) for one in week
    }
    figures, lines = queries.talk_figures(rupa, NOVEMBER), queries.talk_slices(rupa, NOVEMBER, "channel")
    # As an older installation has them, until its conversations were gone through.
    Conversation.objects.update(first_incoming_at=None)
    assert queries.talk_figures(rupa, NOVEMBER) == figures
    assert queries.talk_slices(rupa, NOVEMBER, "channel") == lines


@pytest.mark.parametrize("by", ["assignee", "queue", "team", "channel", "language", "labels"])
def test_each_line_is_counted_as_by_hand(desk, week, by):
    def values(one):
        if by == "labels":
            return one.labels
        if by in ("assignee", "team"):
            return [str(getattr(one, by) or "(none)")]
        if by == "queue":
            work = WorkItem.objects.filter(kind=KIND, record_id=one.pk).select_related("queue").first()
            return [work.queue.name if work else "(none)"]
        if by == "channel":
            return [{"mail": "Mail", "chat": "Chat", "sms": "SMS"}[one.channel]]
        return [{"bn": "Bangla", "en": "English"}[one.language]]

    by_hand: dict[str, list[Conversation]] = {}
    for one in Conversation.objects.exclude(state="spam"):
        for value in values(one):
            by_hand.setdefault(value, []).append(one)
    with override("en"):
        found = {one.label: one for one in queries.talk_slices(desk[0], NOVEMBER, by)}
    assert found.keys() == by_hand.keys()
    for label, rows in by_hand.items():
        waits = [
            (one.first_answered_at - one.created_at).total_seconds()
            for one in rows
            if one.first_answered_at and one.pk != week[-2].pk
        ]
        line = found[label]
        assert (line.opened, line.closed, line.backlog, line.answered) == (
            len(rows), sum(one.state == "closed" for one in rows), sum(one.is_open for one in rows), len(waits),
        ), label  # fmt: skip
        assert line.first_answer == (timedelta(seconds=statistics.median(waits)) if waits else None)


@pytest.mark.parametrize("by", ["assignee", "queue", "team", "channel", "language", "labels"])
@pytest.mark.parametrize("most", [1, 30])
def test_every_number_opens_exactly_what_it_counts(desk, week, by, most, monkeypatch):
    monkeypatch.setattr(report, "SHOWN", most)
    client = Client(headers={"accept-language": "en"})
    client.force_login(desk[0])
    text = client.get(reverse("inbox:report"), DAYS | {"by": by, "step": "day"}).content.decode()
    numbers = re.findall(r'<a class="link-quiet" href="([^"]+)">([\d,]+)</a>', text)
    numbers += re.findall(
        r'href="(/inbox/report/[^"]+)" class="figure">.*?figure-value">([\d,]+)<', text, re.DOTALL
    )
    assert len(numbers) > 25
    lines = queries.talk_slices(desk[0], NOVEMBER, by)
    has_others = any(one.is_others for one in lines)
    assert any("others=1" in address for address, _number in numbers) is (has_others and by != "labels")
    for address, number in numbers:
        page = client.get(unescape(address))
        assert page.status_code == 200
        assert page.context["how_many"] == len(page.context["page"].items) == int(number), address
    monkeypatch.setattr(report, "SHOWN", 30)
    every = queries.talk_slices(desk[0], NOVEMBER, by)
    for name in ("opened", "closed", "backlog", "answered"):
        assert sum(getattr(one, name) for one in lines) == sum(getattr(one, name) for one in every), name


def test_what_was_open_at_the_end_of_each_day(desk, week):
    found = dict(queries.talk_backlog(desk[0], NOVEMBER, "day"))
    # What is spam today was never work; two, four and five begun; three closed; one opened again and one of ours.
    assert [found[date(2026, 11, day)] for day in (5, 9, 10, 11, 12, 13, 14, 15, 17)] == [
        0,
        0,
        2,
        4,
        5,
        2,
        2,
        4,
        4,
    ]
    assert max(found) == date(2026, 11, 17)
    for day, number in found.items():
        assert queries.talks_open_at_end(desk[0], day).count() == number, day
    weeks = queries.talk_backlog(desk[0], NOVEMBER, "week")
    assert weeks == [(day, found[day]) for day in (date(2026, 11, one) for one in (1, 8, 15, 17))]
    assert queries.talk_backlog(desk[0], NOVEMBER, "month") == [(date(2026, 11, 17), 4)]
    assert queries.talk_backlog(desk[0], Span(date(2027, 1, 1), date(2027, 1, 9)), "day") == []


def test_closed_twice_and_taken_for_spam_between(desk, week):
    rupa, _kamal, _rahima = desk
    talk = Conversation.objects.get(pk=week[4].pk)
    for moment, step in (
        ("2026-11-17 13:00", lambda: interactions.close_conversation(talk, actor=rupa, as_spam=True)),
        ("2026-11-18 13:00", lambda: interactions.close_conversation(talk, actor=rupa)),
        ("2026-11-19 13:00", lambda: interactions.reopen_conversation(talk, actor=rupa)),
        ("2026-11-20 13:00", lambda: interactions.close_conversation(talk, actor=rupa)),
        (
            "2026-11-21 13:00",
            lambda: interactions.snooze_conversation(talk, actor=rupa, until=at("2026-12-01 09:00")),
        ),
    ):
        with time_machine.travel(at(moment), tick=False):
            step()
    with time_machine.travel(at("2026-11-22 13:00"), tick=False):
        found = dict(queries.talk_backlog(rupa, NOVEMBER, "day"))
        assert [found[date(2026, 11, day)] for day in range(16, 23)] == [4, 3, 3, 4, 3, 4, 4]
        for day, number in found.items():
            assert queries.talks_open_at_end(rupa, day).count() == number, day


def test_weeks_begin_where_the_reader_lives():
    with time_machine.travel(at("2026-12-31 12:00"), tick=False), timezone.override(DHAKA):
        weeks = last_days(NOVEMBER, "week", 6)
        assert [day.day for day in weeks] == [7, 14, 21, 28, 30]
        assert {day.weekday() for day in weeks[:-1]} == {5}


def test_programs_and_files_get_the_same(desk, week):
    client = Client(headers={"accept-language": "en"})
    client.force_login(desk[0])
    told = client.get("/api/v1/conversation-report", DAYS).json()
    assert (told["opened"], told["closed"], told["backlog"], told["answered"]) == (7, 3, 4, 3)
    assert told["first_answer_seconds"] == 5 * 3600
    assert sum(day["opened"] for day in told["days"]) == 7
    lines = client.get("/api/v1/conversation-report/channel", DAYS).json()["items"]
    file = client.get(reverse("inbox:report_file"), DAYS | {"by": "channel"})
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [(row["Channel"], int(row["Begun"]), int(row["Open now"])) for row in rows] == [
        (one["label"], one["opened"], one["backlog"]) for one in lines
    ]
    ends = client.get("/api/v1/conversation-backlog", DAYS | {"step": "month"}).json()["items"]
    assert ends == [{"day": "2026-11-17", "open": 4}]
    assert client.get("/api/v1/conversation-report/colour", DAYS).status_code == 422
    assert client.get("/api/v1/conversation-backlog", DAYS | {"step": "year"}).status_code == 422
    assert client.get("/api/v1/conversation-report", {"since": "never"}).status_code == 422


def test_what_makes_no_sense_is_refused(desk, week):
    client = Client()
    client.force_login(desk[0])
    where = reverse("inbox:report_conversations")
    for asked in (
        "number=sold",
        "number=opened&by=colour",
        "day=never",
        "day=9999-12-31",
        "number=opened&after=no",
        "",
    ):
        assert client.get(f"{where}?{asked}").status_code == 404, asked
    for value in ("nonsense", "01930000-0000-7000-8000-000000000000"):
        page = client.get(where, DAYS | {"number": "opened", "by": "team", "value": value})
        assert page.context["how_many"] == 0
    assert client.get(reverse("inbox:report"), {"since": "never"}).status_code == 422
    assert client.get(reverse("inbox:report_file"), {"since": "never"}).status_code == 422


def test_the_pages_cost_the_same_however_many_there_are(desk, week, count_queries):
    client = Client()
    client.force_login(desk[0])
    client.get(reverse("inbox:report"), DAYS)
    with count_queries("report"):
        client.get(reverse("inbox:report"), DAYS)
    with count_queries("report conversations"):
        client.get(reverse("inbox:report_conversations"), DAYS | {"number": "opened"})
    asked = parse_qs(urlsplit(client.get(reverse("inbox:report"), DAYS).context["to"]["closed"]).query)
    assert asked == {"number": ["closed"], "since": ["2026-11-01"], "until": ["2026-11-30"]}
