"""Whether this process can serve: the database answers and has every migration."""

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

# Once complete, migrations stay complete while this program runs.
_complete: list[bool] = []


def readiness() -> tuple[bool, str]:
    """Returns whether requests may be sent here, and a word on why not. Blocks; call it in a thread."""
    try:
        connection.close_if_unusable_or_obsolete()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not _complete:
            if pending_migrations():
                return False, "migrations are pending"
            _complete.append(True)
    except Error:
        connection.close()
        return False, "the database does not answer"
    return True, "ready"


def pending_migrations() -> list[str]:
    """Names of migrations the database does not have yet."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]
