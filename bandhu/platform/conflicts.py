"""Two people changed the same record."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


class EditConflict(Exception):
    """The record is newer than the version that was edited.

    `base`, `theirs`, `yours` map field names to what it was, what was saved meanwhile, and what was to be saved.
    `version` is the record's version now.
    """

    def __init__(
        self, version: int, base: dict[str, Any], theirs: dict[str, Any], yours: dict[str, Any]
    ) -> None:
        super().__init__(_("Somebody else changed this in the meantime. Compare and save again."))
        self.version = version
        self.base, self.theirs, self.yours = base, theirs, yours
