"""How a follow-up is drawn."""

from typing import Any

from django import template
from django.utils import timezone

register = template.Library()
_ICONS = {
    "call": "phone",
    "mail": "mail",
    "message": "message-circle",
    "meeting": "users",
    "visit": "map-pin",
}


@register.filter
def step_icon(step: Any) -> str:
    return _ICONS.get(step.kind, "square-check-big")


@register.filter
def is_overdue(step: Any) -> bool:
    return step.state == "open" and step.due_at < timezone.now()
