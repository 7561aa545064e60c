"""The root application: live events are asynchronous, everything else is Django in threads.

Streams live outside Django's request cycle on purpose: inside it each would hold a database connection until the
reader leaves. Django's views run in a fixed number of threads whose connections stay open between requests.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from a2wsgi import WSGIMiddleware

from config.live_events import LiveEvents
from config.readiness import readiness
from config.wsgi import application as django_application

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

logger = logging.getLogger(__name__)

# Each thread keeps one database connection; more threads than this only wait for each other under the one
# interpreter lock. A fleet adds processes.
THREADS = int(os.environ.get("BANDHU_WEB_THREADS", "6"))


class RootApplication:
    """Routes by path: /events, /healthz, /readyz, and Django for the rest."""

    def __init__(self) -> None:
        self.django = WSGIMiddleware(django_application, workers=THREADS)  # type: ignore[arg-type]
        self.live = LiveEvents()
        self.checks = ThreadPoolExecutor(max_workers=1, thread_name_prefix="readiness")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
        elif scope["path"] == "/events":
            await self.live(scope, receive, send)
        elif scope["path"] == "/healthz":
            await answer(send, 200, "alive")
        elif scope["path"] == "/readyz":
            ready, why = await asyncio.get_running_loop().run_in_executor(self.checks, readiness)
            await answer(send, 200 if ready else 503, why)
        else:
            await self.django(_for_wsgi(scope), receive, send)  # type: ignore[arg-type]

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


def _for_wsgi(scope: Scope) -> Scope:
    """What WSGI cannot express safely goes away before a2wsgi sees it.

    Header names with an underscore would be mistaken for those with a dash (a way to forge X-Forwarded-For), and a
    query with bytes beyond ASCII would raise instead of being answered.
    """
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    query = "".join(chr(byte) if byte < 128 else f"%{byte:02X}" for byte in scope["query_string"])
    return {**scope, "headers": headers, "query_string": query.encode("ascii")}


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
