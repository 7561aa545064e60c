"""One meeting of a series, and those that follow."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.calendars.actions.meetings import (
    CHANGEABLE,
    People,
    change_meeting,
    keep_exceptions,
    plan_meeting,
)
from bandhu.calendars.models import Attendee, Meeting
from bandhu.calendars.recurrence import begins_at, continued_from, ended_before, turned
from bandhu.calendars.wall_clock import wall_of
from bandhu.identity.acting import action
from bandhu.identity.models import User

_COPIED = tuple(name for name in CHANGEABLE if name not in ("rule", "starts_at", "ends_at"))
_KEPT_OF_PEOPLE = ("user", "contact", "address", "name", "state", "invited_at")


@action("calendars.change_meeting")
def occurrence_of(meeting: Meeting, *, actor: User, at: datetime) -> Meeting:
    """The one meeting of the series that begins (or would have begun) at `at`, as a row of its own.

    It is then changed, moved, held or cancelled by itself. Raises ValidationError when the series has none there.
    """
    series = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    known = series.exceptions.filter(replaces=at).first()
    if known is not None:
        return known
    rule = series.repetition
    if rule is None or not begins_at(rule, series.first_wall, series.zone, at):
        raise ValidationError(_("The series has no meeting at this time."))
    one = Meeting(
        series=series,
        replaces=at,
        starts_at=at,
        ends_at=at + series.length,
        uid=series.uid,
        sequence=series.sequence,
        team=series.team,
        source=series.source,
        mail_account=series.mail_account,
        created_by=series.created_by,
        custom=dict(series.custom),
        **{name: getattr(series, name) for name in _COPIED},
    )
    one.save(force_insert=True)
    _copy_people(series, one)
    _touch(series)
    return one


@action("calendars.change_meeting")
def change_following(
    meeting: Meeting, *, actor: User, at: datetime, people: People | None = None, **changes: Any
) -> Meeting:
    """Change this meeting of the series and all that follow: the series ends before it, and another one begins there.

    Returns the new series; the whole one when `at` is its first. Raises ValidationError by field.
    """
    rule = meeting.repetition
    if rule is None or not begins_at(rule, meeting.first_wall, meeting.zone, at):
        raise ValidationError(_("The series has no meeting at this time."))
    if at == meeting.starts_at:
        whole: Meeting = change_meeting(meeting, actor=actor, people=people, **changes)
        return whole
    rest = continued_from(rule, meeting.first_wall, meeting.zone, at)
    if "rule" not in changes and (begins := changes.get("starts_at")):
        rest = turned(rest, (wall_of(begins, meeting.zone).date() - wall_of(at, meeting.zone).date()).days)
    given = {name: getattr(meeting, name) for name in _COPIED if name != "owner"}
    own = changes.pop("custom", None)
    given |= {"starts_at": at, "ends_at": at + meeting.length, "rule": rest.text()} | changes
    change_meeting(meeting, actor=actor, rule=ended_before(rule, meeting.first_wall, meeting.zone, at).text())
    following: Meeting = plan_meeting(
        actor=actor, owner=given.pop("owner", meeting.owner), people=people or _people(meeting), **given
    )
    following.custom = dict(meeting.custom)
    following.save(update_fields=["custom"])
    if own:
        following = change_meeting(following, actor=actor, custom=own)
    by = following.first_wall - wall_of(at, meeting.zone)
    keep_exceptions(meeting, following, meeting.zone, by, since=at)
    return following


def _touch(series: Meeting) -> None:
    """Calendars elsewhere keep a series and its exceptions as one: it changed with them."""
    series.version += 1
    series.save(update_fields=["version", "updated_at"])


def _copy_people(series: Meeting, one: Meeting) -> None:
    Attendee.objects.bulk_create(
        Attendee(meeting=one, **{name: getattr(each, name) for name in _KEPT_OF_PEOPLE})
        for each in series.attendees.all()
    )


def _people(meeting: Meeting) -> People:
    rows = list(meeting.attendees.select_related("user", "contact"))
    return People(
        [one.user for one in rows if one.user],
        [one.contact for one in rows if one.contact],
        [one.address for one in rows if one.address],
    )
