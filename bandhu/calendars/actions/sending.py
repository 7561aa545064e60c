"""Mails about meetings: whose account they leave from, and one letter with its invitation put into the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.conf import settings

from bandhu.calendars.ics_writing import Guest, Invited, invitation_for
from bandhu.calendars.models import Meeting
from bandhu.channels.actions import send_notice
from bandhu.channels.models import Mail, MailAccount
from bandhu.channels.queries import drafted_from, letter_called, sending_accounts
from bandhu.customers.models import Contact
from bandhu.platform.time_zones import zone_named


def account_of(meeting: Meeting) -> MailAccount | None:
    """The one its guests know, else the best its owner writes from, which it then keeps: answers go there, and organizers do not change."""
    kept = meeting.mail_account
    if kept is not None and kept.is_active and kept.sends and (kept.owner is None or kept.owner.is_active):
        return kept
    found = sending_accounts(meeting.owner).first()
    if found is not None:
        meeting.mail_account = found
        Meeting.objects.filter(pk=meeting.pk).update(mail_account=found)
    return found


def organizer_of(meeting: Meeting, account: MailAccount) -> Guest:
    """Who asks: the owner, at the address that is read here."""
    return Guest(account.address, str(meeting.owner))


def zone_of(name: str, meeting: Meeting) -> ZoneInfo:
    """The reader's own clock where it is known, else the meeting's."""
    return (zone_named(name) if name else None) or meeting.zone


def language_of(*wanted: str) -> str:
    """The first the house speaks."""
    codes = [one.partition("-")[0] for one in wanted if one]
    return next((code for code in codes if code in dict(settings.LANGUAGES)), settings.LANGUAGE_CODE)


def send_letter(
    meeting: Meeting,
    key: str,
    *,
    account: MailAccount,
    to: Guest,
    contact: Contact | None = None,
    language: str,
    values: Mapping[str, str],
    invited: Invited | None = None,
) -> Mail | None:
    """The ready-made letter of this key; None where it is out of use, or must not be sent to this address."""
    template = letter_called(key)
    if not template.is_active:
        return None
    letter = drafted_from(template, contact, meeting.owner, language=language, values=values)
    return send_notice(
        account,
        address=to.address,
        name=to.name,
        contact=contact,
        subject=letter.subject,
        body=letter.body,
        calendar=invitation_for(meeting, invited) if invited else "",
        by=meeting.owner,
    )
