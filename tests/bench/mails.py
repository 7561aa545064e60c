"""Mails taken in by a mailbox that feeds the inbox, a second: parsed, kept, threaded, filed, on the timeline. And the collections of mails.

    python -m tests.bench.mails [--mails 2000] [--data .data-bench/mails]

Every tenth mail is from somebody new, every third one begins an exchange, the rest answer one of the last; one in five has a file of
30 kB. Two worker processes take in their own mailbox each, by the batch, as the job does with what it fetched. The processor of the
database (all of PostgreSQL) is counted beside ours: both share the two cores.

    python -m tests.bench.mails --connect 100000

connects a mailbox of so many mails on the real Dovecot, all of its past wanted: the memory it takes, when today's mail is there, how fast
the past comes in, and a worker killed in between.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tests.bench import first_connection
from tests.bench.mail_corpora import count_all
from tests.bench.meter import postgres_seconds
from tests.bench.report import keep, table

WORKERS, AIM = 2, 50


def main() -> None:
    """Measure both and keep the section."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mails", type=int, default=2_000)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--worker", type=int)
    parser.add_argument("--connect", type=int, help="mails of a mailbox that is connected for the first time")
    options = parser.parse_args()
    if options.worker is not None:
        _set_up()
        print(*_take_in(options.worker, options.mails))
        return
    with tempfile.TemporaryDirectory() as made:
        folder = options.data or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["BANDHU_DATA"] = str(folder.resolve())
        _set_up()
        _prepare()
        if options.connect:
            print(first_connection.measured(folder, options.connect))
            return
        speed = _measured(options.mails)
        text = f"{speed}\n\n{_collections()}"
    print(text)
    keep("mails", "Mails", text)


def _set_up() -> None:
    from bandhu.platform.database_url import data_directory
    from bandhu.platform.embedded_postgres import ensure_running

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    ensure_running(data_directory())
    import django

    django.setup()


def _prepare() -> None:
    from django.core.management import call_command

    from bandhu.channels.models import MailAccount
    from bandhu.identity.ready_made import ensure_ready_made

    call_command("migrate", verbosity=0)
    ensure_ready_made()
    for number in range(WORKERS):
        address = f"office{number}@example.com"
        MailAccount.objects.get_or_create(
            key=address,
            defaults={
                "name": address,
                "address": address,
                "intake": "inbox",
                "sharing": "all",
                "imap_host": "x",
            },
        )


def _measured(mails: int) -> str:
    own = [sys.executable, "-m", "tests.bench.mails", "--mails", str(mails // WORKERS)]
    began, load, database = time.perf_counter(), os.getloadavg()[0], postgres_seconds()
    running = [
        subprocess.Popen([*own, "--worker", str(number)], stdout=subprocess.PIPE, text=True)
        for number in range(WORKERS)
    ]
    said = [one.communicate()[0].split()[-2:] for one in running]
    seconds = [float(one[0]) for one in said]
    ours = 1000 * sum(float(one[1]) for one in said) / mails
    whole = time.perf_counter() - began
    rate = mails / max(seconds)
    theirs = 1000 * (postgres_seconds() - database) / mails
    rows = [
        [
            f"{mails:,}",
            WORKERS,
            f"{max(seconds):.1f}",
            f"{rate:.0f}",
            AIM,
            f"{ours:.1f}",
            f"{theirs:.1f}",
            f"{load:.1f}",
        ]
    ]
    heads = [
        "mails",
        "workers",
        "seconds",
        "mails a second",
        "aim",
        "our processor, ms a mail",
        "the database's, ms a mail",
        "load average before",
    ]
    return f"{table(heads, rows)}\n\nWith the start of the workers {whole:.1f} s."


def _take_in(worker: int, mails: int) -> tuple[float, float]:
    """Seconds for one worker's share by the clock and of our processor, its start left out."""
    from bandhu.channels.actions.receiving import take_in_fetched
    from bandhu.channels.models import MailAccount
    from bandhu.channels.reading import MOST_TOGETHER, Fetched, Place

    account = MailAccount.objects.get(key=f"office{worker}@example.com")
    raws = enumerate(_letters(worker, mails), 1)
    letters = [Fetched(uid, Place(1, uid), raw, len(raw)) for uid, raw in raws]
    take_in_fetched(account, "INBOX", letters[:1])
    began, computed = time.perf_counter(), time.process_time()
    for start in range(1, mails, MOST_TOGETHER):
        take_in_fetched(account, "INBOX", letters[start : start + MOST_TOGETHER])
    return time.perf_counter() - began, time.process_time() - computed


def _letters(worker: int, mails: int) -> Any:
    random.seed(worker)
    seen: list[tuple[str, str]] = []
    begun = time.time_ns()
    for number in range(mails):
        message = EmailMessage()
        who = f"customer{worker}-{random.randrange(max(1, mails // 10))}@example.org"
        message_id = f"<{begun}.{worker}.{number}@example.org>"
        if seen and number % 3:
            before, who = random.choice(seen[-50:])
            message["In-Reply-To"] = message["References"] = before
        message["From"] = f"Customer {who.partition('@')[0]} <{who}>"
        message["To"] = f"office{worker}@example.com"
        message["Subject"] = f"Order {number}: চাল ও চিনি"
        message["Message-ID"] = message_id
        message.set_content("Two hundred sacks, please. " * 20)
        message.add_alternative("<p>Two hundred <b>sacks</b>, please.</p>" * 20, subtype="html")
        if number % 5 == 0:
            message.add_attachment(
                random.randbytes(30_000), maintype="image", subtype="png", filename="p.png"
            )
        seen.append((message_id, who))
        yield message.as_bytes()


def _collections() -> str:
    rows = [
        [
            f"`{name}`",
            count.files,
            count.parsed,
            count.expected or "–",
            count.matched if count.expected else "–",
        ]
        for name, count in count_all().items()
    ]
    if not rows:
        return "The collections of mails are not beside the repository (BANDHU_DATA_SETS)."
    return table(
        ["collection", "files", "read without a failure", "with an expected result", "as expected"], rows
    )


if __name__ == "__main__":
    main()
