"""How meetings are drawn."""

from datetime import UTC
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bandhu.calendars.public_holidays import country_name, region_names
from bandhu.calendars.repetition_words import repetition_words
from bandhu.ui.templatetags.interface import badge

register = template.Library()
register.filter("repetition", repetition_words)
register.filter("country_name", country_name)
_ICONS = {"meeting": "users", "call": "phone", "follow_up": "list-todo", "busy": "lock"}
_ANSWERS = {"asked": "neutral", "accepted": "success", "declined": "danger", "tentative": "warning"}


@register.filter
def entry_icon(entry: Any) -> str:
    return _ICONS.get(entry.kind, "calendar")


@register.filter
def stamp(moment: Any) -> str:
    """As addresses write a moment: 20261130T090000Z."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


@register.filter
def region_name(calendar: Any) -> str:
    """What the region is called whose holidays a business calendar keeps."""
    return region_names(calendar.country).get(calendar.region, calendar.region)


@register.simple_tag
def guest_badge(meeting: Any, guest: Any) -> SafeString | str:
    """What a guest who was invited by mail has answered; a warning where an invitation could not go out."""
    if guest.invited_at or guest.state != "asked":
        return badge(guest.get_state_display(), _ANSWERS[guest.state])
    return badge(_("Not invited yet"), "warning") if meeting.invites and not guest.user_id else ""
