"""The root application: live events are asynchronous, everything else is Django in threads.

Streams live outside Django's request cycle on purpose: inside it each would hold a database connection until the
reader leaves. Django's views run in a fixed number of threads whose connections stay open between requests.
"""

import asyncio
import logging
import multiprocessing
import os
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from config.forking import begin

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
if multiprocessing.parent_process() is not None:
    begin("bandhu-web")

from config.chat_streams import ChatStreams, is_chat_stream
from config.live_events import LiveEvents
from config.readiness import readiness
from config.wsgi import application as django_application
from config.wsgi_bridge import WsgiBridge

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

logger = logging.getLogger(__name__)

# Each thread keeps one database connection; more threads than this only wait for each other under the one
# interpreter lock. A fleet adds processes.
THREADS = int(os.environ.get("BANDHU_WEB_THREADS", "6"))
# Views refuse earlier and say more; this is the ceiling for everything.
MAX_BODY_BYTES = int(os.environ.get("BANDHU_MAX_REQUEST_MB", "512")) * 1_000_000


class RootApplication:
    """Routes by path: /events, streams of chats, /healthz, /readyz, and Django for the rest."""

    def __init__(self) -> None:
        self.django = WsgiBridge(django_application, threads=THREADS, max_body_bytes=MAX_BODY_BYTES)
        self.live = LiveEvents()
        self.chats = ChatStreams(self.live)
        self.checks = ThreadPoolExecutor(max_workers=1, thread_name_prefix="readiness")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
        elif scope["path"] == "/events":
            await self.live(scope, receive, send)
        elif is_chat_stream(scope["path"]):
            await self.chats(scope, receive, send)
        elif scope["path"] == "/healthz":
            await answer(send, 200, "alive")
        elif scope["path"] == "/readyz":
            ready, why = await asyncio.get_running_loop().run_in_executor(self.checks, readiness)
            await answer(send, 200 if ready else 503, why)
        else:
            await self.django(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.live.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.live.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


async def answer(send: Send, status: int, text: str) -> None:
    """A short plain answer that nobody may keep."""
    body = text.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


application = RootApplication()
