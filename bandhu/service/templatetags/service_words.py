"""Pills of tickets: status, priority, and what is left of a clock. Colour is never the only signal: each has words and an icon."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bandhu.ui import formats
from bandhu.ui.spans import span_text
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
_OUTCOMES = {
    "done": ("success", "check"),
    "nothing": ("neutral", "equal"),
    "skipped": ("warning", "triangle-alert"),
    "failed": ("danger", "circle-x"),
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
    return _countdown(clock.due_at, clock.warn_at, reader, now)


@register.simple_tag
def due_pill(ticket: Any) -> SafeString:
    """What is left until the ticket's next clock is due; nothing where none runs. {% due_pill ticket %}"""
    if ticket.next_due_at is None:
        return mark_safe("")
    return _countdown(ticket.next_due_at, None, formats.current_reader(), timezone.now())


def _countdown(due: datetime, warn: datetime | None, reader: formats.Reader, now: datetime) -> SafeString:
    """Three faces, of which the browser shows the one that fits, with the time that is left then (countdown.js)."""
    soon = min(warn or due, due - _SOON)
    shown = "late" if due <= now else "soon" if soon <= now else "ok"
    left = formats.duration(abs(due - now), reader)
    faces = (
        (state, "" if state == shown else mark_safe(" hidden"), badge(_with_time(pattern, left), tone, icon))
        for state, pattern, tone, icon in (
            ("ok", _("%(time)s left"), "success", "clock"),
            ("soon", _("%(time)s left"), "warning", "alarm-clock"),
            ("late", _("%(time)s late"), "danger", "alarm-clock-off"),
        )
    )
    return format_html(
        '<time datetime="{0}" title="{1}" data-controller="countdown" data-countdown-due-value="{0}"'
        ' data-countdown-soon-value="{2}">{3}<span class="sr-only" role="status" data-countdown-target="said"></span></time>',
        due.isoformat(),
        formats.when(due, reader),
        soon.isoformat(),
        format_html_join("", '<span data-countdown-target="face" data-state="{}"{}>{}</span>', faces),
    )


def _with_time(pattern: str, left: str) -> SafeString:
    """The words with the time in an element of its own, which the browser counts down."""
    before, _time, after = pattern.partition("%(time)s")
    return format_html('{}<span data-countdown-target="time">{}</span>{}', before, left, after)


@register.simple_tag
def outcome_pill(run: Any) -> Any:
    """What became of a rule on a ticket."""
    tone, icon = _OUTCOMES[run.outcome]
    return badge(run.get_outcome_display(), tone, icon)


@register.filter
def as_time(minutes: int) -> str:
    """Minutes as a form shows them, in the reader's language: "4 hr 30 min"."""
    return span_text(minutes * 60, units=("hour", "minute"))


@register.filter
def translated(msgid: str) -> str:
    """A sentence that was marked with gettext_noop, in the reader's language."""
    return _(msgid)
