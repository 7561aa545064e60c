from fractions import Fraction

from django.db import models
from django.utils.translation import gettext_lazy as _

from bandhu.platform.money import Money


class Period(models.TextChoices):
    MONTH = "month", _("a month")
    QUARTER = "quarter", _("a quarter")
    YEAR = "year", _("a year")


PER_YEAR: dict[str, int] = {Period.MONTH.value: 12, Period.QUARTER.value: 4, Period.YEAR.value: 1}
"""How often a year a period comes."""

MOST_TIMES = 1_200
"""How often something can come again at most: a hundred years of months."""


def a_year_of(recurring: Money | None, period: str) -> Money | None:
    """What comes every period, in a year."""
    return recurring.times(PER_YEAR[period]) if recurring is not None and period else None


def a_month_of(recurring: Money | None, period: str) -> Money | None:
    """What comes every period, in a month: a twelfth of the year's, rounded once."""
    return recurring.times(Fraction(PER_YEAR[period], 12)) if recurring is not None and period else None
