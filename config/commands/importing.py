"""`bandhu import`: the wizard's steps without the wizard."""

import copy
import json
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
from django.db import connection

from bandhu.channels.importing.mailbox_files import maildir_blocks
from bandhu.channels.queries import answering_mailboxes
from bandhu.customers.actions import import_runs
from bandhu.customers.actions import imports as actions
from bandhu.customers.importing.attached import by_label, folded
from bandhu.customers.importing.setup import mapping_of
from bandhu.customers.imports.mapping import CUSTOM, SKIP, ColumnMapping
from bandhu.customers.imports.problems import SourceProblem
from bandhu.customers.imports.records import CULTURE_LINE, NOTE_LINE
from bandhu.customers.queries.imports import failed_file, reading_doubts, suspects, warned_file, warned_rows
from bandhu.sales.models import Pipeline
from config.commands.acting import actor_for, as_user_option
from config.commands.frame import ExitCode, Failure, Refusal, answer, json_option, say, with_database

BLOCK_BYTES = 1 << 20
POLL_SECONDS = 1.0
UNKNOWN = {"own-fields": CUSTOM, "note": NOTE_LINE, "culture-note": CULTURE_LINE, "leave-out": SKIP}
OWN = {
    "leads": {
        "assigning": "rules (the default): rows that name no owner go by the assignment rules; chosen: they go to the importing user.",
        "answering": "clock: an answer to new leads is due by the time their source allows; without it, none is.",
    },
    "tickets": {
        "mailbox": "Address of the mailbox the mails were in, or that answers leave by; the only one by default.",
    },
    "opportunities": {
        "pipeline": "Name of the pipeline whose stages the rows name; the first one by default.",
        "currency": "Currency of amounts that name none; the base currency by default.",
        "missing_customer": "Company for rows that name none; without it they are put aside.",
        "missing_rate": "first: amounts of days before the first exchange rate count by that rate; without it such rows are put aside.",
    },
}
PAPERS = ("quotes", "orders", "invoices", "subscriptions")
OWN |= {kind: {"currency": OWN["opportunities"]["currency"]} for kind in PAPERS}
TICKETS, ORIGINS = "tickets", ("zendesk", "freshdesk", "mbox")
COUNTS = ("total_rows", "created", "updated", "skipped", "failed", "warned", "suspects", "companies_created")


@click.group("import")
def import_group() -> None:
    """Bring records in from a CSV, XLSX or vCard file of any usual encoding and layout."""


_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
_FILE_OR_FOLDER = click.Path(exists=True, readable=True, path_type=Path)
_TO_WRITE = click.Path(dir_okay=False, path_type=Path)
_OPTIONS = (
    click.option(
        "--mapping",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help='JSON that says what columns are: {"Column": "target"} or a list of {"column", "target", …}.',
    ),
    click.option(
        "--match", multiple=True, help="Recognise records by external_id, email or phone (repeatable)."
    ),
    click.option(
        "--on-match", type=click.Choice(["update", "skip", "create"]), help="What to do with known ones."
    ),
    click.option(
        "--on-suspect",
        type=click.Choice(["create", "skip", "update", "fail"]),
        help="What to do with rows that are probably a known record though no such key says so.",
    ),
    click.option("--country", help="Country of phones and addresses that do not say (BD, IN, LK, …)."),
    click.option("--source", help="Name of the system the external ids come from."),
    click.option("--tag", "tags", multiple=True, help="Tag for every record (repeatable)."),
    click.option(
        "--unknown-columns",
        type=click.Choice(list(UNKNOWN)),
        help="What becomes of columns nobody knows: own fields (the default where the user may make them), "
        "lines of the note (the default otherwise), lines of the culture note, or left out.",
    ),
    click.option("--encoding", help="Read the file in this encoding instead of the one found."),
    click.option(
        "--failed-rows",
        type=_TO_WRITE,
        help="Write the rows that failed, with the reasons, to this CSV file; mended, it can be imported.",
    ),
    click.option(
        "--warned-rows",
        type=_TO_WRITE,
        help="Write the rows that were taken with a warning, and why, to this CSV file.",
    ),
)


_ORIGIN = click.option(
    "--from",
    "origin",
    type=click.Choice(ORIGINS),
    help="What FILE is: an export of a service desk (JSON, a zip of it, or its CSV), or mails (mbox, a zip of mails, "
    "the folder of a Maildir). Found out without.",
)


def _with(options: Iterable[Any]) -> Any:
    """A command with these options, shown in their order."""

    def add(command: Any) -> Any:
        for option in reversed(list(options)):
            command = option(command)
        return command

    return add


def _own_options(kind: str) -> list[Any]:
    """What only one kind of rows can be told."""
    options = [
        click.option(f"--{name.replace('_', '-')}", help=text) for name, text in OWN.get(kind, {}).items()
    ]
    return [*options, _ORIGIN] if kind == TICKETS else options


def _import_command(kind: str) -> None:
    @import_group.command(
        kind.replace("_", "-"),
        help=f"Bring {kind.replace('_', '-')} in from FILE; exit code 3 when some rows failed.",
    )
    @click.argument("file", type=_FILE_OR_FOLDER if kind == TICKETS else _FILE)
    @_with([*_OPTIONS, *_own_options(kind)])
    @click.option("--dry-run", is_flag=True, help="Only say what would happen.")
    @click.option("--yes", is_flag=True, help="Start without asking.")
    @as_user_option
    @json_option
    @with_database
    def command(file: Path, mapping: Path | None, email: str | None, as_json: bool, **wishes: Any) -> int:
        actor = actor_for(email)
        try:
            # Records that a script brings in belong to nobody until somebody takes them.
            run = _set_up(kind, file, mapping, actor, {**wishes, "owner": None if email else "nobody"})
            doubts = reading_doubts(actor, run)
            for doubt in doubts:
                say(f"Warning: {doubt} --encoding chooses another one.")
            if wishes["dry_run"] or not wishes["yes"]:
                run = actions.try_import(run, actor=actor, at_once=True)
                if wishes["dry_run"]:
                    run.preview["warnings"] = doubts
                    told = json.dumps(run.preview, ensure_ascii=False, indent=2, default=str)
                    answer(run.preview, told, as_json=as_json)
                    return ExitCode.DONE
                _ask(run)
            run = _carry_out(actions.start_import(run, actor=actor))
        except SourceProblem as problem:
            raise Failure(f"{file.name}: {problem.sentence}") from None
        _write_rows(run, actor, wishes)
        figures, code = _figures(run, actor, doubts)
        answer(figures, _sentence(run), as_json=as_json)
        return code


def _write_rows(run: Any, actor: Any, wishes: dict[str, Any]) -> None:
    """What failed and what was taken with a warning, into the files asked for."""
    if run.failed and wishes["failed_rows"]:
        with wishes["failed_rows"].open("wb") as out:
            out.writelines(failed_file(actor, run))
    if run.warned and wishes["warned_rows"]:
        with wishes["warned_rows"].open("wb") as out:
            out.writelines(warned_file(actor, run))


def _figures(run: Any, actor: Any, doubts: list[str]) -> tuple[dict[str, Any], int]:
    """What a run came to, for scripts, and its exit code."""
    figures = {"id": str(run.pk), "state": run.state, **{name: getattr(run, name) for name in COUNTS}}
    figures["encoding"] = run.reading["dialect"]["encoding"] if run.reading["kind"] == "csv" else None
    figures["warnings"] = doubts
    figures["warned_rows"] = [_warned(line) for line in warned_rows(actor, run)]
    figures["likely_duplicates"] = _likely(actor, run)
    figures["columns"] = {one.column: _becomes(one) for one in mapping_of(run)}
    code = ExitCode.PARTLY if run.failed else ExitCode.DONE
    if run.state != "done":
        code = ExitCode.FAILED
        error_code = run.error.get("code", run.state)
        figures |= {"error": _sentence(run), "error_code": error_code, "exit_code": code}
    return figures, code


for _kind in ("contacts", "companies", "leads", "opportunities", *PAPERS, "payments", "follow_ups", TICKETS):
    _import_command(_kind)


def _becomes(column: ColumnMapping) -> str:
    """What a column became, for scripts: a field of ours, "own field", "note_line", "culture_line" or "skip"."""
    return "own field" if column.target.startswith("field:") else column.target


def _set_up(kind: str, file: Path, mapping: Path | None, actor: Any, wishes: dict[str, Any]) -> Any:
    blocks = maildir_blocks(file) if file.is_dir() else _blocks(file)
    form = wishes.get("origin") or ""
    run = actions.upload_import(actor=actor, file_name=file.name, blocks=blocks, kind=kind, form=form)
    if wishes["encoding"]:
        run = actions.change_reading(run, actor=actor, changes={"encoding": wishes["encoding"]})
    if wishes["unknown_columns"]:
        run = actions.map_columns(run, actor=actor, columns=_unknown(run, UNKNOWN[wishes["unknown_columns"]]))
    if mapping is not None:
        run = actions.map_columns(run, actor=actor, columns=_columns(mapping))
    options = {
        "match": list(wishes["match"]),
        "on_match": wishes["on_match"],
        "on_suspect": wishes["on_suspect"],
        "country": wishes["country"],
        "source": wishes["source"],
        "tags": list(wishes["tags"]),
        "owner": wishes["owner"],
        **(
            {name: wishes[name] for name in OWN.get(kind, {})}
            if kind != TICKETS
            else _mailbox(run, wishes["mailbox"], actor)
        ),
    }
    if options.get("pipeline"):
        options["pipeline"] = _pipeline(options["pipeline"])
    given = {name: value for name, value in options.items() if value}
    return actions.choose_options(run, actor=actor, **given) if given else run


def _mailbox(run: Any, address: str | None, actor: Any) -> dict[str, str]:
    """The option that names the mailbox: of mails the one they were in, of tickets the one that answers leave by."""
    if not address:
        return {}
    found = [one for one in answering_mailboxes(actor) if folded(one.address) == folded(address)]
    if not found:
        raise Failure(f"There is no mailbox {address} whose mail comes into the inbox.")
    return {"mailbox" if run.kind == "mails" else "place": str(found[0].pk)}


def _pipeline(name: str) -> str:
    """The id of the pipeline of this name, in any language of the house."""
    found = by_label(Pipeline.objects.filter(is_active=True)).get(folded(name))
    if found is None:
        raise Failure(f"There is no pipeline “{name}”.")
    return str(found.pk)


def _blocks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while block := opened.read(BLOCK_BYTES):
            yield block


def _unknown(run: Any, target: str) -> list[dict[str, Any]]:
    return [
        {"column": one.column, "target": target}
        for one in mapping_of(run)
        if one.target in (CUSTOM, NOTE_LINE)
    ]


def _columns(mapping: Path) -> list[dict[str, Any]]:
    try:
        said = json.loads(mapping.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise Failure(f"{mapping.name} is no JSON: {error}") from None
    if isinstance(said, dict):
        said = [
            {"column": column, **(target if isinstance(target, dict) else {"target": target})}
            for column, target in said.items()
        ]
    if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
        raise Failure(f'{mapping.name} must hold {{"Column": "target"}} or a list of {{"column", "target"}}.')
    return said


def _ask(run: Any) -> None:
    if not sys.stdin.isatty():
        raise Refusal(
            "Nothing was imported: say --yes to start without asking, or --dry-run to see what would happen."
        )
    say(json.dumps(run.preview, ensure_ascii=False, indent=2, default=str))
    click.confirm("Import this?", abort=True, err=True)


def _carry_out(run: Any) -> Any:
    """Do the work here, or watch a worker that was faster; either way until it has ended."""
    finished = threading.Event()
    if sys.stderr.isatty():
        threading.Thread(target=_show_progress, args=(copy.copy(run), finished), daemon=True).start()
    try:
        while True:
            import_runs.run_import(str(run.pk))
            run.refresh_from_db()
            if run.state not in ("waiting", "running"):
                return run
            finished.wait(POLL_SECONDS)
    finally:
        finished.set()


def _show_progress(run: Any, finished: threading.Event) -> None:
    while not finished.wait(POLL_SECONDS):
        run.refresh_from_db()
        say(f"{run.done_rows} of {run.total_rows or '?'} rows")
    connection.close()


def _likely(actor: Any, run: Any) -> list[dict[str, Any]]:
    """The first new records that are probably the same as another one, with score (0 to 1) and reasons."""
    return [
        {
            "row": line["row"].number,
            "id": str(line["row"].record_id),
            "other_id": str(line["row"].suspect_of),
            "score": line["score"],
            "reasons": line["reasons"],
        }
        for line in suspects(actor, run)
    ]


def _warned(line: dict[str, Any]) -> dict[str, Any]:
    return {"row": line["number"], "line": line["line"], "why": [str(one) for one in line["sentences"]]}


def _sentence(run: Any) -> str:
    if run.state != "done":
        return f"The import stopped ({run.state}): {run.error.get('message', '')}"
    said = f"{run.created} created, {run.updated} changed, {run.skipped} skipped, {run.failed} failed"
    if run.warned:
        said += f", {run.warned} with a warning (--warned-rows FILE says which and why)"
    if run.suspects:
        said += f", {run.suspects} probably known already"
    return f"{said}. Take it back with the import {run.pk}." if run.created or run.updated else said + "."
