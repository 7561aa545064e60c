"""Mastodon and what speaks its API: public mentions of one's account are asked for, answers are public replies.

https://docs.joinmastodon.org/methods/notifications/ and /statuses/; Idempotency-Key keeps a reply from being posted twice.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.utils.translation import gettext_lazy as _

from bandhu.channels.adapters.calling import Silent, call, fetch_file, lost, refused
from bandhu.channels.adapters.graph import as_text, inner, objects
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
from bandhu.platform.html_cleaning import clean_html, plain_text
from bandhu.platform.web_addresses import WebAddressError, allows_inside, refuse_inside

_PAGE = 40


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
        asked = {"types[]": "mention", "limit": str(_PAGE)} | ({"min_id": cursor} if cursor else {})
        url = f"{_server(connection)}/api/v1/notifications?{urlencode(asked)}"
        try:
            reply = call("GET", url, headers=_authorised(connection))
        except Silent as silence:
            raise TryLater(f"{silence}") from silence
        if not reply.is_good:
            raise TryLater(f"{reply.status} {as_text(reply.found.get('error'), 200)}")
        found = objects(reply.found.get("answers"))
        ids = [as_text(one.get("id"), 40) for one in found if as_text(one.get("id")).isdigit()]
        latest = max(ids, key=int, default=cursor)
        if not cursor:
            return [], latest or "0"
        return [json.dumps(one, ensure_ascii=False).encode() for one in reversed(found)], latest

    def notice_id(self, connection: Connection, arrived: Arrived) -> str:
        return as_text(arrived.json().get("id"), 100)

    def parse(self, connection: Connection, arrived: Arrived) -> list[Happening]:
        found = arrived.json()
        status, account = inner(found, "status"), inner(found, "account")
        if found.get("type") != "mention" or not status:
            return []
        address = as_text(account.get("acct"), 200)
        if not address or not as_text(status.get("id")):
            raise Unreadable("a mention without an account or an id")
        files = tuple(
            FileCome(as_text(one.get("type"), 40), as_text(one.get("url"), 2_000))
            for one in objects(status.get("media_attachments"))
        )
        return [
            Said(
                as_text(status["id"], 100), Writer(key=address, name=as_text(account.get("display_name"), 200) or address, address=f"@{address}"),
                plain_text(clean_html(as_text(status.get("content"), 50_000))), at=_moment(status.get("created_at")),
                reply_to=as_text(status.get("in_reply_to_id"), 100), language=as_text(status.get("language"), 12), files=files,
                is_automatic=account.get("bot") is True,
                details={"visibility": as_text(status.get("visibility"), 20), "url": as_text(status.get("url"), 500)},
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


def _server(connection: Connection) -> str:
    return connection["server"].rstrip("/")


def _authorised(connection: Connection) -> dict[str, str]:
    return {"Authorization": f"Bearer {connection['token']}"}


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(as_text(value, 40))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
