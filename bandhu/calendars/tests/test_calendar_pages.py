"""The pages: calendar, planning, moving, the panel."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.calendars.models import Meeting
from bandhu.calendars.queries import day_columns, entries_between, span_of
from bandhu.calendars.tests.cast import make_meeting, make_seller, utc
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_team
from bandhu.interactions.actions import plan_follow_up
from bandhu.interactions.models import Interaction

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def rupa():
    return make_seller("Rupa", team=make_team("Dhaka"), time_zone="Asia/Dhaka")


@pytest.fixture
def client(rupa):
    found = Client()
    found.force_login(rupa)
    return found


def form_data(**changes):
    usual = {
        "title": "Prices", "kind": "meeting", "starts": "2026-11-30T09:00", "ends": "2026-11-30T10:00", "time_zone": "Asia/Dhaka",
    }  # fmt: skip
    return usual | changes


def test_planning_from_a_record_reads_the_wall_clock_of_the_chosen_zone(client, rupa):
    contact = make_contact(by=rupa)
    answer = client.post(
        reverse("calendars:planning"),
        form_data(customer=f"contact:{contact.pk}", time_zone="Europe/Berlin", addresses="a@example.com"),
        headers=HX,
    )
    assert answer.status_code == 204, answer.content.decode()
    meeting = Meeting.objects.get()
    assert (meeting.starts_at, meeting.contact, meeting.time_zone) == (
        utc("2026-11-30 08:00"),
        contact,
        "Europe/Berlin",
    )
    panel = client.get(reverse("calendars:contact_meetings", args=[contact.pk])).content.decode()
    assert "Prices" in panel


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"starts": "2026-03-29T02:30", "ends": "2026-03-29T04:00", "time_zone": "Europe/Berlin"},
            "does not exist",
        ),
        ({"ends": "2026-11-30T08:00"}, "ends before it begins"),
        ({"repeats": "DAILY", "repeats_until": "2026-12-24", "repeats_count": "3"}, "not both"),
        ({"starts": "no time"}, "valid date/time"),
        ({"addresses": "nobody"}, "is not a mail address"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, changes, said):
    answer = client.post(reverse("calendars:planning"), form_data(**changes), headers=HX)
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page and "Prices" in page
    assert not Meeting.objects.exists()


def test_a_customer_out_of_reach_is_not_taken(client, rupa):
    other = make_contact(by=make_seller("Elsewhere", team=make_team("Elsewhere")))
    client.post(reverse("calendars:planning"), form_data(customer=f"contact:{other.pk}"), headers=HX)
    assert Meeting.objects.get().contact is None


def test_the_week_begins_by_the_readers_country_and_speaks_the_language(client, rupa):
    make_meeting("চালের দাম", by=rupa, starts="2026-11-25 03:30")
    rupa.language = "bn"
    rupa.save()
    page = client.get(reverse("calendars:calendar"), {"on": "2026-11-25"}).content.decode()
    assert "চালের দাম" in page and "২২ রবি" in page and "নভেম্বর" in page and "৯:৩০" in page
    rupa.language = "ta"
    rupa.save()
    assert "22 ஞாயி" in client.get(reverse("calendars:calendar"), {"on": "2026-11-25"}).content.decode()


def test_the_calendar_shows_follow_ups_too_and_others_only_within_reach(client, rupa):
    contact = make_contact(by=rupa)
    plan_follow_up(contact, actor=rupa, what="Send samples", due_at=utc("2026-11-25 05:00"))
    other = make_seller("Elsewhere", team=make_team("Elsewhere"))
    make_meeting("Hidden talk", by=other, starts="2026-11-25 05:00")
    for view in ("week", "day", "list"):
        page = client.get(reverse("calendars:calendar"), {"on": "2026-11-25", "view": view}).content.decode()
        assert "Send samples" in page
    theirs = client.get(
        reverse("calendars:calendar"), {"on": "2026-11-25", "whose": str(other.pk)}
    ).content.decode()
    assert "Elsewhere" in theirs and "Hidden talk" not in theirs
    team = client.get(
        reverse("calendars:calendar"), {"on": "2026-11-25", "whose": f"team:{rupa.team_id}"}
    ).content.decode()
    assert "Send samples" in team


@pytest.mark.parametrize(
    "words",
    [{"on": "0001-01-01"}, {"on": "9999-99-99"}, {"view": "x", "whose": "team:y"}, {"on": "2199-12-31"}],
)
def test_odd_addresses_show_a_calendar(client, words):
    assert client.get(reverse("calendars:calendar"), words).status_code in (200, 404)


def test_drag_and_drop_and_undo(client, rupa):
    meeting = make_meeting(by=rupa, starts="2026-11-30 03:00")
    answer = client.post(
        reverse("calendars:moving", args=[meeting.pk]), {"start": "2026-12-01T11:15"}, headers=HX
    )
    meeting.refresh_from_db()
    assert answer.status_code == 204 and meeting.starts_at == utc("2026-12-01 05:15")
    assert meeting.length == timedelta(hours=1)
    undo = json.loads(answer["HX-Trigger"])["toast"]["action_url"]
    client.post(undo, headers=HX)
    meeting.refresh_from_db()
    assert meeting.starts_at == utc("2026-11-30 03:00")


def test_dragging_one_of_a_series_asks_which(client, rupa):
    series = make_meeting(by=rupa, starts="2026-11-02 03:00", rule="FREQ=WEEKLY;COUNT=3")
    address = reverse("calendars:moving", args=[series.pk])
    sent = {"start": "2026-11-10T09:00", "at": "20261109T030000Z"}
    asked = client.post(address, sent, headers=HX)
    assert asked.status_code == 422 and "The whole series" in asked.content.decode()
    assert client.post(address, sent | {"scope": "one"}, headers=HX).status_code == 204
    assert series.exceptions.get().starts_at == utc("2026-11-10 03:00")
    client.post(address, {"start": "2026-11-16T10:00", "at": "20261116T030000Z", "scope": "all"}, headers=HX)
    series.refresh_from_db()
    assert series.starts_at == utc("2026-11-02 04:00")


def test_the_zone_is_named_by_its_place(client, rupa):
    rupa.time_zone, rupa.language = "Asia/Kolkata", "bn"
    rupa.save()
    assert 'title="Asia/Kolkata">কোলকাতা</bdi>' in client.get(reverse("calendars:calendar")).content.decode()


def test_moving_into_a_gap_of_the_clock_is_refused(client, rupa):
    rupa.time_zone = "Europe/Berlin"
    rupa.save()
    meeting = make_meeting(by=rupa, starts="2026-03-28 09:00")
    answer = client.post(
        reverse("calendars:moving", args=[meeting.pk]), {"start": "2026-03-29T02:30"}, headers=HX
    )
    meeting.refresh_from_db()
    assert answer.status_code == 422 and meeting.starts_at == utc("2026-03-28 09:00")


def test_holding_cancelling_and_restoring_by_page(client, rupa):
    contact = make_contact(by=rupa)
    meeting = make_meeting(by=rupa, starts=timezone.now() - timedelta(hours=3), customer=contact)
    client.post(reverse("calendars:holding", args=[meeting.pk]), {"outcome": "Agreed"}, headers=HX)
    assert Interaction.objects.get().outcome == "Agreed"
    other = make_meeting(by=rupa, starts=timezone.now() + timedelta(hours=3))
    client.post(reverse("calendars:cancelling", args=[other.pk]))
    other.refresh_from_db()
    assert other.state == "cancelled"
    client.post(reverse("calendars:restoring", args=[other.pk]))
    other.refresh_from_db()
    assert other.state == "planned"
    assert client.get(reverse("calendars:meeting", args=[meeting.pk])).status_code == 200


def test_editing_one_of_a_series_and_all_of_it(client, rupa):
    series = make_meeting(by=rupa, starts="2026-11-02 03:00", rule="FREQ=WEEKLY;COUNT=3")
    address = reverse("calendars:editing", args=[series.pk]) + "?at=20261109T030000Z"
    assert "2026-11-09T09:00" in client.get(address).content.decode()
    sent = form_data(
        starts="2026-11-09T09:00", ends="2026-11-09T09:30", repeats="WEEKLY", interval="1", repeats_count="3"
    )
    client.post(address, sent | {"scope": "all", "title": "Shorter"}, headers=HX)
    series.refresh_from_db()
    assert (series.title, series.length, series.starts_at) == (
        "Shorter",
        timedelta(minutes=30),
        utc("2026-11-02 03:00"),
    )
    client.post(address, sent | {"scope": "one", "title": "Apart"}, headers=HX)
    assert series.exceptions.get().title == "Apart"


def test_boxes_stand_side_by_side_and_over_midnight(rupa):
    zone = ZoneInfo("Asia/Dhaka")
    make_meeting("A", by=rupa, starts="2026-11-25 03:00", minutes=120)
    make_meeting("B", by=rupa, starts="2026-11-25 04:00")
    make_meeting("Night", by=rupa, starts="2026-11-25 16:00", minutes=240)
    span = span_of("week", utc("2026-11-25 00:00").date(), 6)
    with timezone.override(zone):
        columns = day_columns(span, entries_between(rupa, [rupa.pk], *span.moments(zone)), span.first, zone)
    boxes = {
        (column.day.day, box.entry.title): (box.row, box.rows, box.lane)
        for column in columns
        for box in column.boxes
    }
    assert boxes[25, "A"] == (37, 8, 1) and boxes[25, "B"] == (41, 4, 2)
    assert boxes[25, "Night"] == (89, 8, 1) and boxes[26, "Night"] == (1, 8, 1)
    assert span.first.day == 22


def test_how_many_statements_a_week_takes(client, rupa, count_queries):
    for number in range(5):
        make_meeting(
            f"M{number}",
            by=rupa,
            starts=f"2026-11-2{number + 2} 05:00",
            customer=make_contact(f"C {number}", by=rupa),
        )
        make_meeting(f"S{number}", by=rupa, starts=f"2026-11-0{number + 2} 05:00", rule="FREQ=WEEKLY")
    client.get(reverse("calendars:calendar"))
    with count_queries("calendar"):
        assert client.get(reverse("calendars:calendar"), {"on": "2026-11-25"}).status_code == 200
