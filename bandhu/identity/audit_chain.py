"""Checking the chain of the audit trail, and remembering what the last check found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from bandhu.platform import audit, queue
from bandhu.platform.models import AuditEntry, Setting

_RESULT = "identity.audit_check"
# A check reads every entry: up to this many it is done while one waits (about three seconds), more by a job.
AT_ONCE = 50_000
_SHOWN = 50


@dataclass(frozen=True)
class LastCheck:
    """`broken` are the first entries (number in the chain, "altered" or "missing")."""

    at: datetime | None
    checked: int
    unsealed: int
    broken: list[tuple[int, str]]
    is_whole: bool


def last_check() -> LastCheck | None:
    """What the last check found; None before the first."""
    setting = Setting.objects.filter(name=_RESULT).first()
    if setting is None:
        return None
    value = setting.value
    return LastCheck(
        at=parse_datetime(value["at"]),
        checked=value["checked"],
        unsealed=value["unsealed"],
        broken=[(number, what) for number, what in value["broken"]],
        is_whole=value["is_whole"],
    )


def check_now() -> LastCheck:
    """Seal what is waiting, check the whole chain, remember the result."""
    audit.seal_entries()
    report = audit.check_chain()
    value = {
        "at": timezone.now().isoformat(),
        "checked": report.checked,
        "unsealed": report.unsealed,
        "broken": [list(one) for one in report.broken[:_SHOWN]],
        "is_whole": not report.broken,
    }
    Setting.objects.update_or_create(name=_RESULT, defaults={"value": value})
    found = last_check()
    assert found is not None
    return found


def check_soon() -> LastCheck | None:
    """Check now when it is quick; else queue the check and return None."""
    if AuditEntry.objects.order_by()[: AT_ONCE + 1].count() <= AT_ONCE:
        return check_now()
    queue.enqueue("identity.check_audit", queueing_lock="identity.check_audit")
    return None
