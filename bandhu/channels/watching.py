"""Mailboxes whose server tells at once that something came in (IMAP IDLE, RFC 2177), so that nobody waits for the next look.

A worker watches them beside its jobs: one thread and one connection for each mailbox, begun when the worker runs and never on import. What
the server tells only queues the usual reading, which still runs every two minutes by itself: a server without IDLE, a line that is dead
without saying so, or a worker that was killed costs two minutes and no mail. IDLE tells of one folder; the folder of sent mail is asked
for between, several times a minute (STATUS). Of several workers one watches a mailbox, the one whose name
stands at it (`watcher`, renewed every half minute).
"""

from __future__ import annotations

import imaplib
import logging
import os
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from uuid import UUID

from django.db import close_old_connections, connection
from django.db.models import Q
from django.utils import timezone

from bandhu.channels.actions.receiving import queue_reading
from bandhu.channels.models import Intake, MailAccount
from bandhu.channels.reading import choose, next_uid
from bandhu.channels.servers import MailServerError, imap

logger = logging.getLogger(__name__)
# How often a worker looks which mailboxes are its own, and how long its word holds.
ROUND_SECONDS, LEASE = 30.0, timedelta(seconds=100)
# A server tells of one folder only: others that are read (sent mail) are asked for between.
OTHERS_SECONDS = 20.0
# Servers end an IDLE after 29 minutes, routers forget a silent line sooner.
IDLE_SECONDS = 9 * 60
# After a line broke off: soon, then less and less often.
PAUSES = (1.0, 5.0, 30.0, 120.0, 300.0)
# A lack of IDLE is looked for again after this.
WITHOUT_SECONDS = 6 * 3_600
MOST = 200


class NoIdle(Exception):
    """The server does not know IDLE."""


class Watcher:
    """Watches mailboxes from `start` to `stop`."""

    def __init__(self, name: str = "") -> None:
        self.name = name or f"{socket.gethostname()[:50]}:{os.getpid()}"
        self._stopping = threading.Event()
        self._watches: dict[UUID, _Watch] = {}
        self._thread = threading.Thread(target=self._run, name="mail-watcher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """At once: lines are cut, and the mailboxes are free for another worker."""
        self._stopping.set()
        for watch in list(self._watches.values()):
            watch.stop()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look()
            except Exception:  # a database that restarts: the next round finds it again
                logger.exception("mailboxes to watch cannot be read")
            finally:
                close_old_connections()
            self._stopping.wait(ROUND_SECONDS)
        with suppress(Exception):  # the lease ends by itself
            MailAccount.objects.filter(watcher=self.name).update(watcher="", watched_until=None)
        connection.close()

    def look(self) -> None:
        """One round: take what is free, renew what is ours, let go of what is no longer to be watched."""
        mine = leased(self.name)
        for pk in [pk for pk in self._watches if pk not in mine]:
            self._watches.pop(pk).stop()
        for pk in mine:
            if pk not in self._watches and not self._stopping.is_set():
                self._watches[pk] = _Watch(pk)
                self._watches[pk].start()


def leased(name: str) -> set[UUID]:
    """The mailboxes `name` watches from now on, for LEASE. One statement takes them: two workers never take the same."""
    now = timezone.now()
    free = Q(watched_until__isnull=True) | Q(watched_until__lt=now) | Q(watcher=name)
    read = MailAccount.objects.filter(is_active=True, paused_at__isnull=True).exclude(imap_host="")
    ids = read.exclude(intake=Intake.NOTHING).order_by("watched_until", "pk").values("pk")[:MOST]
    wanted = MailAccount.objects.filter(free, pk__in=ids)
    wanted.update(watcher=name, watched_until=now + LEASE)
    mine = MailAccount.objects.filter(
        watcher=name, watched_until__gt=now, is_active=True, paused_at__isnull=True
    )
    return set(mine.values_list("pk", flat=True))


class _Watch(threading.Thread):
    """One mailbox."""

    def __init__(self, account_id: UUID) -> None:
        super().__init__(name=f"mail-{account_id}", daemon=True)
        self._account_id = account_id
        self._stopping = threading.Event()
        self._server: imaplib.IMAP4 | None = None

    def stop(self) -> None:
        self._stopping.set()
        if (server := self._server) is not None:
            with suppress(OSError):
                server.sock.shutdown(socket.SHUT_RDWR)

    def run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            begun = time.monotonic()
            pause = PAUSES[min(failures, len(PAUSES) - 1)]
            try:
                self._watch()
                return  # there is nothing more to watch
            except NoIdle:
                pause = WITHOUT_SECONDS
            except (MailServerError, imaplib.IMAP4.error, OSError) as error:
                logger.info("watching account %s broke off: %s", self._account_id, error)
                failures = 0 if time.monotonic() - begun > IDLE_SECONDS else failures + 1
            except Exception:
                logger.exception("watching account %s", self._account_id)
                failures += 1
            finally:
                self._server = None
                connection.close()
            self._stopping.wait(pause)

    def _watch(self) -> None:
        account = MailAccount.objects.select_related("owner").filter(pk=self._account_id).first()
        if account is None:
            return
        with imap(account) as server:
            self._server = server
            if "IDLE" not in server.capabilities:
                raise NoIdle
            choose(server, account.folder)
            others = {account.sent_folder} - {account.folder, ""}
            left = {one: next_uid(server, one) for one in others}
            server.response("EXISTS")  # how many there were
            # What came in while nobody listened.
            self._tell()
            while not self._stopping.is_set():
                is_news = wait_for_news(server, OTHERS_SECONDS if others else IDLE_SECONDS)
                here = {one: next_uid(server, one) for one in others}
                # What it told while it was asked for the others.
                is_news |= server.response("EXISTS")[1] != [None]
                if is_news or here != left:
                    self._tell()
                left = here

    def _tell(self) -> None:
        queue_reading(self._account_id)
        connection.close()


def wait_for_news(server: imaplib.IMAP4, seconds: float) -> bool:
    """Idle in the chosen folder until the server tells of something that came in (True), or until the time is over (False).

    Raises what imaplib raises for a line that broke.
    """
    with _idling(server) as lines:
        deadline = time.monotonic() + seconds
        for line in lines(deadline):
            words = line.split()
            if len(words) >= 3 and words[0] == b"*" and words[2].upper() in (b"EXISTS", b"RECENT"):
                return True
            if words[:2] == [b"*", b"BYE"]:
                raise imaplib.IMAP4.abort("the server said goodbye")
    return False


@contextmanager
def _idling(server: imaplib.IMAP4) -> Iterator[Callable[[float], Iterator[bytes]]]:
    """IDLE … DONE; within it the lines the server sends. (imaplib learns IDLE itself in Python 3.14.)"""
    tag = server._new_tag()  # type: ignore[attr-defined]
    server.send(tag + b" IDLE\r\n")
    first = server.readline()
    while first.startswith(b"*"):
        first = server.readline()
    if not first.startswith(b"+"):
        raise imaplib.IMAP4.error(f"IDLE was refused: {first[:100]!r}")

    def lines(deadline: float) -> Iterator[bytes]:
        while (left := deadline - time.monotonic()) > 0:
            if not _is_line_here(server) and not _waits(server.sock, left):
                return
            if not (line := server.readline()):
                raise imaplib.IMAP4.abort("the line broke")
            yield line

    yield lines
    server.send(b"DONE\r\n")
    while not (line := server.readline()).startswith(tag):
        if not line:
            raise imaplib.IMAP4.abort("the line broke")


def _waits(sock: socket.socket, seconds: float) -> bool:
    """Whether something comes in time. (A read that runs out of time would spoil the line for good.)"""
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        return bool(selector.select(seconds))


def _is_line_here(server: imaplib.IMAP4) -> bool:
    """Whether what was read with the last line holds more."""
    usual = server.sock.gettimeout()
    server.sock.settimeout(0)
    try:
        return bool(server.file.peek(1))  # type: ignore[union-attr]
    except (ssl.SSLWantReadError, BlockingIOError):
        return False
    finally:
        server.sock.settimeout(usual)
