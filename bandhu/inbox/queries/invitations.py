"""Invitations to meetings among the files of messages, read when the conversation is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone, translation

from bandhu.calendars.ics_invitations import MOST_BYTES, Invitation, read_invitations
from bandhu.interactions.models import Message
from bandhu.platform.files import open_file
from bandhu.platform.models import StoredFile

# Of one message: whoever encloses more is not inviting.
_MOST_FILES = 2


def add_invitations(messages: Sequence[Message]) -> None:
    """`invitations` of each message, which has its `files` already; one that moves an earlier one of these messages has `moved_from`."""
    zone, language = timezone.get_current_timezone_name(), translation.get_language() or "en"
    known: dict[str, datetime] = {}
    for message in messages:
        files = [one for one in message.files if _may_invite(one)]  # type: ignore[attr-defined]
        found = [invitation for one in files[:_MOST_FILES] for invitation in _of_file(one.pk, zone, language)]
        # A mail program encloses the same invitation twice: as a part and as a file.
        message.invitations = [_compared(one, known) for one in dict.fromkeys(found)]  # type: ignore[attr-defined]
        known |= {one.uid: one.starts_at for one in found if one.uid and one.starts_at and not one.moved_from}


def _compared(one: Invitation, known: dict[str, datetime]) -> Invitation:
    before = known.get(one.uid)
    if before is None or one.moved_from or before == one.starts_at or one.state not in ("invited", "changed"):
        return one
    return replace(one, state="changed", moved_from=before)


def _may_invite(stored: StoredFile) -> bool:
    is_calendar = stored.media_type == "text/calendar" or stored.name.casefold().endswith(".ics")
    return is_calendar and stored.size <= MOST_BYTES


@lru_cache(maxsize=512)
def _of_file(pk: UUID, zone: str, language: str) -> tuple[Invitation, ...]:
    """What the file says never changes; the reader's zone is that of times without one, and problems are told in the reader's language."""
    try:
        with open_file(StoredFile(pk=pk)) as file, translation.override(language):
            return tuple(read_invitations(file.read(MOST_BYTES + 1), ZoneInfo(zone)))
    except FileNotFoundError:
        return ()
