"""Bringing a database to the version of the program: its tables, then what the apps keep ready in them."""

from collections.abc import Callable

from django.core.management import call_command
from django.db import connection

from bandhu.identity.ready_made import ensure_ready_made
from bandhu.platform.postgres_binaries import PostgresError
from config.readiness import pending_migrations

Report = Callable[[str], None]


def bring_up_to_date(report: Report) -> list[str]:
    """Apply pending migrations, then make missing ready-made roles, grants and what apps seed. Safe to repeat. Returns what was applied."""
    pending = pending_migrations()
    if pending:
        report(f"Bringing the database up to date: {len(pending)} steps…")
        call_command("migrate", interactive=False, verbosity=0)
    # An app of a newer version may declare permissions without any migration.
    ensure_ready_made()
    return pending


def require_up_to_date(report: Report) -> None:
    """Fill an empty database; refuse one that is older than the program (PostgresError)."""
    if not connection.introspection.table_names():
        bring_up_to_date(report)
    elif pending := pending_migrations():
        raise PostgresError(
            f"The database is older than the program ({len(pending)} steps): run bandhu migrate first."
        )
