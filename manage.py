#!/usr/bin/env python
"""Django's own command line, for developers; people who run Bandhu use the `bandhu` command."""

import os
import sys

from django.core.management import execute_from_command_line

from bandhu.platform.database_url import data_directory, uses_embedded
from bandhu.platform.embedded_postgres import ensure_running

# These work on files alone; starting a database for them would only cost time.
WITHOUT_DATABASE = {
    "check",
    "compilemessages",
    "makemessages",
    "collectstatic",
    "help",
    "version",
    "diffsettings",
}


def main() -> None:
    """Run one management command, with the embedded database at hand where it may be needed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command in WITHOUT_DATABASE or not uses_embedded():
        execute_from_command_line(sys.argv)
    else:
        with ensure_running(data_directory()):
            execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
