"""What WhatsApp, Messenger and Instagram share: Meta's Graph API, its signature, its way to check an address.

X-Hub-Signature-256 is "sha256=" and the HMAC-SHA256 of the whole body under the app's secret; an address is checked by a GET with
hub.mode, hub.verify_token and hub.challenge.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from bandhu.channels.adapters.calling import MAX_ANSWER_BYTES, Reply, Silent, call, fetch_file, lost, refused
from bandhu.channels.adapters.port import (
    Adapter,
    Arrived,
    Connection,
    ConnectionField,
    FileToGo,
    Forged,
    Outcome,
    Sent,
    TryLater,
    Unreadable,
    same,
)
from bandhu.channels.kept_words import kept

API = "https://graph.facebook.com/v23.0"
# Files are handed out from these hosts; the token is sent nowhere else.
FILE_HOSTS = (".fbcdn.net", ".fbsbx.com", ".cdninstagram.com")
WINDOW = timedelta(hours=24)
# https://developers.facebook.com/docs/graph-api/guides/error-handling, and those of WhatsApp.
_TOO_MUCH = {4, 17, 32, 80007, 130429, 131048, 131056, 133016, 613}
_ACCOUNT = {0, 3, 10, 190, 200, 131005, 131031, 131042, 133010}
_PASSING = {1, 2, 131000, 131016}
KEYS = (
    ConnectionField(
        "token", _("Access token"), _("A token of a system user, which does not end."), is_secret=True
    ),
    ConnectionField("app_secret", _("App secret"), _("App settings, Basic, App secret."), is_secret=True),
    ConnectionField(
        "verify_token", _("Verify token"), _("Any long text; write the same one at Meta."), is_secret=True
    ),
)


class GraphAdapter(Adapter):
    """Signature, check of the address and calls of Meta's Graph API."""

    def greet(self, connection: Connection, arrived: Arrived) -> str:
        asked, wanted = arrived.asked(), connection["verify_token"]
        if (
            asked.get("hub.mode") != "subscribe"
            or not wanted
            or not same(asked.get("hub.verify_token", ""), wanted)
        ):
            raise Forged(kept("forged", "hub.verify_token"))
        challenge = asked.get("hub.challenge", "")
        if not challenge.isalnum() or len(challenge) > 100:
            raise Forged(kept("no_number", "hub.challenge"))
        return challenge

    def verify(self, connection: Connection, arrived: Arrived) -> None:
        secret = connection["app_secret"]
        wanted = hmac.new(secret.encode(), arrived.body, hashlib.sha256).hexdigest()
        given = arrived.headers.get("x-hub-signature-256", "")
        if not secret or not same(given, f"sha256={wanted}"):
            raise Forged(kept("forged", "X-Hub-Signature-256"))

    def answer(self) -> tuple[str, str]:
        return "EVENT_RECEIVED", "text/plain"

    def ask(
        self,
        connection: Connection,
        path: str,
        *,
        refusal: str = "file_not_given",
        max_bytes: int = MAX_ANSWER_BYTES,
    ) -> dict[str, Any]:
        """An object of the API. Raises TryLater or Unreadable, with the sentence of `refusal` where Meta does not give it."""
        try:
            reply = call("GET", f"{API}/{path}", headers=authorised(connection), max_bytes=max_bytes)
        except Silent as silence:
            raise TryLater(kept("unreached", f"{silence}")) from silence
        if reply.is_good:
            return reply.found
        if reply.status >= 500 or reply.status == 429:
            raise TryLater(kept("answers_ill", trouble_of(reply)[1]))
        raise Unreadable(kept(refusal, trouble_of(reply)[1]))

    def post(self, connection: Connection, path: str, body: Any) -> Outcome | Reply:
        """The good answer, or what came of it."""
        try:
            reply = call("POST", f"{API}/{path}", json=body, headers=authorised(connection))
        except Silent as silence:
            return lost(silence)
        return reply if reply.is_good else outcome_of(reply)

    def upload(
        self, connection: Connection, path: str, body: Mapping[str, Any], file: FileToGo
    ) -> Outcome | Reply:
        """As `post`, with a file: each part of the body is JSON in a field of its own."""
        form = {name: one if isinstance(one, str) else json.dumps(one) for name, one in body.items()}
        try:
            reply = call(
                "POST", f"{API}/{path}", form=form, files={"filedata": (file.name, file.content, file.media_type)},
                headers=authorised(connection),
            )  # fmt: skip
        except Silent as silence:
            return lost(silence)
        return reply if reply.is_good else outcome_of(reply)


def authorised(connection: Connection) -> dict[str, str]:
    return {"Authorization": f"Bearer {connection['token']}"}


def trouble_of(reply: Reply) -> tuple[int, str]:
    """Meta's number of an error and its words."""
    error = reply.found.get("error")
    if not isinstance(error, dict):
        return 0 if reply.status >= 500 else -1, f"Meta {reply.status}"
    data = error.get("error_data")
    details = data.get("details", "") if isinstance(data, dict) else ""
    code = error.get("code")
    return code if isinstance(code, int) else -1, f"({code}) {details or error.get('message', '')}"[:300]


def outcome_of(reply: Reply) -> Outcome:
    """What an error means for the message."""
    code, words = trouble_of(reply)
    if code in _TOO_MUCH:
        return Outcome(Sent.LATER, trouble=kept("too_much", words))
    if reply.status < 500 and code in _PASSING:
        return Outcome(Sent.LATER, trouble=kept("service_ill", words))
    if reply.status < 500 and code in _ACCOUNT:
        return Outcome(Sent.FAILED, trouble=kept("service_sign_in", words), is_channels_fault=True)
    return refused(reply, words)


def fetch_of_meta(url: str, connection: Connection, *, with_token: bool) -> bytes:
    """A file from one of Meta's own hosts. Raises TryLater or Unreadable."""
    parts = urlsplit(url)
    is_metas = parts.scheme == "https" and (parts.hostname or "").endswith(FILE_HOSTS)
    if not is_metas and not url.startswith(f"{API}/"):
        raise Unreadable(kept("file_elsewhere", "Meta"))
    return fetch_file(url, authorised(connection) if with_token else None)


def moment_of(value: Any, *, per_second: int = 1) -> datetime | None:
    """Seconds (or thousandths) since 1970, as text or number."""
    try:
        return datetime.fromtimestamp(int(value) / per_second, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list, whatever else stands in it."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def inner(value: Any, name: str) -> dict[str, Any]:
    """The object under this name, {} where there is none."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def as_text(value: Any, most: int = 5_000) -> str:
    """A text or number as text."""
    return str(value)[:most] if isinstance(value, str | int) else ""


def pretty(value: Any) -> str:
    """Something we have no words for, as it came."""
    return json.dumps(value, ensure_ascii=False)[:500]
