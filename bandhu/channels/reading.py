"""Reading a mailbox over IMAP: what is new since the place where it was left, and what lay there before, mail by mail, never changing a thing.

What is new is read upwards; the past, where it is wanted, downwards, so that the newest is there first. A mailbox of a hundred thousand
mails costs a list of numbers; of the mails themselves only a few are in memory at once.
"""

from __future__ import annotations

import base64
import imaplib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bandhu.channels.servers import MailServerError

# A mailbox of years is read in portions, so that one run of the job stays short.
MOST_AT_ONCE = 200
# What the largest mail houses take in, with the third that letters for bytes cost: of a larger mail only the head is read.
MAX_BYTES = 60_000_000
# Fetched with one question: more with each one that was answered whole, so that a line that breaks again and again still gets on.
MOST_TOGETHER, MOST_BYTES_TOGETHER = 25, 4_000_000
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_UID = re.compile(rb"UID (\d+)")
_NEXT = re.compile(rb"UIDNEXT (\d+)")
# As IMAP writes them, whatever the language here is.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_QUOTED = re.compile(r'["\\\r\n]')


@dataclass(frozen=True)
class Place:
    """How far a folder was read: its UIDVALIDITY and the last UID; another validity means the numbers begin anew.

    Of the past everything down from the UID `past` was looked at (0: not begun); `found` mails lay there in all, `taken` of them are here.
    """

    validity: int = 0
    uid: int = 0
    past: int = 0
    found: int = 0
    taken: int = 0
    is_whole: bool = False


@dataclass(frozen=True)
class Span:
    """The past that is wanted: mails that arrived before the day `before`, and on the day `since` or later where it is given."""

    before: date
    since: date | None = None


@dataclass(frozen=True)
class Fetched:
    """One mail as it lies in the folder, and the place behind it; `is_cut` where only its head was read."""

    uid: int
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


def next_uid(server: imaplib.IMAP4, folder: str) -> int:
    """The number the next mail of a folder will get, without opening it: another one than before says that mail came in. 0 where the
    server does not say."""
    _status, said = server.status(_folder_name(folder), "(UIDNEXT)")
    found = _NEXT.search(said[0] if said and isinstance(said[0], bytes) else b"")
    return int(found[1]) if found else 0


def new_mails(server: imaplib.IMAP4, folder: str, left: Place, since: date) -> Iterator[Fetched]:
    """Each mail of the folder after `left` that arrived on the day `since` or later, oldest first, at most MOST_AT_ONCE."""
    validity = choose(server, folder)
    place = left if left.validity == validity else Place(validity)
    uids = [one for one in _uids(server, f"UID {place.uid + 1}:* SINCE {_day(since)}") if one > place.uid]
    for fetched in _fetch(server, uids[:MOST_AT_ONCE]):
        place = replace(place, uid=fetched.uid)
        yield replace(fetched, place=place)


def past_mails(server: imaplib.IMAP4, folder: str, left: Place, span: Span) -> Iterator[Fetched | Place]:
    """Each mail of the past, the newest first, at most MOST_AT_ONCE from where it was left; then the place alone, where it changed."""
    validity = choose(server, folder)
    place = left if left.validity == validity else Place(validity)
    if place.is_whole:
        return
    wanted = f"BEFORE {_day(span.before)}" + (f" SINCE {_day(span.since)}" if span.since else "")
    below = f"UID 1:{place.past - 1} " if place.past > 1 else ""
    uids = [] if place.past == 1 else _uids(server, below + wanted)
    if not place.past:
        place = replace(place, found=len(uids))
    for fetched in _fetch(server, uids[::-1][:MOST_AT_ONCE]):
        place = replace(place, past=fetched.uid, taken=place.taken + 1)
        yield replace(fetched, place=place)
    if len(uids) <= MOST_AT_ONCE:
        yield replace(place, past=1, is_whole=True)


def _uids(server: imaplib.IMAP4, question: str) -> list[int]:
    """The numbers a search finds, rising. "n:*" always holds the last mail, even when its UID is below n."""
    _status, found = server.uid("SEARCH", question)
    return sorted(int(one) for one in (found[0] or b"").split() if one.isdigit()) if found else []


def _fetch(server: imaplib.IMAP4, uids: Sequence[int]) -> Iterator[Fetched]:
    """The mails with these numbers, in this order; one that was deleted since is left out."""
    sizes = _sizes(server, uids)
    most, waiting = 1, list(uids)
    while waiting:
        group = _group(waiting, sizes, most)
        del waiting[: len(group)]
        is_cut = sizes.get(group[0], 0) > MAX_BYTES
        bodies = _bodies(server, group, "BODY.PEEK[HEADER]" if is_cut else "BODY.PEEK[]")
        for uid in group:
            if raw := bodies.get(uid, b""):
                yield Fetched(uid, Place(), raw, sizes.get(uid, len(raw)), is_cut)
        most = min(MOST_TOGETHER, most * 2)


def _group(waiting: Sequence[int], sizes: dict[int, int], most: int) -> list[int]:
    """The next ones, at most so many and so large together; one that is too large for us stands alone."""
    group, total = [waiting[0]], sizes.get(waiting[0], 0)
    for uid in waiting[1:most]:
        total += sizes.get(uid, 0)
        if total > MOST_BYTES_TOGETHER:
            break
        group.append(uid)
    return group


def _sizes(server: imaplib.IMAP4, uids: Sequence[int]) -> dict[int, int]:
    if not uids:
        return {}
    _status, found = server.uid("FETCH", _set_of(uids), "(UID RFC822.SIZE)")
    lines = [one[0] if isinstance(one, tuple) else one for one in found or []]
    pairs = ((_UID.search(line), _SIZE.search(line)) for line in lines if isinstance(line, bytes))
    return {int(uid[1]): int(size[1]) for uid, size in pairs if uid and size}


def _bodies(server: imaplib.IMAP4, uids: Sequence[int], what: str) -> dict[int, bytes]:
    """UID → bytes. A server tells the number before them, or behind."""
    _status, found = server.uid("FETCH", _set_of(uids), f"(UID {what})")
    bodies: dict[int, bytes] = {}
    answers = list(found or [])
    for place, one in enumerate(answers):
        if not isinstance(one, tuple):
            continue
        behind = answers[place + 1] if place + 1 < len(answers) else b""
        number = _UID.search(one[0]) or (_UID.search(behind) if isinstance(behind, bytes) else None)
        if number:
            bodies[int(number[1])] = bytes(one[1])
    return bodies


def _set_of(uids: Sequence[int]) -> str:
    return ",".join(map(str, uids))


def _day(day: date) -> str:
    return f"{day.day:02}-{_MONTHS[day.month - 1]}-{day.year}"


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
