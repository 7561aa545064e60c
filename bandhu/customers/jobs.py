"""Background work of customers; each job calls an action."""

from bandhu.customers.actions import import_runs
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
