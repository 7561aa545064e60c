"""Pictures of the analysis: bars as SVG, whose numbers stand in the tables beside them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bandhu.ui import formats

register = template.Library()

_LINE = (
    'class="h-2 w-full rtl:-scale-x-100" viewBox="0 0 100 2" preserveAspectRatio="none" aria-hidden="true"'
)
_TRACK = '<rect class="text-base-300" fill="currentColor" width="100" height="2" rx="1"></rect>'


@register.simple_tag
def bar(value: int, most: int) -> SafeString:
    """How much of `most` this is; the number itself stands beside it."""
    return mark_safe(_bar([(value, "text-primary")], most))  # noqa: S308 (numbers only)


@register.simple_tag
def funnel(flows: Sequence[Any]) -> SafeString:
    """A line for each stage: how many entered, and in it how many passed and were lost."""
    most = max((max(flow.counts["entered"], flow.counts["left"]) for flow in flows), default=0)
    reader = formats.current_reader()
    lines = []
    for flow in flows:
        counts = flow.counts
        told = _("%(entered)s entered, %(passed)s passed, %(lost)s lost") % {
            name: formats.number(counts[name], reader) for name in ("entered", "passed", "lost")
        }
        stay = max(counts["entered"] - counts["passed"] - counts["lost"], 0)
        parts = [(counts["passed"], "text-success"), (counts["lost"], "text-danger"), (stay, "text-primary")]
        lines.append(
            f'<li class="grid gap-1"><p class="flex flex-wrap justify-between gap-x-3 text-sm">'
            f'<bdi dir="auto" class="font-medium">{escape(flow.stage.label)}</bdi>'
            f'<span class="text-muted">{escape(told)}</span></p>{_bar(parts, most)}</li>'
        )
    return mark_safe(f'<ul class="grid gap-3">{"".join(lines)}</ul>')  # noqa: S308 (texts went through escape)


def _bar(parts: Sequence[tuple[int, str]], most: int) -> str:
    """Parts laid end to end on one line that stands for `most`."""
    drawn, begin = "", 0.0
    for value, tone in parts:
        width = min(100 * value / most, 100 - begin) if most else 0.0
        if width > 0:
            drawn += f'<rect class="{tone}" fill="currentColor" x="{begin:.2f}" width="{width:.2f}" height="2"></rect>'
            begin += width
    return f"<svg {_LINE}>{_TRACK}{drawn}</svg>"
