"""What Outlook packed into winmail.dat (TNEF, [MS-OXTNEF]): files with their names, and what the mail says. Whatever the bytes are, nothing here raises."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from bandhu.channels.charsets import text_of_bytes
from bandhu.channels.rich_text import MOST_BYTES, RichText, read_rich_text, unpacked
from bandhu.channels.wire import Enclosure

_SIGNATURE = b"\x78\x9f\x3e\x22"
_HEADER = struct.Struct("<BII")
# Attributes of an attachment: it begins, its short name, its bytes, its properties.
_BEGINS, _TITLE, _DATA, _PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
# Among the properties the long name: PR_ATTACH_LONG_FILENAME as Unicode, or in the sender's charset.
_LONG_NAME = {b"\x1f\x00\x07\x37": "utf-16-le", b"\x1e\x00\x07\x37": "cp1252"}
MOST_FILES = 50
# Attributes of the mail: its words as plain text, its properties, the code page of what is no Unicode.
_BODY, _OF_MAIL, _CODE_PAGE = 0x0002800C, 0x00069003, 0x00069007
# Properties: the words, the page, the rich text (packed), the code page of the page.
_WORDS, _PAGE, _RICH, _PAGE_CODES = 0x1000, 0x1013, 0x1009, 0x3FDE
_TEXT8, _TEXT16, _BYTES = 0x001E, 0x001F, 0x0102
_FIXED = {
    0x0002: 4,
    0x0003: 4,
    0x0004: 4,
    0x0005: 8,
    0x0006: 8,
    0x0007: 8,
    0x000A: 4,
    0x000B: 4,
    0x0014: 8,
    0x0040: 8,
    0x0048: 16,
}
_OF_ANY_LENGTH = (_TEXT8, _TEXT16, 0x000D, _BYTES)
_MANY, _NAMED = 0x1000, 0x8000
_MOST_PROPERTIES, _MOST_VALUES = 2_000, 1_000


def files_in(content: bytes) -> list[Enclosure]:
    """The files; none where it is no TNEF, or nothing is left of it."""
    found: list[Enclosure] = []
    name, data = "", b""
    for kind, value in _attributes(content):
        if kind == _BEGINS:
            found += _enclosed(name, data)
            name, data = "", b""
        elif kind == _TITLE:
            name = name or text_of_bytes(value.rstrip(b"\x00"), "")
        elif kind == _DATA:
            data = value
        elif kind == _PROPERTIES:
            name = _long_name(value) or name
        if len(found) >= MOST_FILES:
            return found
    return found + _enclosed(name, data)


def said_in(content: bytes) -> RichText:
    """What the mail says in it: a page, or words (its plain text, else those of its rich text); both empty where it says nothing."""
    plain, charset, properties = b"", "", b""
    for kind, value in _attributes(content):
        if kind == _CODE_PAGE and len(value) >= 4:
            charset = f"cp{struct.unpack_from('<I', value)[0]}"
        elif kind == _BODY:
            plain = plain or value
        elif kind == _OF_MAIL:
            properties = properties or value
    found = _wanted(properties)
    page = _as_text(found.get(_PAGE), _page_charset(found) or charset)
    rich = read_rich_text(unpacked(found[_RICH][1])) if _RICH in found and not page else RichText()
    text = _as_text(found.get(_WORDS), charset) or _as_text((_TEXT8, plain), charset)
    return RichText(text=text or rich.text, html=page or rich.html)


def _wanted(properties: bytes) -> dict[int, tuple[int, bytes]]:
    """{property: (its type, its value)} of those that say something; what follows a property that cannot be read is lost."""
    found: dict[int, tuple[int, bytes]] = {}
    place = 4
    try:
        for _number in range(min(struct.unpack_from("<I", properties)[0], _MOST_PROPERTIES)):
            kind, name = struct.unpack_from("<HH", properties, place)
            place = _behind_name(properties, place + 4, name)
            value, place = _value(properties, place, kind)
            if name in (_WORDS, _PAGE, _RICH, _PAGE_CODES):
                found.setdefault(name, (kind, value))
    except struct.error:
        return found
    return found


def _behind_name(properties: bytes, place: int, name: int) -> int:
    if name < _NAMED:
        return place
    (is_word,) = struct.unpack_from("<I", properties, place + 16)
    (length,) = struct.unpack_from("<I", properties, place + 20)
    return place + 24 + (_padded(length) if is_word else 0)


def _value(properties: bytes, place: int, kind: int) -> tuple[bytes, int]:
    """(the first value of a property, where the next one begins). Raises struct.error where it is none, or is cut off."""
    single, count = kind & ~_MANY, 1
    if kind & _MANY or single in _OF_ANY_LENGTH:
        (count,) = struct.unpack_from("<I", properties, place)
        place += 4
    if count > _MOST_VALUES:
        raise struct.error(count)
    first = b""
    for number in range(count):
        length = _FIXED.get(single)
        if length is None:
            if single not in _OF_ANY_LENGTH:
                raise struct.error(kind)
            (length,) = struct.unpack_from("<I", properties, place)
            place += 4
        if place + length > len(properties):
            raise struct.error(kind)
        if not number:
            first = properties[place : place + length]
        place += _padded(length)
    return first, place


def _padded(length: int) -> int:
    return length + -length % 4


def _as_text(given: tuple[int, bytes] | None, charset: str) -> str:
    if given is None:
        return ""
    kind, value = given
    value = value[:MOST_BYTES]
    text = text_of_bytes(value, "utf-16-le" if kind == _TEXT16 else charset)
    return text.replace("\x00", "").strip()


def _page_charset(found: dict[int, tuple[int, bytes]]) -> str:
    kind, value = found.get(_PAGE_CODES, (0, b""))
    if kind != 0x0003 or len(value) < 4:
        return ""
    (number,) = struct.unpack_from("<I", value)
    return {65001: "utf-8", 28591: "iso-8859-1", 20127: "ascii"}.get(number, f"cp{number}")


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    place = 6
    if not content.startswith(_SIGNATURE):
        return
    while place + _HEADER.size <= len(content):
        _level, kind, length = _HEADER.unpack_from(content, place)
        place += _HEADER.size
        if place + length > len(content):
            return  # cut off: what it says it holds is not there
        yield kind, content[place : place + length]
        place += length + 2  # and its sum, which protects from nothing


def _long_name(properties: bytes) -> str:
    """Behind the property's tag: how many values, how long this one is, the name."""
    for tag, charset in _LONG_NAME.items():
        place = properties.find(tag)
        if place < 0 or place + 12 > len(properties):
            continue
        (length,) = struct.unpack_from("<I", properties, place + 8)
        raw = properties[place + 12 : place + 12 + min(length, 1_000)]
        return raw.decode(charset, "replace").rstrip("\x00")
    return ""


def _enclosed(name: str, data: bytes) -> list[Enclosure]:
    readable = " ".join("".join(one if one.isprintable() else " " for one in name).split())[:200]
    return [Enclosure(readable or "file", "application/octet-stream", data)] if data else []
