"""Saying when the house's fiscal year begins."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from bandhu.catalog.actions.currencies import PERMISSION
from bandhu.catalog.events import FiscalYearSet
from bandhu.catalog.queries import FISCAL_YEAR, fiscal_year_begins
from bandhu.identity.acting import action
from bandhu.platform import audit
from bandhu.platform.events import publish
from bandhu.platform.models import Setting


@action(PERMISSION, on_record=False)
def set_fiscal_year(month: int, *, actor: Any) -> int:
    """The month, 1 to 12, on whose first day the fiscal year begins. Raises ValidationError for what is no month.

    Quarters and years are cut anew from it. What was said of a quarter or year (a quota, a manager's figure) keeps its first day: it is
    there again where a period begins on that day.
    """
    if month not in MONTHS:
        raise ValidationError({"month": _("Choose a month, from 1 to 12.")})
    before = fiscal_year_begins()
    if before == month:
        return month
    Setting.objects.update_or_create(name=FISCAL_YEAR, defaults={"value": month})
    changes = {"fiscal_year_begins": (before, month)}
    audit.record_change("changed", actor=actor, kind="setting", title=FISCAL_YEAR, changes=changes)
    publish(FiscalYearSet(month=month), actor=actor)
    return month
