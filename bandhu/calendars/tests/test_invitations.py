"""Guests are invited, told of changes, and answer by mail: through real SMTP and IMAP servers."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from bandhu.calendars import actions
from bandhu.calendars.actions.meetings import People
from bandhu.calendars.models import Attendee, Meeting
from bandhu.calendars.tests.cast import make_meeting, make_seller, utc
from bandhu.channels import actions as channels
from bandhu.channels.models import Mail, MailAccount, MailState
from bandhu.channels.tests.post_office import own_account
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_team
from bandhu.interactions.queries import timeline
from bandhu.platform.events import deliver
from bandhu.platform.models import EventRecord, Notification
from bandhu.privacy.purposes import ensure_purposes

pytestmark = pytest.mark.django_db
STARTS = "2030-05-06 04:00"


@pytest.fixture(autouse=True)
def may(time_machine):
    time_machine.move_to("2030-05-01 00:00:00+00:00", tick=True)


@pytest.fixture
def rupa():
    ensure_purposes()
    return make_seller("Rupa", role="administrator", team=make_team("Dhaka"), time_zone="Asia/Dhaka")


@pytest.fixture
def rahima(rupa):
    return make_contact(
        "রহিমা খাতুন", by=rupa, mails=["rahima@example.org"], language="bn", time_zone="Asia/Dubai"
    )


def invited(by, customer=None, **values):
    return make_meeting("Prices", by=by, starts=STARTS, customer=customer, invites=True, **values)


def deliveries(server):
    """Send everything that waits; returns what arrived since the last time: (recipient, message, event)."""
    before = len(server.taken)
    for mail in Mail.objects.filter(state=MailState.QUEUED).order_by("pk"):
        channels.send_queued(mail.pk)
    return [(to[0], message, event_of(message)) for _sender, to, message in server.taken[before:]]


def event_of(message):
    [part] = [one for one in message.walk() if one.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    assert part.get_param("method") == str(calendar["METHOD"])
    event = calendar.walk("VEVENT")[0]
    event["METHOD"] = str(calendar["METHOD"])
    return event


def answer(
    meeting,
    who,
    state="ACCEPTED",
    *,
    sender="",
    sequence=None,
    stamp="20300502T080000Z",
    more="",
    headers=None,
):
    """What a guest's calendar sends back."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "METHOD:REPLY", "BEGIN:VEVENT", f"UID:{meeting.uid}", f"DTSTAMP:{stamp}",
        f"SEQUENCE:{meeting.sequence if sequence is None else sequence}", f"ATTENDEE;PARTSTAT={state}:mailto:{who}",
        "SUMMARY:Something else", "DTSTART:20310101T000000Z", "STATUS:CANCELLED", *more.splitlines(), "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender or who, "rupa@example.com", f"{state}: Prices"
    message["Message-ID"] = f"<{abs(hash((who, state, sender, stamp, sequence, more)))}@example.org>"
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content("My answer.")
    message.add_alternative("\r\n".join(lines) + "\r\n", subtype="calendar", params={"method": "REPLY"})
    return message


def read(account, server, *messages):
    """Read the mailbox, and let the subscribers hear of it."""
    known = set(EventRecord.objects.values_list("pk", flat=True))
    # The server's own clock is not moved: what it has looks older than the account.
    MailAccount.objects.filter(pk=account.pk).update(created_at=utc("2020-01-01 00:00"))
    for one in messages:
        server.put(one)
    channels.read_account(account.pk)
    for record in EventRecord.objects.filter(name="channels.mail_received").exclude(pk__in=known):
        deliver(record.pk, "bandhu.calendars.subscribers.hear_answers")


def states(meeting):
    return {str(one): one.state for one in meeting.attendees.all()}


def test_the_customer_and_further_guests_are_invited_each_by_themselves(rupa, rahima, smtp_server):
    own_account(rupa, smtp_server)
    meeting = invited(
        rupa,
        rahima,
        people=People(addresses=["guest@example.net"]),
        note="Their limit is 90.",
        place="Gulshan",
    )
    found = {to: (message, event) for to, message, event in deliveries(smtp_server)}
    assert found.keys() == {"rahima@example.org", "guest@example.net"}
    message, event = found["rahima@example.org"]
    text = message.get_body(["plain"]).get_content()
    assert (
        message["Subject"] == "আমন্ত্রণ: Prices"
        and "Gulshan" in text
        and "৮:০০" in text
        and "Asia/Dubai" in text
    )
    assert event["METHOD"] == "REQUEST" and event["SEQUENCE"] == 0 and event["DTSTART"].dt == utc(STARTS)
    assert (
        str(event["ORGANIZER"]) == "mailto:rupa@example.com"
        and str(event["ATTENDEE"]) == "mailto:rahima@example.org"
    )
    assert "limit" not in text and "DESCRIPTION" not in event
    assert "guest@example.net" not in message.as_string()
    [entry] = [one for one in timeline(rupa, rahima).items if one.kind == "mail"]
    assert entry.subject == "আমন্ত্রণ: Prices"
    assert all(one.invited_at for one in meeting.attendees.all())


def test_moved_and_cancelled_with_a_rising_sequence(rupa, rahima, smtp_server):
    own_account(rupa, smtp_server)
    meeting = invited(rupa, rahima)
    meeting.attendees.update(state="accepted")
    deliveries(smtp_server)
    actions.change_meeting(meeting, actor=rupa, note="Bring samples")
    assert deliveries(smtp_server) == []
    later = utc(STARTS) + timedelta(hours=3)
    actions.change_meeting(meeting, actor=rupa, starts_at=later, ends_at=later + timedelta(hours=1))
    [(_to, message, event)] = deliveries(smtp_server)
    assert message["Subject"].startswith("পরিবর্তন") and (event["METHOD"], event["SEQUENCE"]) == ("REQUEST", 1)
    assert event["DTSTART"].dt == later and states(meeting) == {"রহিমা খাতুন": "asked"}
    actions.cancel_meeting(meeting, actor=rupa, reason="Flood")
    [(_to, message, event)] = deliveries(smtp_server)
    assert (event["METHOD"], event["SEQUENCE"], event["STATUS"]) == ("CANCEL", 2, "CANCELLED")
    assert "Flood" in message.get_body(["plain"]).get_content()
    actions.restore_meeting(meeting, actor=rupa)
    [(_to, _message, event)] = deliveries(smtp_server)
    assert (event["METHOD"], event["SEQUENCE"]) == ("REQUEST", 3)


def test_who_comes_later_is_invited_and_who_is_taken_off_is_told(rupa, smtp_server):
    own_account(rupa, smtp_server)
    meeting = invited(rupa, people=People(addresses=["one@example.net"]))
    deliveries(smtp_server)
    actions.change_meeting(meeting, actor=rupa, people=People(addresses=["two@example.net"]))
    found = {to: str(event["METHOD"]) for to, _message, event in deliveries(smtp_server)}
    assert found == {"one@example.net": "CANCEL", "two@example.net": "REQUEST"}


def test_one_of_a_series_is_moved_by_itself(rupa, rahima, smtp_server):
    own_account(rupa, smtp_server)
    meeting = invited(rupa, rahima, rule="FREQ=WEEKLY;COUNT=4")
    [(_to, message, event)] = deliveries(smtp_server)
    assert event["RRULE"]["FREQ"] == ["WEEKLY"] and "৪" in message.get_body(["plain"]).get_content()
    second = utc(STARTS) + timedelta(days=7)
    one = actions.occurrence_of(meeting, actor=rupa, at=second)
    moved = second + timedelta(hours=1)
    actions.change_meeting(one, actor=rupa, starts_at=moved, ends_at=moved + timedelta(hours=1))
    [(_to, _message, event)] = deliveries(smtp_server)
    assert (
        event["UID"] == meeting.uid and event["RECURRENCE-ID"].dt == second and event["DTSTART"].dt == moved
    )


def test_nothing_goes_out_unasked_or_for_what_came_from_elsewhere(rupa, rahima, smtp_server):
    own_account(rupa, smtp_server)
    make_meeting("Silent", by=rupa, starts=STARTS, customer=rahima)
    actions.import_meetings(
        actor=rupa,
        content=b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a@b\r\nDTSTAMP:20300101T000000Z\r\nSUMMARY:Theirs\r\n"
        b"DTSTART:20300507T090000Z\r\nATTENDEE:mailto:rahima@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    )
    assert Meeting.objects.count() == 2 and not Mail.objects.exists()


def test_without_a_mailbox_the_page_says_so_and_later_they_are_invited(rupa, rahima, smtp_server):
    meeting = invited(rupa, rahima)
    client = Client()
    client.force_login(rupa)
    page = client.get(reverse("calendars:meeting", args=[meeting.pk])).content.decode()
    assert "Guests get no mail" in page and "Not invited yet" in page
    own_account(rupa, smtp_server)
    actions.change_meeting(meeting, actor=rupa, note="Now with a mailbox")
    assert [to for to, _message, _event in deliveries(smtp_server)] == ["rahima@example.org"]


@pytest.mark.parametrize(
    ("said", "state"), [("ACCEPTED", "accepted"), ("DECLINED", "declined"), ("TENTATIVE", "tentative")]
)
def test_an_answer_counts_for_the_guest_and_changes_nothing_else(
    rupa, rahima, smtp_server, imap_server, said, state
):
    account = own_account(rupa, smtp_server, imap_server)
    meeting = invited(rupa, rahima, people=People(addresses=["guest@example.net"]))
    before = Meeting.objects.filter(pk=meeting.pk).values().get()
    read(account, imap_server, answer(meeting, "rahima@example.org", said))
    assert states(meeting) == {"রহিমা খাতুন": state, "guest@example.net": "asked"}
    assert Meeting.objects.filter(pk=meeting.pk).values().get() == before
    assert Notification.objects.filter(user=rupa, values__title="Prices", values__name="রহিমা খাতুন").exists()
    assert EventRecord.objects.get(name="calendars.guest_answered").payload["state"] == state
    client = Client()
    client.force_login(rupa)
    page = client.get(reverse("calendars:meeting", args=[meeting.pk])).content.decode()
    assert str(Attendee.State(state).label) in page


def test_answers_that_do_not_count(rupa, rahima, smtp_server, imap_server):
    account = own_account(rupa, smtp_server, imap_server)
    meeting = invited(rupa, rahima, people=People(addresses=["guest@example.net"]))
    later = utc(STARTS) + timedelta(days=1)
    actions.change_meeting(meeting, actor=rupa, starts_at=later, ends_at=later + timedelta(hours=1))
    asked = states(meeting)
    victim = "rahima@example.org"
    read(
        account,
        imap_server,
        answer(meeting, victim, sender="attacker@example.com"),
        answer(meeting, "attacker@example.com"),
        answer(meeting, victim, sender="guest@example.net"),
        answer(meeting, victim, sequence=0),
        answer(
            meeting,
            victim,
            headers={"Authentication-Results": "mx.example.com; dmarc=fail header.from=example.org"},
        ),
        answer(meeting, victim, more="ATTENDEE;PARTSTAT=ACCEPTED:mailto:guest@example.net"),
        answer(meeting, victim, "NEEDS-ACTION"),
    )
    assert (
        states(meeting) == asked and not EventRecord.objects.filter(name="calendars.guest_answered").exists()
    )


def test_the_newest_answer_stands_in_whatever_order_they_come(rupa, rahima, smtp_server, imap_server):
    account = own_account(rupa, smtp_server, imap_server)
    meeting = invited(rupa, rahima)
    late = answer(meeting, "rahima@example.org", "DECLINED", stamp="20300501T000010Z")
    early = answer(meeting, "rahima@example.org", "ACCEPTED", stamp="20300430T090000Z")
    read(account, imap_server, late, early)
    assert states(meeting) == {"রহিমা খাতুন": "declined"}


def test_an_answer_is_no_lead_and_broken_ones_break_nothing(rupa, rahima, smtp_server, imap_server):
    account = own_account(rupa, smtp_server, imap_server)
    meeting = invited(rupa, rahima)
    broken = answer(meeting, "rahima@example.org", more="RECURRENCE-ID:nonsense")
    empty = EmailMessage()
    empty["From"], empty["Message-ID"] = "rahima@example.org", "<e@example.org>"
    empty.set_content("METHOD:REPLY")
    empty.add_alternative("METHOD:REPLY\r\n", subtype="calendar", params={"method": "REPLY"})
    read(account, imap_server, broken, empty)
    assert states(meeting) == {"রহিমা খাতুন": "asked"}
    assert all(mail.is_automatic for mail in Mail.objects.filter(is_incoming=True))
