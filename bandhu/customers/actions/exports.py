"""Taking records out: always asked for, always written down."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bandhu.customers.exporting import Table, vcards, view_table, whole_table
from bandhu.customers.imports.neutral import csv_lines, json_lines, write_xlsx
from bandhu.identity.acting import action
from bandhu.identity.models import User
from bandhu.platform import audit, queue
from bandhu.platform.files import store_file
from bandhu.platform.listing import listing_for
from bandhu.platform.notifications import notify

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
    "vcf": "text/vcard; charset=utf-8",
}
INLINE_ROWS = 5_000


@action("customers.export_contacts", on_record=False)
def export_records(
    *, actor: Any, kind: str, file_format: str, definition: dict[str, Any] | None = None, text: str = ""
) -> Iterator[bytes]:
    """The bytes of an export, made while they are read. `definition` is a view; without one, or with "whole" in it, whole
    records go out, in a layout that comes in again equal.

    The export is written into the audit trail before the first byte. Raises ValidationError.
    """
    if file_format not in FORMATS or (file_format == "vcf" and kind != "contact"):
        raise ValidationError(_("Choose one of the formats offered."), code="no_format")
    title = f"{kind}.{file_format}"
    changes = {
        "format": (None, file_format),
        "view": (None, definition or "all fields"),
        "search": (None, text),
    }
    audit.record_change("exported", actor=actor, kind=kind, title=title, changes=changes)
    if file_format == "vcf":
        rows = listing_for(actor, kind, definition or {}, text=text).rows() if definition or text else None
        return (card.encode() for card in vcards(actor, rows))
    return _encoded(_table(actor, kind, definition, text), file_format)


def _table(actor: Any, kind: str, definition: dict[str, Any] | None, text: str) -> Table:
    """The columns of the view, or every field of the records the view holds."""
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


def write_export(target: IO[bytes], *, actor: Any, kind: str, file_format: str) -> None:
    """Export whole records into an open file (the command does)."""
    for block in export_records(actor=actor, kind=kind, file_format=file_format):
        target.write(block)


@action("customers.export_contacts", on_record=False)
def queue_export(
    *, actor: Any, kind: str, file_format: str, definition: dict[str, Any], text: str = ""
) -> None:
    """Make a large export in the background; the actor is told where it lies."""
    queue.enqueue(
        "customers.export",
        user_id=str(actor.pk),
        kind=kind,
        file_format=file_format,
        definition=definition,
        text=text,
    )


def run_export(user_id: str, kind: str, file_format: str, definition: dict[str, Any], text: str) -> None:
    """The background half of `queue_export`."""
    actor = User.objects.get(pk=user_id)
    blocks = export_records(actor=actor, kind=kind, file_format=file_format, definition=definition, text=text)
    stored = store_file(
        record_kind="export",
        record_id=actor.pk,
        name=f"{kind}.{file_format}",
        content=blocks,
        created_by=actor,
    )
    notify(
        actor,
        gettext_noop("Your export is ready: %(name)s."),
        url=reverse("platform:file", args=[stored.pk]),
        icon="download",
        name=stored.name,
    )


def is_large(user: Any, kind: str, definition: dict[str, Any], text: str = "") -> bool:
    """Whether an export of this view is better made in the background."""
    count, more = listing_for(user, kind, definition, text=text).count()
    return more or count > INLINE_ROWS


__all__ = ["FORMATS", "export_records", "is_large", "queue_export", "run_export", "write_export"]
