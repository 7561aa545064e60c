"""The audit trail: what changed, before and after, by whom, from where; sealed into a hash chain.

Writers only insert: chaining in the writer's transaction would make every change in the house wait for one
lock. A job seals committed entries a minute later: hash = SHA-256(previous hash, canonical entry).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from bandhu.platform.models import AuditEntry
from bandhu.platform.origin import current_origin

_GENESIS = b"\x00" * 32
_SEALING_LOCK = 7_251_001
Changes = Mapping[str, tuple[Any, Any]]


def record_change(
    verb: str,
    *,
    actor: Any,
    kind: str,
    record_id: UUID | None = None,
    title: str = "",
    changes: Changes | None = None,
) -> AuditEntry:
    """Write one entry in the caller's transaction. `changes` maps field names to (before, after)."""
    return AuditEntry.objects.create(
        verb=verb,
        actor_id=getattr(actor, "pk", None),
        actor_name=str(actor or ""),
        origin=current_origin(),
        record_kind=kind,
        record_id=record_id,
        record_title=title[:300],
        changes={name: list(pair) for name, pair in (changes or {}).items()},
    )


def seal_entries(limit: int = 50_000) -> int:
    """Seal what is committed and not yet sealed, oldest first; returns how many."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SEALING_LOCK])
        last = AuditEntry.objects.filter(seal__isnull=False).order_by("-seal").first()
        number, previous = _place(last) if last else (0, _GENESIS)
        entries = list(AuditEntry.objects.filter(seal__isnull=True).order_by("id")[:limit])
        for entry in entries:
            number += 1
            entry.seal, entry.hash = number, _hash(previous, number, entry)
            previous = entry.hash
        AuditEntry.objects.bulk_update(entries, ["seal", "hash"], batch_size=2_000)
    return len(entries)


@dataclass(frozen=True)
class ChainReport:
    """What a check of the chain found; `broken` are (seal, what is wrong)."""

    checked: int
    unsealed: int
    broken: list[tuple[int, str]]


def check_chain() -> ChainReport:
    """Recompute the whole chain. A row edited, removed or inserted in the database shows up as broken."""
    previous, expected, checked = _GENESIS, 0, 0
    broken: list[tuple[int, str]] = []
    for entry in _sealed_entries():
        expected += 1
        checked += 1
        seal, kept = _place(entry)
        if seal != expected:
            broken.append((expected, "missing"))
            expected = seal
        if kept != _hash(previous, seal, entry):
            broken.append((seal, "altered"))
        previous = kept
    return ChainReport(checked, AuditEntry.objects.filter(seal__isnull=True).count(), broken)


def _sealed_entries() -> Iterator[AuditEntry]:
    return AuditEntry.objects.filter(seal__isnull=False).order_by("seal").iterator(chunk_size=5_000)


def _place(entry: AuditEntry) -> tuple[int, bytes]:
    """Number and hash of a sealed entry."""
    return entry.seal or 0, bytes(entry.hash or b"")


def _hash(previous: bytes, seal: int, entry: AuditEntry) -> bytes:
    content = [
        seal,
        entry.pk,
        entry.at.isoformat(),
        str(entry.actor_id),
        entry.actor_name,
        entry.origin,
        entry.verb,
        entry.record_kind,
        str(entry.record_id),
        entry.record_title,
        entry.changes,
    ]
    canonical = json.dumps(
        content, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(previous + canonical.encode()).digest()
