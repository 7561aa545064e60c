"""Where a command writes tracebacks: into a file of the data folder. The person at the terminal gets a sentence."""

import logging
import os
from collections.abc import Callable
from pathlib import Path

from bandhu.platform.database_url import data_directory

NAME = "commands.log"
LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def log_path() -> Path:
    """The file; the folder may not be there yet."""
    return data_directory() / NAME


def log_to_file() -> Callable[[], None]:
    """Send what would go to the terminal into the file, until the answered function is called."""
    root = logging.getLogger()
    terminal = [one for one in root.handlers if one.get_name() == "stderr"]
    # Opened with the first line; owner-only, since a traceback may name customers.
    file = _OwnFile(log_path(), encoding="utf-8", delay=True)
    file.setFormatter(logging.Formatter(LINE))
    for one in terminal:
        root.removeHandler(one)
    root.addHandler(file)

    def restore() -> None:
        root.removeHandler(file)
        file.close()
        for one in terminal:
            root.addHandler(one)

    return restore


def write_down(error: BaseException) -> None:
    """Keep the traceback of an error nobody foresaw; where the folder cannot be written, it goes to the terminal."""
    try:
        restore = log_to_file()
        try:
            logging.getLogger(__name__).error("A command met an error nobody foresaw", exc_info=error)
        finally:
            restore()
    except OSError:
        logging.getLogger(__name__).error("A command met an error nobody foresaw", exc_info=error)


class _OwnFile(logging.FileHandler):
    def _open(self):  # type: ignore[no-untyped-def]
        path = Path(self.baseFilename)
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8")
