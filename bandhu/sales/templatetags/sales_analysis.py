"""Pictures of the analysis: bars as SVG, whose numbers stand in the tables beside them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bandhu.ui import formats
from bandhu.ui.templatetags.bars import bar, parts_on_a_line

register = template.Library()

register.simple_tag(bar)


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
            f'<span class="text-muted">{escape(told)}</span></p>{parts_on_a_line(parts, most)}</li>'
        )
    return mark_safe(f'<ul class="grid gap-3">{"".join(lines)}</ul>')  # noqa: S308 (texts went through escape)
