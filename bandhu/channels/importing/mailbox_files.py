"""Files that hold mails: mbox, an archive of single mails, of a Maildir or of mbox files, and one mail by itself.

They are laid out as a table with a row for each mail and where it lies; the mails themselves are read from the file when they come in. Every
byte is from anybody: nothing here raises for a mail that is broken.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import IO, Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from bandhu.channels.mail_policy import MAIL
from bandhu.channels.mime import header
from bandhu.channels.reading import MAX_BYTES
from bandhu.customers.imports.foreign import ForeignFormat, Unzipping, names_in_zip
from bandhu.customers.imports.problems import SourceProblem

# `customers.imports.layouts` says what each becomes.
HEADER = ("Mail number", "Sender", "To", "Written", "Subject", "Message-ID", "Place in the file")
_HEAD_BYTES = 1 << 16
_LINE = 1 << 16
# What stands before a mail in mbox: a sender and a time of day. Without the time it is a sentence of somebody's.
_BEGINS = re.compile(rb"From \S*\s.*\d:\d\d")
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
_MAIL_HEADER = re.compile(
    rb"^(received|return-path|message-id|mime-version|delivered-to|date|from)\s*:",
    re.IGNORECASE | re.MULTILINE,
)
_HEADER_LINE = re.compile(rb"[!-9;-~]+\s*:")
_PLACE = re.compile(r"(\d*)(?:@(\d+):(\d+))?")


class Found(NamedTuple):
    """A mail in a file: where it begins, how long it is, and its first bytes."""

    start: int
    length: int
    head: bytes


def fits(path: Path, start: bytes) -> bool:
    """By its first line, or by what an archive holds."""
    if start.startswith(b"From "):
        return bool(_BEGINS.match(start) or _HEADER_LINE.match(start.partition(b"\n")[2]))
    if names := names_in_zip(path, start):
        return any(_is_mail(one) or _is_mbox(one) for one in names)
    return bool(_HEADER_LINE.match(start)) and len(_MAIL_HEADER.findall(start)) > 1


def _is_mail(name: str) -> bool:
    parts = name.split("/")
    return name.lower().endswith(".eml") or (len(parts) > 1 and parts[-2] in ("cur", "new"))


def _is_mbox(name: str) -> bool:
    return name.lower().endswith((".mbox", ".mbx"))


def mails_in(file: IO[bytes]) -> Iterator[Found]:
    """The mails of an mbox, in order. One that does not begin like one is a single mail."""
    position, begins, head = 0, -1, b""
    is_blank, at_start = True, True
    while line := file.readline(_LINE):
        if at_start and is_blank and line.startswith(b"From ") and (begins < 0 or _BEGINS.match(line)):
            if begins >= 0:
                yield Found(begins, position - begins, head)
            begins, head = position + len(line), b""
        else:
            if begins < 0:
                begins = position
            if len(head) < _HEAD_BYTES:
                head += line
        is_blank = at_start and line in (b"\n", b"\r\n")
        at_start = line.endswith(b"\n")
        position += len(line)
    if begins >= 0 and position > begins:
        yield Found(begins, position - begins, head)


def lay_out(path: Path, target: Path) -> None:
    """Write the table of the mails in a file. Raises SourceProblem."""
    with target.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number, row in enumerate(_rows(path), 1):
            writer.writerow([str(number), *row])


def _is_archive(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def _rows(path: Path) -> Iterator[list[str]]:
    if not _is_archive(path):
        with path.open("rb") as file:
            for one in mails_in(file):
                yield _row(one.head, f"@{one.start}:{one.length}")
        return
    with Unzipping(path) as archive:
        for place, entry in enumerate(archive.entries):
            if _is_mbox(entry.filename):
                with archive.reader(entry) as file:
                    for one in mails_in(file):
                        yield _row(one.head, f"{place}@{one.start}:{one.length}")
            elif _is_mail(entry.filename):
                yield _row_of(archive, entry, place)


def _row_of(archive: Unzipping, entry: zipfile.ZipInfo, place: int) -> list[str]:
    """One that is damaged in the archive has a row of its own, which is put aside with the reason."""
    try:
        head = next(archive.blocks(entry), b"")[:_HEAD_BYTES]
    except SourceProblem as problem:
        if problem.code != "broken_archive":
            raise
        return ["", "", "", _short(entry.filename), "", ""]
    return _row(head, str(place))


def _row(head: bytes, place: str) -> list[str]:
    try:
        message: Message = BytesHeaderParser(policy=MAIL).parsebytes(head)
        said = [header(message, name) for name in ("From", "To", "Date", "Subject", "Message-ID")]
    except (ValueError, LookupError, RecursionError, AssertionError, AttributeError, TypeError):
        said = [""] * 5
    return [*(_short(one) for one in said), place]


def _short(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:300]


class MailFile:
    """An opened file of mails; `read` gives one by its place in the table. Places of one archive's mbox are best read in order."""

    def __init__(self, path: Path) -> None:
        self.is_archive = _is_archive(path)
        self.archive = Unzipping(path) if self.is_archive else None
        self.file: Any = None if self.is_archive else path.open("rb")
        self.place = -1

    def __enter__(self) -> MailFile:
        return self

    def __exit__(self, *_why: object) -> None:
        for one in (self.file, self.archive.archive if self.archive else None):
            if one is not None:
                one.close()

    def read(self, place: str) -> tuple[bytes, bool]:
        """(the mail, whether it was too large and is cut). Raises SourceProblem, ValueError where there is none."""
        match = _PLACE.fullmatch(place)
        if match is None or not place:
            raise ValueError(place)
        entry, start, length = match.groups()
        if start is None:
            return self._whole(int(entry))
        if entry:
            self._open(int(entry), int(start))
        self.file.seek(int(start))
        raw = self.file.read(min(int(length), MAX_BYTES))
        return _ESCAPED.sub(rb"\1", raw), int(length) > MAX_BYTES

    def _whole(self, entry: int) -> tuple[bytes, bool]:
        assert self.archive is not None  # by the form of the place
        found = b""
        for block in self.archive.blocks(self.archive.entries[entry]):
            found += block
            if len(found) > MAX_BYTES:
                return found[:MAX_BYTES], True
        return found, False

    def _open(self, entry: int, start: int) -> None:
        """The mbox of an archive, opened anew only to go back: seeking forward reads on."""
        assert self.archive is not None
        if self.place == entry and self.file is not None and self.file.tell() <= start:
            return
        if self.file is not None:
            self.file.close()
        self.file, self.place = self.archive.archive.open(self.archive.entries[entry]), entry


def maildir_blocks(folder: Path) -> Iterator[bytes]:
    """A folder of mails (a Maildir, or files that end in .eml) as one mbox, in the order of their names."""
    names = [*folder.glob("cur/*"), *folder.glob("new/*"), *folder.glob("*.eml")]
    for name in sorted(one for one in names if one.is_file() and not one.is_symlink()):
        yield b"From - Thu Jan  1 00:00:00 1970\n"
        content = re.sub(rb"^(>*From )", rb">\1", name.read_bytes(), flags=re.MULTILINE)
        yield content + (b"\n" if content.endswith(b"\n") else b"\n\n")


MAILBOX = ForeignFormat(
    name="mbox",
    title=_("Mailbox (mbox, Maildir, single mails)"),
    kind="mails",
    fits=fits,
    lay_out=lay_out,
    max_bytes=16 << 30,
)
