"""A mailbox of many years connected for the first time: read from the real Dovecot by jobs that are killed in between."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from tests.bench.report import table

TODAY, DAY = 20, 86_400


def measured(folder: Path, mails: int) -> str:
    """A table of how it went. The database runs already; Dovecot is started here, and needs root."""
    from bandhu.channels.models import Mail, MailAccount
    from bandhu.channels.tests.dovecot import Dovecot
    from bandhu.channels.tests.post_office import PASSWORD
    from bandhu.platform.vault import sealed

    os.environ["BANDHU_CALL_INSIDE"] = "1"
    with tempfile.TemporaryDirectory(prefix="mail-", dir="/tmp") as made:
        server = Dovecot(Path(made) / "d")
        fill(server.folder / "mail" / server.user, mails)
        server.start()
        try:
            account = MailAccount.objects.create(
                name="of years", address="office@example.com", key="office@example.com", intake="inbox",
                sharing="all", imap_host="127.0.0.1", imap_port=server.port, imap_security="none",
                imap_user=server.user, imap_secret=sealed(PASSWORD.replace(" ", "_"), "channels.mail_account"),
                history="all",
            )  # fmt: skip
            began = time.perf_counter()
            today = _until(account, lambda: Mail.objects.filter(account=account).count() >= TODAY, began)
            whole = _until(account, lambda: account.places.get("INBOX", {}).get("is_whole"), began, kill=True)
        finally:
            server.stop()
    here = Mail.objects.filter(account=account).count()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    heads = [
        "mails",
        "here",
        "today's there after",
        "all there after",
        "mails a second",
        "most memory of a worker",
    ]
    row = [f"{mails:,}", f"{here:,}", f"{today:.1f} s", f"{whole:.0f} s", f"{here / whole:.0f}", f"{peak} MB"]
    return table(heads, [row])


def fill(maildir: Path, mails: int) -> None:
    """A Maildir, the last TODAY mails of today, the others of the days before; each third one answers the one before it."""
    for name in ("cur", "new", "tmp"):
        (maildir / name).mkdir(parents=True)
    for number, (at, raw) in enumerate(_letters(mails)):
        path = maildir / "cur" / f"{int(at)}.M{number}.bench:2,S"
        path.write_bytes(raw)
        os.utime(path, (at, at))
    for path in (maildir, *maildir.rglob("*")):
        shutil.chown(path, "nobody", "nogroup")


def _letters(mails: int) -> Iterator[tuple[float, bytes]]:
    from datetime import UTC, datetime

    now = time.time()
    for number in range(mails):
        left = mails - number
        # Two days lie between today's and the rest, whatever the clock says and wherever midnight is.
        at = now - left if left <= TODAY else now - 2 * DAY - (left - TODAY) * 600
        message = EmailMessage()
        message["From"] = f"Customer {number % 997} <customer{number % 997}@example.org>"
        message["To"] = "office@example.com"
        message["Date"] = format_datetime(datetime.fromtimestamp(at, UTC))
        message["Subject"] = f"Order {number}"
        message["Message-ID"] = f"<{number}.years@example.org>"
        if number % 3 == 2:
            message["In-Reply-To"] = message["References"] = f"<{number - 1}.years@example.org>"
        message.set_content("Two hundred sacks, please. চাল ও চিনি।\n" * 20)
        yield at, message.as_bytes()


def _until(account: Any, is_done: Any, began: float, *, kill: bool = False) -> float:
    """Run the job as a worker does until `is_done()`; the seconds since `began`. With `kill` the second run is killed half-way."""
    code = f"import django; django.setup(); from bandhu.channels.actions import read_account; print(read_account('{account.pk}'))"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    runs = 0
    while not is_done():
        job = subprocess.Popen([sys.executable, "-c", code], env=environment)
        runs += 1
        if kill and runs == 2:
            time.sleep(3)
            job.send_signal(signal.SIGKILL)
        job.wait()
        account.refresh_from_db()
    return time.perf_counter() - began
