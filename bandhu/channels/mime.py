"""Reading a mail that anybody may have written: broken charsets, nested without end, wrong dates. Nothing here raises for bad bytes.

What cannot be read is named in `troubles`; the mail itself is kept byte for byte elsewhere, so nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from itertools import islice

from bandhu.channels.charsets import text_of_bytes
from bandhu.channels.mail_policy import MAIL
from bandhu.channels.message_ids import message_id_of, message_ids_in
from bandhu.channels.winmail import files_in, said_in
from bandhu.channels.wire import Enclosure
from bandhu.platform.mail_addresses import MailAddressError, parse_mail_address

MAX_PARTS, MAX_DEPTH, MAX_FILES = 400, 20, 50
MAX_TEXT = 1_000_000
_TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
MAX_PEOPLE = 200
# Of one header, of which a subject of 300 letters or a name is made; and of headers with one name.
MAX_WORDS, MAX_SAME = 10_000, 50
_ENVELOPE = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc", "Bcc")
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# No picture reaches into the next one, and no two runs of spaces meet: read once, whatever stands there.
_REMOTE = re.compile(r"<img\b(?:(?!<img)[^>])*?\bsrc\s*=\s*(?:[\"']\s*)?(?:https?:|//)", re.IGNORECASE)


@dataclass(frozen=True)
class Person:
    """Somebody named in a header: `role` is "to" or "cc"."""

    role: str
    address: str
    key: str
    name: str = ""


@dataclass
class Parsed:
    """What was read of a mail. `headers` are those with which a program says what it is; keys in lower case."""

    message_id: str
    references: list[str]
    sender: str
    sender_key: str
    sender_name: str
    subject: str
    written_at: datetime
    # Where an answer is wanted: (address, its key), empty where that is the sender.
    reply_to: tuple[str, str] = ("", "")
    people: list[Person] = field(default_factory=list)
    # Every address it was for, blind copies too as far as the last server says so.
    envelope: list[str] = field(default_factory=list)
    text: str = ""
    html: str = ""
    files: list[Enclosure] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    parts: list[Message] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


def parse_mail(raw: bytes, received_at: datetime) -> Parsed:
    """Read a mail of any kind; a date that cannot be right becomes `received_at` (aware)."""
    troubles: list[str] = []
    try:
        message = message_from_bytes(raw, policy=MAIL)
        parts = list(_parts(message, troubles))
    except (RecursionError, ValueError, LookupError, AssertionError, AttributeError, TypeError, IndexError):
        # The standard library's parser was not made for enemies.
        troubles.append("broken")
        message = BytesHeaderParser(policy=MAIL).parsebytes(raw)
        parts = []
    found = _head(message, raw, received_at, troubles)
    found.parts = parts
    _read_parts(found)
    if message.defects:
        found.troubles.append("broken")
    _unpack_winmail(found)
    if _REMOTE.search(found.html):
        found.troubles.append("remote_pictures")
    found.troubles = list(dict.fromkeys(found.troubles))
    return found


def without_body(troubles: list[str]) -> list[str]:
    """The troubles of a mail of which only the head was fetched: what looks damaged is what was left in the mailbox."""
    return [*(one for one in troubles if one != "broken"), "too_large"]


def header(message: Message, name: str) -> str:
    """A header in words: encoded words decoded, one line, nothing unprintable; "" where it is absent."""
    values = _values(message, name)
    return _one_line(_decoded(values[0])) if values else ""


def _values(message: Message, name: str) -> list[str]:
    """The headers of this name as they came: bytes that are no ASCII as lone surrogates, not as question marks."""
    found = (str(value) for one, value in message.raw_items() if one.lower() == name.lower())
    return list(islice(found, MAX_SAME))


def _head(message: Message, raw: bytes, received_at: datetime, troubles: list[str]) -> Parsed:
    senders = _addresses(message, "From") or _addresses(message, "Sender") or _addresses(message, "Reply-To")
    name, address, key = senders[0] if senders else ("", "", "")
    written_at = _date(message, received_at)
    if written_at is None:
        troubles.append("wrong_date")
    people = [
        Person(role, one, its_key, words)
        for role in ("to", "cc")
        for words, one, its_key in _addresses(message, role)
    ]
    return Parsed(
        message_id=message_id_of("".join(_values(message, "Message-ID")[:1]), raw),
        references=message_ids_in(" ".join(_values(message, "References") + _values(message, "In-Reply-To"))),
        sender=address,
        sender_key=key,
        sender_name=name[:200],
        subject=header(message, "Subject")[:300],
        written_at=written_at or received_at,
        reply_to=_reply_to(message, key),
        people=people[:MAX_PEOPLE],
        envelope=[one for line in _ENVELOPE for _name, one, _key in _addresses(message, line)],
        headers={one.lower(): _one_line(str(value))[:500] for one, value in list(message.raw_items())[:500]}
        | {"authentication-results": _one_line(" ".join(_values(message, "Authentication-Results")))[:4000]},
        troubles=troubles,
    )


def _reply_to(message: Message, sender_key: str) -> tuple[str, str]:
    others = [(one, key) for _name, one, key in _addresses(message, "Reply-To") if key != sender_key]
    return others[0] if others else ("", "")


def _parts(message: Message, troubles: list[str]) -> Iterator[Message]:
    """Every part that is no container, in order. Mails inside the mail are parts, not opened."""
    waiting, seen = [(message, 0)], 0
    while waiting:
        part, depth = waiting.pop()
        seen += 1
        if seen > MAX_PARTS or depth > MAX_DEPTH:
            troubles.append("too_many_parts")
            return
        if part.get_content_maintype() == "multipart" and isinstance(inner := part.get_payload(), list):
            waiting += [(one, depth + 1) for one in reversed(inner) if isinstance(one, Message)]
        else:
            yield part


def _read_parts(found: Parsed) -> None:
    texts, pages = [], []
    for part in found.parts:
        kind, name = part.get_content_type(), _file_name(part)
        is_file = bool(name) or part.get_content_disposition() == "attachment"
        if kind == "text/plain" and not is_file:
            texts.append(_words(part))
        elif kind == "text/html" and not is_file:
            pages.append(_words(part))
        elif kind not in ("message/delivery-status", "text/rfc822-headers"):
            _keep_file(found, part, name, kind)
    found.text = "\n\n".join(texts)[:MAX_TEXT].strip()
    found.html = "\n".join(pages)[:MAX_TEXT].strip()


def _keep_file(found: Parsed, part: Message, name: str, kind: str) -> None:
    content = _content(part)
    if not content:
        return
    if len(found.files) >= MAX_FILES:
        found.troubles.append("too_many_parts")
        return
    usual = {"message/rfc822": "mail.eml", "text/calendar": "invitation.ics"}
    called = header(part, "Content-ID").strip("<> ")[:250]
    found.files.append(Enclosure(name or usual.get(kind, "file"), kind, content, called))


def _unpack_winmail(found: Parsed) -> None:
    """In the place of winmail.dat the files in it, and what it says where the mail itself says nothing; itself where neither can be read."""
    for packed in [
        one for one in found.files if one.name.casefold() == "winmail.dat" or one.media_type in _TNEF
    ]:
        inside, said = files_in(packed.content), said_in(packed.content)
        if not (found.text or found.html):
            found.text, found.html = said.text[:MAX_TEXT], said.html[:MAX_TEXT]
        if inside or said.text or said.html:
            place = found.files.index(packed)
            found.files[place : place + 1] = inside[: MAX_FILES - len(found.files) + 1]
        else:
            found.troubles.append("winmail")


def _content(part: Message) -> bytes:
    try:
        inner = part.get_payload()
        if isinstance(inner, list):  # a mail inside the mail
            return b"\r\n".join(one.as_bytes() for one in inner if isinstance(one, Message))
        content = part.get_payload(decode=True)
        return content if isinstance(content, bytes) else b""
    except (ValueError, LookupError, RecursionError, AssertionError, AttributeError, TypeError):
        return b""


def _words(part: Message) -> str:
    try:
        charset = str(part.get_content_charset() or "")
    except (ValueError, LookupError, TypeError):
        charset = ""
    return text_of_bytes(_content(part), charset)


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError, TypeError, AttributeError):
        return "file"
    return _one_line(_decoded(name))[:200]


def _addresses(message: Message, name: str) -> list[tuple[str, str, str]]:
    """(name, address, key) of each address in the headers called `name`; what is no address is left out."""
    try:
        given = getaddresses([one[:20_000] for one in _values(message, name)])
    except (ValueError, IndexError, TypeError, RecursionError):
        # The library reads a comment within a comment by calling itself.
        return []
    found = []
    for words, address in given[:MAX_PEOPLE]:
        try:
            one = parse_mail_address(_one_line(_decoded(address)))
        except MailAddressError:
            continue
        found.append((_one_line(_decoded(words)), one.address, one.key))
    return found


def _date(message: Message, received_at: datetime) -> datetime | None:
    try:
        found = parsedate_to_datetime("".join(_values(message, "Date")[:1]))
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        found = found.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if found < _EARLIEST or found > received_at + timedelta(days=1):
        return None
    return min(found, received_at)


def _decoded(value: str) -> str:
    """Encoded words decoded each by its charset; bytes that are none of it guessed."""
    try:
        pieces = decode_header(value[:MAX_WORDS])
    except (HeaderParseError, ValueError, TypeError):
        return value[:MAX_WORDS]
    return "".join(
        piece if isinstance(piece, str) else text_of_bytes(_raw(piece), charset or "")
        for piece, charset in pieces
    )


def _raw(piece: bytes) -> bytes:
    """Header bytes that were never encoded come as "raw-unicode-escape" of their surrogates."""
    return (
        piece.decode("raw-unicode-escape", "replace").encode("utf-8", "surrogateescape")
        if b"\\udc" in piece
        else piece
    )


def _one_line(text: str) -> str:
    whole = text.encode("utf-8", "surrogateescape")
    readable = text_of_bytes(whole, "utf-8")
    return " ".join("".join(one if one.isprintable() else " " for one in readable).split())
