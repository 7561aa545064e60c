"""When the house is open and when somebody can be booked, by the API."""

import pytest
from django.test import Client

from bandhu.calendars.models import BusinessCalendar, DayOff
from bandhu.identity.tests.api import caller
from bandhu.identity.tests.cast import make_user

pytestmark = pytest.mark.django_db
WEEK = [[[540, 780], [840, 1080]], [[540, 1080]], [], [], [], [], [[600, 900]]]


@pytest.fixture
def ask():
    return caller(make_user("Boss", role="administrator", time_zone="Asia/Dhaka"))


def test_a_calendar_from_first_to_last(ask):
    sent = {"name": "Khulna", "time_zone": "Asia/Dhaka", "week": WEEK, "country": "BD"}
    status, made, tag = ask("POST", "/business-calendars", sent)
    assert (status, made["week"], made["country"], made["days"]) == (201, WEEK, "BD", [])
    path = f"/business-calendars/{made['id']}"
    day = {"hours": [[600, 720]], "name": "Half a day"}
    assert ask("PUT", f"{path}/days/2026-12-16", day, **{"If-Match": '"x"'})[0] == 412
    status, shown, _tag = ask("PUT", f"{path}/days/2026-12-16", day, **{"If-Match": tag})
    assert (status, shown["days"]) == (
        200,
        [{"day": "2026-12-16", "name": "Half a day", "hours": [[600, 720]]}],
    )
    assert ask("PATCH", path, {"name": "South"}, **{"If-Match": tag})[0] == 412
    status, changed, _tag = ask("PATCH", path, {"name": "South"})
    assert (status, changed["name"], changed["week"]) == (200, "South", WEEK)
    assert ask("DELETE", f"{path}/days/2026-12-16")[0] == 204
    assert ask("GET", path)[1]["days"] == []
    assert ask("PATCH", path, {"is_default": True})[1]["is_default"] is True
    assert ask("DELETE", path)[0] == 422
    usual = [one for one in ask("GET", "/business-calendars")[1]["items"] if one["is_default"]]
    assert [one["id"] for one in usual] == [made["id"]]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"week": [[[900, 540]], [], [], [], [], [], []]}, "day-0"),
        ({"week": [[[540, 900], [600, 960]], [], [], [], [], [], []]}, "day-0"),
        ({"week": [[]] * 7}, "day-0"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"country": "ZZ"}, "country"),
    ],
)
def test_what_cannot_be_is_refused_by_field(ask, sent, field):
    whole = {"name": "Khulna", "time_zone": "Asia/Dhaka", "week": WEEK} | sent
    before = BusinessCalendar.objects.count()
    status, problem, _tag = ask("POST", "/business-calendars", whole)
    assert (status, list(problem["errors"])) == (422, [field]) and BusinessCalendar.objects.count() == before


def test_ones_own_hours_days_off_and_address(ask):
    assert (
        ask("PUT", "/me/working-hours", {"week": WEEK})[1]
        == {"week": WEEK}
        == ask("GET", "/me/working-hours")[1]
    )
    assert ask("PUT", "/me/working-hours", {"week": [[[1, 0]], [], [], [], [], [], []]})[0] == 422
    status, off, _tag = ask("POST", "/me/days-off", {"first_day": "2099-12-24", "last_day": "2099-12-26"})
    assert (status, ask("GET", "/me/days-off")[1]["items"]) == (201, [off])
    other = DayOff.objects.create(user=make_user("Other"), first_day="2099-01-01", last_day="2099-01-02")
    assert ask("DELETE", f"/me/days-off/{other.pk}")[0] == 404
    assert ask("DELETE", f"/me/days-off/{off['id']}")[0] == 204 and DayOff.objects.get() == other
    status, made, _tag = ask("POST", "/me/calendar-feed")
    address = made["address"].partition("://")[2].partition("/")[2]
    assert status == 201 and Client().get(f"/{address}").content.startswith(b"BEGIN:VCALENDAR")
    assert ask("DELETE", "/me/calendar-feed")[0] == 204 and Client().get(f"/{address}").status_code == 404
