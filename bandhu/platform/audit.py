"""The audit trail: what changed, before and after, by whom, from where; sealed into a hash chain.

Writers only insert: chaining in the writer's transaction would make every change in the house wait for one
lock. A job seals committed entries a minute later: hash = HMAC-SHA-256(key, previous hash, canonical entry).
The key comes from the installation's secret key, which is not in the database: who can only write there
cannot compute a hash that fits.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils import timezone

from bandhu.platform.copying import copy_in
from bandhu.platform.models import AuditEntry
from bandhu.platform.origin import current_origin
from bandhu.platform.together import keep
from bandhu.platform.whole_rows import insert_row

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
    entry = AuditEntry(
        at=timezone.now(),
        verb=verb,
        actor_id=getattr(actor, "pk", None),
        actor_name=str(actor or ""),
        origin=current_origin(),
        record_kind=kind,
        record_id=record_id,
        record_title=title[:300],
        changes={name: list(pair) for name, pair in (changes or {}).items()},
    )
    return entry if keep(_write_entries, entry) else insert_row(entry)


def _write_entries(entries: list[AuditEntry]) -> None:
    copy_in(entries)


def record_many(
    verb: str,
    *,
    actor: Any,
    kind: str,
    origin: Mapping[str, Any],
    records: Iterable[tuple[models.Model, Changes]],
) -> int:
    """Write one entry for each of these records of a kind, in one statement; returns how many."""
    return copy_in(
        AuditEntry(
            verb=verb,
            actor_id=getattr(actor, "pk", None),
            actor_name=str(actor or ""),
            origin=dict(origin),
            record_kind=kind,
            record_id=record.pk,
            record_title=str(record)[:300],
            changes={name: list(pair) for name, pair in changes.items()},
        )
        for record, changes in records
    )


def seal_entries(limit: int = 50_000) -> int:
    """Seal what is committed and not yet sealed, oldest first, with the present key; returns how many."""
    key = _keys()[0]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SEALING_LOCK])
        last = AuditEntry.objects.filter(seal__isnull=False).order_by("-seal").first()
        number, previous = _place(last) if last else (0, _GENESIS)
        entries = list(AuditEntry.objects.filter(seal__isnull=True).order_by("id")[:limit])
        for entry in entries:
            number += 1
            entry.seal, entry.hash = number, _hash(key, previous, number, entry)
            previous = entry.hash
        AuditEntry.objects.bulk_update(entries, ["seal", "hash"], batch_size=2_000)
    return len(entries)


@dataclass(frozen=True)
class ChainReport:
    """What a check of the chain found; `broken` are (seal, what is wrong), `head` names the newest sealed entry.

    Cutting the newest entries off leaves a chain that is whole: who notes a head outside the database and
    gives it to a later check (`noted`) finds that too.
    """

    checked: int
    unsealed: int
    broken: list[tuple[int, str]]
    head: str


def check_chain(*, newest: int | None = None, noted: str = "") -> ChainReport:
    """Recompute the chain, or only its `newest` entries. A row edited, removed or inserted in the database is broken.

    `noted` is the head of an earlier check: broken ("missing") when the chain no longer holds it.
    """
    entries = AuditEntry.objects.filter(seal__isnull=False).order_by("seal")
    expected, previous = _start_of(newest)
    sealed_by, checked = _Fitting(), 0
    broken: list[tuple[int, str]] = []
    for entry in entries.filter(seal__gt=expected).iterator(chunk_size=5_000):
        expected += 1
        checked += 1
        seal, kept = _place(entry)
        if seal != expected:
            broken.append((expected, "missing"))
            expected = seal
        if not sealed_by.a_key(kept, previous, seal, entry):
            broken.append((seal, "altered"))
        previous = kept
    number, _colon, digest = noted.partition(":")
    if noted and not entries.filter(seal=int(number), hash=bytes.fromhex(digest)).exists():
        broken.append((int(number), "missing"))
    unsealed = AuditEntry.objects.filter(seal__isnull=True).count()
    return ChainReport(checked, unsealed, broken, head=f"{expected}:{previous.hex()}")


class _Fitting:
    """Finds the key that sealed an entry: nearly always the one that sealed the entry before."""

    def __init__(self) -> None:
        self._keys = _keys()

    def a_key(self, kept: bytes, previous: bytes, seal: int, entry: AuditEntry) -> bool:
        """Whether the present key or an older one gives the hash that is kept."""
        for place, key in enumerate(self._keys):
            if hmac.compare_digest(kept, _hash(key, previous, seal, entry)):
                self._keys.insert(0, self._keys.pop(place))
                return True
        return False


def _keys() -> list[bytes]:
    """The key that seals, then the older ones that only check; none of them is used for anything else."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [hashlib.sha256(b"bandhu.platform.audit" + secret.encode()).digest() for secret in secrets]


def _start_of(newest: int | None) -> tuple[int, bytes]:
    """Number and hash of the entry before the `newest` ones; the chain's own beginning without."""
    last = AuditEntry.objects.filter(seal__isnull=False).order_by("-seal")
    before = last[newest : newest + 1].first() if newest is not None else None
    return _place(before) if before else (0, _GENESIS)


def _place(entry: AuditEntry) -> tuple[int, bytes]:
    """Number and hash of a sealed entry."""
    return entry.seal or 0, bytes(entry.hash or b"")


def _hash(key: bytes, previous: bytes, seal: int, entry: AuditEntry) -> bytes:
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
    return hmac.digest(key, previous + canonical.encode(), "sha256")
