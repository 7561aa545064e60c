"""What letters about a meeting say, in the reader's language and on the reader's clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bandhu.calendars.models import Meeting
from bandhu.calendars.repetition_words import repetition_words
from bandhu.ui import formats
from bandhu.ui.formats import Reader, country_of_zone

# What could be an address of the web in a name a stranger typed: nobody is to follow it out of our letter.
_ADDRESS = re.compile(r"[/@:\\]|\w\.\w{2,}|www", re.IGNORECASE)


@contextmanager
def read_by(language: str, zone: ZoneInfo) -> Iterator[None]:
    """Texts made inside are in this language and on this clock."""
    with translation.override(language), timezone.override(zone):
        yield


def meeting_values(meeting: Meeting, *, language: str, zone: ZoneInfo, title: str = "") -> dict[str, str]:
    """The merge fields every letter about a meeting has. `title` is what it is called for this reader."""
    reader = Reader(language, zone, country=country_of_zone(zone.key))
    with read_by(language, zone):
        repeats = repetition_words(meeting) if meeting.rule else ""
        reason = _("Reason: %(reason)s") % {"reason": meeting.reason} if meeting.reason else ""
        return {
            "meeting.title": title or meeting.title,
            "meeting.when": _when(meeting, reader, zone),
            "meeting.where": "\n".join(filter(None, (meeting.place, meeting.link))),
            "meeting.repeats": repeats,
            "meeting.owner": str(meeting.owner),
            "meeting.reason": reason,
        }


def harmless_name(name: str) -> str:
    """A name that a stranger typed, as a letter to an address the stranger typed may say it; "" where it could lead somewhere."""
    return "" if _ADDRESS.search(name) else name


def _when(meeting: Meeting, reader: Reader, zone: ZoneInfo) -> str:
    if meeting.is_all_day:
        return formats.day(meeting.starts_at.astimezone(meeting.zone).date(), reader, "full")
    starts = formats.when(meeting.starts_at, reader, style="full")
    same_day = meeting.starts_at.astimezone(zone).date() == meeting.ends_at.astimezone(zone).date()
    ends = formats.clock(meeting.ends_at, reader) if same_day else formats.when(meeting.ends_at, reader)
    return f"{starts} – {ends} ({zone.key})"
