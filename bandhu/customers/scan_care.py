"""A scan whose worker was killed is taken up again."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from bandhu.customers.models import DuplicateScan
from bandhu.platform.queue import enqueue

SILENT = timedelta(minutes=5)


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
