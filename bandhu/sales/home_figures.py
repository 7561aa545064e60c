"""What of sales the home page shows: to a seller their own, to who leads sellers what waits among them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.identity.models import Reach
from bandhu.platform.registries import Figure
from bandhu.sales.list_addresses import between, is_one_of, opportunities_where
from bandhu.sales.models import StageKind
from bandhu.sales.queries import opportunities

# Counting further costs time and tells nobody more.
_MOST = 1_000
_LONG_AGO = date(2000, 1, 1)
_OPEN = is_one_of("state", StageKind.OPEN)


def sales_figures(user: Any) -> Iterator[Figure]:
    """Of open opportunities: one's own, those of them to be won this month, and the overdue ones of the team one leads."""
    if not user.holds("sales.create_opportunity"):
        return
    today = timezone.localdate()
    month_ends = (today.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    mine = opportunities(user).filter(owner=user, state=StageKind.OPEN)
    own = is_one_of("owner", "me")
    yield _figure(_("My open opportunities"), mine, "handshake", opportunities_where(_OPEN, own))
    closing = mine.filter(expected_close__range=(today, month_ends))
    until = between("expected_close", today, month_ends)
    yield _figure(_("Expected this month"), closing, "calendar-range", opportunities_where(_OPEN, own, until))
    if user.reaches.get("sales.change_opportunity") in (Reach.BRANCH, Reach.EVERYONE):
        yesterday = today - timedelta(days=1)
        late = opportunities(user).filter(state=StageKind.OPEN, expected_close__range=(_LONG_AGO, yesterday))
        url = opportunities_where(_OPEN, between("expected_close", _LONG_AGO, yesterday))
        yield _figure(_("Expected to be closed by now"), late, "clock-alert", url, tone="warning")


def _figure(label: str, rows: QuerySet, icon: str, url: str, tone: str = "neutral") -> Figure:
    count = rows.order_by()[: _MOST + 1].count()
    return Figure(label, min(count, _MOST), icon, url, tone if count else "neutral", capped=count > _MOST)
