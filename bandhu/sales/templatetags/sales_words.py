"""Spans of time, and what stages did, in words."""

from __future__ import annotations

from datetime import timedelta

from babel.dates import format_timedelta
from django import template

from bandhu.sales import queries
from bandhu.sales.models import StageMove
from bandhu.ui.formats import current_reader

register = template.Library()


@register.filter
def lasting(seconds: int) -> str:
    """How long, in the largest fitting unit: "3 days"."""
    reader = current_reader()
    words = format_timedelta(timedelta(seconds=seconds), locale=reader.locale, threshold=1.5)
    return reader.in_digits(words)


@register.filter
def done_by_stage(move: StageMove) -> list[queries.StepDone]:
    """What the stage did by its rules when it was entered by this move."""
    return queries.did_in_words(move)
