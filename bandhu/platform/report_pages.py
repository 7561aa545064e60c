"""What pages of reports share: how many were open at the end of each day, week or month of their period."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from bandhu.platform.day_spans import STEPS, Span, Step, usual_step
from bandhu.ui.formats import current_reader, first_weekday

Backlog = Callable[[Any, Span, Step, int], list[tuple[date, int]]]


def backlog_shown(request: HttpRequest, span: Span, counted: Backlog, records: str) -> dict[str, Any]:
    """What `platform/reports/_backlog.html` shows. `step` (a day, week or month) stands in the address; `records` is the address that with
    `?day=` has what was open at the end of a day."""
    asked = request.GET.get("step", "")
    step = next((one for one in STEPS if one == asked), usual_step(span))
    return {
        "backlog": counted(request.user, span, step, first_weekday(current_reader())),
        "backlog_records": records,
        "step": step,
        "steps": (("day", _("Days")), ("week", _("Weeks")), ("month", _("Months"))),
    }
