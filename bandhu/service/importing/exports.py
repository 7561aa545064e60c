"""What the exports of other service desks have in common: records kept on disk until all are read, then one row for each ticket.

An export tells of people, companies and tickets in any order and any number of files; a ticket names its people by number. So
everything goes into a small database beside the file first: memory stays small, however large the export.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bandhu.customers.imports.foreign import Unzipping, blocks_of, names_in_zip
from bandhu.service.importing.json_items import Broken, items_of

# The columns of the table; `customers.imports.layouts` says what each becomes.
HEADER = (
    "Requester", "Requester mail", "Requester phone", "Requester id", "Organization", "Organization id", "Ticket id", "Subject",
    "Status", "Priority", "Type", "Ticket tags", "Assignee", "Group", "Channel", "Opened", "First answered", "Solved", "Closed", "Due",
    "Opened again", "Own fields", "Messages", "What is wrong with it",
)  # fmt: skip
# What can be wrong with a record, as `customers.imports.problems` calls it.
DELETED, NO_ID, UNREADABLE = "deleted_elsewhere", "no_ticket_id", "unreadable_record"
JSON_ENDS = (".json", ".jsonl", ".ndjson")
_PEEKED, _START = 20, 4096


@dataclass
class Said:
    """One comment of a ticket. `at` is as it was written; `files` are (name, link): nothing is fetched."""

    id: str
    at: str
    by: str = ""
    mail: str = ""
    is_ours: bool = False
    is_note: bool = False
    text: str = ""
    html: str = ""
    files: list[tuple[str, str]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Without what is empty: most of it is."""
        return {name: value for name, value in vars(self).items() if value}


@dataclass
class Person:
    """Somebody an export names."""

    id: str = ""
    name: str = ""
    mail: str = ""
    phone: str = ""
    company: str = ""
    company_id: str = ""
    is_ours: bool = False


@dataclass
class Told:
    """What an export says of one ticket; moments and choices as written there."""

    id: str
    requester: Person
    title: str = ""
    status: str = ""
    priority: str = ""
    type: str = ""
    tags: Sequence[str] = ()
    assignee: str = ""
    group: str = ""
    channel: str = ""
    opened: str = ""
    answered: str = ""
    solved: str = ""
    closed: str = ""
    due: str = ""
    reopened: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    trouble: str = ""

    def row(self) -> list[str]:
        """One row of the table, in the order of HEADER."""
        who = self.requester
        said = [one.as_dict() for one in self.said]
        return [
            who.name, who.mail, who.phone, who.id, who.company, who.company_id, self.id, self.title, self.status, self.priority,
            self.type, ", ".join(self.tags), self.assignee, self.group, self.channel, self.opened, self.answered, self.solved, self.closed,
            self.due, self.reopened, _json(self.fields) if self.fields else "", _json(said) if said else "", self.trouble,
        ]  # fmt: skip


class Spool:
    """Records of an export by kind and id, on disk until the table is written."""

    def __init__(self, beside: Path) -> None:
        self.path = beside.with_name(f"{beside.name}.spool")
        self.path.unlink(missing_ok=True)
        self.base = sqlite3.connect(self.path, isolation_level=None)
        self.base.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=MEMORY;"
            "CREATE TABLE thing (kind TEXT, id TEXT, data TEXT, PRIMARY KEY (kind, id));"
            "CREATE TABLE ticket (id TEXT PRIMARY KEY, place INTEGER, data TEXT);"
            "CREATE TABLE said (ticket TEXT, id TEXT, place INTEGER, data TEXT, PRIMARY KEY (ticket, id));"
            "CREATE TABLE broken (data TEXT); BEGIN"
        )
        self.place = 0

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_why: object) -> None:
        self.base.close()
        self.path.unlink(missing_ok=True)

    def keep(self, kind: str, key: Any, data: dict[str, Any]) -> None:
        """Of two with one id the later one counts: incremental exports tell of a record again when it changed."""
        self.base.execute("INSERT OR REPLACE INTO thing VALUES (?, ?, ?)", (kind, ident(key), _packed(data)))

    def keep_ticket(self, key: Any, data: dict[str, Any]) -> None:
        self.place += 1
        self.base.execute(
            "INSERT INTO ticket VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET data = excluded.data",
            (ident(key) or f"?{self.place}", self.place, _packed(data)),
        )

    def keep_said(self, ticket: Any, key: Any, data: dict[str, Any]) -> None:
        self.place += 1
        row = (ident(ticket), ident(key) or f"?{self.place}", self.place, _packed(data))
        self.base.execute("INSERT OR REPLACE INTO said VALUES (?, ?, ?, ?)", row)

    def keep_broken(self, text: str) -> None:
        self.base.execute("INSERT INTO broken VALUES (?)", (line(text, 2_000),))

    def thing(self, kind: str, key: Any) -> dict[str, Any]:
        """What is known of it; nothing for what the export does not tell of."""
        found = self.base.execute(
            "SELECT data FROM thing WHERE kind = ? AND id = ?", (kind, ident(key))
        ).fetchone()
        return json.loads(found[0]) if found else {}

    def said(self, ticket: Any) -> list[dict[str, Any]]:
        rows = self.base.execute("SELECT data FROM said WHERE ticket = ? ORDER BY place", (ident(ticket),))
        return [json.loads(one) for (one,) in rows]

    def tickets(self) -> Iterator[dict[str, Any]]:
        for (one,) in self.base.execute("SELECT data FROM ticket ORDER BY place"):
            yield json.loads(one)

    def broken(self) -> Iterator[str]:
        for (one,) in self.base.execute("SELECT data FROM broken"):
            yield one


def lay_out(
    path: Path,
    target: Path,
    sort: Callable[[Spool, str, dict[str, Any]], None],
    tell: Callable[[Spool, dict[str, Any]], Told],
) -> None:
    """Write the table of an export: `sort` keeps one record in the spool, `tell` says what a ticket is. Raises SourceProblem."""
    with Spool(target) as spool:
        for stem, blocks in _members(path):
            for name, item in items_of(blocks):
                if isinstance(item, dict):
                    sort(spool, name or stem, item)
                elif isinstance(item, Broken):
                    spool.keep_broken(item.text)
                else:
                    spool.keep_broken(_packed(item)[:2_000])
        # Halves of surrogate pairs, which JSON can hold and text cannot, become question marks.
        with target.open("w", encoding="utf-8", errors="replace", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            for item in spool.tickets():
                writer.writerow(tell(spool, item).row())
            for text in spool.broken():
                writer.writerow(Told("", Person(), title=text, trouble=UNREADABLE).row())


def _members(path: Path) -> Iterator[tuple[str, Iterator[bytes]]]:
    """(name without its ending, bytes) of each file of an archive; of a file that is none, itself."""
    with path.open("rb") as file:
        start = file.read(_START)
        if not start.startswith(b"PK\x03\x04"):
            file.seek(0)
            yield "", blocks_of(file)
            return
    with Unzipping(path) as archive:
        for entry in archive.entries:
            name = entry.filename.rpartition("/")[2].lower()
            if name.endswith(JSON_ENDS):
                yield name.rpartition(".")[0], archive.blocks(entry)


def beginning_of(path: Path, start: bytes) -> bytes:
    """How a file of JSON begins, or each of the first ones in an archive; nothing for any other file."""
    if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return start
    names = names_in_zip(path, start)
    if not any(one.lower().endswith(JSON_ENDS) for one in names):
        return b""
    with Unzipping(path) as archive:
        entries = [one for one in archive.entries if one.filename.lower().endswith(JSON_ENDS)][:_PEEKED]
        return b"\n".join(next(archive.blocks(one), b"")[:_START] for one in entries)


def ident(value: Any) -> str:
    """An id as text: numbers and texts alike; "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    return _whole(str(value)).strip()[:200]


def line(value: Any, limit: int = 300) -> str:
    """A value on one line of at most `limit` characters; "" for what is no text or number."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str | int | float):
        return ""
    shown = "".join(
        " " if unicodedata.category(one) == "Cc" else one for one in _whole(str(value)[: limit * 4])
    )
    return " ".join(shown.split())[:limit]


def words(value: Any) -> str:
    """A value of a field in words: lists by commas, nested things by their name or value."""
    if isinstance(value, list):
        return ", ".join(part for one in value if (part := words(one)))
    if isinstance(value, dict):
        return words(value.get("name") or value.get("value") or value.get("title"))
    return line(value, 2_000)


def block(value: Any) -> str:
    """A text of several lines; "" for what is none."""
    return value if isinstance(value, str) else ""


def listed(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; nothing for what is none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def object_of(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _whole(text: str) -> str:
    """Without halves of surrogate pairs, which JSON can hold and text cannot."""
    return text.encode("utf-8", "replace").decode()


def _packed(value: Any) -> str:
    """JSON for the spool, whatever the texts hold."""
    return json.dumps(value, separators=(",", ":"))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
