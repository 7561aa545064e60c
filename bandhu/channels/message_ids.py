"""Message-IDs: ours, and those of others in one form."""

from __future__ import annotations

import hashlib
import re

from bandhu.channels.wire import wire_address
from bandhu.platform.ids import new_id

_ID = re.compile(r"<[^<>\s]{1,248}>")
LONGEST = 250
MOST = 50


def new_message_id(address: str) -> str:
    """A new one, at the sender's own domain, as mail filters expect it."""
    domain = wire_address(address).rpartition("@")[2].lower()
    return f"<{new_id().hex}.bandhu@{domain}>"


def message_ids_in(text: str) -> list[str]:
    """Every id of a References or In-Reply-To header, in order, each once; the first one and the newest where there are too many."""
    # What cannot be printed cannot be stored either, and names no mail.
    found = list(dict.fromkeys(one for one in _ID.findall(text) if one.isprintable()))
    return found if len(found) <= MOST else [found[0], *found[1 - MOST :]]


def message_id_of(header: str, raw: bytes) -> str:
    """The id in the header; where there is none, one made of the mail itself, so that reading it again makes no second mail."""
    ids = message_ids_in(header)
    return ids[0] if ids else f"<{hashlib.sha256(raw).hexdigest()}@without-id.invalid>"
