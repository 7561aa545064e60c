"""The audit trail, for who may read it.

The right to read it opens no record: of kinds that have a reach (contacts, companies, exchanges, follow-ups, imports) a
reader is told only of those within the reader's own, in the bin or out of it. What tells of a record that is gone for
good, or of no single one (an export of the book), is for who sees every record of the kind; of the latter one's own
too. Entries about people, roles and settings tell of no customer and are for every reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from bandhu.identity import audit_words
from bandhu.identity.audit_chain import last_check
from bandhu.identity.results import OutOfReach
from bandhu.identity.scoping import require_anywhere
from bandhu.platform.models import AuditEntry
from bandhu.platform.record_kinds import audited_models, record_for, record_kinds

VIEW = "identity.view_audit"
PAGE = 50


@dataclass(frozen=True)
class Change:
    """One field: its label, and what it was and became, in the reader's words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class AuditLine:
    """One entry in words."""

    entry: AuditEntry
    verb: str
    kind: str
    via: str
    address: str
    changes: list[Change]
    url: str


@dataclass(frozen=True)
class AuditFilter:
    """What to show of the trail; empty means all. `since` and `until` are days in the reader's zone, both included."""

    actor: UUID | None = None
    verb: str = ""
    kind: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None


def audit_trail(
    user: Any, wanted: AuditFilter, before: int | None = None
) -> tuple[list[AuditLine], int | None]:
    """The newest entries that fit (older than entry `before`), and the number to continue with. Raises Denied."""
    require_anywhere(user, VIEW)
    entries = _filtered(wanted).filter(_within_reach(user))
    if before:
        entries = entries.filter(pk__lt=before)
    found = list(entries.order_by("-pk")[: PAGE + 1])
    return [_line(user, one) for one in found[:PAGE]], found[PAGE - 1].pk if len(found) > PAGE else None


def audit_of(
    user: Any, kind: str, record_id: UUID, before: int | None = None
) -> tuple[list[AuditLine], int | None]:
    """The trail of one record. Raises OutOfReach for a record the user does not see, Denied without the permission."""
    if kind in record_kinds and record_for(user, kind, record_id) is None:
        raise OutOfReach
    require_anywhere(user, VIEW)
    entries = AuditEntry.objects.filter(_within_reach(user), record_id=record_id, record_kind=kind)
    if before:
        entries = entries.filter(pk__lt=before)
    found = list(entries.order_by("-pk")[: PAGE + 1])
    return [_line(user, one) for one in found[:PAGE]], found[PAGE - 1].pk if len(found) > PAGE else None


def audit_choices() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(value, label) of the verbs and of the kinds one may filter by."""
    kinds = {name: audit_words.kind_label(name) for name in (*record_kinds, *audit_words.KINDS)}
    verbs = {name: audit_words.verb_label(name) for name in audit_words.VERBS}
    return sorted(verbs.items(), key=lambda one: one[1]), sorted(kinds.items(), key=lambda one: one[1])


def chain_state(user: Any) -> Any:
    """The result of the last check of the chain, or None."""
    require_anywhere(user, VIEW)
    return last_check()


def _within_reach(user: Any) -> Q:
    """The condition for entries that tell nothing out of the reader's reach; none for who sees all of every kind."""
    partly = {
        name: (model, permission)
        for name, (model, permission) in audited_models().items()
        if not user.holds_on_all(permission)
    }
    if not partly:
        return Q()
    shown = ~Q(record_kind__in=partly) | Q(record_id=None, actor_id=user.pk)
    for name, (model, permission) in partly.items():
        seen = model.objects.visible_to(user, permission, deleted=True)  # type: ignore[attr-defined]
        shown |= Q(record_kind=name) & Q(Exists(seen.filter(pk=OuterRef("record_id"))))
    return shown


def _filtered(wanted: AuditFilter) -> QuerySet[AuditEntry]:
    entries = AuditEntry.objects.all()
    if wanted.actor:
        entries = entries.filter(actor_id=wanted.actor)
    if wanted.verb:
        entries = entries.filter(verb=wanted.verb)
    if wanted.kind:
        entries = entries.filter(record_kind=wanted.kind)
    if wanted.text:
        entries = entries.filter(record_title__icontains=wanted.text)
    if wanted.since:
        entries = entries.filter(at__gte=_start(wanted.since, time.min))
    if wanted.until:
        entries = entries.filter(at__lte=_start(wanted.until, time.max))
    return entries


def _start(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


def _line(user: Any, entry: AuditEntry) -> AuditLine:
    kind = entry.record_kind
    return AuditLine(
        entry=entry,
        verb=audit_words.verb_label(entry.verb),
        kind=audit_words.kind_label(kind),
        via=str(audit_words.PLACES.get(entry.origin.get("via", ""), "")),
        address=str(entry.origin.get("address", "")),
        changes=[
            Change(
                audit_words.field_label(kind, name),
                audit_words.value_text(kind, name, pair[0], user),
                audit_words.value_text(kind, name, pair[1], user),
            )
            for name, pair in entry.changes.items()
            if isinstance(pair, list) and len(pair) == 2 and any(pair) and not audit_words.is_silent(name)
        ],
        url=f"?kind={kind}&record={entry.record_id}" if entry.record_id else "",
    )
