"""An embedded database of its own for the bench, and Django set up on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import psycopg

from bandhu.platform.postgres_home import Home

# What pages of customers, their search and their timelines are read from.
_WARM = """
    SELECT sum(pg_prewarm(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'i')
      AND (c.relname ~ '^(customers|identity|platform_search|contact_|company_|search_|phones_|mails_)'
           OR c.relname ~ '^interactions.*(contact_id|words|pkey)')
"""


def warm(data: str | Path) -> None:
    """Read into PostgreSQL's memory what a server that has run for a while has there (pg_prewarm); nothing with `DATABASE_URL`."""
    if os.environ.get("DATABASE_URL"):
        return
    home = Home(Path(data).absolute())
    with psycopg.connect(**home.conninfo(superuser=True), autocommit=True) as link:
        link.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
        link.execute(_WARM)


@contextmanager
def running_database(data: str | Path, *, migrate: bool = False) -> Iterator[None]:
    """Run the embedded PostgreSQL of the folder as in production (durable), with Django connected to it.

    `DATABASE_URL`, where set, names another server instead.
    """
    os.environ["BANDHU_DATA"] = str(Path(data).absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from bandhu.platform.embedded_postgres import ensure_running

    server = None if os.environ.get("DATABASE_URL") else ensure_running(data, report=print)
    try:
        django.setup()
        if migrate:
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
        from config.memory import settle

        settle()  # as a web process does
        yield
    finally:
        from django.db import connections

        connections.close_all()
        if server:
            server.release()
