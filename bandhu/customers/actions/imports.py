"""Bringing files in: set up, start, pause, continue, stop, undo. The rows themselves are `importing`'s business."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.customers.importing.chunks import preview
from bandhu.customers.importing.kinds import CONTACTS, import_kinds
from bandhu.customers.importing.options import clean_options
from bandhu.customers.importing.setup import (
    custom_fields,
    folder_of,
    header_key,
    keep_upload,
    mapping_of,
    may_make_fields,
    original_of,
    source_of,
)
from bandhu.customers.imports.csv_files import redetect
from bandhu.customers.imports.foreign import foreign_formats
from bandhu.customers.imports.layouts import likely_kind, recognise_layout
from bandhu.customers.imports.mapping import CUSTOM, SKIP, ColumnMapping, propose_mapping
from bandhu.customers.imports.problems import SourceProblem
from bandhu.customers.imports.records import CULTURE_LINE, NOTE_LINE
from bandhu.customers.imports.sources import Reading, detect_reading
from bandhu.customers.imports.targets import targets_of
from bandhu.customers.models import Import, SavedMapping
from bandhu.identity.acting import action
from bandhu.identity.scoping import require_anywhere
from bandhu.platform import audit, live, queue
from bandhu.platform.texts import clean_line

INLINE_BYTES = 256 << 10
UNDO_CHUNK = 2_000
OPEN = (Import.State.DRAFT, Import.State.CHECKING)
GOING = (Import.State.WAITING, Import.State.RUNNING)


@action("customers.import_contacts", on_record=False)
def upload_import(
    *, actor: Any, file_name: str, blocks: Iterable[bytes], kind: str = "", form: str = ""
) -> Import:
    """Keep a file and find out what it is. `kind` (a key of `import_kinds`) is guessed when empty; `form` is the foreign format it is
    said to have, found out when empty.

    Raises SourceProblem when the file cannot be read; nothing is kept then.
    """
    run = Import(actor=actor, file_name=clean_line(file_name, 10_000)[-255:] or "file")
    keep_upload(run, blocks)
    try:
        reading = detect_reading(original_of(run), form)
        run.reading = reading.as_dict()
        found = foreign_formats.get(reading.kind)
        said = found or foreign_formats.get(form)
        if said and said.source:
            run.options = {"source": said.source, "company_source": said.source}
        _read_header(run, found.kind if found else kind)
    except SourceProblem:
        shutil.rmtree(folder_of(run), ignore_errors=True)
        raise
    run.save(force_insert=True)
    return run


def _read_header(run: Import, kind: str = "") -> None:
    """Header, layout, kind and proposed mapping, from the file as it is read now."""
    source = source_of(run)
    run.header = source.header
    layout = recognise_layout(source.header)
    run.layout = layout.key if layout else ""
    guessed = likely_kind(source.header)
    known = import_kinds.get(guessed)
    run.kind = kind or (guessed if known and run.actor.holds(known.permission) else CONTACTS)
    _propose(run, source.sample())


def _propose(run: Import, sample: list[list[str]]) -> None:
    fields = {field.title: key for key, field in custom_fields(run.kind).items()}
    proposals = propose_mapping(run.header, sample, fields, run.kind)
    if run.reading["kind"] == "vcard" or not may_make_fields(run.actor):
        # Cards carry dozens of private extensions: a line of the note each, not a custom field each.
        proposals = [_as_line(one, NOTE_LINE) if one.target == CUSTOM else one for one in proposals]
    if line := import_kinds[run.kind].line_target:
        # A column nobody knows tells of the row, not of the person: another row of theirs would write over it.
        proposals = [_as_line(one, line) if one.target in (CUSTOM, NOTE_LINE) else one for one in proposals]
    run.mapping = [proposal.as_dict() for proposal in proposals]


def _as_line(column: ColumnMapping, target: str) -> ColumnMapping:
    return ColumnMapping(**{**column.as_dict(), "target": target})


@action("customers.import_contacts")
def change_reading(run: Import, *, actor: Any, changes: Mapping[str, Any]) -> Import:
    """Read the file in another way: `encoding`, `delimiter`, `quote`, `skip_lines`, `has_header`, `sheet`, `kind`.

    A new encoding alone finds the dialect anew. Raises SourceProblem, ValidationError once the import has started.
    """
    _require_state(run, *OPEN)
    source_of(run)  # says so where the file is gone
    reading = dict(run.reading)
    if reading["kind"] in foreign_formats:
        changes = {}  # its table is laid out by us, and its rows are what they are
    dialect = dict(reading["dialect"])
    encoding = changes.get("encoding")
    if (
        reading["kind"] == "csv"
        and encoding
        and encoding != dialect["encoding"]
        and "delimiter" not in changes
    ):
        dialect = redetect(original_of(run), encoding).as_dict()
    dialect |= {
        name: changes[name]
        for name in ("encoding", "delimiter", "quote", "skip_lines", "backslash")
        if name in changes
    }
    reading["dialect"] = dialect
    reading |= {name: changes[name] for name in ("has_header", "sheet") if name in changes}
    if not 0 <= int(reading["sheet"] or 0) < max(len(reading["sheets"]), 1):
        raise SourceProblem("no_such_sheet", _("The workbook has no such sheet."))
    run.reading = Reading.from_dict(reading).as_dict()
    kind = changes.get("kind")
    _read_header(run, kind if kind in import_kinds else run.kind)
    run.preview, run.state = {}, Import.State.DRAFT
    run.save()
    return run


@action("customers.import_contacts")
def map_columns(run: Import, *, actor: Any, columns: Iterable[Mapping[str, Any]]) -> Import:
    """Say what columns mean: mappings with `column` and `target` (and `slot`, `label`, `holds`); others stay as they are.

    Raises ValidationError for a column or target there is not.
    """
    _require_state(run, *OPEN)
    current = {one.column: one for one in mapping_of(run)}
    allowed = {
        *targets_of(run.kind),
        CUSTOM,
        SKIP,
        NOTE_LINE,
        CULTURE_LINE,
        *(f"field:{key}" for key in custom_fields(run.kind)),
    }
    for given in columns:
        name, target = str(given.get("column")), str(given.get("target"))
        if name not in current:
            raise ValidationError(
                _("The file has no column “%(column)s”."), params={"column": name}, code="no_column"
            )
        if target not in allowed:
            raise ValidationError(
                _("“%(target)s” is nothing a column can be. It may be: %(targets)s."),
                params={"target": target, "targets": ", ".join(sorted(allowed))},
                code="no_target",
            )
        known = current[name]
        if (
            target != known.target
            or given.get("slot", known.slot) != known.slot
            or given.get("label", known.label) != known.label
        ):
            slot = clean_line(given.get("slot") or (known.slot if target == known.target else name), 200)[:60]
            # The label of a column of its own is the type of its values: it says nothing about another target.
            label = clean_line(given.get("label", "" if known.target == CUSTOM else known.label), 200)[:30]
            current[name] = ColumnMapping(name, target, slot, label, known.holds, 1.0, "chosen")
    run.mapping = [current[name].as_dict() for name in run.header]
    run.preview, run.state = {}, Import.State.DRAFT
    run.save()
    return run


@action("customers.import_contacts")
def choose_options(run: Import, *, actor: Any, **options: Any) -> Import:
    """Set options (see `importing.options`). Raises ValidationError with the problems by name."""
    _require_state(run, *OPEN)
    run.options = {**run.options, **clean_options(run, options, actor)}
    run.preview, run.state = {}, Import.State.DRAFT
    run.save()
    return run


@action("customers.import_contacts")
def save_mapping(run: Import, *, actor: Any, name: str) -> SavedMapping:
    """Keep what the columns mean for the next file of this kind; one of the same name is replaced."""
    title = clean_line(name, 120)
    if not title:
        raise ValidationError(_("Give the mapping a name."), code="required")
    saved, _made = SavedMapping.objects.update_or_create(
        owner=actor,
        kind=run.kind,
        name=title,
        defaults={"header_key": header_key(run.header), "mapping": run.mapping, "options": run.options},
    )
    return saved


@action("customers.import_contacts")
def use_mapping(run: Import, *, actor: Any, saved: SavedMapping) -> Import:
    """Map the columns as in `saved`; columns it does not know stay as proposed."""
    _require_state(run, *OPEN)
    known = {entry["column"]: entry for entry in saved.mapping}
    alive = {f"field:{key}" for key in custom_fields(run.kind)}
    run.mapping = [
        known[entry["column"]]
        if entry["column"] in known
        and (known[entry["column"]]["target"] in alive or ":" not in known[entry["column"]]["target"])
        else entry
        for entry in run.mapping
    ]
    run.options = {**run.options, **saved.options}
    run.preview, run.state = {}, Import.State.DRAFT
    run.save()
    return run


@action("customers.import_contacts")
def try_import(run: Import, *, actor: Any, at_once: bool = False) -> Import:
    """Fill `preview` with what the import would do. Unless `at_once`, a large file is tried out in the background
    (state "checking" until the preview is there)."""
    _require_state(run, *OPEN)
    if at_once or run.file_size <= INLINE_BYTES:
        run.preview = preview(run)
    else:
        run.preview, run.state = {}, Import.State.CHECKING
        queue.enqueue("customers.try_import", queueing_lock=f"try-import:{run.pk}", import_id=str(run.pk))
    run.save()
    return run


@action("customers.import_contacts")
def start_import(run: Import, *, actor: Any) -> Import:
    """Queue the import. Raises Denied when the actor may not create such records."""
    _require_state(run, *OPEN)
    kind = import_kinds[run.kind]
    for permission in (kind.permission, *kind.also):
        require_anywhere(actor, permission)
    if kind.alone != "always":  # such rows make no contacts and companies
        require_anywhere(actor, import_kinds[kind.base].permission)
    run.state, run.actor, run.started_at, run.beat_at = (
        Import.State.WAITING,
        actor,
        timezone.now(),
        timezone.now(),
    )
    run.save()
    audit.record_change("import started", actor=actor, kind="import", record_id=run.pk, title=run.file_name)
    queue.enqueue("customers.run_import", import_id=str(run.pk))
    return run


@action("customers.import_contacts")
def pause_import(run: Import, *, actor: Any) -> Import:
    """Stop after the chunk that is being written; `resume_import` goes on from there."""
    return _move(run, actor, "import paused", GOING, Import.State.PAUSED)


@action("customers.import_contacts")
def resume_import(run: Import, *, actor: Any) -> Import:
    """Go on from the checkpoint: after a pause, a failure or a stop."""
    states = (Import.State.PAUSED, Import.State.FAILED, Import.State.CANCELLED)
    moved = _move(run, actor, "import continued", states, Import.State.WAITING)
    queue.enqueue("customers.run_import", import_id=str(run.pk))
    return moved


@action("customers.import_contacts")
def cancel_import(run: Import, *, actor: Any) -> Import:
    """Stop for good; what is in stays until it is undone."""
    return _move(run, actor, "import stopped", (*GOING, Import.State.PAUSED, *OPEN), Import.State.CANCELLED)


@action("customers.import_contacts")
def undo_import(run: Import, *, actor: Any) -> Import:
    """Take everything back, in the background: records made are deleted, records changed get their former values.

    Records changed since then by others are kept and listed (`queries.kept_records`).
    """
    states = (Import.State.DONE, Import.State.CANCELLED, Import.State.FAILED, Import.State.PAUSED)
    moved = _move(run, actor, "import undone", states, Import.State.UNDOING)
    queue.enqueue("customers.undo_import", import_id=str(run.pk))
    return moved


def _move(run: Import, actor: Any, verb: str, states: tuple[Any, ...], to: Any) -> Import:
    """Change the state in one statement, so that a worker that is writing is not waited for."""
    if not Import.objects.filter(pk=run.pk, state__in=states).update(
        state=to, error={}, beat_at=timezone.now()
    ):
        raise ValidationError(
            _("The import has moved on in the meantime. Look at the page again."), code="moved_on"
        )
    audit.record_change(verb, actor=actor, kind="import", record_id=run.pk, title=run.file_name)
    live.hint(f"import:{run.pk}")
    run.refresh_from_db()
    return run


def _require_state(run: Import, *states: Any) -> None:
    if run.state not in states:
        raise ValidationError(_("This import has already started."), code="started")
