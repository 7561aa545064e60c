"""Two calendars kept the same, against a real server, an honest one and one that is not."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.calendars import actions
from bandhu.calendars.actions.accounts import queue_due_syncs
from bandhu.calendars.actions.syncing import sync_account
from bandhu.calendars.models import CalendarAccount, Meeting, RemoteObject
from bandhu.calendars.tests.calendar_server import PASSWORD, USER, calendar_server
from bandhu.calendars.tests.cast import make_meeting, make_seller
from bandhu.identity.tests.cast import make_team
from bandhu.platform import web_addresses
from bandhu.platform.models import AuditEntry

pytestmark = pytest.mark.django_db
SOON = (timezone.now() + timedelta(days=5)).replace(hour=9, minute=0, second=0, microsecond=0)


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setenv("BANDHU_CALL_INSIDE", "1")
    with calendar_server(tmp_path) as found:
        yield found


@pytest.fixture
def rupa():
    return make_seller("Rupa", team=make_team("Dhaka"))


@pytest.fixture
def account(server, rupa):
    offered = actions.find_calendars(server.url, USER, PASSWORD)
    made = actions.connect_account(
        actor=rupa, url=server.url, username=USER, password=PASSWORD, offered=offered
    )
    return actions.choose_calendar(actor=rupa, calendar_url=made.offered[0][0])


def sync(account, **options):
    sync_account(account.pk, **options)
    account.refresh_from_db()
    return account.last_error


def event(uid, title="Talk there", starts=SOON, *more):
    return (
        "BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{title}", f"DTSTART:{starts:%Y%m%dT%H%M%SZ}", f"DTEND:{starts + timedelta(hours=1):%Y%m%dT%H%M%SZ}",
        f"DTSTAMP:{timezone.now():%Y%m%dT%H%M%SZ}", *more, "END:VEVENT",
    )  # fmt: skip


def later(uid, title, starts=SOON, *more):
    """Changed there an hour from now, as far as the file says."""
    return event(
        uid, title, starts, f"LAST-MODIFIED:{timezone.now() + timedelta(hours=1):%Y%m%dT%H%M%SZ}", *more
    )


def titles():
    return sorted(
        Meeting.objects.filter(series=None).exclude(state="cancelled").values_list("title", flat=True)
    )


def test_the_password_is_sealed_and_calendars_are_found(account, server):
    assert PASSWORD not in str(CalendarAccount.objects.values())
    assert (account.calendar_url, account.calendar_name) == (server.calendar, "Work")


def test_meetings_go_both_ways_once(account, server, rupa):
    mine = make_meeting("Mine", by=rupa, starts=SOON)
    server.put("theirs", *event("theirs"))
    for _time in range(3):
        assert sync(account) == ""
    assert titles() == ["Mine", "Talk there"] and len(server.names()) == 2
    assert f"UID:{mine.uid}" in server.text(server.names()[0]) + server.text(server.names()[1])
    before = len(server.asked)
    sync(account)
    assert [one.split()[0] for one in server.asked[before:]] == ["REPORT"]


def test_changes_and_deletions_go_both_ways(account, server, rupa):
    make_meeting("Mine", by=rupa, starts=SOON)
    server.put("theirs", *event("theirs"))
    sync(account)
    mine, theirs = Meeting.objects.get(title="Mine"), Meeting.objects.get(title="Talk there")
    server.put("theirs", *later("theirs", "Changed there"))
    actions.change_meeting(mine, actor=rupa, title="Changed here")
    assert sync(account) == ""
    assert titles() == ["Changed here", "Changed there"]
    assert "Changed here" in server.text(f"{mine.uid.replace('@', '%40')}.ics")
    actions.cancel_meeting(mine, actor=rupa)
    server.delete("theirs.ics")
    assert sync(account) == ""
    assert titles() == [] and server.names() == []
    theirs.refresh_from_db()
    assert theirs.state == "cancelled"
    actions.restore_meeting(theirs, actor=rupa)
    sync(account)
    assert len(server.names()) == 1


@pytest.mark.parametrize("theirs_later", [True, False])
def test_of_two_changes_the_later_wins_and_the_loser_is_kept(account, server, rupa, theirs_later):
    server.put("one", *event("one"))
    sync(account)
    meeting = Meeting.objects.get()
    actions.change_meeting(meeting, actor=rupa, title="Ours")
    if theirs_later:
        server.put("one", *later("one", "Theirs"))
    else:
        old = timezone.now() - timedelta(days=3)
        server.put("one", *event("one", "Theirs", SOON, f"LAST-MODIFIED:{old:%Y%m%dT%H%M%SZ}"))
    for _time in range(2):
        assert sync(account) == ""
    won, lost = ("Theirs", "Ours") if theirs_later else ("Ours", "Theirs")
    assert titles() == [won] and f"SUMMARY:{won}" in server.text("one.ics")
    assert AuditEntry.objects.get(verb="conflict").changes["title"] == [lost, won]


def test_deleted_there_but_changed_here_stays(account, server, rupa):
    server.put("one", *event("one"))
    sync(account)
    actions.change_meeting(Meeting.objects.get(), actor=rupa, title="Needed")
    server.delete("one.ics")
    sync(account)
    assert titles() == ["Needed"] and len(server.names()) == 1


def test_a_series_with_exceptions_goes_there_and_back(account, server, rupa):
    series = make_meeting("Weekly", by=rupa, starts=SOON, rule="FREQ=WEEKLY;COUNT=4")
    second, third = SOON + timedelta(days=7), SOON + timedelta(days=14)
    actions.cancel_meeting(actions.occurrence_of(series, actor=rupa, at=second), actor=rupa)
    sync(account)
    [name] = server.names()
    assert "EXDATE" in server.text(name)
    one = actions.occurrence_of(series, actor=rupa, at=third)
    sync(account)
    actions.change_meeting(one, actor=rupa, title="Special")
    sync(account)
    assert "Special" in server.text(name) and "RECURRENCE-ID" in server.text(name)
    server.put(series.uid, *later(series.uid, "Weekly", SOON, "RRULE:FREQ=WEEKLY;COUNT=2"), name=name)
    assert sync(account) == ""
    series.refresh_from_db()
    assert series.rule == "FREQ=WEEKLY;COUNT=2" and not series.exceptions.exists()


def test_what_another_program_wrote_besides_stays(account, server, rupa):
    alarm = (
        "X-COLOUR:green",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-PT15M",
        "DESCRIPTION:x",
        "END:VALARM",
    )
    server.put("one", *event("one", "Talk", SOON, *alarm))
    sync(account)
    actions.change_meeting(Meeting.objects.get(), actor=rupa, title="Changed")
    sync(account)
    text = server.text("one.ics")
    assert "SUMMARY:Changed" in text and "X-COLOUR:green" in text and "TRIGGER:-PT15M" in text


def test_what_is_not_understood_is_left_alone_and_named(account, server, rupa):
    server.put("odd", *event("odd", "Odd", SOON, "RRULE:FREQ=HOURLY"))
    server.put("good", *event("good", "Good"))
    assert sync(account) == "" and titles() == ["Good"]
    assert "FREQ=HOURLY" in server.text("odd.ics")
    client = Client()
    client.force_login(rupa)
    assert "odd.ics" in client.get(reverse("calendars:settings")).content.decode()


def refuse(status, body=b""):
    return lambda environment: (status, [("Content-Type", "text/plain")], body)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        ("500 No", b""), ("401 Unauthorized", b""), ("404 Not Found", b""), ("207 Multi-Status", b"<not xml"), ("207 Multi-Status", b""),
        ("207 Multi-Status", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), ("200 OK", b"hello"), ("207 Multi-Status", b"\xff\xfe\x00"),
        ("207 Multi-Status", b"<a>" * 200_000),
    ],
)  # fmt: skip
def test_a_server_that_stops_or_talks_rubbish_changes_nothing(account, server, rupa, status, body):
    make_meeting("Mine", by=rupa, starts=SOON)
    server.put("theirs", *event("theirs"))
    sync(account)
    server.before = refuse(status, body)
    assert sync(account) != "" and account.failures == 1 and account.next_at > timezone.now()
    assert titles() == ["Mine", "Talk there"]
    server.before = None
    assert sync(account) == "" and account.failures == 0
    assert titles() == ["Mine", "Talk there"] and len(server.names()) == 2


def test_a_server_that_does_not_answer_in_time(account, server, rupa, monkeypatch):
    monkeypatch.setattr(web_addresses, "TIMEOUT_SECONDS", 0.2)
    server.before = lambda environment: __import__("time").sleep(0.6)
    assert "does not answer" in sync(account)
    account.refresh_from_db()
    assert not account.deletions_held


def test_an_answer_that_is_lost_after_writing_writes_nothing_twice(account, server, rupa):
    make_meeting("Mine", by=rupa, starts=SOON)

    def lose(method, body):
        if method == "PUT":
            raise ConnectionError
        return body

    server.after = lose
    assert sync(account) != ""
    server.after = None
    assert sync(account) == ""
    assert titles() == ["Mine"] and len(server.names()) == 1


def test_a_server_that_stops_halfway_is_gone_on_with(account, server, rupa):
    for number in range(60):
        server.put(f"m{number}", *event(f"m{number}", f"Theirs {number}"))
    for number in range(3):
        make_meeting(f"Mine {number}", by=rupa, starts=SOON + timedelta(hours=number))
    answers = []

    def stop(method, body):
        answers.append(method == "PUT" or b"BEGIN:VCALENDAR" in body)
        if sum(answers) == 2:
            raise ConnectionError
        return body

    server.after = stop
    assert sync(account) != ""
    server.after = None
    assert sync(account) == ""
    assert len(titles()) == 63 and len(set(titles())) == 63 and len(server.names()) == 63


def test_a_list_that_lies_about_deletions_is_checked(account, server):
    server.put("one", *event("one"))
    sync(account)
    server.after = lambda method, body: (
        body.replace(b"/one.ics", b"/elsewhere.ics") if method in ("REPORT", "PROPFIND") else body
    )
    CalendarAccount.objects.update(listed_at=None)
    account.refresh_from_db()
    sync(account)
    assert titles() == ["Talk there"]


def test_when_most_are_gone_somebody_is_asked(account, server):
    for number in range(12):
        server.put(f"m{number}", *event(f"m{number}", f"M{number}"))
    sync(account)
    for number in range(12):
        server.delete(f"m{number}.ics")
    assert "12 of 12" in sync(account) and len(titles()) == 12
    account.refresh_from_db()
    assert account.deletions_held
    assert sync(account, with_deletions=True) == "" and titles() == []
    account.refresh_from_db()
    assert not account.deletions_held


def test_etags_that_change_without_reason_change_nothing(account, server, rupa):
    import re

    counter = iter(range(10_000))
    server.put("one", *event("one"))
    server.after = lambda method, body: re.sub(
        rb"(getetag>).*?(</)", lambda found: found[1] + b'"%d"' % next(counter) + found[2], body
    )
    for _time in range(2):
        assert sync(account) == ""
    assert titles() == ["Talk there"] and Meeting.objects.get().version <= 2
    actions.change_meeting(Meeting.objects.get(), actor=rupa, title="Changed")
    assert sync(account) == ""
    assert (
        "SUMMARY:Changed" in server.text("one.ics")
        and not AuditEntry.objects.filter(verb="conflict").exists()
    )


def test_a_server_without_sync_tokens_is_listed(account, server):
    def no_tokens(environment):
        if environment["REQUEST_METHOD"] == "REPORT":
            body = environment["wsgi.input"].read(int(environment["CONTENT_LENGTH"]))
            environment["wsgi.input"] = __import__("io").BytesIO(body)
            if b"sync-collection" in body:
                return "403 Forbidden", [], b""
        return None

    server.before = no_tokens
    server.put("one", *event("one"))
    assert sync(account) == "" and titles() == ["Talk there"]
    server.delete("one.ics")
    assert sync(account) == "" and titles() == []


def test_a_file_that_was_renamed_is_the_same_meeting(account, server):
    server.put("one", *event("one"))
    sync(account)
    server.delete("one.ics")
    server.put("one", *event("one"), name="other.ics")
    assert sync(account) == "" and titles() == ["Talk there"]
    assert RemoteObject.objects.get().href.endswith("other.ics")


def test_the_password_goes_to_no_other_server(account, server, tmp_path):
    other_folder = tmp_path / "other"
    other_folder.mkdir()
    with calendar_server(other_folder) as other:
        server.before = lambda environment: ("301 Moved", [("Location", other.calendar)], b"")
        assert "another server" in sync(account)
        assert other.asked == []


def test_addresses_inside_the_network_are_refused_unless_allowed(server, rupa, monkeypatch):
    monkeypatch.delenv("BANDHU_CALL_INSIDE")
    client = Client()
    client.force_login(rupa)
    sent = {"url": server.url, "username": USER, "password": PASSWORD}
    for url in (server.url, "http://169.254.169.254/", "ftp://example.com", "no address"):
        answer = client.post(reverse("calendars:account_connecting"), sent | {"url": url})
        assert answer.status_code == 422 and not CalendarAccount.objects.exists()
    assert server.asked == []


def test_connecting_by_page_shows_state_and_sync_now(server, rupa):
    client = Client()
    client.force_login(rupa)
    sent = {"url": server.url, "username": USER, "password": "wrong"}
    answer = client.post(reverse("calendars:account_connecting"), sent)
    assert answer.status_code == 422 and "refuses the name" in answer.content.decode()
    assert (
        client.post(reverse("calendars:account_connecting"), sent | {"password": PASSWORD}).status_code == 302
    )
    account = CalendarAccount.objects.get()
    assert account.calendar_url == server.calendar
    server.before = refuse("500 No")
    sync(account)
    page = client.get(reverse("calendars:settings")).content.decode()
    assert "answers with an error (500)" in page and "Sync now" in page and PASSWORD not in page
    assert queue_due_syncs() == 0
    client.post(reverse("calendars:account_syncing"))
    client.post(reverse("calendars:account_removing"))
    assert not CalendarAccount.objects.exists()
