"""Calendars as files: written, read, and read from enemies."""

import time
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from bandhu.calendars import actions
from bandhu.calendars.actions.meetings import People
from bandhu.calendars.ics_reading import read_calendar
from bandhu.calendars.ics_writing import calendar_text
from bandhu.calendars.models import Meeting
from bandhu.calendars.tests.cast import make_meeting, make_seller, utc
from bandhu.identity.tests.cast import make_team

DHAKA = ZoneInfo("Asia/Dhaka")


def file_of(*events, extra=""):
    lines = "\r\n".join(f"BEGIN:VEVENT\r\n{one}\r\nEND:VEVENT" for one in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{extra}{lines}\r\nEND:VCALENDAR\r\n".encode()


def read(*events, extra=""):
    return read_calendar(file_of(*events, extra=extra), DHAKA)


def only(reading):
    assert not reading.faults, reading.faults
    [[found]] = reading.groups.values()
    return found


@pytest.mark.parametrize(
    ("start", "moment", "zone"),
    [
        ("DTSTART:20261130T090000Z", "2026-11-30 09:00", "Asia/Dhaka"),
        ("DTSTART:20261130T090000", "2026-11-30 03:00", "Asia/Dhaka"),
        ("DTSTART;TZID=Europe/Berlin:20261130T090000", "2026-11-30 08:00", "Europe/Berlin"),
        ("DTSTART;TZID=Bangladesh Standard Time:20261130T090000", "2026-11-30 03:00", "Asia/Dhaka"),
        (
            "DTSTART;TZID=/citadel.org/20260101_1/Asia/Kolkata:20261130T090000",
            "2026-11-30 03:30",
            "Asia/Kolkata",
        ),
        ("DTSTART;VALUE=DATE:20261130", "2026-11-29 18:00", "Asia/Dhaka"),
    ],
)
def test_beginnings(start, moment, zone):
    found = only(read(f"UID:1\r\nSUMMARY:চাল\r\n{start}"))
    assert (found.starts_at, found.time_zone, found.title) == (utc(moment), zone, "চাল")


@pytest.mark.parametrize(
    "event",
    [
        "UID:1\r\nDTSTART;TZID=Mars/Olympus:20261130T090000",
        "UID:1\r\nDTSTART:99999999T999999",
        "UID:1\r\nDTSTART:00010101T000000",
        "UID:1",
        "DTSTART:20261130T090000Z",
        "UID:1\r\nDTSTART:20261130T090000Z\r\nRRULE:FREQ=SECONDLY",
        "UID:1\r\nDTSTART:20261130T090000Z\r\nRRULE:FREQ=DAILY;COUNT=99999999999999999999",
        "UID:1\r\nDTSTART:20261130T090000Z\r\nRRULE:FREQ=DAILY\r\nRRULE:FREQ=WEEKLY",
        "UID:1\r\nDTSTART:20261130T090000Z\r\nRDATE:20261201T090000Z",
        "UID:1\r\nDTSTART:20261130T090000Z\r\nRECURRENCE-ID;RANGE=THISANDFUTURE:20261130T090000Z",
        "UID:1\r\nDTSTART:20261130T090000Z\r\nRRULE:FREQ=DAILY\r\nEXDATE:"
        + ",".join(["20261201T090000Z"] * 400),
    ],
)
def test_what_is_not_understood_is_said_and_keeps_no_other_out(event):
    reading = read(event, "UID:good\r\nDTSTART:20261130T090000Z")
    assert list(reading.groups) == ["good"] and len(reading.faults) == 1 and reading.faults[0][1]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x00\xff", b"\xff\xfe", b"hello", b"BEGIN:VCALENDAR\r\n" * 3000, b"BEGIN:VEVENT\r\n" * 60_000, b"x" * 1_000_001,
        b"BEGIN:VTIMEZONE\n" * 60_000, b"<?xml version='1.0'?><!DOCTYPE a>",
    ],
)  # fmt: skip
def test_what_is_no_calendar_is_refused_at_once(content):
    began = time.process_time()
    with pytest.raises(ValidationError):
        read_calendar(content, DHAKA)
    assert time.process_time() - began < 5


def test_zones_a_file_defines_are_not_believed():
    hostile = "BEGIN:VTI\r\n MEZONE\r\nTZID:Asia/Dhaka\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nRRULE:FREQ=SECONDLY\r\nTZOFFSETFROM:+0300\r\nTZOFFSETTO:+9900\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    found = only(read("UID:1\r\nDTSTART;TZID=Asia/Dhaka:20261130T090000", extra=hostile))
    assert found.starts_at == utc("2026-11-30 03:00")


@pytest.mark.django_db
class TestWithMeetings:
    @pytest.fixture
    def rupa(self):
        return make_seller("Rupa", team=make_team("Dhaka"))

    @pytest.fixture
    def client(self, rupa):
        found = Client()
        found.force_login(rupa)
        return found

    def test_a_series_with_exceptions_comes_back_as_it_was(self, rupa):
        series = make_meeting(
            "সাপ্তাহিক",
            by=rupa,
            starts="2026-11-02 03:00",
            rule="FREQ=WEEKLY;UNTIL=20261201T235959",
            place="Room; 1, here\nnow",
        )
        one = actions.occurrence_of(series, actor=rupa, at=utc("2026-11-09 03:00"))
        actions.change_meeting(
            one, actor=rupa, starts_at=utc("2026-11-10 05:00"), ends_at=utc("2026-11-10 06:00")
        )
        actions.cancel_meeting(
            actions.occurrence_of(series, actor=rupa, at=utc("2026-11-16 03:00")), actor=rupa
        )
        reading = read_calendar(calendar_text([series]), DHAKA)
        whole, moved = reading.groups[series.uid]
        assert (whole.title, whole.rule, whole.gone) == ("সাপ্তাহিক", series.rule, [utc("2026-11-16 03:00")])
        assert (moved.replaces, moved.starts_at) == (utc("2026-11-09 03:00"), utc("2026-11-10 05:00"))
        other = make_seller("Arjun")
        done = actions.import_meetings(actor=other, content=calendar_text([series]))
        assert (done.made, done.faults) == (1, [])
        copy = Meeting.objects.get(owner=other, series=None)
        assert sorted(copy.exceptions.values_list("state", flat=True)) == ["cancelled", "planned"]
        again = actions.import_meetings(actor=other, content=calendar_text([series]))
        assert (again.made, again.changed, again.known) == (0, 0, 1)

    def test_an_invitation_says_request_then_cancel_with_a_higher_sequence(self, rupa, client):
        meeting = make_meeting(
            by=rupa,
            starts="2026-11-30 09:00",
            people=People(addresses=["guest@example.com"]),
            note="Ours alone",
        )
        address = reverse("calendars:invitation", args=[meeting.pk])
        asked = Calendar.from_ical(client.get(address).content)
        assert "Ours alone" not in client.get(address).content.decode()
        actions.cancel_meeting(meeting, actor=rupa)
        cancelled = Calendar.from_ical(client.get(address).content)
        assert (str(asked["METHOD"]), str(cancelled["METHOD"])) == ("REQUEST", "CANCEL")
        [before], [after] = asked.walk("VEVENT"), cancelled.walk("VEVENT")
        assert after["SEQUENCE"] > before["SEQUENCE"] and before["UID"] == after["UID"]
        assert str(before["ATTENDEE"]) == "mailto:guest@example.com"

    def test_a_newer_file_changes_an_older_one_does_not(self, rupa):
        event = "UID:abc\r\nDTSTART:20261130T090000Z\r\nDTEND:20261130T100000Z\r\nSEQUENCE:%d\r\nSUMMARY:%s"
        actions.import_meetings(actor=rupa, content=file_of(event % (0, "First")))
        done = actions.import_meetings(actor=rupa, content=file_of(event % (3, "Third")))
        assert (done.changed, Meeting.objects.get().title) == (1, "Third")
        actions.import_meetings(actor=rupa, content=file_of(event % (0, "First")))
        assert Meeting.objects.get().title == "Third"
        actions.import_meetings(actor=rupa, content=file_of(event % (9, "Third") + "\r\nSTATUS:CANCELLED"))
        assert Meeting.objects.get().state == "cancelled"

    def test_bringing_in_by_page(self, rupa, client):
        from django.core.files.uploadedfile import SimpleUploadedFile

        def send(content):
            return client.post(
                reverse("calendars:bringing_in"), {"file": SimpleUploadedFile("a.ics", content)}
            )

        answer = send(file_of("UID:1\r\nSUMMARY:Good\r\nDTSTART:20261130T090000Z", "UID:2\r\nSUMMARY:Bad"))
        assert answer.status_code == 200 and "Bad" in answer.content.decode()
        assert [one.title for one in Meeting.objects.all()] == ["Good"]
        assert send(b"nonsense").status_code == 422

    def test_the_feed_is_its_users_alone_and_stops_when_revoked(self, rupa, client):
        make_meeting("Mine", by=rupa, starts="2026-11-30 09:00")
        make_meeting("Not mine", by=make_seller("Arjun", team=rupa.team), starts="2026-11-30 09:00")
        secret = actions.make_feed(actor=rupa)
        address = reverse("calendars:feed", args=[secret])
        text = Client().get(address).content.decode()
        assert "Mine" in text and "Not mine" not in text
        newer = actions.make_feed(actor=rupa)
        assert Client().get(address).status_code == 404
        assert Client().get(reverse("calendars:feed", args=[newer])).status_code == 200
        rupa.is_active = False
        rupa.save()
        assert Client().get(reverse("calendars:feed", args=[newer])).status_code == 404

    def test_the_feed_is_throttled_and_so_are_guesses(self, rupa):
        address = reverse("calendars:feed", args=[actions.make_feed(actor=rupa)])
        answers = [Client().get(address).status_code for _time in range(31)]
        assert answers.count(200) == 30 and answers[-1] == 429
        guesses = [
            Client().get(reverse("calendars:feed", args=[f"guess{number}"])).status_code
            for number in range(21)
        ]
        assert guesses.count(404) == 20 and guesses[-1] == 429

    def test_the_secret_is_not_kept(self, rupa, client):
        page = client.post(reverse("calendars:feed_making")).content.decode()
        secret = page.split("/calendar-feed/")[1].split(".ics")[0]
        feed = rupa.calendar_feeds.get()
        assert secret not in str(vars(feed))
        assert secret not in client.get(reverse("calendars:settings")).content.decode()
