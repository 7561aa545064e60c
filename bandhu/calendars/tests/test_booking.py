"""Booking pages: free times, booking, moving, cancelling, and what strangers may not do."""

import re
import time as clock
from datetime import timedelta

import pytest
from django.core import signing
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.calendars import actions, queries
from bandhu.calendars.actions import Visitor
from bandhu.calendars.actions.meetings import People
from bandhu.calendars.models import Booking, BookingPage, HeldTime, Meeting
from bandhu.calendars.tests.cast import make_booking_page, make_meeting, make_seller, utc
from bandhu.customers.models import Contact
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_team
from bandhu.interactions.models import Interaction
from bandhu.platform import rate_limits, submission_guard
from bandhu.privacy.models import ConsentProof, Purpose
from bandhu.privacy.purposes import ensure_purposes

pytestmark = pytest.mark.django_db
ANIKA = Visitor(
    "Anika Rahman", "anika@example.org", note="Two hundred sacks?", time_zone="Asia/Kolkata", language="bn"
)
TEN = utc("2030-05-06 04:00")  # ten o'clock in Dhaka


@pytest.fixture(autouse=True)
def may(time_machine):
    time_machine.move_to("2030-05-01 00:00:00+00:00", tick=True)


@pytest.fixture
def rupa():
    return make_seller("Rupa", role="administrator", team=make_team("Dhaka"))


@pytest.fixture
def arjun(rupa):
    return make_seller("Arjun", team=rupa.team)


@pytest.fixture
def page(rupa):
    return make_booking_page(rupa, by=rupa)


def book(page, starts=TEN, submission="one", visitor=ANIKA):
    return actions.book_time(page, submission=submission, starts_at=starts, visitor=visitor)


def free(page, day="2030-05-06"):
    begin = utc(f"{day} 00:00")
    return [f"{one.starts:%H:%M}" for one in queries.free_times(page, begin, begin + timedelta(days=1))]


def test_a_booking_is_a_meeting_with_a_contact_and_stands_on_the_timeline(page, rupa):
    booking = book(page)
    meeting = Meeting.objects.get()
    contact = Contact.objects.get()
    assert (meeting.starts_at, meeting.length, meeting.owner, meeting.contact) == (
        TEN,
        timedelta(minutes=30),
        rupa,
        contact,
    )
    assert (contact.full_name, contact.owner, contact.language) == ("Anika Rahman", rupa, "bn")
    assert Interaction.objects.get().kind == "booking"
    assert "04:00" not in free(page) and "04:30" in free(page)
    assert book(page) == booking and Meeting.objects.count() == 1


def test_somebody_known_is_found_and_not_changed(page, rupa):
    known = make_contact("A. Rahman", by=rupa, mails=["anika@example.org"])
    assert book(page).contact == known
    known.refresh_from_db()
    assert known.full_name == "A. Rahman"


def test_what_is_taken_cannot_be_booked_and_nothing_is_kept(page):
    book(page)
    for starts in (
        TEN,
        TEN + timedelta(minutes=15),
        TEN + timedelta(days=400),
        TEN + timedelta(hours=12),
        utc("2030-04-30 04:00"),
    ):
        with pytest.raises(ValidationError) as refusal:
            book(page, starts, "two", Visitor("Emma", "emma@example.org"))
        assert "start" in refusal.value.message_dict
    assert (Meeting.objects.count(), Contact.objects.count()) == (1, 1)


def test_meetings_series_private_ones_and_those_one_only_attends_take_time(page, rupa, arjun):
    make_meeting(by=rupa, starts="2030-04-01 03:00", rule="FREQ=DAILY", is_private=True)
    make_meeting(by=arjun, starts="2030-05-06 05:00", people=People(users=[rupa]))
    make_meeting(by=rupa, starts="2030-05-06 07:00", is_busy=False)
    cancelled = make_meeting(by=rupa, starts="2030-05-06 08:00")
    actions.cancel_meeting(cancelled, actor=rupa)
    assert free(page) == [
        "04:00",
        "04:30",
        *(f"{hour:02}:{minute}" for hour in range(6, 11) for minute in ("00", "30")),
    ]


def test_notice_days_ahead_daily_limit_and_buffers(rupa):
    page = make_booking_page(rupa, by=rupa, notice=60 * 24 * 5, days_ahead=6, daily_limit=1, buffer_before=30)
    assert free(page, "2030-05-05") == [] and free(page, "2030-05-08") == []
    book(page)
    assert free(page) == []
    actions.change_booking_page(page, actor=rupa, daily_limit=5)
    assert free(page)[:4] == ["03:00", "05:00", "05:30", "06:00"]


def test_days_off_close_the_page(page, rupa):
    actions.add_day_off(actor=rupa, first_day=TEN.date(), last_day=TEN.date())
    assert free(page) == []


def test_in_turn_whose_turn_was_longest_ago(rupa, arjun):
    page = make_booking_page(rupa, arjun, by=rupa)
    owners = [book(page, TEN + timedelta(hours=number), str(number)).meeting.owner for number in range(4)]
    assert owners == [rupa, arjun, rupa, arjun]
    first, second = book(page, TEN + timedelta(hours=5), "a"), book(page, TEN + timedelta(hours=5), "b")
    assert {first.meeting.owner, second.meeting.owner} == {rupa, arjun}
    with pytest.raises(ValidationError):
        book(page, TEN + timedelta(hours=5), "c")


def test_all_together_only_when_all_are_free(rupa, arjun):
    page = make_booking_page(rupa, arjun, by=rupa, mode="team")
    make_meeting(by=arjun, starts="2030-05-06 03:00")
    assert free(page)[0] == "04:00"
    booking = book(page)
    assert [one.user for one in booking.meeting.attendees.all() if one.user] == [arjun]
    assert HeldTime.objects.count() == 2


def test_hosts_in_other_zones_work_by_their_own_clock(rupa):
    emma = make_seller("Emma", team=rupa.team, time_zone="America/New_York")
    page = make_booking_page(emma, by=rupa)
    assert free(page)[0] == "13:00"


def test_the_visitor_moves_and_cancels_by_the_link(page, rupa):
    book(page)
    secret = actions.secret_of("one")
    assert secret not in str(Booking.objects.values()[0])
    address = reverse("calendars:booking_move", args=[secret])
    listed = Client().get(address).content.decode()
    assert "20300506T060000Z" in listed
    answer = Client().post(address, {"start": "20300506T060000Z"})
    assert answer.status_code == 302
    booking = Booking.objects.select_related("meeting").get()
    assert (
        booking.meeting.starts_at == utc("2030-05-06 06:00")
        and "04:00" in free(page)
        and "06:00" not in free(page)
    )
    Client().post(reverse("calendars:booking_cancel", args=[secret]))
    booking = Booking.objects.select_related("meeting").get()
    assert (booking.state, booking.meeting.state) == ("cancelled", "cancelled")
    assert "06:00" in free(page) and not HeldTime.objects.exists()
    assert Client().post(address, {"start": "20300506T070000Z"}).status_code == 422


def test_moved_onto_another_booking_is_refused_and_stays(page):
    book(page)
    book(page, TEN + timedelta(hours=1), "two", Visitor("Emma", "emma@example.org"))
    answer = Client().post(
        reverse("calendars:booking_move", args=[actions.secret_of("two")]), {"start": "20300506T040000Z"}
    )
    assert answer.status_code == 422 and "no longer free" in answer.content.decode()
    assert sorted(Meeting.objects.values_list("starts_at", flat=True)) == [TEN, TEN + timedelta(hours=1)]


def test_a_booking_follows_when_the_seller_moves_or_cancels_it(page, rupa):
    booking = book(page)
    later = TEN + timedelta(hours=2)
    actions.change_meeting(
        booking.meeting, actor=rupa, starts_at=later, ends_at=later + timedelta(minutes=30)
    )
    assert HeldTime.objects.get().during.lower == later
    actions.cancel_meeting(booking.meeting, actor=rupa)
    booking.refresh_from_db()
    assert booking.state == "cancelled" and not HeldTime.objects.exists()
    actions.restore_meeting(booking.meeting, actor=rupa)
    assert HeldTime.objects.get().user == rupa


@pytest.fixture
def slow_bucket(monkeypatch):
    """Rate limits that do not fill again however slow the machine is."""
    allow = rate_limits.allow
    monkeypatch.setattr(rate_limits, "allow", lambda key, _rate, burst: allow(key, 0.001, burst))


def test_guessed_links_lead_nowhere_and_guessing_is_throttled(page, slow_bucket):
    answers = [
        Client().get(reverse("calendars:booked", args=[f"guess{number}"])).status_code for number in range(61)
    ]
    assert set(answers[:60]) == {404} and answers[-1] == 429


def test_free_times_are_reckoned_so_often_for_one_address_and_no_more(page, slow_bucket):
    address = reverse("calendars:book", args=["rice"])
    answers = [Client().head(reverse("calendars:book", args=["none"])).status_code for _n in range(60)]
    assert set(answers) == {404}
    later = Client().get(address)
    assert (
        later.status_code == 429 and int(later["Retry-After"]) >= 1 and "Too much" in later.content.decode()
    )
    assert Client(REMOTE_ADDR="203.0.113.9").get(address).status_code == 200


def wait(address, monkeypatch, **query):
    opened = signing.b62_encode(int(clock.time()) - 30)
    with monkeypatch.context() as earlier:
        earlier.setattr(signing.TimestampSigner, "timestamp", lambda self: opened)
        shown = Client().get(address, query).content.decode()
    return re.search(r'name="ticket" value="([^"]+)"', shown)[1], shown


def test_the_whole_way_of_a_stranger_in_tamil_and_another_zone(page, monkeypatch):
    ensure_purposes()
    page.purpose, page.wordings = Purpose.objects.get(key="marketing"), {"ta": "செய்தி அனுப்பலாம்.", "en": "News"}
    page.save()
    query = {"zone": "America/New_York", "lang": "ta", "on": "2030-05-06"}
    shown = Client().get(reverse("calendars:book", args=["rice"]), query).content.decode()
    assert "அரிசி பற்றி பேச" in shown and "மே" in shown and "20300506T040000Z" in shown
    address = reverse("calendars:book_time", args=["rice", "20300507T040000Z"])
    ticket, form = wait(address, monkeypatch, **query)
    assert "செய்தி அனுப்பலாம்." in form and ">நியூயார்க்</bdi>" in form
    sent = {
        "ticket": ticket,
        "full_name": "Anika",
        "mail": "anika@example.org",
        "agreed": "on",
        "zone": "America/New_York",
        "lang": "ta",
    }
    answer = Client().post(address, sent)
    assert answer.status_code == 302
    assert Client().post(address, sent)["Location"] == answer["Location"]
    booked = Client().get(answer["Location"]).content.decode()
    assert "12:00" in booked or "00:00" in booked
    assert ConsentProof.objects.get().wording == "செய்தி அனுப்பலாம்."
    text = Client().get(answer["Location"] + "meeting.ics").content.decode()
    assert "DTSTART:20300507T040000Z" in text and "METHOD:PUBLISH" in text
    assert Booking.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mail": "no mail"}, "mail"),
        ({"full_name": ""}, "required"),
        ({"ticket": "forged"}, "look through it"),
        ({"phone": "12"}, "12"),
    ],
)
def test_what_is_wrong_is_said(page, monkeypatch, changes, said):
    address = reverse("calendars:book_time", args=["rice", "20300506T040000Z"])
    ticket, _form = wait(address, monkeypatch, lang="en")
    sent = {"ticket": ticket, "full_name": "Anika", "mail": "anika@example.org", "lang": "en"} | changes
    answer = Client().post(address, sent)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not Booking.objects.exists()


def test_programs_fall_into_the_trap_and_addresses_are_throttled(page, monkeypatch):
    address = reverse("calendars:book_time", args=["rice", "20300506T040000Z"])
    monkeypatch.setattr(submission_guard, "_BURST", 1)
    assert Client().post(address, {"website": "x"}).status_code == 200
    assert BookingPage.objects.get().refused == 1 and not Booking.objects.exists()
    assert Client().post(address, {"website": "x"}).status_code == 429


def test_a_page_switched_off_is_not_there(page, rupa):
    actions.change_booking_page(page, actor=rupa, is_active=False)
    assert Client().get(reverse("calendars:book", args=["rice"])).status_code == 404
    assert Client().get(reverse("calendars:book_time", args=["none", "20300506T040000Z"])).status_code == 404


def test_one_may_not_offer_the_time_of_others(rupa):
    stranger = make_seller("Elsewhere", role="sales", team=make_team("Elsewhere"))
    with pytest.raises(ValidationError) as refusal:
        actions.create_booking_page(actor=stranger, titles={"en": "X"}, hosts=[rupa], languages=["en"])
    assert "hosts" in refusal.value.message_dict


def test_setting_up_by_page(rupa):
    client = Client()
    client.force_login(rupa)
    sent = {
        "titles-en": "Talk", "titles-bn": "কথা", "mode": "person", "kind": "call", "hosts": [str(rupa.pk)], "languages": ["en", "bn"], "minutes": "20",
        "step": "20", "buffer_before": "0", "buffer_after": "5", "notice": "60", "days_ahead": "14", "remind_before": "24", "slug": "talk", "is_active": "on",
    }  # fmt: skip
    answer = client.post(reverse("calendars:booking_page_new"), sent)
    assert answer.status_code == 302, answer.content.decode()
    page = BookingPage.objects.get()
    assert (page.titles, page.minutes, page.owner) == ({"en": "Talk", "bn": "কথা"}, 20, rupa)
    assert client.get(answer["Location"]).status_code == 200
    assert client.post(reverse("calendars:booking_page_new"), sent).status_code == 422
    assert rupa.working_hours.count() == 5
    client.post(reverse("calendars:hours"), {"day-0": "৯:০০-১৩:০০, 14-17.30"})
    assert [str(one) for one in rupa.working_hours.all()] == ["0 09:00-13:00", "0 14:00-17:30"]
    for wrong in ("9", "17-9", "9-12,11-13", "25-26"):
        assert client.post(reverse("calendars:hours"), {"day-0": wrong}).status_code == 422
    client.post(reverse("calendars:day_off"), {"first_day": "2030-05-10", "last_day": "2030-05-11"})
    assert (
        client.post(
            reverse("calendars:day_off"), {"first_day": "2030-05-10", "last_day": "2030-05-01"}
        ).status_code
        == 422
    )
    [off] = queries.days_off_of(rupa)
    client.post(reverse("calendars:day_off"), {"remove": str(off.pk)})
    assert queries.days_off_of(rupa) == []
    assert timezone.now().year == 2030


def test_a_zone_by_its_old_name_is_the_one_of_today(page):
    shown = (
        Client()
        .get(reverse("calendars:book", args=["rice"]), {"zone": "Asia/Calcutta", "lang": "en"})
        .content.decode()
    )
    assert 'value="Asia/Kolkata" selected' in shown
