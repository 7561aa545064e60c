"""Meetings are found by the words of their title, by who may read them."""

import pytest
from django.utils import timezone

from bandhu.calendars import actions, queries
from bandhu.calendars.tests.cast import make_booking_page, make_meeting, make_seller
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform.listing import listing_for
from bandhu.platform.queries import search

pytestmark = pytest.mark.django_db


def found(user, text):
    return [(hit.title, hit.kind) for hit in search(user, text) if hit.kind == "meeting"]


def test_the_latest_with_every_word_come_first():
    rupa = make_seller("Rupa", team=make_team("Dhaka"))
    anika = make_contact("Anika Rahman", by=rupa)
    make_meeting("Prices of lentils", by=rupa, starts="2026-11-02 03:00", contact=anika)
    make_meeting("New prices of LENTILS", by=rupa, starts="2026-11-09 03:00")
    make_meeting("Prices of salt", by=rupa, starts="2026-11-10 03:00")
    make_meeting("চালের দাম", by=rupa, starts="2026-11-10 03:00")
    assert found(rupa, "lentils prices") == [
        ("New prices of LENTILS", "meeting"),
        ("Prices of lentils", "meeting"),
    ]
    assert found(rupa, "চালের") == [("চালের দাম", "meeting")]
    assert found(rupa, "100% _") == []
    hit = next(hit for hit in search(rupa, "of lentils") if hit.title == "Prices of lentils")
    assert "Anika Rahman" in hit.detail


def test_private_ones_and_those_out_of_reach_answer_nothing():
    rupa = make_seller("Rupa", team=make_team("Dhaka"))
    boss, mala = make_user("Boss", role="administrator"), make_seller("Mala", team=make_team("Chennai"))
    make_meeting("Dentist downtown", by=rupa, starts="2026-11-02 03:00", is_private=True)
    make_meeting("Prices of rice", by=rupa, starts="2026-11-02 05:00")
    assert found(rupa, "dentist") and not found(boss, "dentist")
    assert found(boss, "rice") and not found(mala, "rice")


def test_bookings_are_found_by_who_booked_within_reach():
    rupa, mala = make_seller("Rupa", team=make_team("Dhaka")), make_seller("Mala", team=make_team("Chennai"))
    page = make_booking_page(rupa, by=rupa)
    now = timezone.now()
    free = queries.free_times(page, now, now.replace(year=now.year + 1))[0]
    visitor = actions.Visitor(
        name="কবির হোসেন", mail="kabir@example.com", phone="", time_zone="UTC", language="bn"
    )
    actions.book_for(page, actor=rupa, starts_at=free.starts, visitor=visitor)
    for text in ("কবির", "kabir@example.com", "হোসেন কবির"):
        hits = [hit for hit in search(rupa, text) if hit.kind == "booking"]
        assert [hit.title for hit in hits] == ["কবির হোসেন"], text
        assert str(hits[0].record_id) in hits[0].url and page.slug in hits[0].detail
    assert not [hit for hit in search(mala, "কবির") if hit.kind == "booking"]
    assert not [hit for hit in search(rupa, "Nobody") if hit.kind == "booking"]
    shown = listing_for(rupa, "booking", {}, text="কবির")
    assert shown.count() == (1, False)
