"""A mail as it travels: addresses in the servers' alphabet, and the bytes of the letter with its files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

import idna

# RFC 5322 allows long ones; servers cut or refuse far longer lines.
MAX_REFERENCES = 20
_METHOD = re.compile(r"^METHOD:([A-Z]{1,20})\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Enclosure:
    """A file that goes with a letter; `content_id` is what its text calls it by, where it shows it."""

    name: str
    media_type: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What the recipients get; blind copies are no part of it. `html` and `calendar` (iCalendar with a METHOD) may be empty."""

    sender: tuple[str, str]
    to: Sequence[tuple[str, str]]
    cc: Sequence[tuple[str, str]] = ()
    subject: str
    text: str
    html: str = ""
    calendar: str = ""
    written_at: datetime
    message_id: str
    references: Sequence[str] = ()
    headers: Iterable[tuple[str, str]] = ()
    files: Sequence[Enclosure] = ()


def wire_address(address: str) -> str:
    """The address with its domain as the servers know it ("বাংলা" as "xn--…"); an own script before the @ stays."""
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return local + at + idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return address


def letter_bytes(letter: Letter) -> bytes:
    """The letter with CRLF lines; the same letter gives the same bytes but for the MIME boundaries."""
    addresses = [letter.sender, *letter.to, *letter.cc]
    is_ascii = all(wire_address(one).isascii() for _name, one in addresses)
    policy = (SMTP if is_ascii else SMTPUTF8).clone(max_line_length=78)
    message = EmailMessage(policy)
    message["Message-ID"] = letter.message_id
    message["Date"] = format_datetime(letter.written_at)
    message["From"] = _address(*letter.sender)
    if letter.to:
        message["To"] = [_address(*one) for one in letter.to]
    if letter.cc:
        message["Cc"] = [_address(*one) for one in letter.cc]
    message["Subject"] = _one_line(letter.subject)
    if letter.references:
        message["In-Reply-To"] = letter.references[-1]
        message["References"] = " ".join(_shortened(letter.references))
    for name, value in letter.headers:
        message[name] = _one_line(value)
    message.set_content(letter.text or " ", charset="utf-8", cte="quoted-printable")
    if letter.html:
        message.add_alternative(letter.html, subtype="html", charset="utf-8", cte="quoted-printable")
    if letter.calendar:
        _add_calendar(message, letter.calendar)
    for file in letter.files:
        kind, _slash, subtype = file.media_type.partition("/")
        if kind in ("message", "multipart"):  # these may not travel in base64
            kind, subtype = "application", "octet-stream"
        message.add_attachment(
            file.content,
            maintype=kind or "application",
            subtype=subtype or "octet-stream",
            filename=file.name,
        )
    return message.as_bytes()


def _add_calendar(message: EmailMessage, calendar: str) -> None:
    """As a part calendars read by themselves (RFC 6047), and as a file for programs that do not."""
    found = _METHOD.search(calendar)
    message.add_alternative(
        calendar,
        subtype="calendar",
        charset="utf-8",
        cte="base64",
        params={"method": found[1] if found else "PUBLISH"},
    )
    message.add_attachment(calendar.encode(), maintype="application", subtype="ics", filename="meeting.ics")


def _shortened(references: Sequence[str]) -> list[str]:
    """The first one, which names the exchange, and the newest."""
    if len(references) <= MAX_REFERENCES:
        return list(references)
    return [references[0], *references[1 - MAX_REFERENCES :]]


def _address(name: str, address: str) -> Address:
    return Address(display_name=_one_line(name), addr_spec=wire_address(address))


def _one_line(text: str) -> str:
    """Header lines end where the text has a line break: what follows one would be a header of its own."""
    return " ".join(text.split())
