"""Booking pages set up by programs, and what becomes of bookings."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bandhu.calendars.models import Booking, BookingPage, CalendarAccount, HeldTime
from bandhu.calendars.tests.calendar_server import PASSWORD, USER, calendar_server
from bandhu.calendars.tests.cast import make_booking_page, make_seller
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.platform.models import AuditEntry, EventRecord
from bandhu.privacy.purposes import ensure_purposes

pytestmark = pytest.mark.django_db
NOBODY = "0190a0a0-0000-7000-8000-000000000000"
TITLES = {"en": "Talk about rice", "bn": "চাল নিয়ে কথা"}


@pytest.fixture
def rupa():
    return make_seller("Rupa", role="administrator", team=make_team("Dhaka"))


def caller(user):
    client = Client()
    client.force_login(user)

    def asked(method, path, data=None, **headers):
        sent = json.dumps(data or {}) if method != "GET" else ""
        answer = client.generic(method, f"/api/v1{path}", sent, "application/json", headers=headers)
        return answer.status_code, json.loads(answer.content or b"null"), answer.headers.get("ETag")

    return asked


@pytest.fixture
def ask(rupa):
    return caller(rupa)


def free_times_of(ask, page, days=3):
    day = (timezone.localdate() + timedelta(days=days)).isoformat()
    found = ask("GET", f"/booking-pages/{page.pk}/free-times?since={day}&until={day}")[1]["items"]
    return [one["starts_at"] for one in found]


@pytest.fixture
def booked(ask, rupa):
    """A page with one booking: its page, its path, and free times beside it."""
    page = make_booking_page(rupa, by=rupa)
    first, *others = free_times_of(ask, page)
    sent = {"starts_at": first, "name": "Anika", "mail": "anika@example.org"}
    made = ask("POST", f"/booking-pages/{page.pk}/bookings", sent)[1]
    return page, f"/bookings/{made['id']}", others


def test_a_page_is_made_changed_and_retired(ask, rupa):
    status, made, tag = ask("POST", "/booking-pages", {"titles": TITLES, "slug": "rice"})
    assert (status, made["languages"], made["host_ids"]) == (201, ["en", "bn"], [str(rupa.pk)])
    assert made["address"].endswith("/book/rice/")
    path, mina = f"/booking-pages/{made['id']}", make_seller("Mina", team=rupa.team)
    ensure_purposes()
    wanted = {
        "mode": "round", "host_ids": [str(mina.pk), str(rupa.pk)], "minutes": 45, "daily_limit": 3, "purpose": "marketing",
        "wordings": {"en": "You may send news."},
    }  # fmt: skip
    status, changed, _tag = ask("PATCH", path, wanted, **{"If-Match": tag})
    assert (status, changed) == (200, made | wanted)
    assert ask("PATCH", path, {"minutes": 30}, **{"If-Match": tag})[0] == 412
    assert ask("GET", path)[1] == changed
    off = {"is_active": False, "daily_limit": None, "purpose": None}
    assert ask("PATCH", path, off)[1] == changed | off
    assert Client().get("/book/rice/").status_code == 404
    assert ask("GET", "/booking-pages")[1]["items"][0]["is_active"] is False
    verbs = AuditEntry.objects.filter(record_kind="bookingpage").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["created", "changed", "changed"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"titles": {}}, "titles"),
        ({"titles": {"xx": "Rice"}}, "titles"),
        ({"languages": ["en", "xx"]}, "languages"),
        ({"minutes": 4}, "minutes"),
        ({"minutes": "30"}, "minutes"),
        ({"daily_limit": 0}, "daily_limit"),
        ({"mode": "crowd"}, "mode"),
        ({"kind": "party"}, "kind"),
        ({"slug": "taken"}, "slug"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"purpose": "spying"}, "purpose"),
        ({"host_ids": []}, "host_ids"),
        ({"host_ids": [NOBODY]}, "host_ids"),
        ({"owner_id": NOBODY}, "owner_id"),
    ],
)
def test_what_is_no_page_is_refused_by_field(ask, rupa, wrong, field):
    make_booking_page(rupa, by=rupa, slug="taken")
    status, problem, _tag = ask("POST", "/booking-pages", {"titles": TITLES, **wrong})
    assert (status, field in problem["errors"]) == (422, True), problem
    assert BookingPage.objects.count() == 1


def test_a_page_of_many_does_not_become_one_of_a_person(ask, rupa):
    page = make_booking_page(rupa, make_seller("Mina", team=rupa.team), by=rupa)
    assert ask("PATCH", f"/booking-pages/{page.pk}", {"mode": "person"})[0] == 422
    both = {"mode": "person", "host_ids": [str(rupa.pk)]}
    assert ask("PATCH", f"/booking-pages/{page.pk}", both)[1]["host_ids"] == [str(rupa.pk)]


def test_a_booking_is_moved_by_whoever_took_the_call(ask, rupa, booked):
    _page, path, (later, *_others) = booked
    status, shown, tag = ask("GET", path)
    assert (status, shown["state"]) == (200, "booked")
    assert ask("POST", f"{path}/move", {"starts_at": later}, **{"If-Match": '"v9"'})[0] == 412
    status, moved, after = ask("POST", f"{path}/move", {"starts_at": later}, **{"If-Match": tag})
    assert (status, moved["starts_at"], after == tag) == (200, later, False)
    assert ask("POST", f"{path}/cancellation", **{"If-Match": tag})[0] == 412
    assert HeldTime.objects.get().during.lower.isoformat().startswith(later[:16])
    told = AuditEntry.objects.filter(record_kind="meeting", verb="moved").get()
    assert told.actor_id == rupa.pk
    assert EventRecord.objects.filter(name="calendars.meeting_moved").count() == 1


def test_a_booking_moves_only_to_a_time_that_is_free(ask, booked):
    page, path, (later, *_others) = booked
    tag = ask("GET", path)[2]
    other = {"starts_at": later, "name": "Karim", "mail": "karim@example.org"}
    assert ask("POST", f"/booking-pages/{page.pk}/bookings", other)[0] == 201
    for wrong in (later, "2020-01-01T09:00:00Z", "2026-13-01T09:00:00Z", 3, None):
        assert ask("POST", f"{path}/move", {"starts_at": wrong})[0] == 422
    assert ask("POST", f"/bookings/{NOBODY}/move", {"starts_at": later})[0] == 404
    assert ask("GET", path)[2] == tag


def test_a_booking_is_called_off_once(ask, booked):
    page, path, (later, *_others) = booked
    assert ask("POST", f"{path}/cancellation", {"reason": "x" * 301})[0] == 422
    status, gone, _tag = ask("POST", f"{path}/cancellation", {"reason": "Flood"})
    assert (status, gone["state"]) == (200, "cancelled")
    assert ask("POST", f"{path}/cancellation")[0] == 200
    assert ask("POST", f"{path}/move", {"starts_at": later})[0] == 422
    assert EventRecord.objects.filter(name="calendars.meeting_cancelled").count() == 1
    assert gone["starts_at"] in free_times_of(ask, page)


def test_who_sees_a_page_does_not_move_its_bookings(booked):
    page, path, (later, *_others) = booked
    mina = make_user("Mina")
    other = caller(mina)
    assert other("GET", path)[0] == 404
    grant(mina, "calendars.view_bookingpage")
    assert other("GET", path)[0] == 200
    assert other("POST", f"{path}/move", {"starts_at": later})[0] in (403, 404)
    assert other("POST", f"{path}/cancellation")[0] in (403, 404)
    assert other("PATCH", f"/booking-pages/{page.pk}", {"minutes": 60})[0] == 403
    assert Booking.objects.get().state == "booked"


def test_a_calendar_elsewhere_is_connected_and_let_go(ask, tmp_path, monkeypatch):
    monkeypatch.setenv("BANDHU_CALL_INSIDE", "1")
    mine = "/me/calendar-account"
    assert ask("GET", mine)[0] == 404
    with calendar_server(tmp_path) as server:
        given = {"url": server.url, "username": USER, "password": PASSWORD}
        assert ask("PUT", mine, given | {"password": "wrong"})[0] == 422
        assert not CalendarAccount.objects.exists()
        status, made, _tag = ask("PUT", mine, given)
    assert (status, made["username"], len(made["offered"])) == (200, USER, 1)
    assert made["calendar_url"] == made["offered"][0]["url"]
    assert PASSWORD not in json.dumps(made) and "password" not in made
    assert ask("PUT", f"{mine}/calendar", {"calendar_url": "https://example.org/other"})[0] == 422
    assert ask("POST", f"{mine}/sync", {"with_deletions": "yes"})[0] == 422
    assert ask("POST", f"{mine}/sync")[0] == 202
    assert ask("DELETE", mine)[0] == 204
    assert ask("GET", mine)[0] == 404


@pytest.mark.parametrize("url", ["nowhere", "file:///etc/passwd", "http://127.0.0.1:1/", "http://[::1]/"])
def test_an_address_that_is_none_or_inside_is_refused(ask, url):
    sent = {"url": url, "username": "rupa", "password": "secret"}
    status, problem, _tag = ask("PUT", "/me/calendar-account", sent)
    assert (status, "secret" in json.dumps(problem)) == (422, False)
    assert not CalendarAccount.objects.exists()
