"""What the home page shows of leads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from bandhu.platform.registries import Figure
from bandhu.sales.models import OPEN_STATUSES, LeadStatus
from bandhu.sales.queries import leads_that_wait, leads_to_answer

# Counting further costs time and tells nobody more.
_MOST = 1_000
_UNANSWERED: list[dict[str, Any]] = [
    {"field": "status", "op": "in", "value": [LeadStatus.NEW.value]},
    {"field": "first_response_at", "op": "empty"},
]


_WROTE_AGAIN: list[dict[str, Any]] = [
    {"field": "status", "op": "in", "value": [status.value for status in OPEN_STATUSES]},
    {"field": "waits_since", "op": "filled"},
]


def lead_figures(user: Any) -> Iterator[Figure]:
    """Leads that wait for a first answer or for the next one: one's own, and nobody's within reach."""
    if not user.holds("sales.change_lead"):
        return
    yield _figure(_("New leads to answer"), "inbox", leads_to_answer(user), _UNANSWERED)
    again = _figure(
        _("Leads whose customer wrote again"), "message-circle", leads_that_wait(user), _WROTE_AGAIN
    )
    if again.value:
        yield again


def _figure(label: str, icon: str, rows: QuerySet, conditions: list[dict[str, Any]]) -> Figure:
    count = rows.order_by()[: _MOST + 1].count()
    url = f"{reverse('sales:leads')}?{urlencode({'filter': json.dumps({'all': conditions})})}"
    tone = "warning" if count else "neutral"
    return Figure(label, min(count, _MOST), icon, url, tone, capped=count > _MOST)
