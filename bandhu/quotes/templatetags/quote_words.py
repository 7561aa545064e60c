"""{% load quote_words %}: states of quotes and orders in words."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from bandhu.ui.templatetags.interface import badge

register = template.Library()
_TONES = {
    "draft": ("neutral", "pencil"),
    "approval": ("warning", "hourglass"),
    "sent": ("info", "send"),
    "accepted": ("success", "circle-check"),
    "declined": ("danger", "circle-x"),
    "expired": ("neutral", "calendar-x"),
    "placed": ("success", "package-check"),
    "cancelled": ("danger", "circle-x"),
}


@register.simple_tag
def state_badge(record: Any) -> SafeString:
    """{% state_badge quote %}"""
    tone, icon = _TONES[record.state]
    return badge(record.get_state_display(), tone, icon)
