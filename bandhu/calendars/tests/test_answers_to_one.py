"""A guest answers one meeting of a series, which was no row of its own before."""

import pytest

from bandhu.calendars import actions
from bandhu.calendars.models import Meeting
from bandhu.calendars.tests.cast import utc
from bandhu.calendars.tests.test_invitations import (  # noqa: F401
    STARTS,
    answer,
    invited,
    may,
    rahima,
    read,
    rupa,
    states,
)
from bandhu.channels.tests.post_office import own_account
from bandhu.platform.models import EventRecord, Notification

pytestmark = pytest.mark.django_db
SECOND, THIRD = "20300513T040000Z", "20300520T040000Z"


@pytest.fixture
def series(rupa, rahima, smtp_server, imap_server):  # noqa: F811
    """Four Mondays at four o'clock UTC; returns the series and a way to read answers."""
    account = own_account(rupa, smtp_server, imap_server)
    made = invited(rupa, rahima, rule="FREQ=WEEKLY;COUNT=4")
    return made, lambda *messages: read(account, imap_server, *messages)


def one_of(state, at, **more):
    return {"state": state, "more": f"RECURRENCE-ID:{at}", **more}


def test_the_one_that_is_declined_becomes_a_row_of_its_own(series, rupa):  # noqa: F811
    made, hear = series
    hear(answer(made, "rahima@example.org", **one_of("DECLINED", SECOND)))
    apart = Meeting.objects.get(series=made)
    assert apart.replaces == apart.starts_at == utc("2030-05-13 04:00")
    assert list(states(apart).values()) == ["declined"] and list(states(made).values()) == ["asked"]
    told = EventRecord.objects.get(name="calendars.guest_answered").payload
    assert told["meeting_id"] == str(apart.pk)
    assert Notification.objects.get(user=rupa, values__title="Prices").url == f"/meetings/{apart.pk}/"


def test_said_again_it_is_answered_in_its_row(series):
    made, hear = series
    hear(answer(made, "rahima@example.org", **one_of("DECLINED", SECOND)))
    hear(answer(made, "rahima@example.org", **one_of("ACCEPTED", SECOND, stamp="20300502T090000Z")))
    assert list(states(Meeting.objects.get(series=made)).values()) == ["accepted"]


def test_what_does_not_count_makes_no_row(series, rupa):  # noqa: F811
    made, hear = series
    hear(
        answer(made, "rahima@example.org", **one_of("DECLINED", "20300514T040000Z")),  # a Tuesday
        answer(made, "rahima@example.org", **one_of("DECLINED", "20300610T040000Z")),  # after the last
        answer(made, "rahima@example.org", **one_of("DECLINED", SECOND, sender="other@example.com")),
        answer(made, "other@example.com", **one_of("DECLINED", SECOND)),
    )
    assert not Meeting.objects.filter(series=made).exists()


def test_what_was_said_of_all_need_not_be_said_of_one(series):
    made, hear = series
    hear(answer(made, "rahima@example.org"))
    hear(answer(made, "rahima@example.org", **one_of("ACCEPTED", THIRD, stamp="20300502T090000Z")))
    hear(answer(made, "rahima@example.org", **one_of("DECLINED", THIRD, stamp="20300430T070000Z")))  # older
    assert list(states(made).values()) == ["accepted"] and not Meeting.objects.filter(series=made).exists()


def test_one_that_was_cancelled_is_not_answered(series, rupa):  # noqa: F811
    made, hear = series
    gone = actions.occurrence_of(made, actor=rupa, at=utc("2030-05-13 04:00"))
    actions.cancel_meeting(gone, actor=rupa)
    hear(answer(made, "rahima@example.org", **one_of("ACCEPTED", SECOND, sequence=9)))
    assert list(states(gone).values()) == ["asked"] and Meeting.objects.filter(series=made).count() == 1
