"""Departments an interaction is with: keys of the ready-made ones, in the reader's words; any other name stays as written."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

DEPARTMENTS: dict[str, Any] = {
    "sales": _("Sales"),
    "service": _("Service"),
    "marketing": _("Marketing"),
    "accounts": _("Bookkeeping"),
}


def department_words(department: str) -> str:
    """The department in the active language."""
    return str(DEPARTMENTS.get(department, department))


def department_from(words: str) -> str:
    """The department somebody means who writes its name as the page shows it."""
    wanted = words.strip().casefold()
    return next((key for key, name in DEPARTMENTS.items() if str(name).casefold() == wanted), words.strip())
