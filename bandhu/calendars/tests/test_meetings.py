"""Planning, moving, cancelling and holding meetings; series and their exceptions."""

from datetime import UTC, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from bandhu.calendars import actions, queries
from bandhu.calendars.actions.meetings import People
from bandhu.calendars.models import Meeting
from bandhu.calendars.tests.cast import make_meeting, make_seller, utc
from bandhu.customers.actions import merge_records
from bandhu.customers.tests.cast import make_company, make_contact
from bandhu.identity.results import Denied, OutOfReach
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.interactions.models import Interaction
from bandhu.platform.models import AuditEntry, EventRecord, Notification

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    return make_seller("Rupa", team=make_team("Dhaka"))


@pytest.fixture
def weekly(rupa):
    """Four Mondays at nine in Dhaka."""
    return make_meeting("Weekly", by=rupa, starts="2026-11-02 03:00", rule="FREQ=WEEKLY;COUNT=4")


def times(user, since="2026-11-01", until="2026-12-31"):
    entries = queries.entries_between(user, [user.pk], utc(since), utc(until))
    return [(one.title, one.starts) for one in entries]


def days(user, **window):
    return [f"{title} {at.astimezone(UTC):%d %H:%M}" for title, at in times(user, **window)]


def test_a_held_meeting_is_on_the_timeline_once(rupa):
    contact = make_contact(by=rupa, company=make_company(by=rupa))
    colleague = make_seller("Arjun")
    begins = timezone.now() - timedelta(hours=2)
    meeting = make_meeting(
        by=rupa, starts=begins, customer=contact, kind="call", people=People(users=[colleague])
    )
    for _twice in range(2):
        actions.hold_meeting(meeting, actor=rupa, outcome="Wants an offer", note="Two hundred sacks")
    interaction = Interaction.objects.get()
    assert (interaction.kind, interaction.contact, interaction.outcome) == ("call", contact, "Wants an offer")
    assert (interaction.occurred_at, interaction.seconds) == (meeting.starts_at, 3600)
    assert [one.user for one in interaction.participants.all()] == [colleague]
    contact.refresh_from_db()
    assert contact.last_touched_at is not None
    names = EventRecord.objects.filter(name__startswith="calendars.").values_list("name", flat=True)
    assert sorted(names) == ["calendars.meeting_held", "calendars.meeting_planned"]


def test_what_has_not_begun_is_not_held(rupa):
    meeting = make_meeting(by=rupa, starts=timezone.now() + timedelta(hours=1))
    with pytest.raises(ValidationError):
        actions.hold_meeting(meeting, actor=rupa)


def test_moving_counts_and_tells_who_takes_part(rupa):
    colleague = make_seller("Arjun")
    meeting = make_meeting(
        by=rupa, starts="2026-11-30 09:00", people=People(users=[colleague], addresses=["A@example.com"])
    )
    moved = actions.change_meeting(
        meeting, actor=rupa, starts_at=utc("2026-12-01 09:00"), ends_at=utc("2026-12-01 10:00")
    )
    assert (moved.sequence, moved.version) == (1, 2)
    assert [one.values["title"] for one in Notification.objects.filter(user=colleague)] == [meeting.title] * 2
    entry = AuditEntry.objects.filter(record_id=meeting.pk, verb="moved").get()
    assert entry.changes["starts_at"][1].startswith("2026-12-01")
    assert actions.change_meeting(meeting, actor=rupa, note="Bring samples").sequence == 1


def test_cancelled_is_gone_from_the_calendar_and_comes_back(rupa):
    meeting = make_meeting(by=rupa, starts="2026-11-30 09:00")
    actions.cancel_meeting(meeting, actor=rupa, reason="Flood")
    assert days(rupa) == []
    actions.restore_meeting(meeting, actor=rupa)
    assert days(rupa) == ["Prices of rice 30 09:00"]
    assert meeting.sequence == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"minutes": 0}, "ends_at"),
        ({"minutes": -5}, "ends_at"),
        ({"minutes": 60 * 24 * 40}, "ends_at"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"rule": "FREQ=SECONDLY"}, "rule"),
        ({"people": People(addresses=["no address"])}, "addresses"),
        ({"kind": "party"}, "kind"),
    ],
)
def test_bad_input_names_its_field_and_keeps_nothing(rupa, wrong, field):
    with pytest.raises(ValidationError) as refusal:
        make_meeting(by=rupa, starts="2026-11-30 09:00", **wrong)
    assert field in refusal.value.message_dict
    assert not Meeting.objects.exists()


def test_one_of_a_series_is_moved_by_itself(rupa, weekly):
    one = actions.occurrence_of(weekly, actor=rupa, at=utc("2026-11-09 03:00"))
    actions.change_meeting(
        one, actor=rupa, starts_at=utc("2026-11-10 05:00"), ends_at=utc("2026-11-10 06:00")
    )
    assert days(rupa) == ["Weekly 02 03:00", "Weekly 10 05:00", "Weekly 16 03:00", "Weekly 23 03:00"]
    assert actions.occurrence_of(weekly, actor=rupa, at=utc("2026-11-09 03:00")) == one
    with pytest.raises(ValidationError):
        actions.occurrence_of(weekly, actor=rupa, at=utc("2026-11-11 03:00"))


def test_one_of_a_series_is_cancelled_and_one_is_held(rupa, weekly):
    actions.cancel_meeting(actions.occurrence_of(weekly, actor=rupa, at=utc("2026-11-16 03:00")), actor=rupa)
    actions.hold_meeting(actions.occurrence_of(weekly, actor=rupa, at=utc("2026-11-02 03:00")), actor=rupa)
    assert days(rupa) == ["Weekly 02 03:00", "Weekly 09 03:00", "Weekly 23 03:00"]
    with pytest.raises(ValidationError):
        actions.hold_meeting(weekly, actor=rupa)


def test_this_one_and_all_that_follow(rupa, weekly):
    actions.occurrence_of(weekly, actor=rupa, at=utc("2026-11-23 03:00"))
    following = actions.change_following(
        weekly,
        actor=rupa,
        at=utc("2026-11-16 03:00"),
        starts_at=utc("2026-11-17 04:00"),
        ends_at=utc("2026-11-17 05:00"),
        title="Later",
    )
    assert days(rupa) == ["Weekly 02 03:00", "Weekly 09 03:00", "Later 17 04:00", "Weekly 23 03:00"]
    assert following.exceptions.get().replaces == utc("2026-11-24 04:00")
    assert following.uid != weekly.uid


def test_the_whole_series_moves_with_its_exceptions(rupa, weekly):
    one = actions.occurrence_of(weekly, actor=rupa, at=utc("2026-11-09 03:00"))
    actions.change_meeting(one, actor=rupa, title="Special")
    actions.change_meeting(
        weekly, actor=rupa, starts_at=utc("2026-11-03 03:00"), ends_at=utc("2026-11-03 04:00")
    )
    assert days(rupa) == ["Weekly 03 03:00", "Special 09 03:00", "Weekly 17 03:00", "Weekly 24 03:00"]


def test_a_cancelled_series_takes_its_exceptions_along(rupa, weekly):
    actions.occurrence_of(weekly, actor=rupa, at=utc("2026-11-09 03:00"))
    actions.cancel_meeting(weekly, actor=rupa)
    assert days(rupa) == []


def test_private_ones_are_busy_for_others(rupa):
    colleague = make_seller("Arjun", team=rupa.team)
    secret = make_meeting("Dentist", by=rupa, starts="2026-11-30 09:00", is_private=True)
    [entry] = queries.entries_between(colleague, [rupa.pk], utc("2026-11-30 00:00"), utc("2026-12-01 00:00"))
    assert (entry.kind, entry.url, entry.pk) == ("busy", "", None) and "Dentist" not in str(entry)
    with pytest.raises(OutOfReach):
        queries.meeting_for(colleague, secret.pk)
    assert queries.meeting_for(rupa, secret.pk) == secret
    told = EventRecord.objects.get(name="calendars.meeting_planned")
    assert "Dentist" not in str(told.payload)
    assert not AuditEntry.objects.filter(record_title__contains="Dentist").exists()


def test_reach_decides_and_who_takes_part_sees_it_once(rupa):
    stranger = make_user("Stranger", team=make_team("Elsewhere"))
    grant(stranger, "calendars.view_meeting", "own")
    meeting = make_meeting(by=rupa, starts="2026-11-30 09:00", customer=make_contact(by=rupa))
    with pytest.raises(OutOfReach):
        queries.meeting_for(stranger, meeting.pk)
    actions.change_meeting(meeting, actor=rupa, people=People(users=[stranger, make_seller("Arjun")]))
    assert list(queries.meetings(stranger)) == [meeting]
    assert (
        len(
            queries.entries_between(stranger, [stranger.pk], utc("2026-11-30 00:00"), utc("2026-12-01 00:00"))
        )
        == 1
    )
    with pytest.raises(Denied):
        actions.cancel_meeting(meeting, actor=stranger)


def test_a_merge_takes_meetings_along(rupa):
    winner, loser = make_contact(by=rupa), make_contact("Rahima K", by=rupa)
    meeting = make_meeting(by=rupa, starts="2026-11-30 09:00", customer=loser)
    merge_records(winner, loser, actor=make_user("Admin", role="administrator"))
    meeting.refresh_from_db()
    assert meeting.contact == winner


def test_a_private_meeting_that_was_held_is_on_no_timeline(rupa):
    begins = timezone.now() - timedelta(hours=2)
    meeting = make_meeting(by=rupa, starts=begins, customer=make_contact(by=rupa), is_private=True)
    assert actions.hold_meeting(meeting, actor=rupa).state == "held"
    assert not Interaction.objects.exists()
