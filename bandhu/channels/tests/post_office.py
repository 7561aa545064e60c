"""Real mail servers for tests: an SMTP server that does as it is told, and an IMAP server with a mailbox of its own."""

from __future__ import annotations

import asyncio
import email
import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pysasl.hashing import BuiltinHash

from bandhu.channels.actions import create_account, create_own_account
from bandhu.channels.models import MailAccount

PASSWORD = "a password of the mailbox"


class SmtpServer:
    """Takes every mail into `taken` (sender, recipients, message), unless `refusals` names the recipient or `answer` is set."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, list[str], EmailMessage]] = []
        self.raw: list[bytes] = []
        self.refusals: dict[str, str] = {}
        self.answer = "250 taken"
        self.after_content: Any = None
        # Seconds between having a mail whole and saying so.
        self.pause = 0.0
        self.is_running = True
        self.controller = Controller(self, hostname="127.0.0.1", port=_free_port(), enable_SMTPUTF8=True)

    @property
    def port(self) -> int:
        return int(self.controller.port)

    def stop(self) -> None:
        """For good; a second call does nothing."""
        if self.is_running:
            self.is_running = False
            self.controller.stop()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if refusal := self.refusals.get(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server, session, envelope):
        if self.after_content == "break off":
            server.transport.abort()
            return "421 gone"
        if self.answer.startswith("250"):
            self.raw.append(envelope.content)
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            self.taken.append((envelope.mail_from, list(envelope.rcpt_tos), message))
            await asyncio.sleep(self.pause)
        return self.answer


class ImapServer:
    """pymap over a folder: one mailbox, filled through IMAP itself."""

    user = "rupa"

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, _free_port()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "pymap-etc-passwd").write_text(f"{self.user}:::::{self.user}:\n")
        password = BuiltinHash(rounds=1).hash(PASSWORD)
        (folder / "pymap-etc-shadow").write_text(f"{self.user}:{password}:::::::\n")
        (folder / "pymap-etc-group").touch()

    def start(self) -> None:
        command = "from pymap.main import main; main()"
        place = ["--host", "127.0.0.1", "--port", str(self.port), "--no-tls", "--no-service", "admin"]
        self.process = subprocess.Popen(
            [sys.executable, "-c", command, *place, "maildir", str(self.folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError("the IMAP server did not start")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)

    def put(self, message: EmailMessage | bytes, folder: str = "INBOX") -> None:
        raw = message if isinstance(message, bytes) else message.as_bytes()
        with self._signed_in() as server:
            status, said = server.append(folder, None, None, raw)
            assert status == "OK", said

    def make_folder(self, folder: str) -> None:
        with self._signed_in() as server:
            server.create(folder)

    def flags(self) -> list[bytes]:
        with self._signed_in() as server:
            server.select("INBOX", readonly=True)
            return server.uid("FETCH", "1:*", "(FLAGS)")[1]

    @contextmanager
    def _signed_in(self) -> Iterator[imaplib.IMAP4]:
        server = imaplib.IMAP4("127.0.0.1", self.port)
        server.login(self.user, PASSWORD)
        yield server
        server.logout()


@pytest.fixture
def smtp_server(monkeypatch) -> Iterator[SmtpServer]:
    monkeypatch.setenv("BANDHU_CALL_INSIDE", "1")
    server = SmtpServer()
    server.controller.start()
    yield server
    server.stop()


@pytest.fixture
def imap_server(monkeypatch, tmp_path) -> Iterator[ImapServer]:
    monkeypatch.setenv("BANDHU_CALL_INSIDE", "1")
    server = ImapServer(tmp_path / "mailboxes")
    server.start()
    yield server
    server.stop()


def own_account(
    by: Any, smtp: SmtpServer | None = None, imap: ImapServer | None = None, **values: Any
) -> MailAccount:
    """A mailbox of `by` on the servers of the test."""
    return create_own_account(actor=by, **_settings(smtp, imap, by.email) | values)


def house_account(
    by: Any, smtp: SmtpServer | None = None, imap: ImapServer | None = None, **values: Any
) -> MailAccount:
    """A mailbox of the whole house; `by` may set it up."""
    return create_account(actor=by, **_settings(smtp, imap, "office@example.com") | values)


def letter(subject: str = "Rice", text: str = "Two hundred sacks, please.", **headers: str) -> EmailMessage:
    """A plain mail from a customer; header names with "_" for "-"."""
    message = EmailMessage()
    usual = {"From": "Rahima Khatun <rahima@example.org>", "To": "rupa@example.com", "Subject": subject}
    usual["Message-ID"] = f"<{subject.lower().replace(' ', '-')}@example.org>"
    for name, value in (usual | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        message[name] = value
    message.set_content(text)
    return message


def _settings(smtp: SmtpServer | None, imap: ImapServer | None, address: str) -> dict[str, Any]:
    found: dict[str, Any] = {"name": f"Mailbox of {address}", "address": address}
    if smtp is not None:
        found |= {"smtp_host": "127.0.0.1", "smtp_port": smtp.port, "smtp_security": "none"}
    if imap is not None:
        found |= {"imap_host": "127.0.0.1", "imap_port": imap.port, "imap_security": "none"}
        found |= {"imap_user": imap.user, "imap_password": PASSWORD}
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
