"""The board of tickets: a column for each status, with what is due first on top."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from bandhu.platform.listing import Listing
from bandhu.platform.paging import keyset_page
from bandhu.platform.related import hide_unseen
from bandhu.service.models import Stage, Ticket, TicketStatus

# A screen shows eight; the next are fetched as a column is scrolled.
CARDS = 15
# What has been closed for longer is what lists are for.
CLOSED_DAYS = 30
_ORDER = ["next_due_at", "-number"]


@dataclass
class StatusColumn:
    """A status with how many stand in it, its first cards, and the place to go on from ("" at the end)."""

    status: TicketStatus
    count: int = 0
    cards: list[Ticket] = field(default_factory=list)
    more: str = ""


def status_columns(statuses: Iterable[TicketStatus], listing: Listing) -> list[StatusColumn]:
    """These statuses with the first cards of `listing`, which is scoped to its user."""
    rows = _shown(listing)
    wanted = list(statuses)
    counts = dict(
        rows.filter(status__in=wanted).order_by().values_list("status").annotate(n=Count("pk", distinct=True))
    )
    columns = [StatusColumn(one, counts.get(one.pk, 0)) for one in wanted]
    for column in columns:
        if column.count:
            _deal(column, rows, listing, None)
    return columns


def further_cards(status: TicketStatus, listing: Listing, after: str) -> StatusColumn:
    """The next cards of a column. Raises ValidationError for a place that is none."""
    column = StatusColumn(status)
    _deal(column, _shown(listing), listing, after)
    return column


def _shown(listing: Listing) -> QuerySet:
    lately = timezone.now() - timedelta(days=CLOSED_DAYS)
    return listing.rows().filter(~Q(stage=Stage.CLOSED) | Q(closed_at__gte=lately), merged_into__isnull=True)


def _deal(column: StatusColumn, rows: QuerySet, listing: Listing, after: str | None) -> None:
    within = rows.filter(status=column.status).select_related("contact", "company", "owner", "status")
    page = keyset_page(within, _ORDER, cursor=after, limit=CARDS)
    customers = [one for one in listing.known if one.name in ("contact", "company")]
    hide_unseen(listing.user, listing.kind, page.items, customers)
    if len(customers) < 2:  # who may see no contacts, or no companies, anywhere has no such field
        _hide(page.items, {"contact", "company"} - {one.name for one in customers})
    column.cards, column.more = page.items, page.next


def _hide(cards: Iterable[Ticket], names: set[str]) -> None:
    for card in cards:
        for name in names:
            setattr(card, name, None)


def status_of(_user: Any, status_id: UUID | str) -> TicketStatus | None:
    """A status by its id, in use or not; None where there is none."""
    try:
        return TicketStatus.objects.filter(pk=UUID(str(status_id))).first()
    except ValueError:
        return None
