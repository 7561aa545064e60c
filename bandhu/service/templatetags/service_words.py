"""Pills of tickets: status, priority, and what is left of a clock. Colour is never the only signal: each has words and an icon."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bandhu.ui import formats
from bandhu.ui.templatetags.interface import badge

register = template.Library()
_STAGES = {
    "new": ("info", "sparkles"),
    "open": ("primary", "loader"),
    "waiting": ("warning", "hourglass"),
    "hold": ("warning", "pause"),
    "solved": ("success", "circle-check"),
    "closed": ("neutral", "archive"),
}
_PRIORITIES = {
    "urgent": ("danger", "chevrons-up"),
    "high": ("warning", "chevron-up"),
    "normal": ("neutral", "equal"),
    "low": ("neutral", "chevron-down"),
}
_SOON = timedelta(minutes=60)


@register.simple_tag
def status_pill(ticket: Any) -> Any:
    """The ticket's own status, in the colour of what it means."""
    tone, icon = _STAGES[ticket.stage]
    return badge(str(ticket.status), tone, icon)


@register.simple_tag
def priority_pill(ticket: Any) -> Any:
    tone, icon = _PRIORITIES[ticket.priority]
    return badge(ticket.get_priority_display(), tone, icon)


@register.simple_tag
def clock_pill(clock: Any) -> SafeString:
    """What is left, or how late it is; the browser counts on. {% clock_pill clock %}"""
    reader, now = formats.current_reader(), timezone.now()
    if clock.state == "paused":
        return format_html("{}", badge(_("Stands still"), "neutral", "pause"))
    if clock.state == "abandoned":
        return format_html("{}", badge(_("Dropped"), "neutral", "minus"))
    if clock.ended_at is not None:
        met = clock.breached_at is None
        words = _("Met") if met else _("Breached")
        return format_html(
            "{}", badge(words, "success" if met else "danger", "check" if met else "alarm-clock-off")
        )
    if clock.due_at is None:
        return format_html("{}", badge(_("Stands still"), "neutral", "pause"))
    late = clock.due_at <= now
    left = formats.duration(abs(clock.due_at - now), reader)
    warned = clock.warn_at is not None and clock.warn_at <= now
    if late:
        shown = badge(_("%(time)s late") % {"time": left}, "danger", "alarm-clock-off")
    elif warned or clock.due_at - now < _SOON:
        shown = badge(_("%(time)s left") % {"time": left}, "warning", "alarm-clock")
    else:
        shown = badge(_("%(time)s left") % {"time": left}, "success", "clock")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        clock.due_at.isoformat(),
        formats.when(clock.due_at, reader),
        shown,
    )
