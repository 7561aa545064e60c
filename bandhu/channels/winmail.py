"""Files that Outlook packed into winmail.dat (TNEF, [MS-OXTNEF]): their names and bytes. Whatever the bytes are, nothing here raises."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from bandhu.channels.charsets import text_of_bytes
from bandhu.channels.wire import Enclosure

_SIGNATURE = b"\x78\x9f\x3e\x22"
_HEADER = struct.Struct("<BII")
# Attributes of an attachment: it begins, its short name, its bytes, its properties.
_BEGINS, _TITLE, _DATA, _PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
# Among the properties the long name: PR_ATTACH_LONG_FILENAME as Unicode, or in the sender's charset.
_LONG_NAME = {b"\x1f\x00\x07\x37": "utf-16-le", b"\x1e\x00\x07\x37": "cp1252"}
MOST_FILES = 50


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
