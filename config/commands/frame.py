"""What every command shares: finding it, starting Django and the database for it, its answers and exit codes."""

import enum
import functools
import importlib
import json
import os
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, ParamSpec, TypeVar

import click
import django
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.db import DataError, IntegrityError
from django.db import Error as DatabaseError

from bandhu import __version__
from bandhu.platform.database_url import data_directory, uses_embedded
from bandhu.platform.embedded_postgres import Server, ensure_running
from bandhu.platform.origin import coming_from
from bandhu.platform.postgres_binaries import PostgresError
from config.commands.log_file import log_path, log_to_file, write_down

P = ParamSpec("P")
R = TypeVar("R")
SETTINGS = "config.settings"


class ExitCode(enum.IntEnum):
    """What a script may rely on."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    PARTLY = 3
    REFUSED = 4
    DATABASE = 5


EXIT_CODES = """
\b
Exit codes:
  0  done
  1  failed; the message says why
  2  the command was not understood
  3  partly done: some rows failed and were written aside
  4  refused: not allowed, or something is in the way
  5  the database cannot be reached or used
"""


class Refusal(click.ClickException):
    """The command could run but must not."""

    exit_code = ExitCode.REFUSED


class Failure(click.ClickException):
    """The command ran and did not succeed."""

    exit_code = ExitCode.FAILED


class Entry(NamedTuple):
    """Where a command lives. With `django`, its module may import the apps' doors."""

    module: str
    attribute: str
    django: bool
    help: str


COMMANDS = {
    "serve": Entry("serve", "serve", False, "Run everything on this machine: web, worker and database."),
    "web": Entry("serve", "web", False, "Run the web server alone."),
    "worker": Entry("serve", "worker", False, "Run the worker for background jobs alone."),
    "migrate": Entry("database", "migrate", True, "Bring the database to the version of the program."),
    "demo": Entry("demo", "demo", False, "Fill the database with a demonstration company."),
    "doctor": Entry("doctor", "doctor", True, "Check that everything is in order and say what is not."),
    "backup": Entry("backup", "backup", True, "Save database and files into one folder or file."),
    "restore": Entry("backup", "restore", True, "Bring a backup back into an empty place, and check it."),
    "user": Entry("accounts", "user", True, "Create and list users."),
    "token": Entry("accounts", "token", True, "Create a token for the API."),
    "import": Entry("importing", "import_group", True, "Bring records in from a file."),
    "export": Entry("exporting", "export_group", True, "Write records to a file."),
    "duplicates": Entry("contacts", "duplicates_group", True, "Find records that are probably the same."),
    "reindex": Entry("searching", "reindex", True, "Write the search index again."),
    "audit": Entry("audit", "audit", True, "Check that the audit trail is whole."),
}


class Commands(click.Group):
    """Loads a command's module only when it is asked for, and Django only for those that need it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        if entry.django:
            set_up_django()
            ctx.find_root().call_on_close(log_to_file())
        command: click.Command = getattr(
            importlib.import_module(f"config.commands.{entry.module}"), entry.attribute
        )
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])


@click.group(cls=Commands, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="bandhu")
def bandhu() -> None:
    """Bandhu keeps your customers: people, companies, one timeline.

    BANDHU_DATA names the folder of the embedded database and of files, BANDHU_PORT the port of the web server,
    DATABASE_URL another PostgreSQL (16 or later) instead of the embedded one.
    """


def run(arguments: Sequence[str]) -> int:
    """Run one command and turn every trouble into a sentence and an exit code; with --json into a document too."""
    try:
        with coming_from("command"):
            result = bandhu.main(args=list(arguments), prog_name="bandhu", standalone_mode=False)
    except click.exceptions.Abort:
        say("Stopped.")
        return _told(arguments, "Stopped.", ExitCode.FAILED)
    except click.ClickException as error:
        error.show()
        return _told(arguments, error.format_message(), error.exit_code)
    except Exception as error:
        message, code = _explained(error)
        say(f"Error: {message}")
        return _told(arguments, message, code)
    return result if isinstance(result, int) else ExitCode.DONE


def _explained(error: Exception) -> tuple[str, ExitCode]:
    """The sentence and the exit code for an error that no command handles itself."""
    if isinstance(error, ValidationError):
        return "\n".join(error.messages).strip(), ExitCode.FAILED
    if isinstance(error, PermissionDenied):
        return str(error).strip() or "This is not allowed.", ExitCode.REFUSED
    refused_rows = isinstance(error, IntegrityError | DataError)
    if isinstance(error, PostgresError | DatabaseError) and not refused_rows:
        return str(error).strip(), ExitCode.DATABASE
    if isinstance(error, ImproperlyConfigured | OSError):
        return str(error).strip(), ExitCode.FAILED
    write_down(error)
    message = f"This ended with an error nobody foresaw ({type(error).__name__}); {log_path()} says where."
    return message, ExitCode.FAILED


def _told(arguments: Sequence[str], message: str, code: int) -> int:
    """A script that asked for JSON is told in JSON what went wrong."""
    if "--json" in arguments:
        answer({"error": message, "exit_code": int(code)}, "", as_json=True)
    return code


@functools.cache
def set_up_django() -> None:
    """Load the settings and the apps; touches no database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()


def database() -> Server | None:
    """Have the embedded database running until the command ends; None where `DATABASE_URL` names another."""
    server = embedded_server()
    if server is not None:
        click.get_current_context().find_root().call_on_close(server.release)
    return server


def embedded_server() -> Server | None:
    """A share in the running embedded database, which the caller releases; None where `DATABASE_URL` names another."""
    if not uses_embedded():
        return None
    return ensure_running(data_directory(), durable="BANDHU_TESTING" not in os.environ, report=say)


def with_database(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a command that reads or writes records."""

    @functools.wraps(function)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        database()
        importlib.import_module("config.upgrade").require_up_to_date(say)
        return function(*args, **kwargs)

    return inner


def with_server(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a command that needs a running server, whatever is in it."""

    @functools.wraps(function)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        database()
        return function(*args, **kwargs)

    return inner


json_option = click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document.")


def say(text: str) -> None:
    """A sentence for the person at the terminal; never part of the answer."""
    click.echo(text, err=True)


def answer(data: Any, text: str, *, as_json: bool) -> None:
    """The answer, on standard output: `text` for people, `data` as JSON for scripts."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str) if as_json else text)
