"""`bandhu doctor`."""

import click

from config.commands.frame import answer, json_option, with_server
from config.doctor import Level, examine

MARKS = {Level.GOOD: "ok     ", Level.WARNING: "warning", Level.FAULT: "FAULT  "}


@click.command()
@json_option
@with_server
def doctor(as_json: bool) -> int:
    """Check that everything is in order and say what is not.

    Exit code 0: all is well; 1: there are warnings; 2: something does not work.
    """
    findings = examine()
    data = [{"level": one.level.name.lower(), "about": one.about, "says": one.says} for one in findings]
    answer(
        data, "\n".join(f"{MARKS[one.level]}  {one.about}: {one.says}" for one in findings), as_json=as_json
    )
    return max(one.level for one in findings)
