"""Files of other programs that are no table: each format lays its records out as a plain CSV beside the original, once.

The apps that own the records register their formats while they start. A format reads bytes from outside: it raises SourceProblem for a
file it cannot read, and puts what is wrong with one record into that record's row, so that the others come in.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from .problems import SourceProblem

MAX_ENTRIES = 200_000
MAX_UNPACKED = 16 << 30
MAX_RATIO = 300
# Below this much a good ratio proves nothing.
_HARMLESS = 64 << 20
BLOCK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class ForeignFormat:
    """`fits` looks at a file (path, its first 4096 bytes); `lay_out` writes the CSV (original, target); `kind` is what its rows are.

    `max_bytes` is how large such a file may be.
    """

    name: str
    title: Any
    kind: str
    fits: Callable[[Path, bytes], bool]
    lay_out: Callable[[Path, Path], None]
    # Whether such a program writes tables too, which are read as tables.
    has_tables: bool = False
    # Where the ids of its people and companies come from; "" where it has none.
    source: str = ""
    max_bytes: int = 4 << 30


foreign_formats: dict[str, ForeignFormat] = {}


def register_foreign_format(form: ForeignFormat) -> None:
    """To be called while the apps start."""
    foreign_formats[form.name] = form


def format_of(path: Path, start: bytes, wanted: str = "") -> ForeignFormat | None:
    """The format of a file: the `wanted` one unless it is a table, else by its content; None for tables and for what nobody knows."""
    chosen = foreign_formats.get(wanted)
    begins = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if chosen is not None and (not chosen.has_tables or begins.startswith((b"{", b"[", b"PK\x03\x04"))):
        return chosen
    return next((form for form in foreign_formats.values() if form.fits(path, start)), None)


def names_in_zip(path: Path, start: bytes) -> list[str]:
    """The names in an archive, as they are written there; nothing for what is none, or cannot be read."""
    if not start.startswith(b"PK\x03\x04"):
        return []
    try:
        with zipfile.ZipFile(path) as archive:
            return [one.filename for one in archive.infolist()[:MAX_ENTRIES] if not one.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return []


class Unzipping:
    """The files of an archive, one after the other, with an eye on how much comes out of it. Names are never used as paths."""

    def __init__(self, path: Path) -> None:
        try:
            self.archive = zipfile.ZipFile(path)
            self.entries = [one for one in self.archive.infolist() if not one.is_dir()]
        except FileNotFoundError:
            raise
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise _broken() from error
        self.packed = max(path.stat().st_size, 1)
        self.total = 0
        if len(self.entries) > MAX_ENTRIES:
            raise SourceProblem(
                "too_many_files",
                _("The archive holds more than %(limit)s files: split it."),
                limit=MAX_ENTRIES,
            )

    def __enter__(self) -> Unzipping:
        return self

    def __exit__(self, *_why: object) -> None:
        self.archive.close()

    def blocks(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """The bytes of one file. Raises SourceProblem for a bomb, a broken or an encrypted archive."""
        try:
            with self.archive.open(entry) as file:
                while block := file.read(BLOCK):
                    self.total += len(block)
                    if self.total > MAX_UNPACKED or (
                        self.total > _HARMLESS and self.total / self.packed > MAX_RATIO
                    ):
                        raise SourceProblem(
                            "too_much_inside",
                            _("The archive holds far more than its size says, and was not opened."),
                        )
                    yield block
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            RuntimeError,
            NotImplementedError,
        ) as error:
            raise _broken() from error

    def reader(self, entry: zipfile.ZipInfo) -> io.BufferedReader:
        """One file to be read by lines. Reading raises SourceProblem as `blocks` does."""
        return io.BufferedReader(_Blocks(self.blocks(entry)), BLOCK)  # type: ignore[arg-type]


class _Blocks(io.RawIOBase):
    """Blocks as a file that is read once, from its beginning."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.coming, self.rest = blocks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.rest = self.rest or next(self.coming, b"")
        count = min(len(buffer), len(self.rest))
        buffer[:count], self.rest = self.rest[:count], self.rest[count:]
        return count


def blocks_of(file: IO[bytes]) -> Iterator[bytes]:
    """An open file in blocks."""
    while block := file.read(BLOCK):
        yield block


def _broken() -> SourceProblem:
    return SourceProblem("broken_archive", _("The archive is damaged or encrypted and cannot be opened."))
