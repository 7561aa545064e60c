"""Taking an import back: what it made disappears, what it changed gets its former values, what moved on since stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from bandhu.customers.importing.copying import copy_rows, json_text, update_rows
from bandhu.customers.importing.kinds import kind_of_record
from bandhu.customers.importing.lookup import MODELS
from bandhu.customers.models import (
    AlternativeName,
    DuplicatePair,
    EmailAddress,
    ExternalId,
    Import,
    ImportedRow,
    Phone,
    PostalAddress,
    Relation,
    SocialHandle,
)
from bandhu.platform.models import AuditEntry
from bandhu.platform.origin import current_origin
from bandhu.platform.record_kinds import record_kinds
from bandhu.platform.search.indexing import index_records, remove_records

OWN_TABLES: tuple[Any, ...] = (EmailAddress, Phone, PostalAddress, SocialHandle, AlternativeName, ExternalId)


def undo_chunk(run: Import, traces: list[ImportedRow]) -> tuple[int, int]:
    """Undo these traces (newest first) in the caller's transaction. Returns (undone, kept)."""
    undone: list[ImportedRow] = []
    titles = _titles(traces)
    for kind in sorted({trace.record_kind for trace in traces} - set(MODELS)):
        take_back = kind_of_record(kind).take_back
        if take_back is not None:
            undone += take_back(run, [trace for trace in traces if trace.record_kind == kind])
    traces, all_traces = [trace for trace in traces if trace.record_kind in MODELS], traces
    made = [trace for trace in traces if trace.verb != ImportedRow.Verb.CHANGED]
    for kind in ("contact", "company"):
        changed = [
            trace for trace in traces if trace.verb == ImportedRow.Verb.CHANGED and trace.record_kind == kind
        ]
        undone += _put_back(kind, changed)
    # What was put back has a new version, which its older traces of this import now carry.
    versions = dict(
        ImportedRow.objects.filter(pk__any_of=[trace.pk for trace in made]).values_list("pk", "version")
    )
    for trace in made:
        trace.version = versions[trace.pk]
    for kind in ("contact", "company"):  # people before the companies they point to
        undone += _remove_made(run, kind, [trace for trace in made if trace.record_kind == kind])
        standing = [
            one.record_id
            for one in undone
            if one.verb == ImportedRow.Verb.CHANGED and one.record_kind == kind
        ]
        index_records(kind, standing)
    done = {trace.pk for trace in undone}
    ImportedRow.objects.filter(pk__any_of=done).update(undo=ImportedRow.Undo.UNDONE)
    kept = [trace.pk for trace in all_traces if trace.pk not in done]
    ImportedRow.objects.filter(pk__any_of=kept).update(undo=ImportedRow.Undo.KEPT)
    _audit(run, undone, titles)
    return len(done), len(kept)


def _titles(traces: list[ImportedRow]) -> dict[UUID, str]:
    """What the records are called now: the trail names them when they are gone."""
    found: dict[UUID, str] = {}
    for kind in {trace.record_kind for trace in traces} & set(record_kinds):
        ids = [trace.record_id for trace in traces if trace.record_kind == kind]
        found |= {row.pk: str(row) for row in record_kinds[kind].model._base_manager.filter(pk__in=ids)}
    return found


def _remove_made(run: Import, kind: str, traces: list[ImportedRow]) -> list[ImportedRow]:
    """Delete records the import made, unless somebody changed them or something else has come to point at them."""
    model = MODELS[kind]
    versions = {trace.record_id: trace.version for trace in traces}
    rows = model.objects.select_for_update(of=("self",)).filter(pk__any_of=versions, deleted_at__isnull=True)
    free = {pk for pk, version in rows.values_list("pk", "version") if version == versions[pk]}
    own = [pk for trace in traces for pk in trace.before.get("added", {}).get(Relation._meta.db_table, [])]
    free -= _pointed_at(run, model, free, own)
    gone = list(free)
    if kind == "contact":
        Relation.objects.filter(pk__any_of=[UUID(pk) for pk in own], from_contact__any_of=gone)._raw_delete(
            "default"
        )
    for table in OWN_TABLES:
        table.objects.filter(**{f"{kind}__any_of": gone})._raw_delete("default")
    model.tags.through.objects.filter(**{f"{kind}__any_of": gone})._raw_delete("default")
    model.objects.filter(pk__any_of=gone).delete()
    remove_records(gone)
    return [trace for trace in traces if trace.record_id in free]


def _pointed_at(run: Import, model: type[models.Model], ids: Iterable[Any], relations: list[str]) -> set[Any]:
    """Which of `ids` other rows point at, apart from what an import itself writes."""
    found: set[Any] = set()
    wanted = list(ids)
    for other, column in pointing_tables(model, (*OWN_TABLES, DuplicatePair)):
        rows = other._base_manager.filter(**{f"{column}__any_of": wanted})
        if other is Relation and relations:
            rows = rows.exclude(pk__in=relations)
        if other is model:
            # A parent may go together with the subsidiary the same import made.
            rows = rows.exclude(pk__in=run.imported_rows.exclude(verb="changed").values("record_id"))
        found |= set(rows.values_list(column, flat=True))
    return found


def pointing_tables(model: Any, own: Iterable[Any]) -> Iterator[tuple[Any, str]]:
    """(model, name of the field) of everything that can point to rows of `model`, save its tags and the tables in `own`."""
    passed = {table._meta.db_table for table in own}
    if hasattr(model, "tags"):
        passed.add(model.tags.through._meta.db_table)
    for relation in model._meta.get_fields(include_hidden=True):
        points_here = (relation.one_to_many or relation.one_to_one) and relation.auto_created
        if points_here and not relation.concrete:
            other = relation.related_model
            if other._meta.db_table not in passed and other._meta.managed:
                yield other, relation.field.name


def _put_back(kind: str, traces: list[ImportedRow]) -> list[ImportedRow]:
    """Give changed contacts or companies back what they had; returns what was undone."""
    back = put_back(MODELS[kind], traces)
    _remove_added(kind, back)
    return back


def put_back(model: Any, traces: Sequence[ImportedRow]) -> list[ImportedRow]:
    """Give changed records their former values; those changed since then are left alone. Returns what was undone."""
    by_id: dict[Any, list[ImportedRow]] = {}
    for trace in traces:
        by_id.setdefault(trace.record_id, []).append(trace)
    rows = model.objects.select_for_update(of=("self",)).filter(pk__any_of=by_id, deleted_at__isnull=True)
    back: list[ImportedRow] = []
    restored: list[Any] = []
    for record in rows:
        # Several rows of one import may have changed it, one after the other: newest first, each on its own version.
        state, number = record.version, record.version
        for trace in sorted(by_id[record.pk], key=lambda one: -one.pk):
            if state != trace.version:
                break
            _restore(record, trace.before)
            state = trace.before["version"]
            back.append(trace)
        if state != number:
            # Older traces that left the record in this very state shall recognise it under its new number.
            record.version = number + 1
            older = ImportedRow.objects.filter(
                record_id=record.pk, version=state, undo=ImportedRow.Undo.NOT_YET
            )
            older.exclude(pk__in=[trace.pk for trace in by_id[record.pk]]).update(version=record.version)
            restored.append(record)
    _write_back(model, restored)
    return back


def _restore(record: Any, before: dict[str, Any]) -> None:
    for column, value in before.get("columns", {}).items():
        setattr(record, column, _typed(type(record), column, value))
    for key, value in before.get("custom", {}).items():
        if value is None:
            record.custom.pop(key, None)
        else:
            record.custom[key] = value


def _write_back(model: type[models.Model], records: list[Any]) -> None:
    now = timezone.now()
    fields = [field for field in model._meta.concrete_fields if field.column not in ("id", "updated_at")]
    rows = [[record.pk, *(_written(record, field) for field in fields), now] for record in records]
    update_rows(model, [*(str(field.column) for field in fields), "updated_at"], rows)


def _written(record: Any, field: Any) -> Any:
    value = getattr(record, field.attname)
    return json_text(value) if isinstance(field, models.JSONField) and value is not None else value


def _remove_added(kind: str, traces: list[ImportedRow]) -> None:
    """Points and tags the import added to records that existed."""
    added: dict[str, list[str]] = {}
    pairs: list[tuple[Any, str]] = []
    for trace in traces:
        for name, ids in trace.before.get("added", {}).items():
            added.setdefault(name, []).extend(ids)
        pairs += [(trace.record_id, tag) for tag in trace.before.get("tags", [])]
    for table in (*OWN_TABLES, Relation):
        if ids := added.get(table._meta.db_table):
            table.objects.filter(pk__any_of=[UUID(pk) for pk in ids])._raw_delete("default")
    if pairs:
        through = MODELS[kind].tags.through._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f'DELETE FROM "{through}" USING unnest(%s::uuid[], %s::uuid[]) AS gone(owner, tag)'  # noqa: S608
                f' WHERE "{kind}_id" = gone.owner AND tag_id = gone.tag',
                [[owner for owner, _tag in pairs], [tag for _owner, tag in pairs]],
            )


def _typed(model: type[models.Model], column: str, value: Any) -> Any:
    """A value out of the trace as the column holds it."""
    field = next(one for one in model._meta.concrete_fields if one.column == column)
    if isinstance(field, models.BinaryField):
        return bytes.fromhex(value)
    if value is None:
        return field.get_default() if not field.null else None
    if isinstance(field, models.DateTimeField):
        return datetime.fromisoformat(value)
    if isinstance(field, models.DateField):
        return date.fromisoformat(value)
    if isinstance(field, models.ForeignKey | models.UUIDField):
        return UUID(value)
    return value


def _audit(run: Import, traces: list[ImportedRow], titles: dict[UUID, str]) -> None:
    actor_name, now = str(run.actor), timezone.now()
    origin = json_text({**current_origin(), "undone_import": str(run.pk)})
    copy_rows(
        AuditEntry._meta.db_table,
        ["at", "actor_id", "actor_name", "origin", "verb", "record_kind", "record_id", "record_title", "changes"],
        (
            (
                now, run.actor_id, actor_name, origin,
                "changed" if trace.verb == ImportedRow.Verb.CHANGED else "deleted", trace.record_kind, trace.record_id,
                titles.get(trace.record_id, ""),
                json_text({name: [pair, value] for name, (pair, value) in _back(trace).items()}),
            )
            for trace in traces
        ),
    )  # fmt: skip


def _back(trace: ImportedRow) -> dict[str, tuple[Any, Any]]:
    former, after = trace.before.get("columns", {}), trace.before.get("after", {})
    return {name: (after.get(name), value) for name, value in former.items() if name in after}
