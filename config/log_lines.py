"""What goes into the log, and how much of it."""

import logging


class ShortRefusals(logging.Filter):
    """A refusal (403) is one line: it is an answer, not a fault, and Django would write down where it was raised."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", None) == 403:
            record.exc_info = None
        return True
