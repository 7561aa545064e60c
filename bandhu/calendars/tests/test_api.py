"""The calendar through REST."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bandhu.calendars.models import Booking
from bandhu.calendars.tests.cast import make_booking_page, make_meeting, make_seller
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_team
from bandhu.interactions.models import Interaction

pytestmark = pytest.mark.django_db
TIMES = {"starts_at": "2026-11-30T09:00:00Z", "ends_at": "2026-11-30T10:00:00Z"}


@pytest.fixture
def rupa():
    return make_seller("Rupa", role="administrator", team=make_team("Dhaka"))


@pytest.fixture
def ask(rupa):
    client = Client()
    client.force_login(rupa)

    def asked(method, path, data=None, **headers):
        body = json.dumps(data) if data is not None else None
        answer = client.generic(
            method, f"/api/v1{path}", body or "", content_type="application/json", headers=headers
        )
        return answer.status_code, json.loads(answer.content or b"null"), answer

    return asked


def test_a_time_without_an_offset_is_one_of_the_meetings_zone(ask):
    given = {
        "title": "Rice",
        "time_zone": "America/New_York",
        "starts_at": "2027-01-11T09:00",
        "ends_at": "2027-01-11T10:00",
    }
    status, made, _answer = ask("POST", "/meetings", given)
    assert (status, made["starts_at"]) == (201, "2027-01-11T14:00:00Z")
    changed = {"starts_at": "2027-01-11T09:30"}
    assert ask("PATCH", f"/meetings/{made['id']}", changed)[1]["starts_at"] == "2027-01-11T14:30:00Z"
    missing = {**given, "starts_at": "2027-03-14T02:30", "ends_at": "2027-03-14T04:00"}
    status, problem, _answer = ask("POST", "/meetings", missing)
    assert status == 422 and "starts_at" in json.dumps(problem)


def test_a_meetings_life(ask, rupa):
    contact = make_contact(by=rupa)
    status, made, answer = ask(
        "POST",
        "/meetings",
        {"title": "Rice", "contact_id": str(contact.pk), "rule": "FREQ=WEEKLY;COUNT=3", **TIMES},
    )
    assert status == 201 and made["contact_id"] == str(contact.pk) and answer["ETag"] == '"v1"'
    path = f"/meetings/{made['id']}"
    assert ask("PATCH", path, {"place": "Room"}, **{"If-Match": '"v1"'})[1]["place"] == "Room"
    assert ask("PATCH", path, {"place": "Hall"}, **{"If-Match": '"v1"'})[0] == 412
    _status, one, _answer = ask("POST", f"{path}/occurrences", {"at": "2026-12-07T09:00:00Z"})
    assert one["series_id"] == made["id"]
    assert ask("POST", f"/meetings/{one['id']}/cancellation", {"reason": "Flood"})[1]["state"] == "cancelled"
    listed = ask("GET", "/calendar?since=2026-11-30&until=2026-12-20")[1]["items"]
    assert [item["starts_at"][:10] for item in listed] == ["2026-11-30", "2026-12-14"]
    assert ask("POST", f"/meetings/{one['id']}/restoration")[1]["state"] == "planned"
    assert len(ask("GET", f"/meetings?contact_id={contact.pk}&limit=1")[1]["items"]) == 1


@pytest.mark.parametrize(
    "data",
    [
        {"title": "", **TIMES}, {"title": "x"}, {"title": "x", **TIMES, "rule": "FREQ=SECONDLY"}, {"title": "x", **TIMES, "time_zone": "Mars"},
        {"title": "x", **TIMES, "ends_at": "2026-11-30T08:00:00Z"}, {"title": "x", **TIMES, "addresses": ["nobody"]},
        {"title": "x", **TIMES, "user_ids": ["00000000-0000-0000-0000-000000000000"]},
    ],
)  # fmt: skip
def test_bad_input_is_422(ask, data):
    assert ask("POST", "/meetings", data)[0] == 422


@pytest.mark.parametrize(
    "days",
    [
        "since=2026-11-30&until=2026-11-29",
        "since=2026-01-01&until=2027-01-01",
        "since=0001-01-01&until=0001-01-02",
    ],
)
def test_days_that_are_none_are_422(ask, days):
    assert ask("GET", f"/calendar?{days}")[0] == 422


def test_holding_puts_it_on_the_timeline(ask, rupa):
    meeting = make_meeting(
        by=rupa, starts=timezone.now() - timedelta(hours=2), customer=make_contact(by=rupa)
    )
    assert ask("POST", f"/meetings/{meeting.pk}/outcome", {"outcome": "Agreed"})[1]["state"] == "held"
    assert Interaction.objects.get().outcome == "Agreed"


def test_free_times_and_a_booking(ask, rupa):
    page = make_booking_page(rupa, by=rupa)
    assert ask("GET", "/booking-pages")[1]["items"][0]["slug"] == "rice"
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    path = f"/booking-pages/{page.pk}"
    free = ask("GET", f"{path}/free-times?since={day}&until={day}")[1]["items"]
    sent = {"starts_at": free[0]["starts_at"], "name": "Anika", "mail": "anika@example.org"}
    assert ask("POST", f"{path}/bookings", sent)[0] == 201
    status, problem, _answer = ask("POST", f"{path}/bookings", sent)
    assert status == 422 and "start" in problem["errors"]
    assert [one["id"] for one in ask("GET", f"{path}/bookings")[1]["items"]] == [
        str(Booking.objects.get().pk)
    ]
