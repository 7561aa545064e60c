"""In which month the house's fiscal year begins."""

from __future__ import annotations

from django.utils.dates import MONTHS

from bandhu.platform.models import Setting

FISCAL_YEAR = "catalog.fiscal_year"
JANUARY = 1


def fiscal_year_begins() -> int:
    """The month, 1 to 12, on whose first day the house's fiscal year begins; January until somebody says otherwise."""
    kept = Setting.objects.filter(name=FISCAL_YEAR).values_list("value", flat=True).first()
    return kept if kept in MONTHS else JANUARY
