"""What customers read of their tickets in the portal. Every question is answered for one contact alone.

A ticket that was merged into another customer's stays theirs to read: its exchange hangs on the one that stays, which they never see.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import F, Q

from bandhu.identity.results import OutOfReach
from bandhu.inbox.queries import add_files
from bandhu.interactions.models import Message, MessageKind, MessageState
from bandhu.platform.models import StoredFile
from bandhu.service.models import Ticket

# So many messages stand on a page.
SHOWN = 200
# Tickets are merged into merged ones; nobody comes near this.
_DEEPEST = 50
_UNSEEN = (MessageState.QUEUED, MessageState.WITHDRAWN, MessageState.FAILED)


def tickets_of_contact(contact_id: UUID) -> Any:
    """Theirs and nobody else's, the newest first; without what was merged into another one of theirs."""
    rows = Ticket.objects.filter(contact=contact_id, deleted_at__isnull=True)
    into_their_own = Q(merged_into__contact=F("contact"), merged_into__deleted_at__isnull=True)
    return rows.exclude(into_their_own).select_related("status", "type", "merged_into").order_by("-number")


def ticket_of_contact(contact_id: UUID, ticket_id: UUID) -> Ticket:
    """Raises OutOfReach for anybody else's. What was merged leads to what stays if that is theirs, else to the last one that is."""
    rows = Ticket.objects.filter(contact=contact_id, deleted_at__isnull=True)
    rows = rows.select_related("status", "type", "contact")
    found = rows.filter(pk=ticket_id).first()
    if found is None:
        raise OutOfReach
    theirs = [one.pk for one in _merged_on(found) if one.contact_id == contact_id and one.deleted_at is None]
    return rows.get(pk=theirs[-1]) if theirs else found


def staying(ticket: Ticket) -> Ticket:
    """The ticket in which it goes on: itself, unless it was merged. Not to be shown to the customer: it may be somebody else's."""
    return [ticket, *_merged_on(ticket)][-1]


def told_ticket(contact_id: UUID, ticket: Ticket) -> Ticket:
    """The ticket of which this contact is told what happens in `ticket`: of what was merged into it the one that is theirs."""
    level = [ticket]
    for _deeper in range(_DEEPEST):
        theirs = next((one for one in level if one.contact_id == contact_id and one.deleted_at is None), None)
        if theirs is not None:
            return theirs
        level = list(Ticket.objects.filter(merged_into__in=level).order_by("-number"))
        if not level:
            break
    return ticket


def said_to_contact(
    contact_id: UUID, ticket: Ticket, before: UUID | None = None
) -> tuple[list[Message], bool]:
    """The newest that was said with this contact about a ticket of theirs (older than the message `before`), oldest first, and whether
    there is more before that: no notes, nothing that is not sent (yet), no one else's exchange. Each has its `files`.
    """
    rows = _said(contact_id, ticket)
    rows = rows.filter(pk__lt=before) if before is not None else rows
    newest = list(rows.order_by("-pk")[: SHOWN + 1])
    found = newest[:SHOWN][::-1]
    add_files(found)
    return found, len(newest) > SHOWN


def file_of_contact(contact_id: UUID, ticket: Ticket, file_id: UUID) -> StoredFile:
    """A file that came or went with what was said with this contact about a ticket of theirs. Raises OutOfReach for every other one."""
    kept = StoredFile.objects.filter(pk=file_id, deleted_at__isnull=True).first()
    if kept is None:
        raise OutOfReach
    behind = Q(details__files__contains=[{"id": str(kept.pk)}])
    if kept.record_kind == "message":
        behind |= Q(pk=kept.record_id)
    if not _said(contact_id, ticket).filter(behind).exists():
        raise OutOfReach
    return kept


def _said(contact_id: UUID, ticket: Ticket) -> Any:
    rows = Message.objects.filter(
        conversation__ticket_thread__ticket=staying(ticket),
        conversation__contact=contact_id,
        kind=MessageKind.SAID,
    )
    return rows.exclude(state__in=_UNSEEN)


def _merged_on(ticket: Ticket) -> list[Ticket]:
    """What it was merged into, and that again, the last one last."""
    found: list[Ticket] = []
    while ticket.merged_into is not None and len(found) < _DEEPEST:
        ticket = ticket.merged_into
        found.append(ticket)
    return found
