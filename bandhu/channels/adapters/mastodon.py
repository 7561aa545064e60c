"""Mastodon and what speaks its API: public mentions of one's account are asked for, answers are public replies.

https://docs.joinmastodon.org/methods/notifications/ and /statuses/; Idempotency-Key keeps a reply from being posted twice.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.utils.translation import gettext_lazy as _

from bandhu.channels.adapters.calling import Reply, Silent, TooLong, call, fetch_file, lost, refused
from bandhu.channels.adapters.graph import as_text, objects
from bandhu.channels.adapters.port import (
    Adapter,
    Arrived,
    Capabilities,
    Connection,
    ConnectionField,
    FileCome,
    Happening,
    Outcome,
    Outgoing,
    Said,
    Sent,
    TryLater,
    Unreadable,
    Writer,
)
from bandhu.channels.adapters.shapes import key, part, parts, truth, words
from bandhu.channels.kept_words import kept
from bandhu.platform.html_cleaning import clean_html, plain_text
from bandhu.platform.web_addresses import WebAddressError, allows_inside, refuse_inside

_PAGE, _MAX_PAGE_BYTES = 40, 2_000_000


class Mastodon(Adapter):
    kind = channel = "mastodon"
    icon, has_notices, is_idempotent, is_polled = "at-sign", False, True, True
    label = _("Mastodon (public mentions)")
    can = Capabilities(max_length=500, is_public=True)
    fields = (
        ConnectionField("server", _("Server"), _("For example https://mastodon.social")),
        ConnectionField("token", _("Access token"), _("Of an application with the scopes read:notifications, read:statuses and write:statuses."), is_secret=True),
    )  # fmt: skip
    steps = (
        _("On your Mastodon server open Preferences, Development, New application."),
        _(
            "Tick read:notifications, read:statuses and write:statuses, and copy the access token into this form."
        ),
        _("Mentions are looked for once a minute. What you answer is public."),
    )

    def check(self, connection: Connection) -> dict[str, Any]:
        parts = urlsplit(connection["server"])
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
            return {"server": _("Write a whole web address, with https:// at its start.")}
        if not allows_inside():
            try:
                refuse_inside(connection["server"])
            except WebAddressError as error:
                if error.code != "unknown_host":
                    return {"server": error.message}
        return {}

    def poll(self, connection: Connection, cursor: str) -> tuple[list[bytes], str]:
        """Mentions after the one last read, oldest first; on the first connection only those to come."""
        reply = _page(connection, cursor, _PAGE)
        if reply.status in (401, 403):
            raise Unreadable(kept("service_sign_in", as_text(reply.found.get("error"), 200) or reply.status))
        if not reply.is_good:
            raise TryLater(kept("answers_ill", f"{reply.status} {as_text(reply.found.get('error'), 200)}"))
        # Nonsense is not "no mentions": it would be taken for where to go on from.
        if not isinstance(reply.found.get("answers"), list):
            raise TryLater(kept("answers_ill", reply.status))
        found = objects(reply.found["answers"])
        ids = [as_text(one.get("id"), 40) for one in found if as_text(one.get("id")).isdigit()]
        latest = max(ids, key=int, default=cursor)
        if not cursor:
            return [], latest or "0"
        return [json.dumps(one, ensure_ascii=False).encode() for one in reversed(found)], latest

    def notice_id(self, connection: Connection, arrived: Arrived) -> str:
        return as_text(arrived.json().get("id"), 100)

    def parse(self, connection: Connection, arrived: Arrived) -> list[Happening]:
        found = arrived.json()
        kind = words(found, "type")
        if not kind:
            raise Unreadable(kept("says_nothing", "type"))
        if kind != "mention":
            return []
        status, account = part(found, "status"), part(found, "account")
        address, external_id = words(account, "acct", 200), key(status, "id", 100)
        if not address or not external_id:
            raise Unreadable(kept("part_missing", "account, id"))
        files = tuple(
            FileCome(words(one, "type", 40), words(one, "url", 2_000))
            for one in parts(status, "media_attachments")
        )
        return [
            Said(
                external_id, Writer(key=address, name=words(account, "display_name", 200) or address, address=f"@{address}"),
                plain_text(clean_html(words(status, "content", 50_000))), at=_moment(words(status, "created_at", 40)),
                reply_to=key(status, "in_reply_to_id", 100), language=words(status, "language", 12), files=files,
                is_automatic=truth(account, "bot"),
                details={"visibility": words(status, "visibility", 20), "url": words(status, "url", 500)},
            )
        ]  # fmt: skip

    def fetch(self, connection: Connection, file: FileCome) -> bytes:
        return fetch_file(file.reference)

    def send(self, connection: Connection, message: Outgoing) -> Outcome:
        text = message.text if message.to.lower() in message.text.lower() else f"{message.to} {message.text}"
        form = {
            "status": text,
            "visibility": "direct" if message.details.get("visibility") == "direct" else "unlisted",
        }
        if message.reply_to:
            form["in_reply_to_id"] = message.reply_to
        headers = _authorised(connection) | {"Idempotency-Key": str(message.id)}
        try:
            reply = call("POST", f"{_server(connection)}/api/v1/statuses", form=form, headers=headers)
        except Silent as silence:
            return lost(silence, is_idempotent=True)
        if reply.is_good and reply.found.get("id"):
            return Outcome(Sent.SENT, as_text(reply.found["id"], 100))
        return refused(reply, as_text(reply.found.get("error"), 300) or f"{reply.status}", is_idempotent=True)


def _page(connection: Connection, cursor: str, limit: int) -> Reply:
    """The mentions next to the cursor; fewer of them where so many are too long to be read. Raises TryLater."""
    asked = {"types[]": "mention", "limit": str(limit)} | ({"min_id": cursor} if cursor else {})
    url = f"{_server(connection)}/api/v1/notifications?{urlencode(asked)}"
    try:
        return call("GET", url, headers=_authorised(connection), max_bytes=_MAX_PAGE_BYTES)
    except TooLong as too_long:
        if limit == 1:
            raise TryLater(f"{too_long}") from too_long
    except Silent as silence:
        raise TryLater(kept("unreached", f"{silence}")) from silence
    return _page(connection, cursor, limit // 2)


def _server(connection: Connection) -> str:
    return connection["server"].rstrip("/")


def _authorised(connection: Connection) -> dict[str, str]:
    return {"Authorization": f"Bearer {connection['token']}"}


def _moment(value: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
