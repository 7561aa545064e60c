"""Pictures as cameras write them: red left, blue right, 8 by 4 points, made by a browser; what a telephone adds is put in by `told`."""

import struct
import zlib
from base64 import b64decode

JPEG = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/4gHYSUNDX1BST0ZJTEUAAQEAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAA"
    "ABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1"
    "AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAP"
    "KnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADb/"
    "2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi"
    "9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAAEAAgDASIAAhEBAxEB/8QAFQABAQAA"
    "AAAAAAAAAAAAAAAAAAb/xAAYEAEAAwEAAAAAAAAAAAAAAAAABEOBwf/EABUBAQEAAAAAAAAAAAAAAAAAAAQG/8QAGhEAAAcAAAAAAAAAAAAAAA"
    "AAAAECBTSBsf/aAAwDAQACEQMRAD8AmZ9e8AVDPCRemEOstdYQ/9k="
)
WEBP = b64decode(
    "UklGRjICAABXRUJQVlA4WAoAAAAgAAAABwAAAwAASUNDUMgBAAAAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAA"
    "ABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1"
    "AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAP"
    "KnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADZW"
    "UDggRAAAABACAJ0BKggABAACwEwlqAJ0cgCr/9wABcAA/vI7/DB/t/2sP2v8U7iL//1of53+KdxF/z0P/Br9vKUjc39w/bylGuAA"
)
PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAECAYAAACzzX7wAAAAIUlEQVR4AaSKsQkAAAyDJP//bNfSpUMEB8EIbk8aHvphAAAA//87ryGIAAAABk"
    "lEQVQDACxRD/lyAWkYAAAAAElFTkSuQmCC"
)
GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\x00\x00\x00\x00\xff"
    b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00!\xfe\x0fTaken in Sylhet\x00"
    b"!\xf9\x04\x00\x0a\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
PLACE = b"24.8949N 91.8687E Sylhet"
SIDEWAYS = 6


def exif(order: str = "<", orientation: int = SIDEWAYS) -> bytes:
    """What a telephone writes: which way up it was held, its maker, and where it was."""
    begin = b"II\x2a\x00" if order == "<" else b"MM\x00\x2a"
    entries = struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    entries += struct.pack(order + "HHII", 0x010F, 2, len(PLACE), 38)
    return begin + struct.pack(order + "IH", 8, 2) + entries + struct.pack(order + "I", 0) + PLACE


def jpeg(order: str = "<", orientation: int = SIDEWAYS) -> bytes:
    """With Exif, XMP, IPTC, a comment, and a film hung behind its end."""
    exif_part = _segment(0xE1, b"Exif\x00\x00" + exif(order, orientation))
    xmp = _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00<x>" + PLACE + b"</x>")
    iptc, comment = _segment(0xED, b"Photoshop 3.0\x00" + PLACE), _segment(0xFE, PLACE)
    small = _segment(0xE0, b"JFXX\x00\x10" + PLACE)
    return JPEG[:2] + exif_part + xmp + iptc + comment + small + JPEG[2:] + b"ftypmp42" + PLACE


def png() -> bytes:
    """With Exif, words and a time."""
    told = _chunk(b"eXIf", exif(">")) + _chunk(b"tEXt", b"Comment\x00" + PLACE) + _chunk(b"iTXt", PLACE)
    return PNG[:33] + told + PNG[33:] + PLACE


def webp() -> bytes:
    """With Exif and XMP, as its extended form has them."""
    told = _riff(b"EXIF", exif()) + _riff(b"XMP ", PLACE)
    body = WEBP[8:20] + bytes([WEBP[20] | 0x0C]) + WEBP[21:] + told
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _riff(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\x00" * (len(body) % 2)
