"""`bandhu export`: whole records into a file; contacts and companies in a layout that comes in again equal."""

import os
import sys
from pathlib import Path

import click

from bandhu.customers.actions.exports import export_records
from config.commands.acting import actor_for, as_user_option
from config.commands.frame import Refusal, answer, json_option, with_database

FORMATS = {".csv": "csv", ".xlsx": "xlsx", ".jsonl": "jsonl", ".vcf": "vcf"}
KINDS = {
    "contacts": "contact", "companies": "company", "leads": "lead", "opportunities": "opportunity", "quotes": "quote",
    "orders": "order", "invoices": "invoice", "payments": "payment", "subscriptions": "subscription", "meetings": "meeting",
    "bookings": "booking", "follow-ups": "follow_up",
}  # fmt: skip


@click.group("export")
def export_group() -> None:
    """Write records to a file: CSV, XLSX, JSON lines or vCard, by the name's ending."""


def _export_command(kind: str) -> None:
    @export_group.command(kind, help=f"Write all {kind} to FILE (or to standard output, as CSV, for -).")
    @click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
    @click.option(
        "--format", "file_format", type=click.Choice(list(FORMATS.values())), help="Instead of the ending."
    )
    @click.option("--force", is_flag=True, help="Replace FILE if it exists.")
    @as_user_option
    @json_option
    @with_database
    def command(file: Path, file_format: str | None, force: bool, email: str | None, as_json: bool) -> None:
        if str(file) != "-":
            _check_place(file, file_format, force)
        chosen = file_format or FORMATS.get(file.suffix.lower(), "csv")
        blocks = export_records(actor=actor_for(email), kind=KINDS[kind], file_format=chosen)
        if str(file) == "-":
            sys.stdout.buffer.writelines(blocks)
            return
        # Written beside and renamed: a file of this name is always whole.
        half = file.with_name(f".{file.name}.half")
        try:
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                out.writelines(blocks)
            half.replace(file)
        finally:
            half.unlink(missing_ok=True)
        size = file.stat().st_size
        answer({"path": str(file), "format": chosen, "bytes": size}, f"{file}: {size} bytes", as_json=as_json)


def _check_place(file: Path, file_format: str | None, force: bool) -> None:
    if not file_format and file.suffix.lower() not in FORMATS:
        raise Refusal(f"The name's ending says the format: {', '.join(FORMATS)}. Or name it with --format.")
    if not file.parent.is_dir():
        raise Refusal(f"There is no folder {file.parent}; make it first.")
    if file.exists() and not force:
        raise Refusal(f"{file} exists already; --force replaces it.")


for _kind in KINDS:
    _export_command(_kind)
