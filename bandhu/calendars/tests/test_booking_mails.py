"""What visitors of booking pages and their hosts get by mail: confirmed, moved, cancelled, reminded."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bandhu.calendars import actions
from bandhu.calendars.actions import Visitor
from bandhu.calendars.models import Attendee, Meeting
from bandhu.calendars.tests.cast import make_booking_page, make_seller, utc
from bandhu.calendars.tests.test_invitations import answer, deliveries, event_of, read
from bandhu.channels.models import BadAddress, Mail, MailTemplate
from bandhu.channels.tests.post_office import house_account, own_account
from bandhu.identity.tests.cast import make_team
from bandhu.privacy.purposes import ensure_purposes

pytestmark = pytest.mark.django_db
ANIKA = Visitor(
    "அனிகா", "anika@example.org", note="Two hundred sacks?", time_zone="Asia/Colombo", language="ta"
)
TEN = utc("2030-05-06 04:00")  # ten o'clock in Dhaka, half past nine in Colombo


@pytest.fixture(autouse=True)
def may(time_machine):
    return time_machine


@pytest.fixture
def rupa(may):
    may.move_to("2030-05-01 00:00:00+00:00", tick=True)
    ensure_purposes()
    return make_seller("Rupa", role="administrator", team=make_team("Dhaka"), time_zone="Asia/Dhaka")


@pytest.fixture
def page(rupa, smtp_server):
    house_account(rupa, smtp_server)
    return make_booking_page(rupa, by=rupa)


def book(page, visitor=ANIKA, submission="one", starts=TEN):
    return actions.book_time(page, submission=submission, starts_at=starts, visitor=visitor)


def by_recipient(server):
    return {to: (message, event) for to, message, event in deliveries(server)}


def text_of(message):
    return message.get_body(["plain"]).get_content()


def test_both_hear_of_a_booking_each_in_their_language_and_on_their_clock(page, rupa, smtp_server):
    book(page)
    book(page)  # sent twice is one booking, and one mail
    found = by_recipient(smtp_server)
    assert found.keys() == {"anika@example.org", rupa.email}
    message, event = found["anika@example.org"]
    text = text_of(message)
    assert message["Subject"] == "உறுதியானது: அரிசி பற்றி பேச" and "9:30" in text and "Asia/Colombo" in text
    assert "Two hundred" not in text
    [link] = [line for line in text.split() if "/booked/" in line]
    assert Client().get(link.partition("localhost:8000")[2]).status_code == 200
    assert (event["METHOD"], event["DTSTART"].dt, str(event["SUMMARY"])) == ("REQUEST", TEN, "அரிசி பற்றி பேச")
    assert event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    message, _event = found[rupa.email]
    assert (
        "அனிகா" in message["Subject"]
        and "Two hundred sacks?" in text_of(message)
        and "10:00" in text_of(message)
    )


def test_the_visitor_moves_and_cancels(page, rupa, smtp_server):
    booking = book(page)
    deliveries(smtp_server)
    booking = actions.move_booking(booking, starts_at=TEN + timedelta(hours=1))
    found = by_recipient(smtp_server)
    assert found.keys() == {"anika@example.org", rupa.email}
    message, event = found["anika@example.org"]
    assert "10:30" in text_of(message) and (event["SEQUENCE"], event["METHOD"]) == (1, "REQUEST")
    actions.cancel_booking(booking)
    message, event = by_recipient(smtp_server)["anika@example.org"]
    assert (event["SEQUENCE"], event["METHOD"], event["STATUS"]) == (2, "CANCEL", "CANCELLED")


def test_a_host_who_moves_it_tells_the_visitor_and_gets_no_mail_for_it(page, rupa, smtp_server):
    meeting = book(page).meeting
    deliveries(smtp_server)
    later = TEN + timedelta(days=1)
    actions.change_meeting(meeting, actor=rupa, starts_at=later, ends_at=later + meeting.length)
    assert [to for to, _message, _event in deliveries(smtp_server)] == ["anika@example.org"]
    actions.cancel_meeting(meeting, actor=rupa)
    assert [to for to, _message, _event in deliveries(smtp_server)] == ["anika@example.org"]


def test_reminded_once_for_each_time_it_has(page, smtp_server, may):
    booking = book(page)
    deliveries(smtp_server)
    assert actions.send_reminders() == 0
    may.move_to("2030-05-05 05:00:00+00:00", tick=True)
    assert actions.send_reminders() == 1 and actions.send_reminders() == 0
    [mail] = Mail.objects.filter(state="queued")
    assert mail.subject == "நினைவூட்டல்: அரிசி பற்றி பேச" and mail.calendar == ""
    actions.move_booking(booking, starts_at=TEN + timedelta(days=3))
    may.move_to("2030-05-08 05:00:00+00:00", tick=True)
    assert actions.send_reminders() == 1


def test_who_books_shortly_before_or_cancels_is_not_reminded(page, smtp_server, may):
    actions.cancel_booking(book(page))
    may.move_to("2030-05-05 05:00:00+00:00", tick=True)
    book(page, submission="two")
    assert actions.send_reminders() == 0
    page.remind_before = 0
    page.save()
    assert actions.send_reminders(timezone.now() + timedelta(hours=1)) == 0


def test_a_strangers_name_leads_nobody_anywhere(page, smtp_server):
    lure = Visitor(
        "Win at https://evil.example/x", "victim@example.org", note="https://evil.example", language="en"
    )
    book(page, lure)
    message, _event = by_recipient(smtp_server)["victim@example.org"]
    assert "evil" not in message.as_string() and "Dear customer" in text_of(message)


def test_a_booking_stands_whatever_becomes_of_its_mails(page, rupa, smtp_server):
    BadAddress.objects.create(key="anika@example.org", reason="550")
    MailTemplate.objects.filter(key="booking_host").update(is_active=False)
    assert book(page).state == "booked"
    assert deliveries(smtp_server) == []


def test_without_a_mailbox_booking_works_and_the_page_warns(rupa):
    page = make_booking_page(rupa, by=rupa)
    assert book(page).state == "booked" and not Mail.objects.exists()
    client = Client()
    client.force_login(rupa)
    assert "Visitors get no mail" in client.get(f"/calendar/booking/{page.pk}/").content.decode()


def test_a_visitor_declines_from_the_own_calendar(rupa, smtp_server, imap_server):
    account = own_account(rupa, smtp_server, imap_server)
    booking = book(make_booking_page(rupa, by=rupa))
    [message] = [one for to, one, _event in deliveries(smtp_server) if to == "anika@example.org"]
    assert str(event_of(message)["ORGANIZER"]) == "mailto:rupa@example.com"
    meeting = Meeting.objects.get(pk=booking.meeting_id)
    read(account, imap_server, answer(meeting, "anika@example.org", "DECLINED"))
    assert Attendee.objects.get(meeting=meeting, contact=booking.contact).state == "declined"
    meeting.refresh_from_db()
    assert meeting.state == "planned"


def test_nobody_is_flooded_through_a_booking_page(page, smtp_server):
    for number in range(12):
        book(page, submission=f"flood {number}", starts=TEN + timedelta(days=number))
    to_visitor = Mail.objects.filter(recipients__key="anika@example.org")
    assert to_visitor.count() == 10 and Meeting.objects.count() == 12
