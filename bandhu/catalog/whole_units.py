"""Amounts as people type them in a filter: whole units of the base currency, where columns hold minor ones."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from django.db.models import DecimalField, ExpressionWrapper, F, QuerySet, Value
from django.db.models.expressions import Combinable

from bandhu.catalog.queries import base_currency
from bandhu.ui.formats import currency_exponent

_NUMBER = DecimalField(max_digits=30, decimal_places=4)


def in_units(
    name: str, minor: str | Callable[[], Combinable] = "base_amount_minor"
) -> Callable[[QuerySet], QuerySet]:
    """What adds the column or expression `minor` to rows as `name`, in whole units of the base currency."""

    def annotate(rows: QuerySet) -> QuerySet:
        unit = Value(Decimal(10) ** currency_exponent(base_currency()))
        held = F(minor) if isinstance(minor, str) else minor()
        return rows.annotate(**{name: ExpressionWrapper(held / unit, output_field=_NUMBER)})

    return annotate
