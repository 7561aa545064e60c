"""`bandhu audit`."""

import re

import click

from bandhu.platform import audit as trail
from config.commands.frame import ExitCode, answer, json_option, with_database


def _head(context: click.Context, option: click.Parameter, typed: str) -> str:
    if typed and not re.fullmatch(r"[0-9]{1,18}:[0-9a-f]{64}", typed):
        raise click.BadParameter("give it as an earlier check printed it.")
    return typed


@click.group()
def audit() -> None:
    """Check that the audit trail is whole."""


@audit.command("check")
@click.option(
    "--noted",
    default="",
    callback=_head,
    metavar="HEAD",
    help="The head an earlier check printed: finds entries cut off at the end, too.",
)
@json_option
@with_database
def check(noted: str, as_json: bool) -> int:
    """Recompute the hash chain over all entries; exit code 1 if an entry was changed, removed or inserted."""
    report = trail.check_chain(noted=noted)
    broken = [{"entry": seal, "what": what} for seal, what in report.broken]
    data = {"checked": report.checked, "unsealed": report.unsealed, "broken": broken, "head": report.head}
    lines = [f"{report.checked} entries checked, {report.unsealed} newer ones wait to be sealed."]
    lines += [f"Entry {one['entry']} is {one['what']}." for one in broken] or ["The trail is whole."]
    lines.append(f"Its head, to note somewhere else: {report.head}")
    answer(data, "\n".join(lines), as_json=as_json)
    return ExitCode.FAILED if broken else ExitCode.DONE
