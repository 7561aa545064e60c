"""`bandhu demo`: a company to try everything on."""

import importlib
import json
import subprocess
from time import monotonic
from typing import Any

import click

from bandhu.platform.database_url import data_directory
from config import stamp
from config.commands.frame import Failure, Refusal, answer, database, json_option, say, set_up_django
from config.commands.serve import bandhu_command, host_option, port_option, processes_option, run_everything


@click.command()
@host_option
@port_option
@processes_option
@click.option("--serve/--no-serve", default=True, help="Start the product afterwards (the default).")
@json_option
def demo(host: str, port: int, processes: int, serve: bool, as_json: bool) -> None:
    """Fill an empty database with a demonstration company, then run everything on this machine.

    Prints the accounts to sign in with. Started again it keeps what is there. A database with work of your own is
    left alone (exit code 4).
    """
    begun = monotonic()
    server = database()
    if not serve:
        made = _fill_here()
        answer(made, accounts_table(made), as_json=as_json)
        return
    # A demonstration filled by this very program needs no second look; its accounts are known.
    known = data_directory() / "demo-accounts.json"
    if stamp.is_fresh(server) and known.exists():
        made = json.loads(known.read_text())
    else:
        made = _fill_elsewhere()
        stamp.remember(server)
    answer(made, accounts_table(made), as_json=as_json)
    run_everything(host, port, processes, 4, server, begun)


def _fill_elsewhere() -> dict[str, Any]:
    # In a process of its own: the one that stays is forked from, so it must not be connected to the database.
    done = subprocess.run(  # noqa: S603
        bandhu_command("demo", "--no-serve", "--json"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        raise Failure("The demonstration was not filled in, see above.")
    made: dict[str, Any] = json.loads(done.stdout)
    return made


def _fill_here() -> dict[str, Any]:
    set_up_django()
    demonstration = importlib.import_module("config.demonstration")
    try:
        made: dict[str, Any] = demonstration.fill(say)
    except demonstration.NotEmpty as error:
        raise Refusal(str(error.message)) from None
    return made


def accounts_table(made: dict[str, Any]) -> str:
    """The accounts, one a line, as people read them."""
    accounts = made["accounts"]
    width = max(len(account["email"]) for account in accounts)
    roles = max(len(account["role"]) for account in accounts)
    lines = [
        f"  {account['email']:<{width}}  {account['role']:<{roles}}  {account['password']}  {account['name']}"
        for account in accounts
    ]
    return "\n".join(["Sign in with one of these (mail address, role, password, name):", "", *lines, ""])
