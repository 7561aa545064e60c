"""Time zones by their places: in every template, {{ zone|zone_place }}."""

from typing import Any

from django import template

from bandhu.platform.time_zones import zone_label
from bandhu.ui.formats import current_reader

register = template.Library()


@register.filter
def zone_place(name: Any) -> str:
    """The place of a time zone, by its name or itself: "Kolkata" for "Asia/Kolkata", in the reader's language."""
    return zone_label(str(name), current_reader().language)
