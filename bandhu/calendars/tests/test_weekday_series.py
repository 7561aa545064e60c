"""Series of chosen weekdays and of every year: planned on the form, told in words, moved to another day."""

from datetime import UTC

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from bandhu.calendars import actions, queries
from bandhu.calendars.models import Meeting
from bandhu.calendars.recurrence import Rule, rule_of_choice, turned
from bandhu.calendars.repetition_words import repetition_words
from bandhu.calendars.tests.cast import make_meeting, make_seller, utc
from bandhu.calendars.tests.test_calendar_pages import HX, form_data
from bandhu.identity.tests.cast import make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    return make_seller("Rupa", team=make_team("Dhaka"), time_zone="Asia/Dhaka")


@pytest.fixture
def client(rupa):
    found = Client()
    found.force_login(rupa)
    return found


def days(user, since="2026-11-29", until="2026-12-31"):
    entries = queries.entries_between(user, [user.pk], utc(since), utc(until))
    return [one.starts.astimezone(UTC).strftime("%d %a") for one in entries]


def test_sundays_and_wednesdays_are_planned_on_the_form(client, rupa):
    """2026-11-30 is a Monday: the day it begins on is one of them whether its box was ticked or not."""
    sent = form_data(repeats="WEEKLY", weekdays=["SU", "WE"], repeats_count="5")
    assert client.post(reverse("calendars:planning"), sent, headers=HX).status_code == 204
    meeting = Meeting.objects.get()
    assert meeting.rule == "FREQ=WEEKLY;COUNT=5;BYDAY=MO,WE,SU"
    assert days(rupa) == ["30 Mon", "02 Wed", "06 Sun", "07 Mon", "09 Wed"]
    with override("en"):
        assert "Monday" in repetition_words(meeting) and "Wednesday" in repetition_words(meeting)
    page = client.get(reverse("calendars:editing", args=[meeting.pk])).context["form"]
    assert (page["repeats"].value(), set(page["weekdays"].value())) == ("WEEKLY", {"MO", "WE", "SU"})


def test_every_year(client, rupa):
    sent = form_data(repeats="YEARLY", repeats_count="3", weekdays=["SU"])
    assert client.post(reverse("calendars:planning"), sent, headers=HX).status_code == 204
    assert Meeting.objects.get().rule == "FREQ=YEARLY;COUNT=3"
    assert days(rupa, until="2029-01-01") == ["30 Mon", "30 Tue", "30 Thu"]
    page = client.get(reverse("calendars:editing", args=[Meeting.objects.get().pk])).context["form"]
    assert page["repeats"].value() == "YEARLY"


def test_a_day_that_is_none_is_refused(client):
    sent = form_data(repeats="WEEKLY", weekdays=["XX"])
    assert client.post(reverse("calendars:planning"), sent, headers=HX).status_code == 422
    assert not Meeting.objects.exists()


@pytest.fixture
def series(rupa):
    """Mondays and Wednesdays."""
    return make_meeting(by=rupa, starts="2026-11-30 03:00", rule="FREQ=WEEKLY;COUNT=4;BYDAY=MO,WE")


def test_moved_to_another_day_all_days_move(rupa, series):
    actions.change_meeting(
        series, actor=rupa, starts_at=utc("2026-12-01 03:00"), ends_at=utc("2026-12-01 04:00")
    )
    assert days(rupa) == ["01 Tue", "03 Thu", "08 Tue", "10 Thu"]


def test_those_that_follow_move_by_themselves(rupa, series):
    actions.change_following(
        series,
        actor=rupa,
        at=utc("2026-12-07 03:00"),
        starts_at=utc("2026-12-08 03:00"),
        ends_at=utc("2026-12-08 04:00"),
    )
    assert days(rupa) == ["30 Mon", "02 Wed", "08 Tue", "10 Thu"]


def test_on_the_form_boxes_left_as_they_are_move_with_the_day(client, rupa, series):
    address = reverse("calendars:editing", args=[series.pk]) + "?at=20261202T030000Z"
    sent = form_data(
        starts="2026-12-03T09:00", ends="2026-12-03T10:00", repeats="WEEKLY", weekdays=["MO", "WE"], repeats_count="4", scope="all",
    )  # fmt: skip
    assert client.post(address, sent, headers=HX).status_code == 204
    assert days(rupa) == ["01 Tue", "03 Thu", "08 Tue", "10 Thu"]


def test_rules_that_name_no_weekdays_stay_as_they_are():
    assert turned(Rule("WEEKLY"), 1) == Rule("WEEKLY")
    monthly = Rule("MONTHLY", weekdays=("1MO",))
    assert turned(monthly, 1) == monthly
    assert turned(Rule("WEEKLY", weekdays=("SU",)), 1).weekdays == ("MO",)
    assert rule_of_choice("DAILY", weekdays=["MO"]) == "FREQ=DAILY"
