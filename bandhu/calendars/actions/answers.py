"""Guests answer invitations by mail. Whoever wrote, an answer changes nothing but what that very guest says."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from bandhu.calendars.actions.telling import KIND, hint_meeting
from bandhu.calendars.events import GuestAnswered
from bandhu.calendars.ics_answers import Answer, read_answers
from bandhu.calendars.models import Attendee, Meeting
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
    rows = Meeting.objects.select_for_update(of=("self",)).exclude(state=Meeting.State.CANCELLED)
    if answer.replaces is None:
        rows = rows.filter(uid=answer.uid, series=None)
    else:
        rows = rows.filter(uid=answer.uid, replaces=answer.replaces)
    return sum(_answer(meeting, found, answer) for meeting in rows.exclude(mail_account=None))


def _answer(meeting: Meeting, found: CalendarMail, answer: Answer) -> int:
    guest = _guest(meeting, {found.sender_key, mail_key(answer.address)})
    at = min(answer.at or found.received_at, timezone.now())
    if guest is None or answer.sequence < meeting.sequence or _is_older(guest, at):
        return 0
    before, guest.state, guest.answered_at = guest.state, answer.state, at
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


def _is_older(guest: Attendee, at: datetime) -> bool:
    return guest.answered_at is not None and at < guest.answered_at


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
