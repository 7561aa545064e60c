"""Measures the search of the whole system on an embedded PostgreSQL of its own, as the book grows to a million.

    BANDHU_DATA=/an/empty/folder python -m tests.bench.search [--sizes 10000,100000,1000000]

A folder filled before is used as it is and only grows. Contacts are real rows (reach is checked against them). Each kind of query is asked 60 times with different texts by
somebody who sees everything, and by somebody who sees only their own hundredth of the book. Times are those of
`search()`, in this process, database included; CPU is the work of both, which a busy machine does not blur.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import time
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import django

ASKED = 60
BATCH = 20_000


def main() -> None:
    """Fill, ask, print; once for every size."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="10000,100000,1000000")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    django.setup()

    from django.core.management import call_command

    from bandhu.platform.database_url import data_directory
    from bandhu.platform.embedded_postgres import ensure_running

    with ensure_running(data_directory()):
        call_command("migrate", verbosity=0)
        _measure_all([int(size) for size in options.sizes.split(",")])


def _measure_all(sizes: list[int]) -> None:
    from bandhu.identity.models import User
    from bandhu.identity.tests.cast import grant, make_user
    from bandhu.platform.models import SearchEntry

    from .people import people

    everybody, owner = (
        User.objects.filter(full_name=name).first() or make_user(name)
        for name in ("Bench everybody", "Bench owner")
    )
    grant(everybody, "customers.view_contact")
    grant(everybody, "customers.view_company")
    grant(everybody, "customers.see_phones")
    grant(owner, "customers.view_contact", "own")
    standing = SearchEntry.objects.count()
    for size in sizes:
        if size < standing:
            continue
        seconds = _fill(standing, size, owner)
        sample = [one for number in range(0, size, size // (4 * ASKED)) for one in people(1, number)]
        print(
            f"== {size} contacts: indexed {size - standing} in {seconds:.1f} s ({(size - standing) / max(seconds, 0.001):.0f}/s)"
        )
        standing = size
        _print_sizes()
        for who, user in (("sees everything", everybody), ("sees a hundredth", owner)):
            worst = 0.0
            for kind, texts in _questions(sample).items():
                worst = max(worst, _ask(who, kind, user, texts))
            print(f"   {who}: highest p95 {worst:.1f} ms")


def _fill(start: int, size: int, owner: object) -> float:
    """Add persons up to `size`; return the seconds the index alone took."""
    from django.db import connection, transaction

    from bandhu.platform.registries import SearchDocument
    from bandhu.platform.search.indexing import write_documents

    from .people import people

    arrivals = people(size - start, start)
    seconds = 0.0
    while batch := list(islice(arrivals, BATCH)):
        owned = {one.record_id: owner.pk if number % 100 == 0 else None for number, one in enumerate(batch)}
        with connection.cursor() as cursor, transaction.atomic():
            _copy_contacts(cursor, batch, owned)
        began = time.perf_counter()
        write_documents(
            "contact",
            (
                SearchDocument(
                    record_id=one.record_id, names=[one.name], detail=one.company, words=[one.company],
                    phones=[one.phone], mails=[one.mail], owner_id=owned[one.record_id],
                )
                for one in batch
            ),
        )  # fmt: skip
        seconds += time.perf_counter() - began
    began = time.perf_counter()
    with connection.cursor() as cursor:
        for table in ("platform_searchentry", "platform_searchword", "customers_contact"):
            cursor.execute(f"VACUUM ANALYZE {table}")
    return seconds + time.perf_counter() - began


def _copy_contacts(cursor, batch: Iterable, owned: dict) -> None:
    """Contacts with nothing but what the columns insist on."""
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_name = 'customers_contact' AND is_nullable = 'NO' AND table_schema = 'public'"
    )
    blank = {
        "integer": "1",
        "jsonb": "{}",
        "timestamp with time zone": "2026-11-22T00:00:00Z",
        "bytea": "\\x00",
    }
    fixed = {name: blank.get(kind, "") for name, kind in cursor.fetchall() if name not in {"id", "full_name"}}
    columns = ["id", "full_name", "owner_id", *fixed]
    with cursor.copy(f"COPY customers_contact ({', '.join(columns)}) FROM STDIN") as copy:
        for one in batch:
            copy.write_row([one.record_id, one.name, owned[one.record_id], *fixed.values()])


def _print_sizes() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_size_pretty(pg_total_relation_size('platform_searchentry')),"
            " pg_size_pretty(pg_total_relation_size('platform_searchword')), (SELECT count(*) FROM platform_searchword)"
        )
        entries, words, count = cursor.fetchone()
    print(f"   entries {entries}, words {words} ({count} distinct)")


def _questions(sample: list) -> dict[str, list[str]]:
    from bandhu.platform.names.romanising import romanise

    rng = random.Random(7)
    chosen = rng.sample(sample, min(ASKED, len(sample)))
    indic = [one for one in sample if not one.name.isascii()][:ASKED]
    several = [one for one in chosen if len(one.name.split()) > 1] or chosen

    def slipped(name: str) -> str:
        at = rng.randrange(1, max(2, len(name) - 1))
        return name[:at] + name[at + 1 :]

    return {
        "full name": [one.name for one in chosen],
        "full name from another script": [re.sub("^mo ", "md ", romanise(one.name)) for one in indic],
        "one common word": ["Rahman", "রহমান", "Mohammed", "Md", "Chowdhury", "Roy", "Lakshmi", "Singh", "Begum", "Ahmed"] * 6,
        "two common words": ["Mohammed Rahman", "Md Ahmed", "Roy Chowdhury", "Begum Khatun", "Hossain Ahmed", "Das Roy"] * 10,
        "one word of the name": [rng.choice(one.name.split()) for one in chosen],
        "beginning of a name": [max(one.name.split(), key=len)[:3] for one in chosen],
        "two beginnings": [" ".join(word[:3] for word in one.name.split()[:2]) for one in several],
        "inside a word": [max(one.name.split(), key=len)[1:6] for one in chosen],
        "word order turned": [" ".join(reversed(one.name.split())) for one in several],
        "initial and name": [f"{one.name.split()[0][0]} {one.name.split()[-1]}" for one in several],
        "misspelt": [slipped(one.name) for one in chosen],
        "senseless": [f"qx{rng.randrange(10**6)}zv wk{rng.randrange(10**6)}" for _ in range(ASKED)],
        "phone, last 6 digits": [one.phone[-6:] for one in chosen],
        "phone, 4 digits": [one.phone[-7:-3] for one in chosen],
        "phone, whole": [f"0{one.phone[4:8]}-{one.phone[8:]}" for one in chosen],
        "mail": [one.mail for one in chosen],
        "part of a mail": [one.mail[:-5] for one in chosen],
        "mail domain": ["@gmail.com", "@yahoo.com", "@outlook.com"] * 20,
        "company": [one.company for one in chosen],
        "name and company": [f"{one.name.split()[-1]} {one.company.split()[0]}" for one in chosen],
    }  # fmt: skip


def _worked() -> float:
    """Milliseconds of processor time so far of this process and of its database server, whatever else the machine does."""
    from django.db import connection

    seconds = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text().split()[0]
    return 1000 * time.process_time() + int(seconds) / 1e6


def _ask(who: str, kind: str, user: object, texts: list[str]) -> float:
    """Ask all, print p50 and p95 in ms with the mean number of hits; return the p95."""
    from bandhu.platform.queries import search

    search(user, texts[0])
    times, work, hits = [], [], 0
    for text in texts:
        began, worked = time.perf_counter(), _worked()
        hits += len(search(user, text))
        times.append(1000 * (time.perf_counter() - began))
        work.append(_worked() - worked)
    times.sort()
    work.sort()
    p95 = times[int(len(times) * 0.95)]
    cpu = f"CPU p50 {work[len(work) // 2]:.1f}, p95 {work[int(len(work) * 0.95)]:.1f} ms"
    print(
        f"   {who}, {kind}: p50 {times[len(times) // 2]:.1f} ms, p95 {p95:.1f} ms, {cpu}, hits {hits / len(texts):.1f}"
    )
    return p95


if __name__ == "__main__":
    main()
