"""Two people changed the same record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from bandhu.platform.models import AuditEntry


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


def values_at(record_id: UUID, version: int, now: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields of `now` (name → value today) held at an earlier version, rebuilt from the audit trail."""
    found = dict(now)
    for entry in AuditEntry.objects.filter(record_id=record_id, changes__has_key="version").order_by("-pk"):
        if entry.changes["version"][0] < version:
            break
        found |= {name: pair[0] for name, pair in entry.changes.items() if name in found}
    return found
