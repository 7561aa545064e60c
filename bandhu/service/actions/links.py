"""How tickets stand to each other."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require
from bandhu.service.actions.changes import locked_ticket, save_version, tell
from bandhu.service.models import LinkKind, Ticket, TicketLink

DEPTH = 20


@action("service.change_ticket")
def link_tickets(ticket: Ticket, *, actor: User, other: Ticket, kind: str) -> TicketLink:
    """`ticket` stands so to `other`: a parent of it, its cause, blocks it. Twice is once. Raises ValidationError by field."""
    require(actor, "service.view_ticket", other)
    if kind not in LinkKind.values:
        raise ValidationError({"kind": _("Choose one of the list.")})
    if ticket.pk == other.pk:
        raise ValidationError({"other": _("A ticket cannot be linked to itself.")})
    # Both are held in the order of their ids, so that two links at once cannot make a ring.
    held = {pk: locked_ticket(pk) for pk in sorted((ticket.pk, other.pk))}
    fresh = held[ticket.pk]
    if kind in (LinkKind.PARENT, LinkKind.BLOCKS) and _is_below(ticket.pk, other.pk, kind):
        raise ValidationError({"other": _("This would go in a circle.")})
    link, is_new = TicketLink.objects.get_or_create(first=fresh, second=held[other.pk], kind=kind)
    if is_new:
        save_version(fresh)
        tell(fresh, "changed", actor=actor, changes={"links": (None, f"{link.get_kind_display()}: {other}")})
    return link


@action("service.change_ticket")
def unlink_tickets(ticket: Ticket, *, actor: User, link_id: UUID) -> None:
    """Remove a link, from either end. Raises OutOfReach where the ticket has no such link."""
    fresh = locked_ticket(ticket)
    link = TicketLink.objects.filter(pk=link_id).select_related("first", "second").first()
    if link is None or fresh.pk not in (link.first_id, link.second_id):
        raise OutOfReach
    other = link.second if link.first_id == fresh.pk else link.first
    words = f"{link.get_kind_display()}: {other}"
    link.delete()
    save_version(fresh)
    tell(fresh, "changed", actor=actor, changes={"links": (words, None)})


def _is_below(ticket: UUID, above: UUID, kind: str) -> bool:
    """Whether `ticket` stands under `above` already, through others too."""
    level: set[Any] = {ticket}
    for _step in range(DEPTH):
        level = set(TicketLink.objects.filter(second__in=level, kind=kind).values_list("first", flat=True))
        if above in level:
            return True
        if not level:
            return False
    return True
