"""The grammar of vCard 2.1, 3.0 and 4.0 (RFC 2425, 2426, 6350): physical lines to properties, and back.

Written by hand because real files break the grammar in ways a strict reader refuses whole: parameters without a
name, quoted-printable soft breaks, base64 without an end, a missing END. One bad property never costs the card.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

MAX_PROPERTY_CHARS = 16 << 20
TYPE_WORDS = {
    "home", "work", "cell", "mobile", "voice", "fax", "pager", "pref", "internet", "msg", "video", "bbs", "modem",
    "car", "isdn", "pcs", "textphone", "text", "dom", "intl", "postal", "parcel", "main", "other", "iphone", "school",
}  # fmt: skip
ENCODINGS = {"quoted-printable", "base64", "b", "8bit", "7bit"}


@dataclass(slots=True)
class Property:
    """One line of a card: name in capitals, group ("item1"), types in lower case, raw parameters, decoded text."""

    name: str
    text: str
    group: str = ""
    types: list[str] = field(default_factory=list)
    parameters: dict[str, str] = field(default_factory=dict)
    binary: bool = False


def unfold(lines: Iterable[str]) -> Iterator[str]:
    """Physical lines joined to logical ones: folds by leading blank, soft breaks of quoted-printable."""
    current = ""
    for raw in lines:
        line = raw.rstrip("\r\n")
        soft = current.endswith("=") and "QUOTED-PRINTABLE" in current[:300].upper()
        if soft:
            current = current[:-1] + line.lstrip(" \t") if line[:1] in (" ", "\t") else current[:-1] + line
        elif line[:1] in (" ", "\t") and current:
            current += line[1:]
        else:
            if current.strip():
                yield current
            current = line
        if len(current) > MAX_PROPERTY_CHARS:
            # A photo of this size is not ours to keep; what stands before it in the card is.
            current = current[:200]
    if current.strip():
        yield current


def parse_property(line: str) -> Property | None:
    """One logical line, or None when it is no property (a stray line of base64)."""
    head, value = _split_head(line)
    if head is None:
        return None
    first, *rest = _split_quoted(head, ";")
    group, _dot, name = first.strip().rpartition(".")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        return None
    found = Property(name.upper(), value, group.lower())
    encoding, charset = "", "utf-8"
    for part in rest:
        key, equals, raw = part.partition("=")
        key = key.strip().lower()
        if not equals:
            key, raw = _key_of_bare(key), key
        plain = raw.strip().strip('"')
        if key == "type":
            found.types += [word.strip().lower() for word in plain.split(",") if word.strip()]
        elif key == "encoding":
            encoding = plain.lower()
        elif key == "charset":
            charset = plain
        elif key == "pref":
            found.types.append("pref")
        else:
            found.parameters[key] = plain
    _decode(found, encoding, charset)
    return found


# What address books are written in. Python has codecs that are none (punycode, idna, unicode_escape): a file names none of those.
_CHARSETS = frozenset(
    [
        "utf-8",
        "utf8",
        "utf-16",
        "us-ascii",
        "ascii",
        "iso-8859-1",
        "iso-8859-2",
        "iso-8859-5",
        "iso-8859-7",
        "iso-8859-9",
        "iso-8859-15",
        "windows-1250",
        "windows-1251",
        "windows-1252",
        "windows-1254",
        "windows-1256",
        "cp1252",
        "koi8-r",
        "gb2312",
        "gbk",
        "gb18030",
        "big5",
        "shift_jis",
        "euc-jp",
        "iso-2022-jp",
        "euc-kr",
        "tis-620",
    ]
)


def _key_of_bare(word: str) -> str:
    return "encoding" if word in ENCODINGS else "type"


def _decode(found: Property, encoding: str, charset: str) -> None:
    if encoding == "quoted-printable":
        # Bytes outside ASCII cannot be told from the text around them, so they pass through as UTF-8.
        raw = quopri.decodestring(found.text.encode("utf-8", "surrogateescape"))
        try:
            found.text = raw.decode(charset if charset.lower() in _CHARSETS else "utf-8", "strict")
        except UnicodeDecodeError:
            found.text = raw.decode("utf-8", "replace")
    elif encoding in ("base64", "b") or found.text[:64].lower().startswith("data:"):
        found.binary = True


def _split_head(line: str) -> tuple[str | None, str]:
    quoted = False
    for place, char in enumerate(line):
        if char == '"':
            quoted = not quoted
        elif char == ":" and not quoted:
            return line[:place], line[place + 1 :]
        if place > 4000:
            break
    place = line.find(":")
    return (line[:place], line[place + 1 :]) if place > 0 else (None, "")


def _split_quoted(text: str, separator: str) -> list[str]:
    parts, start, quoted = [], 0, False
    for place, char in enumerate(text):
        if char == '"':
            quoted = not quoted
        elif char == separator and not quoted:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]


def split_value(text: str, separator: str) -> list[str]:
    """`text` at every unescaped `separator`, each part unescaped."""
    parts, current, escaped = [], [], False
    for char in text:
        if escaped:
            current.append({"n": "\n", "N": "\n"}.get(char, char if char in ',;:"\\' else "\\" + char))
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == separator:
            parts.append("".join(current))
            current = []
        else:
            current.append(char)
    if escaped:
        current.append("\\")
    return [*parts, "".join(current)]


def unescape(text: str) -> str:
    return split_value(text, "")[0]


def escape(text: str) -> str:
    plain = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    return plain.replace("\\", "\\\\").replace("\n", "\\n").replace(",", "\\,").replace(";", "\\;")


def fold(line: str) -> str:
    """A logical line as physical lines of at most 75 bytes, never cut inside a character (RFC 6350, 3.2)."""
    if len(line.encode()) <= 75:
        return line + "\r\n"
    lines: list[str] = []
    current: list[str] = []
    size = 0
    for char in line:
        width = len(char.encode())
        if size + width > 75:
            lines.append("".join(current))
            current, size = [" "], 1
        current.append(char)
        size += width
    return "\r\n".join([*lines, "".join(current)]) + "\r\n"
