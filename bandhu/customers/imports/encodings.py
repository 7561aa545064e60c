"""Which encoding a file of text is in: byte order marks first, then proof, then likelihood."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import BinaryIO

from charset_normalizer import from_bytes

SAMPLE_BYTES = 1 << 20
# What the page offers. Names are Python's; every one of them maps ASCII to itself save the UTF-16 and UTF-32 family.
OFFERED = (
    "utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "cp1252", "cp1250", "cp1251", "cp1253",
    "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "iso8859-1", "iso8859-2", "iso8859-15", "cp437",
    "cp850", "mac-roman", "koi8-r", "shift_jis", "euc-jp", "gb18030", "big5", "euc-kr", "cp874",
)  # fmt: skip
# In the order in which the wizard shows them beside a guess.
ALTERNATIVES = (
    "utf-8", "cp1252", "cp1250", "cp1251", "cp1256", "cp1254", "cp1253", "cp1255", "cp874", "cp1258", "gb18030", "big5",
    "shift_jis", "euc-kr", "mac-roman", "cp850",
)  # fmt: skip
# Longest first: the UTF-32 mark begins with the UTF-16 mark.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WESTERN_SIGNS = set(bytes.fromhex("8082848591929394969799a0a1a3a7a9abaeb0b4b7babbbf8a8c9a9c9f9e"))
BROKEN = re.compile("[\udc80-\udcff]")
HIGH = re.compile("[\u0080-\ud7ff\ue000-\U0010ffff]+")
# Three letters of one Indian script in a row: bytes of an older encoding come out like that by no chance.
INDIC = re.compile("[\u0900-\u097f]{3}|[\u0980-\u09ff]{3}|[\u0b80-\u0bff]{3}|[\u0c00-\u0d7f]{3}")


@dataclass(frozen=True, slots=True)
class Encoding:
    """`name` is Python's codec, `mark` the length of the byte order mark, `certain` whether it was proved, `confidence`
    from 0 to 1 how sure a guess is."""

    name: str
    mark: int = 0
    certain: bool = True
    broken_bytes: int = 0
    confidence: float = 1.0


def detect_encoding(file: BinaryIO) -> Encoding:
    """The encoding of all of `file` (read in blocks, left at its start)."""
    file.seek(0)
    sample = file.read(SAMPLE_BYTES)
    for mark, name in MARKS:
        if sample.startswith(mark):
            file.seek(0)
            return Encoding(name, len(mark))
    found = _wide_without_mark(sample) or _utf8_or_older(file, sample)
    file.seek(0)
    return found


def mark_length(file: BinaryIO, encoding: str) -> int:
    """How many bytes to skip at the start when `encoding` has been chosen by hand."""
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    return next((len(mark) for mark, name in MARKS if name == encoding and start.startswith(mark)), 0)


def _wide_without_mark(sample: bytes) -> Encoding | None:
    """UTF-16 written without a mark shows in NUL bytes at every other place (Latin text, commas, newlines)."""
    head = sample[: 1 << 16]
    if len(head) < 4 or b"\x00" not in head:
        return None
    even, odd = head[0::2].count(0) / (len(head) / 2), head[1::2].count(0) / (len(head) / 2)
    for name, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros > 0.25 and others < 0.02:
            try:
                head[: len(head) // 2 * 2].decode(name)
            except UnicodeDecodeError as error:
                if error.end < len(head) - 4:
                    continue
            return Encoding(name, certain=False, confidence=0.8)
    return None


def _utf8_or_older(file: BinaryIO, sample: bytes) -> Encoding:
    """UTF-8 where everything, or more than chance would give, reads as such: a fault in it is told row by row, while
    another encoding would turn every name into nonsense that looks like letters."""
    valid, broken, is_indic = 0, 0, False
    high: list[bytes] = []
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    file.seek(0)
    while block := file.read(1 << 20):
        text = decoder.decode(block)
        if block.isascii() and text.isascii():
            continue
        bad = len(BROKEN.findall(text))
        written = sum(len(part.encode()) for part in HIGH.findall(text))
        valid, broken = valid + written, broken + bad
        is_indic = is_indic or bool(INDIC.search(text))
        if len(high) < 64:
            high.append(block[: 1 << 14])
    broken += len(decoder.decode(b"", final=True))
    if not broken:
        return Encoding("utf-8")
    if is_indic or valid >= broken:
        return Encoding("utf-8", certain=False, broken_bytes=broken, confidence=0.9)
    name, confidence = _likely(sample if not sample.isascii() else b"".join(high))
    return Encoding(name, certain=False, confidence=confidence)


def _likely(sample: bytes) -> tuple[str, float]:
    """The likeliest older encoding and how sure that is; Windows Western when nothing speaks for another."""
    lines = [line for line in sample.splitlines() if not line.isascii()]
    if sum(1 for byte in b"".join(lines) if byte > 0x7F) < 12:
        # A handful of letters is too little to tell Cyrillic from Western: the commonest wins, the page asks.
        return ("cp1252" if _decodes(sample, "cp1252") else "iso8859-1"), 0.3
    if _is_western(b"".join(lines[:2000])):
        return "cp1252", 0.7
    best = from_bytes(
        b"\n".join(lines[:2000]), cp_isolation=[name for name in OFFERED if "utf" not in name]
    ).best()
    name = best.encoding if best else "cp1252"
    name = {"latin_1": "cp1252", "iso8859_1": "cp1252", "cp1252": "cp1252"}.get(name, name.replace("_", "-"))
    name = name if _known(name) else "cp1252"
    return (name if _decodes(sample, name) else "iso8859-1"), 0.5


def alternatives(file: BinaryIO, chosen: str, count: int = 6) -> list[tuple[str, str]]:
    """Other encodings the file could be in, likeliest first, each with how the first telling line comes out."""
    file.seek(0)
    line = next((line for line in file.read(SAMPLE_BYTES).splitlines() if not line.isascii()), b"")
    found: dict[str, str] = {}
    for name in (chosen, *ALTERNATIVES) if line else ():
        try:
            text = line.decode(name)
        except UnicodeDecodeError:
            continue
        if text.isprintable() and text not in found.values():
            found[name] = text
    found.pop(chosen, None)
    return list(found.items())[:count]


def _is_western(text: bytes) -> bool:
    """Whether the high bytes are letters and signs of Western Europe. Central Europe writes the same letters otherwise:
    its š and ž (bytes rare in the west) together with č, ě, ř or ů give it away."""
    high = [byte for byte in text if byte > 0x7F]
    letters = sum(1 for byte in high if (byte >= 0xC0 and byte not in (0xD7, 0xF7)) or byte in WESTERN_SIGNS)
    central = {0x9A, 0x9E} & set(high) and len({0xE8, 0xEC, 0xF8, 0xF9, 0xF2} & set(high)) >= 2
    # Cyrillic, Greek and the like have hardly an unaccented letter among their words.
    plain = sum(1 for byte in text if 0x61 <= byte <= 0x7A)
    return letters >= 0.97 * len(high) and not central and plain > 3 * len(high)


def _known(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


def _decodes(sample: bytes, name: str) -> bool:
    try:
        sample.decode(name)
    except UnicodeDecodeError as error:
        return error.start > len(sample) - 4 and error.reason != "character maps to <undefined>"
    return True
