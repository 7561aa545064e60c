"""Runs a WSGI application under ASGI, in a fixed number of threads.

A request reaches a thread only when its whole body is here: a slow upload holds no thread, and one that breaks off is
never seen by the application, so half a file is never taken for a file. Headers whose names have an underscore are
dropped, since WSGI could not tell them from those with a dash (a way to forge X-Forwarded-For).
"""

import asyncio
import contextvars
import logging
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import IO, Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[str, str]]
WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

logger = logging.getLogger(__name__)

IN_MEMORY_BYTES = 1_000_000
# Crossing from a thread to the loop costs more than copying this much.
CHUNK_BYTES = 64 * 1024
OWN_NAMES = {b"content-length": "CONTENT_LENGTH", b"content-type": "CONTENT_TYPE"}


class Disconnected(Exception):
    """The client went away before its request was whole."""


class TooLarge(Exception):
    """The request's body is larger than allowed."""


class WsgiBridge:
    """The ASGI application in front of a WSGI application."""

    def __init__(self, application: WsgiApplication, *, threads: int, max_body_bytes: int) -> None:
        self.application = application
        self.max_body_bytes = max_body_bytes
        self.threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="web")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as body:
            try:
                length = await self._receive_body(scope, receive, body)
            except Disconnected:
                return
            except TooLarge:
                await _plain(send, 413, b"The request is too large.")
                return
            body.seek(0)
            response = Response(scope, send, asyncio.get_running_loop())
            gone = asyncio.ensure_future(_watch(receive, response))
            try:
                await self._run(environment(scope, body, length), response)
            finally:
                gone.cancel()

    async def _receive_body(self, scope: Scope, receive: Receive, body: IO[bytes]) -> int:
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if declared.isdigit() and int(declared) > self.max_body_bytes:
            raise TooLarge
        length, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Disconnected
            chunk = message.get("body", b"")
            length += len(chunk)
            if length > self.max_body_bytes:
                raise TooLarge
            body.write(chunk)
            more = message.get("more_body", False)
        if length < (int(declared) if declared.isdigit() else 0):
            raise Disconnected
        return length

    async def _run(self, environ: dict[str, Any], response: "Response") -> None:
        # What a request sets in context variables ends with it, although its thread lives on.
        context = contextvars.copy_context()
        try:
            await asyncio.get_running_loop().run_in_executor(
                self.threads, context.run, response.produce, self.application, environ
            )
        except Exception:
            logger.exception("The application failed outside its own error handling")
            await response.fail()


class Response:
    """Carries one response from the thread that makes it to the loop that sends it."""

    def __init__(self, scope: Scope, send: Send, loop: asyncio.AbstractEventLoop) -> None:
        self.gone = False
        self._headless = scope["method"] == "HEAD"
        self._send = send
        self._loop = loop
        self._start: Message | None = None
        self._started = False
        self._expected: int | None = None
        self._sent = 0

    def start(
        self, status: str, headers: Headers, exc_info: "ErrorInfo | None" = None
    ) -> Callable[[bytes], None]:
        """WSGI's start_response."""
        if exc_info and self._started:
            raise exc_info[1].with_traceback(exc_info[2])
        lengths = [value for name, value in headers if name.lower() == "content-length"]
        self._expected = int(lengths[0]) if lengths and lengths[0].isdigit() else None
        self._start = {
            "type": "http.response.start",
            "status": int(status.split(" ", 1)[0]),
            "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        }
        return self._cross

    def produce(self, application: WsgiApplication, environ: dict[str, Any]) -> None:
        """Run the application in this thread and hand over what it yields; stops when the client is gone."""
        parts = application(environ, self.start)
        try:
            waiting = bytearray()
            for part in parts:
                if self.gone:
                    return
                waiting += part
                whole = self._expected is not None and self._sent + len(waiting) >= self._expected
                if waiting and not whole and (self._expected is None or len(waiting) >= CHUNK_BYTES):
                    self._cross(bytes(waiting))
                    waiting.clear()
            self._cross(bytes(waiting), last=True)
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()

    async def fail(self) -> None:
        """Answer 500 where nothing was sent yet."""
        if not self._started:
            self._started = True
            await _plain(self._send, 500, b"Something went wrong. It has been written to the log.")

    def _cross(self, chunk: bytes, *, last: bool = False) -> None:
        asyncio.run_coroutine_threadsafe(self._emit(chunk, last), self._loop).result()

    async def _emit(self, chunk: bytes, last: bool) -> None:
        if not self._started:
            if self._start is None:
                raise RuntimeError("The application answered without a status")
            self._started = True
            await self._send(self._start)
        self._sent += len(chunk)
        body = b"" if self._headless else chunk
        await self._send({"type": "http.response.body", "body": body, "more_body": not last})


ErrorInfo = tuple[type[BaseException], BaseException, TracebackType]


def environment(scope: Scope, body: IO[bytes], length: int) -> dict[str, Any]:
    """The WSGI environment of a request whose whole body of `length` bytes is in `body`."""
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    root = scope.get("root_path", "")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": _latin(root),
        "PATH_INFO": _latin(scope["path"].removeprefix(root)),
        # Bytes beyond ASCII do not belong into an address, yet must not be an error.
        "QUERY_STRING": "".join(
            chr(byte) if byte < 128 else f"%{byte:02X}" for byte in scope["query_string"]
        ),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        if b"_" in name:
            continue
        key = OWN_NAMES.get(name) or "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
        text = value.decode("latin-1")
        if key in environ:
            text = environ[key] + ("; " if key == "HTTP_COOKIE" else ",") + text
        environ[key] = text
    environ["CONTENT_LENGTH"] = str(length) if length else environ.get("CONTENT_LENGTH", "")
    return environ


def _latin(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


async def _watch(receive: Receive, response: Response) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    response.gone = True


async def _plain(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
