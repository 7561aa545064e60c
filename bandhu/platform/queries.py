"""Reading what platform keeps for all apps."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404

from bandhu.platform.models import StoredFile
from bandhu.platform.registries import file_owners


def file_for(user: Any, file_id: UUID) -> StoredFile:
    """The file, when the user may see the record it belongs to; else Http404, as for one that does not exist."""
    stored = StoredFile.objects.filter(pk=file_id, deleted_at__isnull=True).first()
    may_see = file_owners.get(stored.record_kind) if stored else None
    if stored is None or may_see is None or not may_see(user, stored.record_id):
        raise Http404
    return stored
