"""A hundred visitors want one time: one gets it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from bandhu.calendars import actions, queries
from bandhu.calendars.models import Booking, HeldTime, Meeting
from bandhu.calendars.tests.cast import make_booking_page, make_seller
from bandhu.customers.models import Contact
from bandhu.identity.tests.cast import make_team

pytestmark = pytest.mark.django_db(transaction=True)
PARALLEL, CONNECTIONS = 100, 20


@pytest.fixture
def rupa():
    return make_seller("Rupa", role="administrator", team=make_team("Dhaka"))


def together(act, number):
    """`act(n)` for so many at once, each over a connection of its own; how often each outcome came."""

    def run(n):
        try:
            act(n)
            return "won"
        except ValidationError as refusal:
            return "taken" if "start" in refusal.message_dict else str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return list(pool.map(run, range(number)))


def first_free(page):
    now = timezone.now()
    return queries.free_times(page, now + timedelta(days=2), now + timedelta(days=9))[0].starts


def visitor(number):
    return actions.Visitor(f"Visitor {number}", f"visitor{number}@example.org")


def test_of_a_hundred_bookings_of_one_time_exactly_one_wins(rupa):
    page = make_booking_page(rupa, by=rupa)
    starts = first_free(page)
    outcomes = together(
        lambda n: actions.book_time(page, submission=f"s{n}", starts_at=starts, visitor=visitor(n)), PARALLEL
    )
    assert (outcomes.count("won"), outcomes.count("taken")) == (1, PARALLEL - 1)
    assert (Booking.objects.count(), Meeting.objects.count(), Contact.objects.count()) == (1, 1, 1)


def test_one_person_on_two_pages_is_booked_once(rupa):
    pages = [make_booking_page(rupa, by=rupa, slug=slug) for slug in ("one", "two")]
    starts = first_free(pages[0])
    outcomes = together(
        lambda n: actions.book_time(pages[n % 2], submission=f"s{n}", starts_at=starts, visitor=visitor(n)),
        10,
    )
    assert outcomes.count("won") == 1 == Meeting.objects.count()


def test_one_submission_sent_at_once_is_one_booking(rupa):
    page = make_booking_page(rupa, by=rupa)
    starts = first_free(page)
    outcomes = together(
        lambda n: actions.book_time(page, submission="same", starts_at=starts, visitor=visitor(0)), 6
    )
    assert outcomes == ["won"] * 6 and Meeting.objects.count() == 1


def test_the_database_itself_refuses_two_bookings_that_overlap(rupa):
    page = make_booking_page(rupa, by=rupa)
    booking = actions.book_time(page, submission="one", starts_at=first_free(page), visitor=visitor(1))
    held = HeldTime.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        HeldTime.objects.create(
            booking=booking, user=rupa, during=(held.during.lower + timedelta(minutes=10), held.during.upper)
        )
