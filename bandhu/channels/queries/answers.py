"""What calendars say to each other in mails that came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bandhu.channels.automatic import is_disowned
from bandhu.channels.mime import parse_mail
from bandhu.channels.models import Mail
from bandhu.platform.files import open_file
from bandhu.platform.models import StoredFile

# A reply names one meeting; nothing honest is larger.
MOST_BYTES = 100_000


@dataclass(frozen=True)
class CalendarMail:
    """iCalendar texts as they came, hostile; `sender_key` is the address it claims to be from, `is_disowned` that its domain denies it."""

    sender_key: str
    texts: list[bytes]
    received_at: datetime
    is_disowned: bool


def calendar_mail(mail_id: UUID) -> CalendarMail | None:
    """For the app calendars: whoever has subscribed to received mails reads them all. None where the source is lost."""
    mail = Mail.objects.filter(pk=mail_id, is_incoming=True).first()
    stored = StoredFile.objects.filter(pk=mail.raw, deleted_at=None).first() if mail and mail.raw else None
    if mail is None or stored is None:
        return None
    try:
        with open_file(stored) as file:
            parsed = parse_mail(file.read(), mail.written_at)
    except FileNotFoundError:
        return None
    texts = [one.content for one in parsed.files if one.media_type == "text/calendar"]
    small = [text for text in texts if len(text) <= MOST_BYTES]
    return CalendarMail(parsed.sender_key, small[:1], mail.written_at, is_disowned(parsed))
