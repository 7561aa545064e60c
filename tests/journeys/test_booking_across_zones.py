"""A visitor in another zone books, the seller sees it, the visitor chooses another time."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from bandhu.calendars.models import Booking
from bandhu.calendars.tests.cast import make_booking_page, make_seller
from bandhu.identity.tests.cast import make_team
from bandhu.platform import submission_guard
from tests.journeys.accessibility import violations

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_visitor_in_another_zone_books_and_moves_it(browser, page, live_server, monkeypatch):
    monkeypatch.setattr(submission_guard, "LEAST_SECONDS", -1)
    rupa = make_seller(
        "Rupa",
        role="administrator",
        team=make_team("Dhaka"),
        toured_at="2026-01-01T00:00Z",
        time_zone="Asia/Dhaka",
    )
    make_booking_page(rupa, by=rupa)

    context = browser.new_context(
        timezone_id="Asia/Kolkata", locale="ta", viewport={"width": 390, "height": 844}
    )
    visitor = context.new_page()
    visitor.goto(f"{live_server.url}/book/rice/?lang=ta")
    visitor.wait_for_url("**zone=Asia**")  # Chromium calls it Asia/Calcutta
    assert violations(visitor) == []
    visitor.locator("section a").nth(3).click()
    visitor.locator("#id_full_name").fill("அனிதா ராமன்")
    visitor.locator("#id_mail").fill("anitha@example.org")
    assert violations(visitor) == []
    visitor.locator("form button[type=submit]").click()
    visitor.wait_for_url("**/booked/**")
    booking = Booking.objects.select_related("meeting", "contact").get()
    assert (booking.time_zone, booking.language, booking.meeting.owner) == ("Asia/Kolkata", "ta", rupa)
    first = booking.meeting.starts_at

    client = Client()
    client.force_login(rupa)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    day = first.astimezone(ZoneInfo("Asia/Dhaka")).date()
    page.goto(f"{live_server.url}/calendar/?on={day}")
    page.locator(".cal-box").get_by_text("அனிதா ராமன்").first.wait_for()
    assert violations(page) == []
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**on={day + timedelta(days=7) - timedelta(days=(day.weekday() + 1) % 7)}**")
    page.keyboard.press("t")
    page.wait_for_url(f"**on={timezone.localdate(timezone=ZoneInfo('Asia/Dhaka'))}**")
    page.goto(f"{live_server.url}/contacts/{booking.contact.pk}/timeline/")
    page.get_by_text("அனிதா ராமன்").first.wait_for()

    visitor.locator("a[href$='/time/']").click()
    visitor.locator("section form button").nth(8).click()
    visitor.wait_for_url("**/booked/**")
    booking.meeting.refresh_from_db()
    assert booking.meeting.starts_at != first
    context.close()
