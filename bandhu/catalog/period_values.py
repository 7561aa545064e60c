"""How often something comes again, as it comes from outside: one place for products, prices and lines."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.catalog.models import MOST_TIMES, Period
from bandhu.ui.digits import to_latin


def clean_period(value: Any) -> str | None:
    """An empty text for once, or a Period; None stays. Raises ValidationError."""
    if value is not None and value not in ("", *Period.values):
        raise ValidationError(_("Choose a month, a quarter or a year."), code="no_choice")
    return None if value is None else str(value)


def clean_times(value: Any) -> int | None:
    """How many periods, 0 (or an emptied box) for until cancelled; None stays. Raises ValidationError."""
    if value is None:
        return None
    text = to_latin(str(value)).strip() or "0"
    count = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else -1
    if not 0 <= count <= MOST_TIMES:
        raise ValidationError(
            _("Write how many times this is paid, from 1 to %(most)s.") % {"most": MOST_TIMES}, code="range"
        )
    return count


def period_choices() -> list[tuple[str, Any]]:
    """Once, or again every so often."""
    return [("", "–"), *Period.choices]
