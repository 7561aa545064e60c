"""Files that were brought in, and the one that was tried out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bandhu.catalog.models import BroughtFile, PriceBook
from bandhu.identity.results import OutOfReach
from bandhu.platform.models import StoredFile

SHOWN = 10


def brought_files(user: Any, holds: str, book: PriceBook | None = None) -> list[BroughtFile]:
    """The last files of products, or of prices of a book; the newest first."""
    rows = BroughtFile.objects.visible_to(user, "catalog.view_product").filter(holds=holds)
    rows = rows.filter(book=book) if book is not None else rows
    return list(rows.select_related("by", "book")[:SHOWN])


def brought_file_for(user: Any, file_id: UUID) -> BroughtFile:
    """One of them; raises OutOfReach."""
    found = BroughtFile.objects.visible_to(user, "catalog.view_product").filter(pk=file_id).first()
    if found is None:
        raise OutOfReach
    return found


def tried_file(user: Any, file_id: str) -> StoredFile | None:
    """What the user tried out and may bring in now."""
    try:
        wanted = UUID(file_id)
    except ValueError:
        return None
    rows = StoredFile.objects.filter(
        record_kind="tried_catalog_file", record_id=user.pk, deleted_at__isnull=True
    )
    return rows.filter(pk=wanted).first()
