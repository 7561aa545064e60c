"""`bandhu audit`."""

import click

from bandhu.platform import audit as trail
from config.commands.frame import ExitCode, answer, json_option, with_database


@click.group()
def audit() -> None:
    """Check that the audit trail is whole."""


@audit.command("check")
@json_option
@with_database
def check(as_json: bool) -> int:
    """Recompute the hash chain over all entries; exit code 1 if an entry was changed, removed or inserted."""
    report = trail.check_chain()
    broken = [{"entry": seal, "what": what} for seal, what in report.broken]
    data = {"checked": report.checked, "unsealed": report.unsealed, "broken": broken}
    lines = [f"{report.checked} entries checked, {report.unsealed} newer ones wait to be sealed."]
    lines += [f"Entry {one['entry']} is {one['what']}." for one in broken] or ["The trail is whole."]
    answer(data, "\n".join(lines), as_json=as_json)
    return ExitCode.FAILED if broken else ExitCode.DONE
