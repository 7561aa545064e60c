"""Background work of customers; each job calls an action."""

from uuid import UUID

from bandhu.customers.actions import exports, import_runs, run_scan
from bandhu.customers.scan_care import wake_silent_scans
from bandhu.platform.queue import job, periodic


@job("customers.run_import", attempts=8)
def run_import(import_id: str) -> None:
    import_runs.run_import(import_id)


@job("customers.try_import", attempts=3)
def try_import(import_id: str) -> None:
    import_runs.try_whole_import(import_id)


@job("customers.undo_import", attempts=8)
def undo_import(import_id: str) -> None:
    import_runs.run_undo(import_id)


@periodic("* * * * *", "customers.continue_imports")
def continue_imports(timestamp: int) -> None:
    import_runs.continue_abandoned()


@periodic("41 3 * * *", "customers.forget_import_files")
def forget_import_files(timestamp: int) -> None:
    import_runs.forget_import_files()


@job("customers.scan_duplicates", attempts=3)
def scan_duplicates(scan_id: str) -> None:
    run_scan(UUID(scan_id))


@periodic("*/5 * * * *", "customers.wake_silent_scans")
def wake_silent(timestamp: int) -> None:
    wake_silent_scans()


@job("customers.make_export", attempts=2)
def make_export(export_id: str) -> None:
    exports.run_export(export_id)
