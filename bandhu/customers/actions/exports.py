"""Taking records out: always asked for, always written down."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bandhu.customers.exporting import Table, comes_in_again, vcards, view_table, whole_table
from bandhu.customers.imports.neutral import csv_lines, json_lines, write_xlsx
from bandhu.customers.imports.problems import SourceProblem
from bandhu.customers.models import Export
from bandhu.identity.acting import action
from bandhu.identity.scoping import require_anywhere
from bandhu.platform import audit, queue
from bandhu.platform.files import store_file
from bandhu.platform.listing import listing_for
from bandhu.platform.models import StoredFile
from bandhu.platform.notifications import notify
from bandhu.platform.record_kinds import record_kinds
from bandhu.platform.registries import list_tools

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
    "vcf": "text/vcard; charset=utf-8",
}
INLINE_ROWS = 5_000
TELL_EVERY = 1_000
# Ours, so larger than what people attach; a runaway still ends.
MAX_EXPORT_BYTES = 2 << 30
Item = TypeVar("Item")
logger = logging.getLogger(__name__)


@action("customers.export_contacts", on_record=False)
def export_records(
    *,
    actor: Any,
    kind: str,
    file_format: str,
    definition: dict[str, Any] | None = None,
    text: str = "",
    progress: Callable[[int], None] | None = None,
) -> Iterator[bytes]:
    """The bytes of an export, made while they are read. `definition` is a view; without one, or with "whole" in it, whole
    records go out, in a layout that comes in again equal. `progress` is told how many records are out, now and then.

    The export is written into the audit trail before the first byte. Raises ValidationError.
    """
    _check_format(actor, kind, file_format)
    title = f"{kind}.{file_format}"
    changes = {
        "format": (None, file_format),
        "view": (None, definition or "all fields"),
        "search": (None, text),
    }
    audit.record_change("exported", actor=actor, kind=kind, title=title, changes=changes)
    if file_format == "vcf":
        rows = listing_for(actor, kind, definition or {}, text=text).rows() if definition or text else None
        return (card.encode() for card in _counted(vcards(actor, rows), progress))
    table = _table(actor, kind, definition, text)
    return _encoded(Table(table.header, _counted(table.rows, progress)), file_format)


def exported_kinds() -> set[str]:
    """The kinds of records whose lists offer the export."""
    return {tool.kind for tool in list_tools if tool.url_name == "customers:export"}


def _check_format(actor: Any, kind: str, file_format: str) -> None:
    if kind not in exported_kinds():
        raise ValidationError({"kind": _("Choose one of the values offered.")}, code="no_kind")
    require_anywhere(actor, record_kinds[kind].view_permission)
    if file_format not in FORMATS or (file_format == "vcf" and kind != "contact"):
        raise ValidationError(_("Choose one of the formats offered."), code="no_format")


def _counted(records: Iterator[Item], progress: Callable[[int], None] | None) -> Iterator[Item]:
    for number, record in enumerate(records):
        if progress and number % TELL_EVERY == 0:
            progress(number)
        yield record


def _table(actor: Any, kind: str, definition: dict[str, Any] | None, text: str) -> Table:
    """The columns of the view, or every field of the records the view holds."""
    if not comes_in_again(kind):
        return view_table(actor, kind, {"whole": True} if definition is None else definition, text)
    if definition is None:
        return whole_table(actor, kind)
    if definition.get("whole"):
        return whole_table(actor, kind, listing_for(actor, kind, definition, text=text).rows())
    return view_table(actor, kind, definition, text)


def _encoded(table: Table, file_format: str) -> Iterator[bytes]:
    if file_format == "csv":
        return (text.encode() for text in csv_lines(table.header, table.rows))
    if file_format == "jsonl":
        return (text.encode() for text in json_lines(table.header, table.rows))
    return _workbook(table)


def _workbook(table: Table) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as file:
        write_xlsx(file, table.header, table.rows)
        file.seek(0)
        yield from iter(lambda: file.read(1 << 16), b"")


@action("customers.export_contacts", on_record=False)
def queue_export(
    *, actor: Any, kind: str, file_format: str, definition: dict[str, Any], text: str = ""
) -> Export:
    """Make an export in the background; the actor is told where it lies. Raises ValidationError for a view that makes
    no sense."""
    _check_format(actor, kind, file_format)
    listing_for(actor, kind, definition, text=text)
    asked = Export.objects.create(
        actor=actor, kind=kind, file_format=file_format, definition=definition, text=text
    )
    queue.enqueue("customers.make_export", export_id=str(asked.pk))
    return asked


def run_export(export_id: str) -> None:
    """The background half of `queue_export`. One whose worker died is made anew from its beginning."""
    asked = Export.objects.select_related("actor").filter(pk=export_id).first()
    if asked is None or asked.state not in (Export.State.WAITING, Export.State.RUNNING):
        return
    asked.total_rows = listing_for(asked.actor, asked.kind, asked.definition, text=asked.text).rows().count()
    asked.state = Export.State.RUNNING
    asked.save(update_fields=["state", "total_rows"])
    try:
        stored = _make(asked)
    except (OperationalError, InterfaceError):
        raise  # the database is gone: the job tries again
    except SourceProblem as problem:
        _end(asked, Export.State.FAILED, error=problem.sentence)
    except ValidationError as problem:
        _end(asked, Export.State.FAILED, error=" ".join(problem.messages))
    except Exception as problem:
        logger.exception("An export met an error nobody foresaw")
        said = _("The export met an error nobody foresaw (%(error)s); the log of the server says more.")
        _end(asked, Export.State.FAILED, error=said % {"error": type(problem).__name__})
    else:
        _end(asked, Export.State.DONE, file=stored, done_rows=asked.total_rows)
        notify(
            asked.actor,
            gettext_noop("Your export is ready: %(name)s."),
            url=reverse("platform:file", args=[stored.pk]),
            icon="download",
            name=stored.name,
        )


def _make(asked: Export) -> StoredFile:
    def progress(done: int) -> None:
        Export.objects.filter(pk=asked.pk).update(done_rows=done)

    blocks = export_records(
        actor=asked.actor, kind=asked.kind, file_format=asked.file_format, definition=asked.definition,
        text=asked.text, progress=progress,
    )  # fmt: skip
    return store_file(
        record_kind="export",
        record_id=asked.actor_id,
        name=f"{asked.kind}.{asked.file_format}",
        content=blocks,
        created_by=asked.actor,
        limit=MAX_EXPORT_BYTES,
    )


def _end(asked: Export, state: Any, **columns: Any) -> None:
    Export.objects.filter(pk=asked.pk).update(state=state, finished_at=timezone.now(), **columns)


def is_large(user: Any, kind: str, definition: dict[str, Any], text: str = "") -> bool:
    """Whether an export of this view is better made in the background."""
    count, more = listing_for(user, kind, definition, text=text).count()
    return more or count > INLINE_ROWS


__all__ = ["FORMATS", "export_records", "is_large", "queue_export", "run_export"]
