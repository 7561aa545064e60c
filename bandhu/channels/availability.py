"""Whether somebody answers on a channel now. Apps above know working hours and who is there; they say so here."""

from __future__ import annotations

from collections.abc import Callable

from bandhu.channels.models import Channel

_checks: list[Callable[[Channel], bool | None]] = []


def register_availability(check: Callable[[Channel], bool | None]) -> Callable[[Channel], bool | None]:
    """`check(channel)` says True or False, or None where it does not know. One False is enough to close."""
    _checks.append(check)
    return check


def is_answered_now(channel: Channel) -> bool:
    """Whether a visitor is offered a chat rather than a form for a message."""
    if channel.is_paused or channel.settings.get("is_form_only"):
        return False
    return not any(check(channel) is False for check in _checks)
