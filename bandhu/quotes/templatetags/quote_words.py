"""{% load quote_words %}: states, amounts and units of quotes and orders in words."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from bandhu.catalog.product_values import UNITS
from bandhu.platform.money import Money
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


@register.filter
def minor(value: int, currency: str) -> str:
    """{{ line.net_minor|minor:paper.currency }}: whole minor units as the reader's place writes them."""
    return Money(value, currency).written()


@register.filter
def unit(code: str) -> str:
    """{{ line.unit|unit }}"""
    return str(UNITS.get(code, code))
