"""Mail that no person wrote: out-of-office answers, lists, reports that a mail came back (RFC 3834, 3464)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from email.message import Message

from bandhu.channels.message_ids import message_ids_in
from bandhu.channels.mime import Parsed
from bandhu.platform.mail_addresses import MailAddressError, parse_mail_address

_ROBOTS = ("mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply", "donotreply", "bounce")
_SIGNS = ("x-autoreply", "x-autorespond", "x-autoresponder", "list-id", "list-unsubscribe", "feedback-id")
_BULK = {"bulk", "list", "junk", "auto_reply"}
_ANSWERS = ("x-autoreply", "x-autorespond", "x-autoresponder")
_METHOD = re.compile(rb"^METHOD:([A-Za-z]{1,20})\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Bounced:
    """One recipient a mail did not reach: for good, or only late."""

    key: str
    address: str
    reason: str
    is_final: bool
    # As RFC 3464 calls it: failed, delayed, delivered, relayed or expanded.
    action: str = "failed"


@dataclass(frozen=True)
class Report:
    """What a report says: which mail of ours (Message-IDs), and who did not get it."""

    message_ids: list[str]
    bounced: list[Bounced]


@dataclass(frozen=True)
class Receipt:
    """What the program of a recipient did with a mail of ours: `kind` is "displayed", "deleted" and so on."""

    message_ids: list[str]
    kind: str


def is_automatic(mail: Parsed) -> bool:
    """Whether a program wrote it, so that it is no answer of a person and must be answered by none of ours."""
    headers = mail.headers
    submitted = headers.get("auto-submitted", "no").split(";")[0].strip().lower()
    return bool(
        submitted not in ("", "no")
        or any(one in headers for one in _SIGNS)
        or headers.get("precedence", "").strip().lower() in _BULK
        or headers.get("x-auto-response-suppress", "").strip().lower() == "all"
        or headers.get("return-path", "x").strip() == "<>"
        or calendar_method(mail) == "REPLY"
        or receipt_in(mail)
        or mail.sender_key.partition("@")[0].startswith(_ROBOTS)
    )


def answers_by_itself(mail: Parsed) -> bool:
    """Whether a program answers a mail: out of office, received, read. Unlike a newsletter or a notice, it begins no exchange."""
    submitted = mail.headers.get("auto-submitted", "").split(";")[0].strip().lower()
    return bool(
        submitted == "auto-replied"
        or any(one in mail.headers for one in _ANSWERS)
        or mail.headers.get("precedence", "").strip().lower() == "auto_reply"
        or calendar_method(mail) == "REPLY"
        or receipt_in(mail)
    )


def is_loop(mail: Parsed, own_keys: Collection[str]) -> bool:
    """Whether it passed this mailbox before, by what we write on every automatic mail of ours."""
    return any(key in mail.headers.get("x-loop", "").casefold() for key in own_keys)


def looks_like_spam(mail: Parsed) -> bool:
    """Whether a filter on the way said so."""
    flagged = mail.headers.get("x-spam-flag", "").strip().lower() == "yes"
    return flagged or mail.headers.get("x-spam-status", "").strip().lower().startswith("yes")


def calendar_method(mail: Parsed) -> str:
    """REQUEST, REPLY and so on, of what calendars say to each other in the mail; "" without that."""
    for file in mail.files:
        if file.media_type == "text/calendar" and (found := _METHOD.search(file.content[:100_000])):
            return found[1].decode().upper()
    return ""


def is_disowned(mail: Parsed) -> bool:
    """Whether a server says that the sender's domain does not stand by the mail. What says so may be forged, but only against the forger."""
    return "dmarc=fail" in mail.headers.get("authentication-results", "").replace(" ", "").lower()


def receipt_in(mail: Parsed) -> Receipt | None:
    """What a receipt says about a mail (RFC 8098); None for every other mail."""
    for part in mail.parts:
        if part.get_content_type() == "message/disposition-notification":
            said = _fields_of(part)
            ids = message_ids_in(said.get("original-message-id", "")) or mail.references
            kind = said.get("disposition", "").partition(";")[2].partition("/")[0].strip().lower()
            return Receipt(ids, kind)
    return None


def _fields_of(part: Message) -> dict[str, str]:
    """The header-like lines of a part, whichever way the parser took them."""
    inner = part.get_payload()
    if isinstance(inner, list):
        return {
            name.lower(): str(value)
            for one in inner
            if isinstance(one, Message)
            for name, value in one.items()
        }
    lines = (line.partition(":") for line in str(inner).splitlines()[:100])
    return {name.strip().lower(): value.strip() for name, _colon, value in lines}


def report_in(mail: Parsed) -> Report | None:
    """What a delivery report says; None for every other mail."""
    statuses = [one for one in mail.parts if one.get_content_type() == "message/delivery-status"]
    if statuses:
        bounced = [found for one in statuses for found in _recipients(one)]
    elif failed := mail.headers.get("x-failed-recipients", ""):
        bounced = [one for text in failed.split(",")[:50] if (one := _bounced(text, "", True))]
    else:
        return None
    return Report(_returned_ids(mail), bounced)


def _recipients(status: Message) -> list[Bounced]:
    groups = status.get_payload()
    found = []
    for group in groups[:100] if isinstance(groups, list) else []:
        if not isinstance(group, Message):
            continue
        action = str(group.get("Action", "")).strip().lower()
        recipient = str(group.get("Original-Recipient") or group.get("Final-Recipient") or "")
        code = str(group.get("Status", "")).strip()
        said = " ".join(str(group.get("Diagnostic-Code", "")).partition(";")[2].split())
        if action in ("failed", "delayed", "delivered", "relayed", "expanded"):
            # Full mailboxes and busy servers (4.x.x) may be reached tomorrow.
            is_final = action == "failed" and not code.startswith("4")
            one = _bounced(recipient.partition(";")[2] or recipient, said or code, is_final, action)
            found += [one] if one else []
    return found


def _bounced(text: str, reason: str, is_final: bool, action: str = "failed") -> Bounced | None:
    try:
        one = parse_mail_address(text.strip().strip("<>"))
    except MailAddressError:
        return None
    return Bounced(one.key, one.address, reason[:300], is_final, action)


def _returned_ids(mail: Parsed) -> list[str]:
    """Message-IDs of what came back: of the mail enclosed, of its headers, and of what the report refers to."""
    ids = list(mail.references)
    for part in mail.parts:
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            inner = part.get_payload()
            text = (
                str(inner[0].get("Message-ID", ""))
                if isinstance(inner, list) and inner and isinstance(inner[0], Message)
                else str(inner)
            )
            ids += message_ids_in(_line_of_id(text))
    return list(dict.fromkeys(ids))


def _line_of_id(text: str) -> str:
    lines = [line for line in text.splitlines()[:200] if line.lower().startswith("message-id:")]
    return lines[0] if lines else text[:300]
