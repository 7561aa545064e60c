"""Takes out of a picture what a camera or a program wrote beside it: place, time, device, owner, a small copy of what was cut away.

Nothing is painted anew, so nothing of the picture itself changes; the parts of the file are walked, and those that say how it is to be
shown stay. Which way up a photograph was held is one of them: it alone is written back. Formats: JPEG (ITU-T T.81, JFIF, Exif 2.32), PNG
(W3C, third edition), WebP (RFC 9649), GIF (89a).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandhu.platform.file_types import HEAD_BYTES, media_type_of

_JPEG_SCAN, _JPEG_END = 0xDA, 0xD9
# Tables, frames and restarts, and Adobe's word on colours; JFIF and ICC profiles are asked for by name.
_JPEG_KEPT = frozenset([*range(0xC0, 0xD0), *range(0xDB, 0xE0), 0xEE])
_JPEG_NAMED = ((0xE0, b"JFIF\x00"), (0xE2, b"ICC_PROFILE\x00"))
_EXIF = b"Exif\x00\x00"
_ORIENTATION, _UPRIGHT, _SHORT = 0x0112, 1, 3
_PNG_BEGIN = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    [b"PLTE", b"IDAT", b"IEND", b"IHDR", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT"]
)  # fmt: skip
_WEBP_KEPT = frozenset([b"VP8 ", b"VP8L", b"VP8X", b"ICCP", b"ANIM", b"ANMF", b"ALPH"])
_WEBP_HAS_EXIF, _WEBP_HAS_XMP = 0x08, 0x04
# Of the blocks by which programs say things of their own in a GIF, the one that lets it move again and again.
_GIF_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
# Drawn, or too old to know of cameras.
_TELL_NOTHING = frozenset(
    ["image/svg+xml", "image/bmp", "image/x-ms-bmp", "image/x-icon", "image/vnd.microsoft.icon"]
)


def cleaned(content: Iterable[bytes], name: str, limit: int) -> Iterable[bytes]:
    """An upload as it may be shown to everybody: a picture without them, any other file as it is. Larger than `limit` (bytes) it is
    not looked at: who keeps it refuses it. Raises ValidationError as `without_metadata`."""
    chunks = iter(content)
    whole = bytearray(next(chunks, b""))
    media_type = media_type_of(bytes(whole[:HEAD_BYTES]), name)
    if not media_type.startswith("image/") or media_type in _TELL_NOTHING:
        return chain([bytes(whole)], chunks)
    for chunk in chunks:
        whole += chunk
        if len(whole) > limit:
            return chain([bytes(whole)], chunks)
    return [without_metadata(bytes(whole), media_type)]


def without_metadata(content: bytes, media_type: str) -> bytes:
    """The same picture without them. Raises ValidationError for a type that is not known here, and for a file that is not whole."""
    clean = _CLEANERS.get(media_type)
    if clean is None:
        raise ValidationError(
            _("This kind of picture may tell where it was taken. Save it as JPEG, PNG, WebP or GIF first."),
            code="unknown_picture",
        )
    try:
        return clean(content)
    except (IndexError, struct.error, ValueError):
        raise ValidationError(_("This picture is damaged."), code="damaged_picture") from None


def _clean_jpeg(content: bytes) -> bytes:
    """Segments until the first scan, then scans to the end; what cameras hang behind the end (a film, a second picture) goes."""
    if content[:2] != b"\xff\xd8":
        raise ValueError
    kept, upright = [b"\xff\xd8"], b""
    place = 2
    while True:
        marker, place = _jpeg_marker(content, place)
        if marker == _JPEG_END:
            return kept[0] + upright + b"".join(kept[1:]) + b"\xff\xd9"
        length = struct.unpack_from(">H", content, place)[0]
        body = content[place + 2 : place + length]
        if length < 2 or len(body) != length - 2:
            raise ValueError
        if marker == 0xE1 and body.startswith(_EXIF):
            upright = upright or _jpeg_orientation(body[len(_EXIF) :])
        elif marker == _JPEG_SCAN or marker in _JPEG_KEPT or _is_named(marker, body):
            kept.append(content[place - 2 : place + length])
        place += length
        if marker == _JPEG_SCAN:
            end = _end_of_scan(content, place)
            kept.append(content[place:end])
            place = end


def _is_named(marker: int, body: bytes) -> bool:
    return any(marker == one and body.startswith(name) for one, name in _JPEG_NAMED)


def _jpeg_marker(content: bytes, place: int) -> tuple[int, int]:
    """A marker and the place behind it; it may be filled up with bytes of ones."""
    if content[place] != 0xFF:
        raise ValueError
    while content[place] == 0xFF:
        place += 1
    return content[place], place + 1


def _end_of_scan(content: bytes, place: int) -> int:
    """Where the next marker stands: within a scan 0xFF is followed by a nought, or by one of eight restarts."""
    while True:
        place = content.index(b"\xff", place)
        if content[place + 1] == 0 or 0xD0 <= content[place + 1] <= 0xD7:
            place += 2
        elif content[place + 1] == 0xFF:
            place += 1
        else:
            return place


def _jpeg_orientation(tiff: bytes) -> bytes:
    small = _small_exif(tiff)
    return b"\xff\xe1" + struct.pack(">H", len(_EXIF + small) + 2) + _EXIF + small if small else b""


def _clean_png(content: bytes) -> bytes:
    if not content.startswith(_PNG_BEGIN):
        raise ValueError
    kept, place = [_PNG_BEGIN], len(_PNG_BEGIN)
    while True:
        length, kind = struct.unpack_from(">I4s", content, place)
        chunk = content[place : place + 12 + length]
        if len(chunk) != 12 + length:
            raise ValueError
        if kind == b"eXIf" and (small := _small_exif(chunk[8:-4])):
            kept.append(_png_chunk(b"eXIf", small))
        elif kind in _PNG_KEPT:
            kept.append(chunk)
        place += len(chunk)
        if kind == b"IEND":
            return b"".join(kept)


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _clean_webp(content: bytes) -> bytes:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        raise ValueError
    chunks: list[tuple[bytes, bytes]] = []
    for kind, body in _riff_chunks(content[: 8 + struct.unpack_from("<I", content, 4)[0]]):
        if kind == b"EXIF":
            small = _small_exif(body.removeprefix(_EXIF))
            chunks += [(kind, small)] if small else []
        elif kind in _WEBP_KEPT:
            chunks.append((kind, body))
    if not chunks or not chunks[0][1]:
        raise ValueError
    if chunks[0][0] != b"VP8X":
        # The simple form has the picture alone.
        chunks = chunks[:1]
    has_exif = any(kind == b"EXIF" for kind, _body in chunks)
    if chunks[0][0] == b"VP8X":
        flags = chunks[0][1][0] & ~(_WEBP_HAS_XMP | _WEBP_HAS_EXIF) | (_WEBP_HAS_EXIF if has_exif else 0)
        chunks[0] = (b"VP8X", bytes([flags]) + chunks[0][1][1:])
    whole = b"WEBP" + b"".join(
        kind + struct.pack("<I", len(body)) + body + b"\x00" * (len(body) % 2) for kind, body in chunks
    )
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


def _riff_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 12
    while place + 8 <= len(content):
        kind, length = struct.unpack_from("<4sI", content, place)
        body = content[place + 8 : place + 8 + length]
        if len(body) != length:
            raise ValueError
        yield kind, body
        place += 8 + length + length % 2


def _clean_gif(content: bytes) -> bytes:
    """Blocks: pictures, how they follow each other, and whether they begin again; comments and programs' own go."""
    if content[:6] not in (b"GIF87a", b"GIF89a"):
        raise ValueError
    place = 13 + _gif_colours(content[10])
    kept = [content[:place]]
    while content[place] != 0x3B:
        begin = place
        if content[place] == 0x2C:
            place += 10 + _gif_colours(content[place + 9]) + 1
            is_kept = True
        elif content[place] == 0x21:
            is_kept = content[place + 1] in (0xF9, 0x01) or content[place + 3 : place + 14] in _GIF_LOOPS
            place += 2
        else:
            raise ValueError
        while content[place]:
            place += content[place] + 1
        place += 1
        if is_kept:
            kept.append(content[begin:place])
    return b"".join([*kept, b"\x3b"])


def _gif_colours(flags: int) -> int:
    """How many bytes of a table of colours follow."""
    return 3 * (2 << (flags & 7)) if flags & 0x80 else 0


def _small_exif(tiff: bytes) -> bytes:
    """Exif that says which way up and nothing else; b"" where it says nothing of that, or stands upright. What cannot be read says nothing."""
    try:
        order = {b"II": "<", b"MM": ">"}[tiff[:2]]
        directory = struct.unpack_from(order + "I", tiff, 4)[0]
        for number in range(struct.unpack_from(order + "H", tiff, directory)[0]):
            tag, kind, count, value = struct.unpack_from(order + "HHIH", tiff, directory + 2 + 12 * number)
            if (tag, kind, count) == (_ORIENTATION, _SHORT, 1) and _UPRIGHT < value <= 8:
                entry = struct.pack(">HHIHH", _ORIENTATION, _SHORT, 1, value, 0)
                return b"MM\x00\x2a" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    except (KeyError, struct.error):
        return b""
    return b""


_CLEANERS: dict[str, Callable[[bytes], bytes]] = {
    "image/jpeg": _clean_jpeg,
    "image/png": _clean_png,
    "image/webp": _clean_webp,
    "image/gif": _clean_gif,
}
PICTURE_TYPES = frozenset(_CLEANERS)
"""What can be cleaned, and so be shown to everybody."""
