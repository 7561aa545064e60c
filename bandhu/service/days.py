"""For how long what is over can be opened again, and when what is solved is closed: as the administrator set it."""

from __future__ import annotations

from bandhu.platform.models import Setting

REOPEN_DAYS = "reopen_within_days"
CLOSE_DAYS = "close_after_days"
_USUAL = {REOPEN_DAYS: 14, CLOSE_DAYS: 7}


def setting_of(name: str) -> str:
    """What a number of days is kept under."""
    return f"service.{name}"


def days_of(name: str) -> int:
    """REOPEN_DAYS or CLOSE_DAYS."""
    kept = Setting.objects.filter(name=setting_of(name)).values_list("value", flat=True).first()
    return int(kept) if kept is not None else _USUAL[name]


def all_days() -> dict[str, int]:
    """Both, by name."""
    return {name: days_of(name) for name in _USUAL}
