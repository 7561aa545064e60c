"""What a file is, by its bytes and never by its name alone; which names and types are let near a browser."""

import re
import unicodedata
from pathlib import PurePosixPath

import puremagic

from bandhu.ui.graphemes import shorten

HEAD_BYTES = 8_192
"""How much of a file's beginning `media_type_of` wants to see."""
MAX_NAME_BYTES = 200
UNKNOWN = "application/octet-stream"
INLINE_TYPES = frozenset(
    {
        "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif",
        "audio/mpeg", "audio/ogg", "audio/wav", "audio/x-wav", "audio/mp4", "audio/webm",
        "video/mp4", "video/webm", "video/ogg",
        "application/pdf", "text/plain",
    }
)  # fmt: skip
"""All else is only ever handed out as a download: HTML, SVG and XML could run scripts on our pages."""

_ZIP_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".epub": "application/epub+zip",
}
_TEXT_TYPES = {
    ".csv": "text/csv", ".tsv": "text/tab-separated-values", ".ics": "text/calendar", ".vcf": "text/vcard",
    ".json": "application/json", ".eml": "message/rfc822", ".md": "text/markdown",
}  # fmt: skip
_MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|style|title|table|div|img|meta|base|link|form|object|embed|h1|p|a|b|br)[\s/>]",
    re.IGNORECASE,
)
_SVG = re.compile(rb"<(?:[a-z]+:)?svg[\s/>]", re.IGNORECASE)
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))}
)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_LIGATURE_JOINERS = "\u200c\u200d"


def media_type_of(head: bytes, name: str = "") -> str:
    """The media type of a file from its first bytes (HEAD_BYTES are enough); the name only decides between types that begin alike.

    Whatever a browser could take for markup is said to be markup. What is not known is application/octet-stream.
    """
    head = head[:HEAD_BYTES]
    extension = PurePosixPath(name).suffix.lower()
    if not head:
        return "text/plain"
    if head.startswith(b"PK\x03\x04"):
        return _ZIP_TYPES.get(extension, "application/zip")
    markup = _markup_of(_as_ascii(head))
    known = _by_magic(head, extension)
    if markup and (known is None or not known.startswith(("image/", "audio/", "video/", "application/pdf"))):
        return markup
    if known in (None, "text/plain") and _is_text(head):
        return _TEXT_TYPES.get(extension, "text/plain")
    return known or UNKNOWN


def may_be_shown(media_type: str) -> bool:
    """Whether a browser may open the file inside a page, rather than save it."""
    return media_type in INLINE_TYPES


def content_disposition(media_type: str) -> str:
    """ "inline" or "attachment", for the header of the answer; with X-Content-Type-Options: nosniff beside it."""
    return "inline" if may_be_shown(media_type) else "attachment"


def safe_file_name(name: str, fallback: str = "file") -> str:
    """A name that means nothing to any file system or reader but itself: no folders, no hidden or turned-around letters.

    Scripts of all languages stay, with the joiners their letters need; at most 200 bytes, cut between graphemes, the ending kept.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(character for character in last if _is_visible(character))
    plain = " ".join(_FORBIDDEN.sub("_", visible).split()).strip(". " + _LIGATURE_JOINERS)
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 10 or not stem.strip("._ "):
        stem, ending = plain, ""
    if stem.split(".")[0].strip().lower() in _RESERVED:
        stem = f"_{stem}"
    ending = f".{ending}" if ending else ""
    stem = _cut(stem.rstrip(". "), MAX_NAME_BYTES - len(ending.encode()))
    return f"{stem}{ending}" if stem.strip("_. ") or ending.strip("_. ") else fallback


def _by_magic(head: bytes, extension: str) -> str | None:
    try:
        matches = [match for match in puremagic.magic_string(head) if match.mime_type]
    except (puremagic.PureError, ValueError, IndexError):
        return None
    if not matches:
        return None
    named = [
        match
        for match in matches
        if match.extension == extension and match.confidence >= matches[0].confidence
    ]
    return str((named or matches)[0].mime_type)


def _as_ascii(head: bytes) -> bytes:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace").encode("ascii", "replace")
    return head.replace(b"\x00", b"")


def _markup_of(text: bytes) -> str | None:
    if _SVG.search(text):
        return "image/svg+xml"
    if _MARKUP.search(text):
        return "text/html"
    return "application/xml" if text.lstrip().startswith((b"<?xml", b"<!DOCTYPE", b"<!ENTITY")) else None


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The last character may have been cut off with the head.
        if error.start < len(head) - 3:
            return False
        text = head[: error.start].decode("utf-8")
    return not any(
        unicodedata.category(character) == "Cc" and character not in "\t\n\r\f\x1b" for character in text
    )


def _is_visible(character: str) -> bool:
    category = unicodedata.category(character)
    return character in _LIGATURE_JOINERS or (category[0] != "C" and category not in ("Zl", "Zp"))


def _cut(text: str, most_bytes: int) -> str:
    while len(text.encode("utf-8", "replace")) > most_bytes:
        text = shorten(text, max(len(text) - 5, 1), mark="")
    return text
