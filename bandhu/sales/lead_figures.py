"""What the home page shows of leads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from bandhu.platform.registries import Figure
from bandhu.sales.models import LeadStatus
from bandhu.sales.queries import leads_to_answer

# Counting further costs time and tells nobody more.
_MOST = 1_000
_UNANSWERED = [
    {"field": "status", "op": "in", "value": [LeadStatus.NEW.value]},
    {"field": "first_response_at", "op": "empty"},
]


def lead_figures(user: Any) -> Iterator[Figure]:
    """New leads that wait for an answer: one's own, and nobody's within reach."""
    if user.holds("sales.change_lead"):
        count = leads_to_answer(user).order_by()[: _MOST + 1].count()
        url = f"{reverse('sales:leads')}?{urlencode({'filter': json.dumps({'all': _UNANSWERED})})}"
        tone = "warning" if count else "neutral"
        yield Figure(_("New leads to answer"), min(count, _MOST), "inbox", url, tone, capped=count > _MOST)
