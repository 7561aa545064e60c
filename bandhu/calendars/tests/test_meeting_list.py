"""Meetings and bookings as lists: own fields, who reads private ones, what goes out as a file."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.calendars import actions, queries
from bandhu.calendars.models import Meeting
from bandhu.calendars.tests.cast import make_booking_page, make_meeting, make_seller
from bandhu.customers.actions.exports import export_records
from bandhu.customers.tests.cast import make_company
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import grant, make_user
from bandhu.platform.actions.custom_fields import create_field, retire_field
from bandhu.platform.listing import listing_for
from bandhu.platform.models import AuditEntry

pytestmark = pytest.mark.django_db
AT = "2027-01-11 09:00"


@pytest.fixture
def rupa():
    return make_seller("Rupa", role="administrator")


def field(by, type="text", label="Room number", **more):
    return create_field(actor=by, kind="meeting", type=type, labels={"en": label}, **more)


def rows_of(actor, kind, **more):
    text = b"".join(export_records(actor=actor, kind=kind, file_format="csv", **more)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_own_fields_are_checked_and_kept_in_each_part_of_a_series(rupa):
    room = field(rupa, type="number")
    with pytest.raises(ValidationError) as caught:
        make_meeting(by=rupa, starts=AT, custom={room.key: "twelve"})
    assert f"custom.{room.key}" in caught.value.message_dict
    series = make_meeting(by=rupa, starts=AT, rule="FREQ=WEEKLY;COUNT=4", custom={room.key: "12"})
    one = actions.occurrence_of(series, actor=rupa, at=datetime(2027, 1, 18, 9, tzinfo=UTC))
    assert one.custom == {room.key: 12}
    actions.change_meeting(one, actor=rupa, custom={room.key: 13})
    series.refresh_from_db()
    assert series.custom == {room.key: 12}
    gone = field(rupa, label="Old")
    Meeting.objects.filter(pk=series.pk).update(custom={room.key: 12, gone.key: "kept"})
    retire_field(gone, actor=rupa)
    rest = actions.change_following(
        Meeting.objects.get(pk=series.pk),
        actor=rupa,
        at=datetime(2027, 1, 25, 9, tzinfo=UTC),
        custom={room.key: 14},
    )
    rest.refresh_from_db()
    assert rest.custom == {room.key: 14, gone.key: "kept"}


def test_the_trail_of_a_private_meeting_tells_none_of_them(rupa):
    room = field(rupa)
    meeting = make_meeting(by=rupa, starts=AT, is_private=True)
    actions.change_meeting(meeting, actor=rupa, custom={room.key: "With the lawyer"})
    entry = AuditEntry.objects.filter(record_id=meeting.pk, verb="changed").get()
    assert entry.changes[f"custom.{room.key}"] == ["–", "–"]


def test_the_dialog_the_page_and_the_api(rupa):
    room = field(rupa, options={"max_length": 4})
    client = Client()
    client.force_login(rupa)
    meeting = make_meeting(by=rupa, starts=AT)
    address, name = reverse("calendars:editing", args=[meeting.pk]), f"custom.{room.key}"
    sent = {
        "title": "Prices", "kind": "meeting", "time_zone": "Asia/Dhaka", "starts": "2027-01-11T09:00",
        "ends": "2027-01-11T10:00", "repeats": "", name: "B 12",
    }  # fmt: skip
    assert name in client.get(address).content.decode()
    assert client.post(address, sent | {name: "Far too long"}).status_code == 422
    assert client.post(address, sent).status_code == 302
    page = client.get(reverse("calendars:meeting", args=[meeting.pk])).content.decode()
    assert "Room number" in page and "B 12" in page
    body = json.dumps({"custom": {room.key: "C 1"}})
    answer = client.patch(f"/api/v1/meetings/{meeting.pk}", body, content_type="application/json")
    assert answer.json()["custom"] == {room.key: "C 1"}
    planned = sent | {name: "D 1", "title": "=SUM(1)"}
    assert client.post(reverse("calendars:planning"), planned).status_code == 302
    assert Meeting.objects.get(title="=SUM(1)").custom == {room.key: "D 1"}
    listed = client.get(reverse("calendars:meetings"), {"columns": f"title,{name}"}).content.decode()
    assert "C 1" in listed and "D 1" in listed


def test_a_required_one_is_asked_of_people_and_not_of_calendars_elsewhere(rupa):
    field(rupa, is_required=True)
    with pytest.raises(ValidationError):
        make_meeting(by=rupa, starts=AT, custom={})
    assert make_meeting(by=rupa, starts=AT).custom == {}


def test_lists_and_files_hold_no_private_meeting_of_others(rupa):
    mina = make_user("Mina")
    for permission in ("calendars.view_meeting", "customers.export_contacts", "calendars.change_meeting"):
        grant(mina, permission)
    guest = make_meeting("Both", by=rupa, starts=AT, is_private=True)
    guest.attendees.create(user=mina)
    guest.attendees.create(address="x@example.com")
    make_meeting("Divorce", by=rupa, starts=AT, is_private=True)
    make_meeting("=2+2", by=rupa, starts=AT, company=make_company("Hidden Traders", by=rupa))
    assert sorted(row["Title"] for row in rows_of(mina, "meeting")) == ["'=2+2", "Both"]
    assert len(rows_of(rupa, "meeting")) == 3
    assert not any("Hidden" in str(row) for row in rows_of(mina, "meeting"))
    wanted = {"all": [{"field": "title", "op": "contains", "value": "divorce"}]}
    assert listing_for(mina, "meeting", {"filter": wanted}).count() == (0, False)
    nobody = make_user("Nobody")
    grant(nobody, "customers.export_contacts")
    with pytest.raises(Denied):
        export_records(actor=nobody, kind="meeting", file_format="csv")


def test_bookings_go_out_once_each_with_covered_telephones(rupa):
    tania = make_seller("Tania")
    page = make_booking_page(rupa, tania, by=rupa)
    now = timezone.now()
    free = queries.free_times(page, now, now.replace(year=now.year + 1))[0]
    visitor = actions.Visitor(
        name="=cmd", mail="a@example.com", phone="+8801712345678", time_zone="UTC", language="en"
    )
    actions.book_for(page, actor=rupa, starts_at=free.starts, visitor=visitor)
    whole = rows_of(rupa, "booking")
    assert [(row["Name"], row["Telephone"]) for row in whole] == [("'=cmd", "'+8801712345678")]
    reader = make_user("Reader")
    grant(reader, "customers.export_contacts")
    grant(reader, "calendars.view_bookingpage")
    assert [row.get("Telephone", "") for row in rows_of(reader, "booking")] == [""]
    grant(stranger := make_user("Stranger"), "customers.export_contacts")
    grant(stranger, "calendars.view_bookingpage", reach="own")
    assert rows_of(stranger, "booking") == []
    client = Client()
    client.force_login(rupa)
    shown = client.get(reverse("calendars:bookings")).content.decode()
    assert "=cmd" in shown
