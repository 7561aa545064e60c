"""Files that people attach to records: bytes in the data folder under inert names, everything else in StoredFile.

Who may read a file is decided by the record it belongs to (registries.register_file_owner); nothing here asks.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.platform.copying import copy_in
from bandhu.platform.file_types import HEAD_BYTES, media_type_of, safe_file_name
from bandhu.platform.ids import new_id
from bandhu.platform.models import StoredFile
from bandhu.platform.together import keep

MAX_FILE_BYTES = 25_000_000


def store_file(
    *,
    record_kind: str,
    record_id: UUID,
    name: str,
    content: Iterable[bytes],
    created_by: Any,
    limit: int | None = None,
    is_row_kept: bool = False,
) -> StoredFile:
    """Keep a file for a record. `content` yields its bytes in chunks of any size.

    The type is read from the bytes. Raises ValidationError when empty or larger than `limit` (bytes; MAX_FILE_BYTES unless told); then nothing is
    kept. With `is_row_kept` the row is one of those `written_together`: nobody reads it before. When the caller's transaction rolls back afterwards, bytes without a row stay behind: nobody can reach them.
    """
    file_id = new_id()
    path = _path_of(file_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        head, size, digest = _write(path, content, MAX_FILE_BYTES if limit is None else limit)
        if not size:
            raise ValidationError(_("The file is empty."), code="empty")
        stored = StoredFile(
            id=file_id,
            record_kind=record_kind,
            record_id=record_id,
            name=safe_file_name(name),
            media_type=media_type_of(head, name),
            size=size,
            sha256=digest,
            created_by=created_by,
        )
        if not is_row_kept or not keep(_write_rows, stored):
            stored.save(force_insert=True)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return stored


def _write_rows(several: list[StoredFile]) -> None:
    copy_in(several)


def open_file(stored: StoredFile) -> BinaryIO:
    """The bytes, open for reading. Raises FileNotFoundError when the data folder has lost them."""
    return _path_of(stored.pk).open("rb")


def delete_file(stored: StoredFile) -> None:
    """Out of sight now; the bytes go when the transaction commits."""
    stored.deleted_at = timezone.now()
    stored.save(update_fields=["deleted_at"])
    path = _path_of(stored.pk)
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def files_of(record_id: UUID) -> list[StoredFile]:
    """What is attached to a record, newest first; the files of its own fields ("contact.f3k…") are not."""
    rows = StoredFile.objects.filter(record_id=record_id, deleted_at__isnull=True)
    rows = rows.exclude(record_kind__contains=".")
    return list(rows.select_related("created_by").order_by("-pk"))


def erase_files_of(*record_ids: UUID) -> None:
    """For purging: rows and bytes of the records' files, also of those deleted before."""
    rows = StoredFile.objects.filter(record_id__in=record_ids)
    for pk in rows.values_list("pk", flat=True):
        path = _path_of(pk)
        transaction.on_commit(lambda path=path: path.unlink(missing_ok=True))  # type: ignore[misc]
    rows.delete()


def _path_of(file_id: UUID) -> Path:
    """Inert: an id without any ending, in a folder by its last two letters (the first ones are the time)."""
    return Path(settings.MEDIA_ROOT) / "records" / file_id.hex[-2:] / file_id.hex


def _write(path: Path, content: Iterable[bytes], limit: int) -> tuple[bytes, int, str]:
    """The first bytes, the size and the SHA-256 of what was written."""
    head, size, digest = b"", 0, hashlib.sha256()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        for chunk in content:
            size += len(chunk)
            if size > limit:
                raise ValidationError(
                    _("The file is larger than %(limit)d MB."),
                    code="too_large",
                    params={"limit": limit // 1_000_000},
                )
            if len(head) < HEAD_BYTES:
                head += chunk[: HEAD_BYTES - len(head)]
            digest.update(chunk)
            out.write(chunk)
    return head, size, digest.hexdigest()
