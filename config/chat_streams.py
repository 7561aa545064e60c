"""Live towards visitors of a chat: hints that something was said in their own conversation, and never anything else.

`POST /chat/<channel>/stream` with `{"token": "…"}` streams like /events; `POST /chat/<channel>/wait` answers with the first hint, for lines
on which a stream does not come through. Both are simple requests (text/plain), so that no browser asks twice on a bad line.
"""

import asyncio
import json
import re
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import Error, connection
from django.http.request import split_domain_port, validate_host

from bandhu.channels.chat_origins import may_stand_on
from bandhu.channels.queries import chat_of_token, open_channel
from bandhu.identity.results import OutOfReach
from config.live_events import Header, LiveEvents, Receive, Refused, Scope, Send

_PATH = re.compile(r"/chat/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/(stream|wait)/")
_MOST_BYTES = 4_096
_WAIT_SECONDS = 25.0
# Refusals the script acts upon; without the header of its origin it would take them for a lost connection.
_TOLD = (404, 429, 503)


def is_chat_stream(path: str) -> bool:
    """Whether a request for this path is answered here."""
    return _PATH.fullmatch(path) is not None


class ChatStreams:
    """The ASGI application for both, over the one listener of the process."""

    def __init__(self, live: LiveEvents) -> None:
        self.live = live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = _PATH.fullmatch(scope["path"])
        assert found is not None  # asked by is_chat_stream
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        origin = headers.get(b"origin", "")
        allowed: list[Header] = [
            (b"access-control-allow-origin", origin.encode("latin-1")),
            (b"vary", b"Origin"),
        ]
        try:
            if scope["method"] != "POST":
                raise Refused(405)
            token = await _token(receive)
            own = f"{'https' if settings.BEHIND_TLS else scope.get('scheme', 'http')}://{_host(headers.get(b'host', ''))}"
            loop = asyncio.get_running_loop()
            chat = await loop.run_in_executor(self.live.threads, _chat, UUID(found[1]), origin, own, token)
            if not self.live.has_room(chat):
                raise Refused(429)
        except Refused as refusal:
            return await _answer(send, refusal.status, b"", allowed if refusal.status in _TOLD else [])
        topics = [f"conversation:{chat}", f"chat-agent:{chat}"]
        if found[2] == "stream":
            return await self.live.follow(chat, topics, receive, send, allowed)
        topic = await self.live.next_hint(chat, topics, receive, _WAIT_SECONDS)
        return await _answer(send, 200, topic.encode(), allowed)


def _chat(channel_id: UUID, origin: str, own: str, token: Any) -> str:
    """The conversation the token is for. Runs in a thread with a connection of its own."""
    try:
        connection.close_if_unusable_or_obsolete()
        channel = open_channel(channel_id, "chat")
        if not may_stand_on(channel, origin, own):
            raise Refused(403)
        return str(chat_of_token(channel, token).pk)
    except OutOfReach:
        raise Refused(404) from None
    except Error:
        connection.close()
        raise Refused(503) from None


async def _token(receive: Receive) -> Any:
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused(400)
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > _MOST_BYTES:
            raise Refused(413)
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400) from None
    return found.get("token") if isinstance(found, dict) else None


def _host(header: str) -> str:
    """The Host header where it is one of ours."""
    domain, _port = split_domain_port(header)
    return header if domain and validate_host(domain, settings.ALLOWED_HOSTS) else ""


async def _answer(send: Send, status: int, body: bytes, headers: list[Header]) -> None:
    own = [
        (b"content-type", b"text/plain"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": [*own, *headers]})
    await send({"type": "http.response.body", "body": body})
