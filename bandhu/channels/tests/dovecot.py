"""Debian's Dovecot as the IMAP server of a test: what most houses really have."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bandhu.channels.tests.post_office import PASSWORD, ImapServer

_CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
default_client_limit = 100
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


class Dovecot(ImapServer):
    """One mailbox, made when it is first used."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        mail = folder / "mail"
        mail.mkdir()
        for one in (folder, mail):
            one.chmod(0o777)
        # pytest's folders are closed to others; Dovecot reads mail as nobody.
        for parent in folder.parents:
            if parent.owner() == "root" and str(parent).startswith("/tmp/"):
                parent.chmod(parent.stat().st_mode | 0o011)

    def start(self) -> None:
        written = self.folder / "dovecot.conf"
        written.write_text(self.configuration())
        self.process = subprocess.Popen([dovecot(), "-F", "-c", str(written)])
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError((self.folder / "log").read_text())

    def configuration(self) -> str:
        return _CONFIGURATION.format(folder=self.folder, port=self.port, password=PASSWORD.replace(" ", "_"))

    def deliver(self, raw: bytes) -> None:
        """Into the mailbox, as a mail server beside Dovecot does."""
        place = self.folder / "mail" / self.user
        for name in ("cur", "new", "tmp"):
            (place / name).mkdir(parents=True, exist_ok=True)
        (place / "new" / f"{time.time_ns()}.test").write_bytes(raw)
        for path in (place, *place.rglob("*")):
            shutil.chown(path, "nobody", "nogroup")


def dovecot() -> str:
    return shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin") or ""


def needs_dovecot() -> None:
    """Skip where it is not installed or we are not root, which its login needs; fail on the machine that tests every change."""
    if dovecot() and os.geteuid() == 0:
        return
    if os.environ.get("BANDHU_CI"):
        pytest.fail("Dovecot is missing: apt-get install dovecot-imapd, and run as root")
    pytest.skip("Dovecot is not installed (apt-get install dovecot-imapd), or this is not root")


@pytest.fixture
def dovecot_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Dovecot]:
    """A running one whose mailbox is empty; its password is without blanks, which its configuration cannot hold."""
    needs_dovecot()
    monkeypatch.setenv("BANDHU_CALL_INSIDE", "1")
    monkeypatch.setattr("bandhu.channels.tests.post_office.PASSWORD", PASSWORD.replace(" ", "_"))
    # The paths of its sockets must be short, and a test's own folder is deep.
    with tempfile.TemporaryDirectory(prefix="mail-", dir="/tmp") as folder:
        server = Dovecot(Path(folder) / "d")
        server.start()
        try:
            yield server
        finally:
            server.stop()
