"""`bandhu migrate`."""

import click

from config.commands.frame import answer, json_option, say, with_server
from config.readiness import pending_migrations
from config.upgrade import bring_up_to_date


@click.command()
@click.option("--check", is_flag=True, help="Only say what is pending; exit code 1 if anything is.")
@click.option("--quiet", is_flag=True, help="Say nothing when there is nothing to do.")
@json_option
@with_server
def migrate(check: bool, quiet: bool, as_json: bool) -> int:
    """Bring the database to the version of the program. Safe to run again."""
    pending = pending_migrations()
    if check:
        answer({"pending": pending}, "\n".join(pending) or "Nothing is pending.", as_json=as_json)
        return 1 if pending else 0
    bring_up_to_date(say)
    if as_json or pending or not quiet:
        answer(
            {"applied": pending},
            f"The database is up to date ({len(pending)} steps done now).",
            as_json=as_json,
        )
    return 0
