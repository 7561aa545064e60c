"""`bandhu import`, `bandhu export` and `bandhu duplicates`, for contacts."""

import sys
from pathlib import Path

import click

from bandhu.customers.matching.files import FileProblem, duplicates_in_file, write_pairs
from config.commands.frame import Failure, answer, json_option, say

_PROBLEMS = {
    "not_a_text_file": "this is no CSV. Save a workbook as CSV (UTF-8) first; inside the product its rows are compared as they are imported.",
    "file_is_empty": "the file is empty; its first row names the columns.",
}
file_argument = click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
)


@click.group("duplicates")
def duplicates_group() -> None:
    """Find records that are probably the same."""


@duplicates_group.command("contacts")
@file_argument
@click.option("--min-score", type=click.FloatRange(0, 1), default=None, help="Least probability, 0 to 1.")
@json_option
def duplicates(file: Path, min_score: float | None, as_json: bool) -> None:
    """Find the rows of a CSV FILE that are probably the same person or company.

    Writes CSV: the external ids of both, the probability, the reasons. The file is only read; nothing is stored.
    """
    limit = {} if min_score is None else {"min_score": min_score}
    try:
        pairs = duplicates_in_file(file, **limit, progress=Progress())
    except FileProblem as error:
        raise Failure(f"{file.name}: {_PROBLEMS[error.reason]}") from None
    if as_json:
        answer([pair._asdict() for pair in pairs], "", as_json=True)
    else:
        write_pairs(pairs, sys.stdout)
    say(f"{len(pairs)} pairs")


class Progress:
    """Says how far a long scan is, a line for every tenth, and only to a person."""

    def __init__(self) -> None:
        self.said = ""

    def __call__(self, step: str, share: float) -> None:
        now = f"{step} {int(share * 10) * 10} %"
        if now != self.said and sys.stderr.isatty():
            self.said = now
            say(now)
