"""Server-sent events: hints that something changed, from one LISTEN connection per process to every open page.

`GET /events?topic=contact:<id>&topic=user:<id>` by a signed-in user streams

    event: hint
    data: contact:<id>

and never anything else: the page fetches its fragment again through the ordinary, scoped view.
"""

import asyncio
import contextlib
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import psycopg
from django.conf import settings
from django.contrib.auth import get_user
from django.db import Error, connection
from django.http import HttpRequest

from bandhu.platform import registries
from bandhu.platform.live import CHANNEL

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 15
# A stream is closed after this time and the browser opens it again, so that a lost session or a lost right ends it.
STREAM_SECONDS = 30 * 60
STREAMS_PER_USER = 24
TOPICS_PER_STREAM = 200
# A page that has not read this many hints is told to refresh instead.
WAITING_HINTS = 100
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
# The browser waits this long before it comes back.
RETRY = b"retry: 4000\n\n"


class Refused(Exception):
    """The stream is not opened; `status` says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class LiveEvents:
    """The ASGI application for /events, and the listener that feeds it."""

    def __init__(self) -> None:
        self._readers: dict[str, set[asyncio.Queue[str]]] = defaultdict(set)
        self._streams: dict[str, int] = defaultdict(int)
        self._listener: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()
        self.threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live")

    def start(self) -> None:
        """Begin to listen. The connection is made again whenever it is lost."""
        if self._listener is None:
            self._listener = asyncio.get_running_loop().create_task(self._listen())

    async def stop(self) -> None:
        """End every stream, so that the process can go."""
        self._closing.set()
        if self._listener is not None:
            self._listener.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listener

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            return await _refuse(send, 405)
        wanted = parse_qs(scope["query_string"].decode("latin-1")).get("topic", [])
        try:
            loop = asyncio.get_running_loop()
            user, topics = await loop.run_in_executor(self.threads, _watcher, _session_key(scope), wanted)
            if not self.has_room(user):
                raise Refused(429)
        except Refused as refusal:
            return await _refuse(send, refusal.status)
        if scope["method"] == "HEAD":
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            return await send({"type": "http.response.body", "body": b""})
        return await self.follow(user, topics, receive, send)

    async def follow(
        self, user: str, topics: Iterable[str], receive: Receive, send: Send, headers: Iterable[Header] = ()
    ) -> None:
        """Stream the hints of these topics until the reader goes. Whoever calls has asked whether they may be watched."""
        await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, *headers]})
        self.start()
        return await self._stream(user, topics, receive, send)

    async def next_hint(self, user: str, topics: Iterable[str], receive: Receive, seconds: float) -> str:
        """The first hint of these topics, "" when none comes in time or the reader goes. For lines that carry no stream."""
        hints: asyncio.Queue[str] = asyncio.Queue(WAITING_HINTS)
        self.start()
        self._remember(user, topics, hints)
        gone = asyncio.ensure_future(_until_gone(receive))
        coming = asyncio.ensure_future(hints.get())
        try:
            await asyncio.wait([gone, coming], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            return coming.result() if coming.done() else ""
        finally:
            gone.cancel()
            coming.cancel()
            self._forget(user, topics, hints)

    def has_room(self, user: str) -> bool:
        """Whether this reader may open one more stream."""
        return self._streams[user] < STREAMS_PER_USER if user in self._streams else True

    async def _stream(self, user: str, topics: Iterable[str], receive: Receive, send: Send) -> None:
        hints: asyncio.Queue[str] = asyncio.Queue(WAITING_HINTS)
        self._remember(user, topics, hints)
        gone = asyncio.ensure_future(_until_gone(receive))
        closing = asyncio.ensure_future(self._closing.wait())
        try:
            await _write(send, RETRY)
            await _pass_on(hints, send, [gone, closing])
        except (OSError, RuntimeError):
            # The reader went away while we were writing.
            pass
        finally:
            gone.cancel()
            closing.cancel()
            self._forget(user, topics, hints)
        with contextlib.suppress(OSError, RuntimeError):
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _remember(self, user: str, topics: Iterable[str], hints: asyncio.Queue[str]) -> None:
        self._streams[user] += 1
        for topic in topics:
            self._readers[topic].add(hints)

    def _forget(self, user: str, topics: Iterable[str], hints: asyncio.Queue[str]) -> None:
        for topic in topics:
            self._readers[topic].discard(hints)
            if not self._readers[topic]:
                del self._readers[topic]
        self._streams[user] -= 1
        if not self._streams[user]:
            del self._streams[user]

    async def _listen(self) -> None:
        pause = 1.0
        while True:
            try:
                async with await _listening_connection() as link:
                    pause = 1.0
                    # What happened while we were deaf is unknown; every open page looks once.
                    self._spread_to_all()
                    async for notice in link.notifies():
                        self._spread(notice.payload)
            except psycopg.Error as error:
                logger.info("Live events lost the database, trying again: %s", error)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 15)

    def _spread(self, topic: str) -> None:
        for hints in self._readers.get(topic, ()):
            with contextlib.suppress(asyncio.QueueFull):
                hints.put_nowait(topic)

    def _spread_to_all(self) -> None:
        for topic in list(self._readers):
            self._spread(topic)


async def _listening_connection() -> psycopg.AsyncConnection[Any]:
    parameters = connection.get_connection_params()
    wanted = {
        key: value for key, value in parameters.items() if key not in NOT_FOR_LISTENING and value is not None
    }
    link = await psycopg.AsyncConnection.connect(**wanted, autocommit=True)
    await link.execute(f'LISTEN "{CHANNEL}"')
    return link


NOT_FOR_LISTENING = {
    "cursor_factory",
    "context",
    "prepare_threshold",
    "server_side_binding",
    "isolation_level",
}


async def _pass_on(hints: "asyncio.Queue[str]", send: Send, ends: list["asyncio.Future[Any]"]) -> None:
    """Write hints as they come, a comment when none came for a while, until one of `ends` or the time is over."""
    until = time.monotonic() + STREAM_SECONDS
    while time.monotonic() < until:
        next_hint = asyncio.ensure_future(hints.get())
        done, _pending = await asyncio.wait(
            [next_hint, *ends], timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        if next_hint not in done:
            next_hint.cancel()
        if any(end in done for end in ends):
            return
        if next_hint in done:
            # Several hints about one thing that piled up are one hint.
            topics = dict.fromkeys([next_hint.result(), *_waiting(hints)])
            await _write(send, "".join(f"event: hint\ndata: {topic}\n\n" for topic in topics).encode())
        else:
            await _write(send, b": still here\n\n")


def _waiting(hints: "asyncio.Queue[str]") -> Iterable[str]:
    while not hints.empty():
        yield hints.get_nowait()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def _session_key(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"cookie":
            with contextlib.suppress(CookieError):
                cookie = SimpleCookie(value.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
                if cookie is not None:
                    return cookie.value
    return ""


def _watcher(session_key: str, wanted: list[str]) -> tuple[str, list[str]]:
    """Who asks, and which of the wanted topics they may watch. Runs in a thread with a connection of its own."""
    try:
        connection.close_if_unusable_or_obsolete()
        request = HttpRequest()
        request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key or None)
        user = get_user(request)
        if not user.is_authenticated:
            raise Refused(401)
        topics = [topic for topic in dict.fromkeys(wanted[:TOPICS_PER_STREAM]) if may_watch(user, topic)]
    except Error:
        connection.close()
        raise Refused(503) from None
    return str(user.pk), topics


def may_watch(user: Any, topic: str) -> bool:
    """A user's own topic, and records whose kind is registered and says so; unknown kinds are closed."""
    kind, _colon, key = topic.partition(":")
    if kind == "user":
        return key == str(user.pk)
    may_see = registries.live_topics.get(kind) or registries.file_owners.get(kind)
    if may_see is None:
        return False
    try:
        return may_see(user, UUID(key))
    except ValueError:
        return False
