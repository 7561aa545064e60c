"""Guests answer invitations by mail. Whoever wrote, an answer changes nothing but what that very guest says."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from bandhu.calendars.actions.series import occurrence_of
from bandhu.calendars.actions.telling import KIND, hint_meeting
from bandhu.calendars.events import GuestAnswered
from bandhu.calendars.ics_answers import Answer, read_answers
from bandhu.calendars.models import Attendee, Meeting
from bandhu.calendars.recurrence import begins_at
from bandhu.channels.queries import CalendarMail, calendar_mail
from bandhu.identity.ready_made import system_user
from bandhu.platform.audit import record_change
from bandhu.platform.events import publish
from bandhu.platform.mail_addresses import mail_key
from bandhu.platform.notifications import notify

_SENTENCES = {
    Attendee.State.ACCEPTED: gettext_noop("%(name)s comes to “%(title)s”"),
    Attendee.State.DECLINED: gettext_noop("%(name)s does not come to “%(title)s”"),
    Attendee.State.TENTATIVE: gettext_noop("%(name)s perhaps comes to “%(title)s”"),
}


def take_answers(mail_id: UUID) -> int:
    """What the mail answers to invitations that went out from here; returns how many guests it changed. Repeated, it changes nothing.

    It counts from the guest's own address alone, for the guest it names alone, and not where the sender's domain denies the mail.
    """
    found = calendar_mail(mail_id)
    if found is None or found.is_disowned:
        return 0
    return sum(_take(found, answer) for text in found.texts for answer in read_answers(text))


@transaction.atomic
def _take(found: CalendarMail, answer: Answer) -> int:
    rows = Meeting.objects.select_for_update(of=("self",)).filter(uid=answer.uid)
    known = rows.exclude(state=Meeting.State.CANCELLED).exclude(mail_account=None)
    if answer.replaces is None:
        return sum(_answer(meeting, found, answer) for meeting in known.filter(series=None))
    apart = rows.filter(replaces=answer.replaces)
    if apart.exists():
        return sum(_answer(meeting, found, answer) for meeting in known.filter(replaces=answer.replaces))
    return sum(_answer_one_of(series, found, answer) for series in known.filter(series=None))


def _answer_one_of(series: Meeting, found: CalendarMail, answer: Answer) -> int:
    """Of one meeting of a series the guest says something else than of all: it becomes a row of its own, with what the guest says there."""
    rule, at = series.repetition, answer.replaces
    guest = _who_answers(series, found, answer)
    if guest is None or guest.state == answer.state or rule is None or at is None:
        return 0
    if not begins_at(rule, series.first_wall, series.zone, at):
        return 0
    return _answer(occurrence_of(series, actor=system_user(), at=at), found, answer)


def _answer(meeting: Meeting, found: CalendarMail, answer: Answer) -> int:
    guest = _who_answers(meeting, found, answer)
    if guest is None:
        return 0
    before, guest.state, guest.answered_at = guest.state, answer.state, _moment_of(found, answer)
    guest.save(update_fields=["state", "answered_at"])
    if before == guest.state:
        return 0
    _tell(meeting, guest, before)
    return 1


def _guest(meeting: Meeting, keys: set[str]) -> Attendee | None:
    """The one guest to whom every one of these addresses belongs: who wrote, and who the answer says it is."""
    for one in meeting.attendees.filter(user=None).select_related("contact"):
        known = {mail_key(one.address)} if one.address else set()
        if one.contact is not None:
            known |= set(one.contact.mails.values_list("key", flat=True))
        if keys <= known:
            return one
    return None


def _who_answers(meeting: Meeting, found: CalendarMail, answer: Answer) -> Attendee | None:
    """The guest whose answer this is; None where it does not count: for another version, or older than what is known."""
    guest = _guest(meeting, {found.sender_key, mail_key(answer.address)})
    if guest is None or answer.sequence < meeting.sequence:
        return None
    is_older = guest.answered_at is not None and _moment_of(found, answer) < guest.answered_at
    return None if is_older else guest


def _moment_of(found: CalendarMail, answer: Answer) -> datetime:
    return min(answer.at or found.received_at, timezone.now())


def _tell(meeting: Meeting, guest: Attendee, before: str) -> None:
    title = "–" if meeting.is_private else meeting.title
    record_change(
        "answered",
        actor=system_user(),
        kind=KIND,
        record_id=meeting.pk,
        title=title,
        changes={"guests": (before, guest.state)},
    )
    contact = str(guest.contact_id) if guest.contact_id else None
    publish(
        GuestAnswered(
            meeting_id=str(meeting.pk),
            contact_id=contact,
            owner_id=str(meeting.owner_id),
            state=guest.state,
        )
    )
    hint_meeting(meeting)
    notify(
        meeting.owner,
        _SENTENCES[Attendee.State(guest.state)],
        url=f"/meetings/{meeting.pk}/",
        icon="calendar",
        name=str(guest),
        title=meeting.title,
    )
