"""The `bandhu` command: a thin layer over the apps' actions and queries.

Answers go to standard output (with `--json` as one JSON document), progress and complaints to standard error. Exit
codes are the same everywhere; `frame.ExitCode` lists them.
"""

import signal
import sys
from types import FrameType


def main() -> int:
    """Entry point of the `bandhu` script; returns the exit code."""
    # So that a database we started is stopped, whenever the signal comes.
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        # Loading what a command needs takes half a second: Ctrl C may come in it.
        from config.commands.frame import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        return 1


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


__all__ = ["main"]
