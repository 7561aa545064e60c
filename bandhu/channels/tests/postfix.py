"""Debian's Postfix as the mail server of a test: it takes our mail, hands it on to a server of the test, and tells what became of it.

What comes for example.com it puts into the mailbox the Dovecot of the test reads; everything else goes to `next_port`.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from bandhu.channels.tests.post_office import _free_port

_QUEUES = (
    "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "maildrop", "private", "public", "saved", "trace",
)  # fmt: skip
_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {programs}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.example.com
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
local_recipient_maps =
smtp_dns_support_level = disabled
smtp_host_lookup = native
relayhost = [127.0.0.1]:{next_port}
smtpd_relay_restrictions = permit_mynetworks, reject
smtputf8_enable = yes
virtual_mailbox_domains = example.com
virtual_mailbox_base = {mail}
virtual_mailbox_maps = static:{user}/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    def __init__(self, folder: Path, mail: Path, user: str, next_port: int) -> None:
        self.folder, self.mail, self.user, self.next_port = folder, mail, user, next_port
        self.port = _free_port()

    def start(self) -> None:
        queue, data = self.folder / "queue", self.folder / "data"
        for one in (queue, data, queue / "pid", *(queue / name for name in _QUEUES)):
            one.mkdir(parents=True, exist_ok=True)
            one.chmod(0o755)
        for name in _QUEUES:
            shutil.chown(queue / name, "postfix")
        shutil.chown(data, "postfix")
        for name in ("maildrop", "public"):
            shutil.chown(queue / name, "postfix", "postdrop")
        nobody = pwd.getpwnam("nobody")
        values = {
            "folder": self.folder, "programs": _programs(), "mail": self.mail, "user": self.user, "next_port": self.next_port,
            "uid": nobody.pw_uid, "gid": grp.getgrnam("nogroup").gr_gid, "port": self.port,
        }  # fmt: skip
        (self.folder / "main.cf").write_text(_MAIN.format(**values))
        (self.folder / "master.cf").write_text(_MASTER.format(**values))
        self.process = subprocess.Popen(
            [f"{_programs()}/master", "-c", str(self.folder), "-d"],
            env=os.environ | {"MAIL_CONFIG": str(self.folder)},
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError(self.log)

    @property
    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text() if path.exists() else "nothing was logged"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)


def _programs() -> str:
    return next((one for one in ("/usr/lib/postfix/sbin", "/usr/libexec/postfix") if os.path.isdir(one)), "")


def needs_postfix() -> None:
    """As for Dovecot: it is skipped off the machine that tests every change, never there."""
    if os.path.exists(f"{_programs()}/master") and os.geteuid() == 0:
        return
    if os.environ.get("BANDHU_CI"):
        pytest.fail("Postfix is missing: apt-get install postfix, and run as root")
    pytest.skip("Postfix is not installed (apt-get install postfix), or this is not root")
