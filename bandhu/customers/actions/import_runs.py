"""Imports at work: what the jobs call. Each chunk is one transaction with its checkpoint, so a killed worker loses nothing."""

from __future__ import annotations

import gc
import logging
from datetime import timedelta
from itertools import count
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from bandhu.customers.events import ImportFinished, ImportUndone
from bandhu.customers.importing.chunks import CheckpointMoved, Runner, preview, without_collecting
from bandhu.customers.importing.setup import forget_old_files, prepare
from bandhu.customers.importing.undo import undo_chunk
from bandhu.customers.importing.writing import lock_run, unlock_run
from bandhu.customers.imports.problems import SourceProblem
from bandhu.customers.models import Import, ImportedRow
from bandhu.identity.acting import action
from bandhu.identity.results import Denied
from bandhu.platform import audit, live, queue
from bandhu.platform.events import publish
from bandhu.platform.table_statistics import refresh_statistics

logger = logging.getLogger(__name__)
UNDO_CHUNK = 2_000
COLLECT_EVERY = 4  # chunks: reference cycles are few, and looking for them walks through everything alive
GOING = (Import.State.WAITING, Import.State.RUNNING)


@action("customers.import_contacts")
def run_import_chunk(run: Import, *, actor: Any, runner: Runner) -> bool:
    """Write the next chunk; False at the end of the file. Rolled back whole when anything fails."""
    chunk = runner.next_chunk()
    if not chunk:
        return False
    runner.write(chunk)
    return True


def run_import(import_id: str) -> None:
    """Carry an import on from its checkpoint until it ends, is paused, or this process dies. Safe to call twice."""
    run = Import.objects.select_related("actor__team").filter(pk=import_id).first()
    if run is None or not lock_run(run):
        return
    try:
        run.refresh_from_db(fields=["state", "done_rows"])
        if run.state in GOING:
            _carry_on(run)
    except CheckpointMoved:
        return
    except SourceProblem as problem:
        _fail(run, {"code": problem.code, "message": problem.sentence, "params": problem.params})
    except Denied as problem:
        _fail(run, {"code": "denied", "message": str(problem.reason)})
    except (OperationalError, InterfaceError):
        raise  # the database is gone: the job tries again, from the checkpoint
    except Exception as problem:
        _fail(run, unforeseen(problem))
    finally:
        unlock_run(run)


def unforeseen(problem: Exception) -> dict[str, Any]:
    """An error nobody foresaw, as the import keeps it: a sentence for the person, the traceback for the log."""
    logger.exception("An import met an error nobody foresaw")
    message = _(
        "The import met an error nobody foresaw (%(error)s). What is in stays; the log of the server says more."
    )
    return {"code": "unforeseen", "message": message % {"error": type(problem).__name__}}


def _carry_on(run: Import) -> None:
    if run.total_rows is None:
        with transaction.atomic():
            prepare(run)
            run.save(update_fields=["total_rows", "mapping", "options"])
    Import.objects.filter(pk=run.pk, state=Import.State.WAITING).update(state=Import.State.RUNNING)
    runner = Runner(run)
    try:
        with without_collecting():
            _write_chunks(run, runner)
    finally:
        runner.close()


def _write_chunks(run: Import, runner: Runner) -> None:
    for number in count(1):
        if not Import.objects.filter(pk=run.pk, state=Import.State.RUNNING).exists():
            return
        if not run_import_chunk(run, actor=run.actor, runner=runner):
            _finish(run)
            refresh_statistics()
            return
        if number % COLLECT_EVERY == 0:
            gc.collect()


@transaction.atomic
def _finish(run: Import) -> None:
    done = Import.objects.filter(pk=run.pk, state=Import.State.RUNNING)
    if not done.update(state=Import.State.DONE, finished_at=timezone.now(), total_rows=run.done_rows):
        return
    run.refresh_from_db()
    counts = {"created": run.created, "changed": run.updated, "failed": run.failed}
    publish(ImportFinished(import_id=str(run.pk), kind=run.kind, **counts), actor=run.actor)
    audit.record_change(
        "import finished", actor=run.actor, kind="import", record_id=run.pk, title=run.file_name,
        changes={name: (None, value) for name, value in counts.items()},
    )  # fmt: skip
    live.hint(f"import:{run.pk}")


def _fail(run: Import, error: dict[str, Any]) -> None:
    Import.objects.filter(pk=run.pk).update(
        state=Import.State.FAILED, error=error, finished_at=timezone.now()
    )
    live.hint(f"import:{run.pk}")


def run_undo(import_id: str) -> None:
    """Walk the traces of an import backwards and take each back. Continues where a killed worker stopped."""
    run = Import.objects.select_related("actor").filter(pk=import_id).first()
    if run is None or not lock_run(run):
        return
    try:
        run.refresh_from_db()
        while run.state == Import.State.UNDOING and _undo_next(run):
            run.refresh_from_db()
        refresh_statistics()
    finally:
        unlock_run(run)


@transaction.atomic
def _undo_next(run: Import) -> bool:
    rows = run.imported_rows.filter(undo=ImportedRow.Undo.NOT_YET).order_by("-pk")
    traces = list(rows[:UNDO_CHUNK])
    if not traces:
        Import.objects.filter(pk=run.pk).update(state=Import.State.UNDONE, finished_at=timezone.now())
        publish(
            ImportUndone(import_id=str(run.pk), kind=run.kind, undone=run.undone, kept=run.kept),
            actor=run.actor,
        )
        live.hint(f"import:{run.pk}")
        return False
    undone, kept = undo_chunk(run, traces)
    Import.objects.filter(pk=run.pk).update(
        undone=F("undone") + undone, kept=F("kept") + kept, undo_below=traces[-1].pk, beat_at=timezone.now()
    )
    live.hint(f"import:{run.pk}")
    return True


def continue_abandoned() -> None:
    """Queue imports whose worker has died: no sign of life for a minute though they should be running."""
    silent = timezone.now() - timedelta(seconds=60)
    for run in Import.objects.filter(state__in=(*GOING, Import.State.UNDOING), beat_at__lt=silent):
        name = "customers.undo_import" if run.state == Import.State.UNDOING else "customers.run_import"
        queue.enqueue(name, queueing_lock=f"continue-import:{run.pk}", import_id=str(run.pk))


def try_whole_import(import_id: str) -> None:
    """The background half of `try_import`."""
    run = Import.objects.select_related("actor").get(pk=import_id)
    if run.state == Import.State.CHECKING:
        try:
            found = preview(run)
        except SourceProblem as problem:
            _fail(run, {"code": problem.code, "message": problem.sentence, "params": problem.params})
            return
        except (OperationalError, InterfaceError):
            raise
        except Exception as problem:
            _fail(run, unforeseen(problem))
            return
        Import.objects.filter(pk=run.pk, state=Import.State.CHECKING).update(
            preview=found, state=Import.State.DRAFT
        )
        live.hint(f"import:{run.pk}")


def forget_import_files() -> int:
    """Delete files of imports that are kept no longer (`BANDHU_IMPORT_FILE_DAYS`); returns of how many."""
    return forget_old_files(settings.IMPORT_FILE_DAYS)
