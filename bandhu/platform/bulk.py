"""Changing one field of many records: in small transactions, each through the kind's own change action.

A killed worker leaves whole chunks behind and goes on with the rows that still wait. Undo gives every record its
former value back, except those somebody changed since.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID
from zlib import crc32

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bandhu.platform.cells import value_of
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.custom_fields import all_fields
from bandhu.platform.live import hint
from bandhu.platform.models import BulkChange, BulkChangeRow
from bandhu.platform.notifications import notify
from bandhu.platform.queue import enqueue
from bandhu.platform.record_kinds import Field, RecordKind, record_kinds

CHUNK = 200
MOST = 200_000
EDITABLE = {
    "choice",
    "user",
    "team",
    "tags",
    "text",
    "country",
    "language",
    "time_zone",
    "boolean",
    "number",
    "date",
    "choices",
}
MODES = {"tags": ("add", "remove", "set")}


def editable_fields(kind: RecordKind, fields: Iterable[Field]) -> list[Field]:
    """Fields that make sense to set to one value for many records; what is masked is one person's own, and stays covered."""
    unique = {"full_name", "name", "given_name", "family_name", "phones", "mails"}
    fitting = [one for one in fields if one.setting and one.type in EDITABLE and not one.masked_by]
    return [one for one in fitting if one.setting not in unique]


@transaction.atomic
def start_bulk_change(
    *, actor: Any, kind: RecordKind, field: Field, mode: str, value: Any, words: str, ids: Iterable[UUID]
) -> BulkChange:
    """Queue setting `field` of these records to `value`. Only records the actor may change are taken.

    Raises ValidationError when there are none or too many.
    """
    if not kind.may_change(actor):
        raise PermissionDenied(_("Your role cannot change these records."))
    allowed = kind.visible_to(actor, kind.change_permission).filter(pk__in=list(ids)[: MOST + 1])
    found = list(allowed.values_list("pk", flat=True))
    if not found:
        raise ValidationError(_("None of these records can be changed by you."))
    if len(found) > MOST:
        raise ValidationError(_("At most %(most)s records at once.") % {"most": MOST})
    change = BulkChange.objects.create(
        record_kind=kind.name, actor=actor, field=field.name, mode=mode, value=value,
        value_words=words[:300], total=len(found),
    )  # fmt: skip
    BulkChangeRow.objects.bulk_create(
        (BulkChangeRow(change=change, record_id=pk) for pk in found), batch_size=5000
    )
    enqueue("platform.run_bulk_change", change_id=str(change.pk), lock=f"bulk:{change.pk}")
    return change


@transaction.atomic
def undo_bulk_change(change: BulkChange, *, actor: Any) -> None:
    """Queue giving every record its former value back."""
    if change.actor_id != actor.pk and not actor.holds("platform.manage_fields"):
        raise PermissionDenied(_("Only who made this change can take it back."))
    if change.state not in (BulkChange.State.DONE, BulkChange.State.RUNNING):
        raise ValidationError(_("This change was already taken back."))
    change.state, change.done, change.failed = BulkChange.State.UNDOING, 0, 0
    change.save()
    enqueue("platform.run_bulk_change", change_id=str(change.pk), lock=f"bulk:{change.pk}")


def run_bulk_change(change_id: UUID) -> None:
    """Work through the rows that wait, chunk by chunk; called by the job, safe to repeat."""
    change = BulkChange.objects.select_related("actor").get(pk=change_id)
    undoing = change.state == BulkChange.State.UNDOING
    if not undoing:
        BulkChange.objects.filter(pk=change.pk).update(state=BulkChange.State.RUNNING)
    while _run_chunk(change, undoing):
        hint(f"user:{change.actor_id}")
        if not undoing and _state(change) == BulkChange.State.UNDOING:
            return  # taken back while it ran; the job of the undo follows
    final = BulkChange.State.UNDONE if undoing else BulkChange.State.DONE
    BulkChange.objects.filter(pk=change.pk).update(state=final)
    if change.total > CHUNK and not undoing:
        notify(
            change.actor,
            gettext_noop("Your change of %(count)s records is finished."),
            icon="list-checks",
            url=f"/bulk-changes/{change.pk}/",
            count=change.total,
        )
    hint(f"user:{change.actor_id}")


def _state(change: BulkChange) -> str:
    return BulkChange.objects.values_list("state", flat=True).get(pk=change.pk)


def _run_chunk(change: BulkChange, undoing: bool) -> int:
    waiting = BulkChangeRow.State.DONE if undoing else BulkChangeRow.State.WAITING
    with transaction.atomic():
        rows = list(change.rows.select_for_update().filter(state=waiting).order_by("id")[:CHUNK])
        kind = record_kinds[change.record_kind]
        records = {
            one.pk: one for one in kind.model._default_manager.filter(pk__in=[r.record_id for r in rows])
        }
        field = _field(kind, change)
        for row in rows:
            record = records.get(row.record_id)
            (_undo_row if undoing else _do_row)(change, kind, field, row, record)
        BulkChangeRow.objects.bulk_update(rows, ["state", "before", "version", "problem"])
        failed = sum(row.state in (BulkChangeRow.State.FAILED, BulkChangeRow.State.KEPT) for row in rows)
        change.done, change.failed = change.done + len(rows), change.failed + failed
        change.save(update_fields=["done", "failed"])
    return len(rows)


def _field(kind: RecordKind, change: BulkChange) -> Field:
    return next(one for one in all_fields(change.actor, kind) if one.name == change.field)


def _do_row(change: BulkChange, kind: RecordKind, field: Field, row: BulkChangeRow, record: Any) -> None:
    if record is None:
        row.state, row.problem = BulkChangeRow.State.FAILED, _("This record is no longer there.")
        return
    before = _current(record, field)
    wanted = _combined(before, change)
    try:
        with transaction.atomic():
            _write(kind, record, field, change.actor, wanted)
    except (ValidationError, PermissionDenied, Http404, EditConflict) as error:
        messages = error.messages if isinstance(error, ValidationError) else [str(error)]
        row.state, row.problem = BulkChangeRow.State.FAILED, " ".join(messages)[:300]
        return
    record.refresh_from_db()
    row.state, row.before, row.version = BulkChangeRow.State.DONE, before, _stand(record, field)


def _undo_row(change: BulkChange, kind: RecordKind, field: Field, row: BulkChangeRow, record: Any) -> None:
    if record is None or _stand(record, field) != row.version:
        row.state, row.problem = BulkChangeRow.State.KEPT, _("Somebody changed it since.")
        return
    try:
        with transaction.atomic():
            _write(kind, record, field, change.actor, row.before)
    except (ValidationError, PermissionDenied, Http404) as error:
        row.state, row.problem = BulkChangeRow.State.KEPT, str(error)[:300]
        return
    row.state = BulkChangeRow.State.UNDONE


def _stand(record: Any, field: Field) -> int:
    """By what a later change is noticed: the record's version; where it has none, a number that stands for the value of this field."""
    if any(one.attname == "version" for one in record._meta.concrete_fields):
        version: int = record.version
        return version
    value = json.dumps(_current(record, field), sort_keys=True, default=str)
    return crc32(value.encode()) & 0x7FFF_FFFF


def _current(record: Any, field: Field) -> Any:
    """The present value in the form the change action takes and JSON keeps."""
    if field.type == "tags":
        return sorted(tag.name for tag in record.tags.all())
    if field.type in ("user", "team", "link") and not field.custom_key:
        pk = getattr(record, f"{field.setting}_id")
        return str(pk) if pk else None
    value = value_of(record, field)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _combined(before: Any, change: BulkChange) -> Any:
    if change.mode == "add":
        return sorted({*(before or []), *(change.value or [])})
    if change.mode == "remove":
        gone = {str(one).casefold() for one in change.value or []}
        return [one for one in before or [] if one.casefold() not in gone]
    return change.value


def _write(kind: RecordKind, record: Any, field: Field, actor: Any, value: Any) -> None:
    if kind.change is None:
        raise ValidationError(_("Such records cannot be changed together."))
    if field.custom_key:
        kind.change(record, actor=actor, custom={field.custom_key: value})
        return
    if field.type in ("user", "team") and value is not None:
        target: Any = kind.model._meta.get_field(field.setting).related_model
        value = target._default_manager.filter(pk=value).first()
    kind.change(record, actor=actor, **{field.setting: value})
