"""Bars as SVG, whose numbers stand beside them: {% load bars %}{% bar value most %}."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_LINE = (
    'class="h-2 w-full rtl:-scale-x-100" viewBox="0 0 100 2" preserveAspectRatio="none" aria-hidden="true"'
)
_TRACK = '<rect class="text-base-300" fill="currentColor" width="100" height="2" rx="1"></rect>'


@register.simple_tag
def bar(value: int, most: int) -> SafeString:
    """How much of `most` this is; the number itself stands beside it."""
    return mark_safe(parts_on_a_line([(value, "text-primary")], most))  # noqa: S308 (numbers only)


def parts_on_a_line(parts: Sequence[tuple[int, str]], most: int) -> str:
    """Parts laid end to end on one line that stands for `most`."""
    drawn, begin = "", 0.0
    for value, tone in parts:
        width = min(100 * value / most, 100 - begin) if most else 0.0
        if width > 0:
            drawn += f'<rect class="{tone}" fill="currentColor" x="{begin:.2f}" width="{width:.2f}" height="2"></rect>'
            begin += width
    return f"<svg {_LINE}>{_TRACK}{drawn}</svg>"
