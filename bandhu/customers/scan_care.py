"""A scan whose worker was killed is taken up again, with the work it has laid aside.

That work lies beside the files, not among them: a backup need not carry it, and a scan on another machine begins anew.
"""

from __future__ import annotations

import shutil
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from bandhu.customers.models import DuplicateScan
from bandhu.platform.queue import enqueue

SILENT = timedelta(minutes=5)
LEFT_BEHIND = timedelta(days=1)


def wake_silent_scans() -> int:
    """Queue again every scan that should run and has given no sign of life for five minutes; returns how many."""
    before = timezone.now() - SILENT
    silent = DuplicateScan.objects.filter(state__in=DuplicateScan.RUNNING).filter(
        Q(beat_at__lt=before) | Q(beat_at=None, created_at__lt=before)
    )
    scans = list(silent)
    for scan in scans:
        # Without the lock: a dead worker's job may still hold it.
        enqueue("customers.scan_duplicates", queueing_lock=f"scan-{scan.pk}", scan_id=str(scan.pk))
    return len(scans)


def folder_for(scan: DuplicateScan) -> Path:
    """Where the scan keeps its work. What scans that failed left there goes after a day."""
    place = Path(settings.MEDIA_ROOT).parent / "scans"
    for other in place.glob("*"):
        if other.stat().st_mtime < time.time() - LEFT_BEHIND.total_seconds():
            remove(other)
    return place / str(scan.pk)


def empty(folder: Path) -> None:
    """A new folder, whatever a killed scan left there; only our own account may look into it."""
    remove(folder)
    folder.mkdir(parents=True, mode=0o700)


def remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def write_ids(folder: Path, ids: list[UUID]) -> None:
    """The ids of the records, in the order in which the scan numbers them."""
    (folder / "ids").write_bytes(b"".join(pk.bytes for pk in ids))


def read_ids(folder: Path) -> list[UUID]:
    stored = (folder / "ids").read_bytes()
    return [UUID(bytes=stored[at : at + 16]) for at in range(0, len(stored), 16)]
