"""The median as an aggregate of PostgreSQL."""

from __future__ import annotations

from django.db.models import Aggregate, FloatField


class Median(Aggregate):
    """Half of the values lie below it; None where there is none."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()
