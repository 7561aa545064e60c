"""What every process forked from the loaded one does first."""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15


def begin(name: str) -> None:
    """Be known by `name`, answer signals like any process, and end when the parent does, however it ends."""
    name_process(name)
    # The parent's handlers came along and would act on things that are the parent's.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    _control(PR_SET_PDEATHSIG, signal.SIGTERM)


def name_process(name: str) -> None:
    """The name `ps` and `top` show, at most 15 letters; forked processes share their parent's command line."""
    _control(PR_SET_NAME, name.encode())


def _control(option: int, value: int | bytes) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value)
