"""Reading a mailbox over IMAP: what is new since the place where it was left, mail by mail, never changing a thing there."""

from __future__ import annotations

import base64
import imaplib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bandhu.channels.servers import MailServerError

# A mailbox of years is read in portions, so that one run of the job stays short.
MOST_AT_ONCE = 200
# As much as a file may have (platform/files.py): of a larger mail only the head is read.
MAX_BYTES = 25_000_000
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
# As IMAP writes them, whatever the language here is.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_QUOTED = re.compile(r'["\\\r\n]')


@dataclass(frozen=True)
class Place:
    """How far a folder was read: its UIDVALIDITY and the last UID; another validity means the numbers begin anew."""

    validity: int = 0
    uid: int = 0


@dataclass(frozen=True)
class Fetched:
    """One mail as it lies in the folder; `is_cut` where only its head was read."""

    place: Place
    raw: bytes
    size: int
    is_cut: bool = False


def choose(server: imaplib.IMAP4, folder: str) -> int:
    """Open a folder for reading only and return its UIDVALIDITY. Raises MailServerError."""
    try:
        status, said = server.select(_folder_name(folder), readonly=True)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise MailServerError("folder", error) from None
    if status != "OK":
        raise MailServerError("folder", said[0] or b"")
    _code, found = server.response("UIDVALIDITY")
    return int(found[0]) if found and found[0] else 0


def new_mails(server: imaplib.IMAP4, folder: str, left: Place, since: date) -> Iterator[Fetched]:
    """Each mail of the folder after `left` that arrived on the day `since` or later, oldest first, at most MOST_AT_ONCE."""
    validity = choose(server, folder)
    after = left.uid if left.validity == validity else 0
    for uid in _uids_after(server, after, since)[:MOST_AT_ONCE]:
        size = _size(server, uid)
        is_cut = size > MAX_BYTES
        raw = _part(server, uid, "BODY.PEEK[HEADER]" if is_cut else "BODY.PEEK[]")
        if raw:  # else it was deleted since
            yield Fetched(Place(validity, uid), raw, size, is_cut)


def _uids_after(server: imaplib.IMAP4, uid: int, since: date) -> list[int]:
    day = f"{since.day:02}-{_MONTHS[since.month - 1]}-{since.year}"
    _status, found = server.uid("SEARCH", f"UID {uid + 1}:* SINCE {day}")
    uids = [int(one) for one in (found[0] or b"").split() if one.isdigit()] if found else []
    # "n:*" always holds the last mail, even when its UID is below n.
    return sorted(one for one in uids if one > uid)


def _size(server: imaplib.IMAP4, uid: int) -> int:
    _status, found = server.uid("FETCH", str(uid), "(UID RFC822.SIZE)")
    for one in found or []:
        line = one[0] if isinstance(one, tuple) else one
        if isinstance(line, bytes) and (size := _SIZE.search(line)):
            return int(size[1])
    return 0


def _part(server: imaplib.IMAP4, uid: int, what: str) -> bytes:
    _status, found = server.uid("FETCH", str(uid), f"(UID {what})")
    return next((bytes(one[1]) for one in found or [] if isinstance(one, tuple)), b"")


def _folder_name(folder: str) -> str:
    """In quotes, and other scripts in IMAP's own writing (RFC 3501, 5.1.3)."""
    return '"' + _QUOTED.sub("", _modified_utf7(folder)) + '"'


def _modified_utf7(text: str) -> str:
    pieces: list[str] = []
    for run in re.findall(r"[\x20-\x7e]+|[^\x20-\x7e]+", text):
        if run[0] <= "~" and run[0] >= " ":
            pieces.append(run.replace("&", "&-"))
        else:
            coded = base64.b64encode(run.encode("utf-16-be")).decode()
            pieces.append("&" + coded.rstrip("=").replace("/", ",") + "-")
    return "".join(pieces)
