"""What every change of a meeting leaves behind: audit, event, hints to open pages, a word to colleagues."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop

from bandhu.calendars.events import MeetingCancelled, MeetingMoved, MeetingPlanned
from bandhu.calendars.models import Meeting
from bandhu.platform.audit import Changes, record_change
from bandhu.platform.events import Event, publish
from bandhu.platform.live import hint
from bandhu.platform.notifications import notify

KIND = "meeting"
_SENTENCES: dict[type[Event], str] = {
    MeetingPlanned: gettext_noop("%(name)s asks you to “%(title)s”"),
    MeetingMoved: gettext_noop("%(name)s moved “%(title)s”"),
    MeetingCancelled: gettext_noop("%(name)s cancelled “%(title)s”"),
}


def facts_of(meeting: Meeting) -> dict[str, Any]:
    """What every event says of a meeting; of a private one not what it is about."""
    return {
        "meeting_id": str(meeting.pk),
        "contact_id": _text(meeting.contact_id),
        "company_id": _text(meeting.company_id),
        "owner_id": str(meeting.owner_id),
        "kind": meeting.kind,
        "title": "" if meeting.is_private else meeting.title,
        "starts_at": meeting.starts_at.isoformat(),
        "ends_at": meeting.ends_at.isoformat(),
        "time_zone": meeting.time_zone,
        "state": meeting.state,
    }


def tell(meeting: Meeting, verb: str, event: Event, *, actor: Any, changes: Changes | None = None) -> None:
    """Into the trail, to subscribers, to open pages, and to the colleagues who take part."""
    if meeting.series_id:
        # Calendars elsewhere keep a series and its exceptions as one: it changed with them.
        Meeting.objects.filter(pk=meeting.series_id).update(
            version=F("version") + 1, updated_at=timezone.now()
        )
    title = "–" if meeting.is_private else meeting.title
    record_change(verb, actor=actor, kind=KIND, record_id=meeting.pk, title=title, changes=changes)
    publish(event, actor=actor)
    people = _colleagues(meeting)
    _hint(meeting, [meeting.owner, *people])
    sentence = _SENTENCES.get(type(event))
    if sentence:
        _notify(meeting, sentence, [one for one in {meeting.owner, *people} if one != actor], actor)


def hint_meeting(meeting: Meeting) -> None:
    """Open pages of whoever takes part look again."""
    _hint(meeting, [meeting.owner, *_colleagues(meeting)])


def _colleagues(meeting: Meeting) -> list[Any]:
    return [one.user for one in meeting.attendees.select_related("user") if one.user is not None]


def _notify(meeting: Meeting, sentence: str, people: Iterable[Any], actor: Any) -> None:
    for one in people:
        if one.is_active and not one.is_system:
            notify(
                one,
                sentence,
                url=f"/meetings/{meeting.pk}/",
                icon="calendar",
                name=str(actor),
                title=meeting.title,
            )


def _hint(meeting: Meeting, people: Iterable[Any]) -> None:
    topics = {f"user:{one.pk}" for one in people}
    topics |= {f"contact:{meeting.contact_id}"} if meeting.contact_id else set()
    topics |= {f"company:{meeting.company_id}"} if meeting.company_id else set()
    hint(*sorted(topics))


def _text(value: Any) -> str | None:
    return str(value) if value else None
