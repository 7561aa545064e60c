"""Meetings from a file or from a calendar elsewhere, put beside or over ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bandhu.calendars.actions.meetings import People, change_meeting, plan_meeting
from bandhu.calendars.actions.outcomes import cancel_meeting, restore_meeting
from bandhu.calendars.actions.series import occurrence_of
from bandhu.calendars.ics_reading import Found, read_calendar
from bandhu.calendars.models import Meeting
from bandhu.calendars.wall_clock import zone_for
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.platform.audit import record_change
from bandhu.platform.web_addresses import is_safe_link


@dataclass
class Imported:
    """How many meetings a file made, changed and left alone, and what could not be read: (title, why)."""

    made: int = 0
    changed: int = 0
    known: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)


@action("calendars.plan_meeting", on_record=False)
def import_meetings(*, actor: User, content: bytes) -> Imported:
    """Take the meetings of an .ics file into the actor's calendar. One that is there already (by its id) is changed if the file's is newer.

    Raises ValidationError when the whole is no calendar; a single meeting that is refused keeps none of the others out.
    """
    reading = read_calendar(content, ZoneInfo(zone_for(actor.time_zone).key))
    done = Imported(faults=list(reading.faults))
    for uid, group in reading.groups.items():
        known = Meeting.objects.filter(owner=actor, uid=uid, series=None).first()
        if known is not None and _is_older(group, known):
            done.known += 1
            continue
        try:
            with transaction.atomic():
                take_over(group, known, owner=actor, actor=actor, source="import")
        except ValidationError as problem:
            done.faults.append((group[0].title, " ".join(problem.messages)))
        else:
            done.made += known is None
            done.changed += known is not None
    return done


def take_over(
    group: Sequence[Found], known: Meeting | None, *, owner: User, actor: User, source: str
) -> Meeting | None:
    """Make `known` (or a new meeting) what the events of one id say; None for one that was cancelled before we knew it.

    Raises ValidationError for what a meeting cannot be.
    """
    whole = next((one for one in group if one.replaces is None), None)
    if whole is None:
        raise ValidationError(_("The series this meeting belongs to is missing."))
    if whole.is_cancelled:
        return cancel_meeting(known, actor=actor) if known else None
    if known is None:
        meeting: Meeting = plan_meeting(
            actor=actor,
            owner=owner,
            uid=whole.uid,
            source=source,
            people=_people(whole, owner),
            **_values(whole),
        )
    else:
        meeting = known
        restore_meeting(meeting, actor=actor)
        change_meeting(meeting, actor=actor, **_values(whole))
    # Theirs counts on from here, or a file that is older would look newer.
    meeting.sequence = whole.sequence
    meeting.save(update_fields=["sequence"])
    if whole.rule:
        _take_exceptions(meeting, whole, [one for one in group if one.replaces], actor)
    return meeting


def _take_exceptions(series: Meeting, whole: Found, apart: Sequence[Found], actor: User) -> None:
    named = {one.replaces for one in apart} | {*whole.gone}
    for one in series.exceptions.exclude(state=Meeting.State.HELD):
        if one.replaces not in named:
            record_change(
                "deleted",
                actor=actor,
                kind="meeting",
                record_id=one.pk,
                title="–" if one.is_private else one.title,
            )
            one.delete()
    for moment in whole.gone:
        if (gone := _occurrence(series, moment, actor)) is not None:
            cancel_meeting(gone, actor=actor)
    for found in apart:
        assert found.replaces is not None  # chosen by it
        own = _occurrence(series, found.replaces, actor)
        if own is None:
            continue
        if found.is_cancelled:
            cancel_meeting(own, actor=actor)
        elif own.state != Meeting.State.HELD:
            restore_meeting(own, actor=actor)
            change_meeting(own, actor=actor, **_values(found, with_rule=False))


def _occurrence(series: Meeting, moment: datetime, actor: User) -> Meeting | None:
    """None for a moment at which the series has none: such exceptions mean nothing."""
    try:
        found: Meeting = occurrence_of(series, actor=actor, at=moment)
    except ValidationError:
        return None
    return found


def _values(found: Found, *, with_rule: bool = True) -> dict[str, Any]:
    names = (
        "title",
        "starts_at",
        "ends_at",
        "time_zone",
        "is_all_day",
        "note",
        "place",
        "is_private",
        "is_busy",
    )
    values = {name: getattr(found, name) for name in names}
    values["link"] = found.link if is_safe_link(found.link) else ""
    if found.starts_at == found.ends_at and not found.is_all_day:
        # A moment in somebody's calendar: it takes no time.
        values |= {"is_all_day": True}
    return values | ({"rule": found.rule} if with_rule else {})


def _people(found: Found, owner: User) -> People:
    return People(addresses=[one for one in found.guests if one != owner.email.lower()])


def _is_older(group: Sequence[Found], known: Meeting) -> bool:
    newest = next((one.sequence for one in group if one.replaces is None), 0)
    if newest != known.sequence:
        return newest < known.sequence
    moments = [one.modified_at for one in group if one.modified_at]
    return bool(moments) and max(moments) <= known.updated_at
