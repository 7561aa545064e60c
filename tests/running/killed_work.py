"""A worker's work in a process of its own that can be killed at any moment: `Killed` starts it, `main` is that process.

Starting the product takes seconds, a kill must come after some thousandths of one: the process forks a child for each attempt.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from tests.journeys.real_server import database_url

ROOT = Path(__file__).resolve().parents[2]


class Killed:
    """`attempt(work, seconds)` does the work and kills it after so many seconds, or as soon as `when()` says so, unless it was done before."""

    def __init__(self, **environment: str) -> None:
        given = {**os.environ, **environment, "DATABASE_URL": database_url()}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.running.killed_work"],
            cwd=ROOT, env=given | {"DJANGO_SETTINGS_MODULE": "config.settings"}, bufsize=0,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert self._answer() == "ready"

    def attempt(self, work: str, seconds: float, when: Callable[[], bool] | None = None) -> bool:
        """Whether it came to its end."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{work} {seconds}\n".encode())
        child = int(self._answer())
        while when is not None and not self._has_answered():
            if when():
                self._kill(child)
                break
        answer = self._answer()
        assert answer in ("done", "killed"), answer
        return answer == "done"

    def close(self) -> None:
        """End it; a second call does nothing."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)

    def _kill(self, child: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)

    def _has_answered(self) -> bool:
        return bool(select.select([self._process.stdout], [], [], 0)[0])

    def _answer(self) -> str:
        assert self._process.stdout is not None
        line: bytes = self._process.stdout.readline()
        return line.decode().strip()


def read_mailboxes() -> None:
    from bandhu.channels.actions import read_account
    from bandhu.channels.models import MailAccount

    for pk in MailAccount.objects.values_list("pk", flat=True):
        read_account(pk)


def send_mails() -> None:
    """What waits, and what a dead worker had in hand: its job runs once more."""
    from bandhu.channels.actions import send_queued
    from bandhu.channels.models import Mail

    _until_none_left(lambda: Mail.objects.filter(state__in=("queued", "sending")), send_queued)


def send_messages() -> None:
    from bandhu.channels.actions import send_message
    from bandhu.interactions.models import Message

    _until_none_left(lambda: Message.objects.filter(state__in=("queued", "sending")), send_message)


def read_notices() -> None:
    from bandhu.channels.actions import read_notice
    from bandhu.channels.models import RawNotice

    _until_none_left(lambda: RawNotice.objects.filter(state="waiting"), read_notice)


def _until_none_left(rows: Callable[[], object], work: Callable[[UUID], None]) -> None:
    # What a dead worker had is first put back into the queue, then sent.
    for _round in range(3):
        for pk in rows().order_by("pk").values_list("pk", flat=True):  # type: ignore[attr-defined]
            work(pk)


def main() -> None:
    import django

    django.setup()
    from bandhu.channels import actions  # noqa: F401  now, and not in each child
    from bandhu.channels.adapters import twilio

    twilio.API = os.environ.get("SERVICES_URL", twilio.API)
    print("ready", flush=True)
    for line in sys.stdin:
        work, seconds = line.split()
        print("done" if _attempt(globals()[work], float(seconds)) else "killed", flush=True)


def _attempt(work: Callable[[], None], seconds: float) -> bool:
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    print(child, flush=True)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done and os.WIFSIGNALED(status):
            return False
        if done:
            if status:
                raise SystemExit(f"the work ended with {status}")
            return True
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


if __name__ == "__main__":
    main()
