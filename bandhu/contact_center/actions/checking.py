"""Numbers as an administrator may give them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# In seconds; the longest is a month, an offer is answered within an hour.
_SHORT, _LONG = (5, 3600), (0, 31 * 24 * 3600)
_NEEDED = ("sticky_seconds",)


def checked_number(value: Any, bounds: tuple[int, int]) -> int:
    """A whole number from the least to the most. Raises ValidationError."""
    if isinstance(value, bool) or not isinstance(value, int) or not bounds[0] <= value <= bounds[1]:
        raise ValidationError(_("From %(least)d to %(most)d.") % {"least": bounds[0], "most": bounds[1]})
    return value


def checked_spans(name: str, value: Any) -> int | None:
    """A span of a queue in seconds; most of them may be empty. Raises ValidationError."""
    if value is None and name not in _NEEDED:
        return None
    return checked_number(value, _SHORT if name == "acceptance_seconds" else _LONG)
