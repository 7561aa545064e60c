"""Business calendars on the screen: hours, own days, holidays, the usual one; each change counts the version up."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from bandhu.calendars import actions, queries
from bandhu.calendars.business_time import add_business_time
from bandhu.calendars.forms import hours_text, hours_typed
from bandhu.calendars.models import BusinessCalendar
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import make_user
from bandhu.platform.models import EventRecord

pytestmark = pytest.mark.django_db
DHAKA = ZoneInfo("Asia/Dhaka")


@pytest.fixture
def admin():
    return make_user("Admin", role="administrator")


@pytest.fixture
def client(admin):
    client = Client()
    client.force_login(admin)
    return client


def bangladesh() -> BusinessCalendar:
    return BusinessCalendar.objects.get(name="Bangladesh")


def test_the_house_starts_with_the_calendar_of_its_country(admin):
    assert queries.business_calendars(admin)[0].name == "Bangladesh"
    timetable = queries.usual_timetable()
    # Thursday evening before the day of victory's week; the sixteenth of December is a holiday.
    start = datetime(2026, 12, 15, 17, 0, tzinfo=DHAKA)
    assert add_business_time(timetable, start, 120) == datetime(2026, 12, 17, 10, 0, tzinfo=DHAKA)


def test_a_day_of_ones_own_is_counted_at_once(admin):
    calendar = bangladesh()
    before = queries.timetable_of(calendar)
    actions.set_own_day(calendar, actor=admin, day=date(2026, 12, 16), hours=[(600, 720)], name="Sale")
    calendar.refresh_from_db()
    after = queries.timetable_of(calendar)
    assert (before.hours_on(date(2026, 12, 16)), after.hours_on(date(2026, 12, 16))) == ((), ((600, 720),))
    actions.remove_own_day(calendar, actor=admin, day=date(2026, 12, 16))
    calendar.refresh_from_db()
    assert queries.timetable_of(calendar).hours_on(date(2026, 12, 16)) == ()
    assert EventRecord.objects.filter(name="calendars.business_calendar_changed").count() == 2


def test_hours_that_make_no_sense_are_refused(admin):
    def fault(*monday: tuple[int, int]) -> list[str]:
        with pytest.raises(ValidationError) as refused:
            actions.set_business_calendar(
                None, actor=admin, name="X", time_zone="UTC", week=[list(monday)] + [[]] * 6
            )
        return list(refused.value.message_dict)

    assert fault() == ["day-0"]
    assert fault((600, 540)) == ["day-0"]
    assert fault((540, 700), (660, 800)) == ["day-0"]
    with pytest.raises(Denied):
        actions.set_business_calendar(
            None, actor=make_user("Rupa", role="sales"), name="X", time_zone="UTC", week=[[(0, 1440)]] * 7
        )


def test_one_calendar_is_the_usual_one_and_stays(admin):
    plain = BusinessCalendar.objects.get(name="Monday to Friday")
    actions.set_business_calendar(
        plain, actor=admin, name="Plain", time_zone="UTC", week=[[(0, 1440)]] * 7, is_default=True
    )
    assert list(BusinessCalendar.objects.filter(is_default=True).values_list("name", flat=True)) == ["Plain"]
    plain.refresh_from_db()
    with pytest.raises(ValidationError):
        actions.delete_business_calendar(plain, actor=admin)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("9-13, 14:30–18", "9:00-13:00, 14:30-18:00"), ("২২:০০-২৪:০০", "22:00-24:00"), ("", "")],
)
def test_hours_are_typed_as_people_do(typed, shown):
    assert hours_text(hours_typed(typed)) == shown


def test_pages(client, admin, count_queries):
    calendar = bangladesh()
    for name, place in (("business_calendars", []), ("business_calendar", [calendar.pk])):
        address = reverse(f"calendars:{name}", args=place)
        client.get(address)
        with count_queries(name):
            page = client.get(address)
        assert page.status_code == 200
    assert "Victory Day" in page.content.decode()
    address = reverse("calendars:business_calendar", args=[calendar.pk])
    data = {"name": "Dhaka", "time_zone": "Asia/Dhaka", "country": "BD", "day-6": "9-13, 14-18"}
    assert client.post(address, data).status_code == 302
    calendar.refresh_from_db()
    assert (calendar.name, calendar.week[6], calendar.is_default) == (
        "Dhaka",
        [[540, 780], [840, 1080]],
        True,
    )
    assert client.post(address, data | {"day-6": "nine"}).status_code == 422
    day = reverse("calendars:business_day", args=[calendar.pk])
    assert client.post(day, {"day": "2026-12-24", "name": "Fair"}).status_code == 302
    assert "Fair" in client.get(address).content.decode()
    assert client.post(day, {"remove": "2026-12-24"}).status_code == 302
    assert "Fair" not in client.get(address).content.decode()
    new = reverse("calendars:business_calendar_new")
    assert client.post(new, data | {"name": "Khulna"}).status_code == 302
    made = BusinessCalendar.objects.get(name="Khulna")
    assert client.post(reverse("calendars:business_calendar_deletion", args=[made.pk])).status_code == 302
    assert not BusinessCalendar.objects.filter(name="Khulna").exists()
