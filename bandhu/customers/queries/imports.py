"""Reading imports: where they stand, what their columns look like, what failed, what an undo kept."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bandhu.customers.importing.kinds import ImportKind, import_kinds, kind_of_record, offered_kinds
from bandhu.customers.importing.setup import (
    custom_fields,
    header_key,
    mapping_of,
    may_make_fields,
    other_encodings,
    source_of,
)
from bandhu.customers.imports.mapping import CUSTOM, SKIP
from bandhu.customers.imports.neutral import neutral
from bandhu.customers.imports.problems import REASON, sentence_of, sentences_of, shortened
from bandhu.customers.imports.records import CULTURE_LINE, NOTE_LINE, OWN_TYPES
from bandhu.customers.imports.sources import Reading
from bandhu.customers.imports.targets import targets_of
from bandhu.customers.imports.xlsx_formulas import FORMULA_MARK
from bandhu.customers.models import (
    FailedRow,
    Import,
    ImportedRow,
    Lifecycle,
    SavedMapping,
    WarnedRow,
)
from bandhu.identity.results import OutOfReach
from bandhu.platform.record_kinds import record_kinds
from bandhu.ui import formats

PERMISSION = "customers.import_contacts"
SEEN_BY = "customers.view_contact"
SAMPLES = 3
SURE_ENOUGH = 0.7


def imports(user: Any) -> QuerySet[Import]:
    """The imports `user` may see, newest first: one's own, and those of the people whose contacts one sees.

    A file holds whole books: the right to import says nothing about whose, so the reach is that of seeing contacts.
    """
    if not user.holds(PERMISSION):
        return Import.objects.none()
    rows = Import.objects.select_related("actor").order_by("-id")
    if user.holds_on_all(SEEN_BY):
        return rows
    return rows.filter(Q(actor=user.pk) | Import.objects.reach(user, SEEN_BY))


def import_for(user: Any, pk: UUID) -> Import:
    """One import. Raises OutOfReach."""
    found = imports(user).filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def looks(user: Any, run: Import, count: int = 8) -> list[list[str]]:
    """The first rows as the file is read now, cells cut for showing. Raises SourceProblem."""
    return [[shortened(cell, 60) for cell in row] for row in source_of(run).sample(count)]


def column_lines(user: Any, run: Import) -> list[dict[str, Any]]:
    """One line per column for the mapping page: header, sample values, what it becomes and how sure that is."""
    sample = source_of(run).sample(100)
    titles = targets_of(run.kind)
    fields = custom_fields(run.kind)
    lines = []
    for place, column in enumerate(mapping_of(run)):
        values = list(dict.fromkeys(row[place].strip() for row in sample if row[place].strip()))
        known = titles.get(column.target)
        key = column.target.removeprefix("field:")
        lines.append(
            {
                "place": place,
                "column": column,
                "samples": [shortened(value, 48) for value in values[:SAMPLES]],
                "is_empty": not values,
                "title": known.title if known else fields[key].title if key in fields else "",
                "sure": column.confidence >= 0.8,
                "chosen": f"{CUSTOM}:{column.label}" if _is_typed(column) else column.target,
                # What the values look like, offered where the column is to become a field of its own.
                "looks_like": column.holds if column.target == CUSTOM and not _is_typed(column) else "",
            }
        )
    return lines


def _is_typed(column: Any) -> bool:
    return column.target == CUSTOM and column.label in OWN_TYPES


def target_choices(user: Any, run: Import) -> list[tuple[str, list[tuple[str, Any]]]]:
    """What a column can be, for a select: (group, choices). First the ways to keep a column nobody knows, or leave it."""
    own = [(f"field:{key}", field.title) for key, field in custom_fields(run.kind).items()]
    ours = [(key, target.title) for key, target in targets_of(run.kind).items()]
    keep = [(key, words) for key, words in kept_as(user).items() if key != SKIP]
    groups = [(_("Keep it"), keep), (_("Fields of ours"), ours), (_("Own fields"), own)]
    return [
        *((words, choices) for words, choices in groups if choices),
        (_("Or not"), [(SKIP, _("Leave out"))]),
    ]


def kept_as(user: Any) -> dict[str, Any]:
    """What can become of a column without a field: "custom" and "custom:<type>" for those who may make fields."""
    fields = {
        CUSTOM: _("A new own field: text"),
        f"{CUSTOM}:number": _("A new own field: number"),
        f"{CUSTOM}:date": _("A new own field: date"),
        f"{CUSTOM}:yes_no": _("A new own field: yes or no"),
    }
    notes = {
        NOTE_LINE: _("A line of the note"),
        CULTURE_LINE: _("A line of the culture note"),
        SKIP: _("Leave out"),
    }
    return fields | notes if may_make_fields(user) else notes


def saved_mappings(user: Any, run: Import) -> QuerySet[SavedMapping]:
    """The user's own mappings for this kind, those for the very same columns first."""
    mine = SavedMapping.objects.filter(owner=user, kind=run.kind)
    same = mine.filter(header_key=header_key(run.header))
    return same if same.exists() else mine.order_by("name")


def saved_mapping_for(user: Any, pk: UUID) -> SavedMapping:
    found = SavedMapping.objects.filter(owner=user, pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def reasons_of(row: FailedRow | WarnedRow) -> list[str]:
    """Why a row was put aside, or taken with a warning, as sentences in the active language."""
    return sentences_of(row.problems)


def failed_rows(user: Any, run: Import, limit: int = 50) -> list[dict[str, Any]]:
    """The first rows that failed, with their reasons as sentences in the active language."""
    return [_failed(row) for row in run.failed_rows.order_by("number")[:limit]]


def _failed(row: FailedRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "line": row.line,
        "cells": [shortened(cell, 40) for cell in json.loads(row.cells)],
        "problems": [{**problem, "sentence": sentence_of(problem)} for problem in row.problems],
    }


def warned_rows(user: Any, run: Import, limit: int = 50) -> list[dict[str, Any]]:
    """The first rows that were taken with a warning: row, line, and why as sentences in the active language."""
    return [_warned(row) for row in run.warned_rows.order_by("number")[:limit]]


def _warned(row: WarnedRow) -> dict[str, Any]:
    return {"number": row.number, "line": row.line, "sentences": sentences_of(row.problems)}


def warned_file(user: Any, run: Import) -> Iterator[bytes]:
    """Every row that was taken with a warning, as CSV: row, line, why."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    writer.writerow([str(_("Row")), str(_("Line")), str(_("What to look at"))])
    yield b"\xef\xbb\xbf" + _taken(buffer)
    for row in run.warned_rows.order_by("number").iterator(chunk_size=1000):
        writer.writerow([row.number, row.line, neutral(" ".join(sentences_of(row.problems)))])
        yield _taken(buffer)


def reading_doubts(user: Any, run: Import) -> list[str]:
    """What is not certain about how the file is read, as sentences; empty where everything was proved or chosen."""
    dialect = Reading.from_dict(run.reading).dialect
    if run.reading["kind"] != "csv" or dialect.certain:
        return []
    named = {"encoding": dialect.encoding.upper()}
    if dialect.broken_bytes:
        sentence = ngettext(
            "The file is UTF-8 with %(count)s broken byte; rows that hold it are put aside.",
            "The file is UTF-8 with %(count)s broken bytes; rows that hold them are put aside.",
            dialect.broken_bytes,
        )
        return [sentence % {"count": formats.number(dialect.broken_bytes, formats.current_reader())}]
    if dialect.confidence >= SURE_ENOUGH:
        return [_("The encoding was not said in the file; %(encoding)s is likely.") % named]
    return [
        _(
            "The encoding was not said in the file; %(encoding)s is a guess. Look at the names before they come in."
        )
        % named
    ]


def encoding_alternatives(user: Any, run: Import) -> list[tuple[str, str]]:
    """Other encodings a guessed one could be, with how the first telling line reads in each. Raises SourceProblem."""
    dialect = Reading.from_dict(run.reading).dialect
    if run.reading["kind"] != "csv" or dialect.certain:
        return []
    return [(name, shortened(text)) for name, text in other_encodings(run, dialect.encoding)]


def failed_file(user: Any, run: Import) -> Iterator[bytes]:
    """The rows that failed as CSV: the original columns, then the reason. Mended, it can be uploaded again as it is.

    Bytes that could not be read come out as they came in.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    writer.writerow([*run.header, str(REASON)])
    width = len(run.header)
    yield b"\xef\xbb\xbf" + _taken(buffer)
    for row in run.failed_rows.order_by("number").iterator(chunk_size=1000):
        cells = json.loads(row.cells)
        cells = [_harmless(cell.removeprefix(FORMULA_MARK)) for cell in cells]
        reason = " ".join(sentences_of(row.problems))
        writer.writerow([*cells[:width], *[""] * (width - len(cells)), reason, *cells[width:]])
        yield _taken(buffer)


def _harmless(cell: str) -> str:
    """As a spreadsheet may open it; an import takes one apostrophe away, so one that is there is enough."""
    return cell if cell.startswith("'") else neutral(cell)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8", "surrogateescape")


def kept_records(user: Any, run: Import, limit: int = 200) -> list[dict[str, Any]]:
    """Records an undo left as they are, because somebody changed or used them since; only those `user` may see."""
    rows = list(run.imported_rows.filter(undo=ImportedRow.Undo.KEPT).order_by("number")[:limit])
    titles = _titles(user, [(row.record_kind, row.record_id) for row in rows])
    return _linked(rows, titles)


def suspects(user: Any, run: Import, limit: int = 50) -> list[dict[str, Any]]:
    """New records that probably repeat another one, with the score (0 to 1, None where only an id says so) and reasons."""
    rows = list(run.imported_rows.filter(suspect_of__isnull=False, undo="").order_by("number")[:limit])
    titles = _titles(user, [(row.record_kind, pk) for row in rows for pk in (row.record_id, row.suspect_of)])
    return [
        {
            "row": row,
            "title": titles[row.record_id],
            "url": record_kinds[row.record_kind].url(row.record_id),
            "other": titles[row.suspect_of],
            "other_url": record_kinds[row.record_kind].url(row.suspect_of),
            "score": row.suspect_score,
            "reasons": row.suspect_reasons,
        }
        for row in rows
        if row.record_id in titles and row.suspect_of in titles
    ]


def imported_records(user: Any, run: Import, limit: int = 20) -> list[dict[str, Any]]:
    """The first records the import made or changed, as links."""
    made = run.imported_rows.exclude(verb="linked").filter(record_kind=import_kinds[run.kind].record_kind)
    rows = list(made.order_by("number")[:limit])
    return _linked(rows, _titles(user, [(row.record_kind, row.record_id) for row in rows]))


def _linked(rows: list[ImportedRow], titles: dict[Any, str]) -> list[dict[str, Any]]:
    return [
        {
            "row": row,
            "title": titles[row.record_id],
            "url": _url(row.record_kind, row.record_id),
        }
        for row in rows
        if row.record_id in titles
    ]


def _url(kind: str, pk: Any) -> str:
    if kind in record_kinds:
        return record_kinds[kind].url(pk)
    own = kind_of_record(kind).url
    return own(pk) if own else ""


def _titles(user: Any, wanted: list[tuple[str, Any]]) -> dict[Any, str]:
    found: dict[Any, str] = {}
    for kind in {kind for kind, _pk in wanted}:
        ids = [pk for one, pk in wanted if one == kind]
        if kind not in record_kinds:
            titles = kind_of_record(kind).titles
            found |= titles(user, ids) if titles else {}
            continue
        rows = record_kinds[kind].visible_to(user).filter(pk__in=ids)
        found |= {row.pk: str(row) for row in rows}
    return found


def kinds_offered(user: Any) -> list[ImportKind]:
    """What the rows of a file may be, for this user."""
    return offered_kinds(user)


def lifecycle_choices() -> list[tuple[str, Any]]:
    """The stages a record can be in: (key, words)."""
    return list(Lifecycle.choices)


def may_watch_import(user: Any, pk: UUID) -> bool:
    """Whether pages of `user` may follow the import live."""
    return imports(user).filter(pk=pk).exists()
