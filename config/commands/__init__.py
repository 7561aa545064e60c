"""The `bandhu` command: a thin layer over the apps' actions and queries.

Answers go to standard output (with `--json` as one JSON document), progress and complaints to standard error. Exit
codes are the same everywhere; `frame.ExitCode` lists them.
"""

import sys

from config.commands.frame import run


def main() -> int:
    """Entry point of the `bandhu` script; returns the exit code."""
    return run(sys.argv[1:])


__all__ = ["main"]
