"""The house's own fields on bookings, and the page of a booking."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.calendars import actions, queries
from bandhu.calendars.models import Booking
from bandhu.calendars.personal import forget_bookings
from bandhu.calendars.tests.cast import make_booking_page, make_seller
from bandhu.customers.actions.exports import export_records
from bandhu.identity.results import Denied, OutOfReach
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.platform.actions.custom_fields import create_field
from bandhu.platform.listing import listing_for
from bandhu.platform.models import AuditEntry, EventRecord, StoredFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    return make_seller("Rupa", role="administrator", team=make_team("Dhaka"))


@pytest.fixture
def page(rupa):
    return make_booking_page(rupa, by=rupa)


def own(by, type="text", label="Room", **more):
    return create_field(actor=by, kind="booking", type=type, labels={"en": label}, **more)


def book(page, by, place=0, **more):
    now = timezone.now()
    free = queries.free_times(page, now, now + timedelta(days=60))[place]
    visitor = actions.Visitor(name="Anika", mail="anika@example.com", phone="+8801712345678")
    return actions.book_for(page, actor=by, starts_at=free.starts, visitor=visitor, **more)


def test_they_are_filled_when_booking_for_somebody_or_afterwards(rupa, page):
    room = own(rupa, type="number")
    with pytest.raises(ValidationError) as caught:
        book(page, rupa, custom={room.key: "twelve"})
    assert list(caught.value.message_dict) == [f"custom.{room.key}"] and not Booking.objects.exists()
    booking = book(page, rupa, custom={room.key: "12"})
    assert actions.change_booking(booking, actor=rupa, custom={room.key: 13}).custom == {room.key: 13}
    actions.change_booking(booking, actor=rupa, custom={room.key: "13"})
    entries = AuditEntry.objects.filter(record_kind="booking", verb="changed").order_by("pk")
    assert [one.changes[f"custom.{room.key}"] for one in entries] == [[None, 12], [12, 13]]
    event = EventRecord.objects.get(name="calendars.booking_changed")
    assert event.payload["fields"] == [f"custom.{room.key}"]


def test_what_must_be_filled_is_asked_of_no_visitor(rupa, page):
    own(rupa, is_required=True)
    with pytest.raises(ValidationError):
        book(page, rupa, custom={})
    assert book(page, rupa).custom == {}
    now = timezone.now()
    free = queries.free_times(page, now, now + timedelta(days=60))[0]
    visitor = actions.Visitor(name="Karim", mail="karim@example.com")
    made = actions.book_time(page, submission="once", starts_at=free.starts, visitor=visitor)
    assert made.custom == {}


def test_the_page_of_a_booking(rupa, page):
    room, scan = own(rupa), own(rupa, type="file", label="Scan")
    booking, client = book(page, rupa), Client()
    client.force_login(rupa)
    address = reverse("calendars:booking", args=[booking.pk])
    assert address in client.get(reverse("calendars:booking_page", args=[page.pk])).content.decode()
    sent = {f"custom.{room.key}": "B 12", f"custom.{scan.key}": SimpleUploadedFile("a.txt", b"x")}
    assert client.post(address, sent).status_code == 302
    booking.refresh_from_db()
    assert booking.custom[room.key] == "B 12"
    shown = client.get(address).content.decode()
    assert "B 12" in shown and "anika@example.com" in shown and "+8801712345678" in shown
    assert client.get(reverse("platform:file", args=[booking.custom[scan.key]["id"]])).status_code == 200
    long = own(rupa, label="Short", options={"max_length": 2})
    refused = client.post(address, {f"custom.{long.key}": "abc"})
    assert refused.status_code == 422 and "At most 2 characters" in refused.content.decode()


def test_who_reads_the_telephone_and_who_may_fill(rupa, page):
    room, booking = own(rupa), book(page, rupa)
    mina = make_user("Mina", team=rupa.team)
    with pytest.raises(OutOfReach):
        actions.change_booking(booking, actor=granted(mina, "calendars.change_meeting", "own"), custom={})
    granted(mina, "calendars.view_bookingpage", "everyone")
    with pytest.raises(Denied):
        actions.change_booking(booking, actor=mina, custom={room.key: "1"})
    client = Client()
    client.force_login(mina)
    address = reverse("calendars:booking", args=[booking.pk])
    assert "+8801712345678" not in client.get(address).content.decode()
    assert client.post(address, {f"custom.{room.key}": "1"}).status_code == 403
    # A host reads what is theirs, also where the telephone is shown within a reach.
    granted(rupa, "customers.see_phones", "own")
    tania = make_seller("Tania", team=make_team("Khulna"))
    granted(tania, "customers.see_phones", "own")
    granted(tania, "calendars.view_bookingpage", "everyone")
    client.force_login(tania)
    assert "+8801712345678" not in client.get(address).content.decode()
    assert client.get(reverse("calendars:bookings"), {"columns": "name,phone"}).status_code == 200
    theirs = book(make_booking_page(tania, by=rupa, slug="hers"), rupa, 3)
    shown = client.get(reverse("calendars:booking", args=[theirs.pk])).content.decode()
    assert "+8801712345678" in shown


def granted(user, permission, reach):
    grant(user, permission, reach)
    return type(user).objects.get(pk=user.pk)


def test_lists_and_files_show_them(rupa, page):
    room = own(rupa, is_filterable=True, type="number")
    book(page, rupa, custom={room.key: 4})
    book(page, rupa, 3, custom={room.key: 5})
    name = f"custom.{room.key}"
    tree = {"all": [{"field": name, "op": "is", "value": 5}]}
    rows, _order = listing_for(rupa, "booking", {"filter": tree, "columns": ["name", name]}).ordered()
    assert [one.custom[room.key] for one in rows] == [5]
    text = b"".join(
        export_records(actor=rupa, kind="booking", file_format="csv", definition={"columns": [name]})
    )
    assert {row["Room"] for row in csv.DictReader(io.StringIO(text.decode("utf-8-sig")))} == {"4", "5"}


def test_by_the_api_only_as_it_was_read(rupa, page):
    room, booking, client = own(rupa), book(page, rupa), Client()
    client.force_login(rupa)
    address = f"/api/v1/bookings/{booking.pk}"

    def send(body, **headers):
        text = json.dumps(body)
        return client.patch(address, text, content_type="application/json", headers=headers)

    tag = client.get(address).headers["ETag"]
    first = send({"custom": {room.key: "7"}}, if_match=tag)
    assert (first.status_code, first.json()["custom"]) == (200, {room.key: "7"})
    assert send({"custom": {room.key: "8"}}, if_match=tag).status_code == 412
    for wrong in ({}, {"custom": None}, {"custom": {"nothing": 1}}, {"name": "x"}):
        assert send(wrong).status_code == 422, wrong
    listed = client.get(f"/api/v1/booking-pages/{page.pk}/bookings").json()["items"]
    assert [one["custom"] for one in listed] == [{room.key: "7"}]
    now = timezone.now()
    free = queries.free_times(page, now, now + timedelta(days=60))[4]
    sent = {"starts_at": free.starts.isoformat(), "name": "Karim", "mail": "k@example.com"}
    sent["custom"] = {room.key: "9"}
    made = client.post(
        f"/api/v1/booking-pages/{page.pk}/bookings", json.dumps(sent), content_type="application/json"
    )
    assert (made.status_code, made.json()["custom"]) == (201, {room.key: "9"})


def test_a_person_who_is_forgotten_leaves_none(rupa, page):
    room, scan, booking, client = own(rupa), own(rupa, type="file", label="Scan"), book(page, rupa), Client()
    client.force_login(rupa)
    sent = {f"custom.{room.key}": "B 12", f"custom.{scan.key}": SimpleUploadedFile("a.txt", b"x")}
    client.post(reverse("calendars:booking", args=[booking.pk]), sent)
    assert StoredFile.objects.filter(record_id=booking.pk).exists()
    forget_bookings(booking.contact_id)
    booking.refresh_from_db()
    assert booking.custom == {} and not StoredFile.objects.filter(record_id=booking.pk).exists()
