"""What a ticket that came in says of itself: its moments, its description, and the words of its messages with the files they name."""

from __future__ import annotations

import html
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from bandhu.service.models import FINISHED, Stage

if TYPE_CHECKING:
    from bandhu.service.importing.tickets import Meant

MOST_DESCRIBED = 50_000


def times_of(meant: Meant, now: datetime) -> dict[str, Any]:
    """When things happened: as told, else as what was said shows."""
    ours = [one["at"] for one in meant.said if one.get("is_ours") is True and one.get("is_note") is not True]
    theirs = [one["at"] for one in meant.said if one.get("is_ours") is not True]
    opened = min([one for one in (meant.opened, *theirs) if one] or [now])
    last = max([opened, *ours, *theirs])
    is_over = meant.status.stage in FINISHED
    solved = (meant.solved or meant.closed or last) if is_over else None
    closed = (meant.closed or solved) if meant.status.stage == Stage.CLOSED else None
    answered = meant.answered or min(ours, default=None)
    waits = [at for at in theirs if not ours or at > max(ours)]
    return {
        "created_at": opened, "solved_at": solved, "closed_at": closed, "stage_since": closed or solved or last,
        "first_answered_at": answered, "last_answered_at": max(ours, default=answered), "last_customer_at": max(theirs, default=opened),
        "waiting_since": min(waits, default=None) if not is_over else None, "answers": len(ours),
    }  # fmt: skip


def description_of(record: Any, meant: Meant) -> str:
    """What was asked first, with what found no field of its own below it."""
    asked = next((one for one in meant.said if one.get("is_ours") is not True), None)
    words = text_of(asked.get("text")) if asked else record.attached.get("ticket_description", "")
    return "\n".join(part for part in (words.strip(), *record.lines) if part).replace("\x00", "")[
        :MOST_DESCRIBED
    ]


def with_files(text: str, said: dict[str, Any]) -> str:
    """A text with the files it names below it."""
    return "\n".join([text, *_files(said)]).strip() if said.get("files") else text


def html_with_files(page: str, said: dict[str, Any]) -> str:
    """The same for a message in HTML."""
    if not page or not said.get("files"):
        return page
    return page + "".join(f"<p>{html.escape(one)}</p>" for one in _files(said))


def _files(said: dict[str, Any]) -> list[str]:
    """Files by name and where they lie: an export holds no bytes, and nothing is fetched."""
    found = []
    for one in said.get("files", []):
        if isinstance(one, list | tuple) and one:
            name, link = text_of(one[0]), text_of(one[1]) if len(one) > 1 else ""
            if link.startswith(("https://", "http://")):
                found.append(_("Attachment: %(name)s (%(link)s)") % {"name": name, "link": link})
            else:
                found.append(_("Attachment: %(name)s") % {"name": name})
    return found


def text_of(value: Any) -> str:
    """A text; "" for anything else."""
    return value if isinstance(value, str) else ""
