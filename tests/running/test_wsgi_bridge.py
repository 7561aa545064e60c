"""The bridge between ASGI and Django's WSGI application, driven without a server."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from config.wsgi_bridge import WsgiBridge

Message = dict[str, Any]


def run_apart(work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Run a coroutine in a thread of its own: a browser test may have left a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()


class Client:
    """Plays the server's part: hands in messages, keeps what is sent."""

    def __init__(self, messages: Iterable[Message], **scope: Any) -> None:
        self.messages = list(messages)
        self.sent: list[Message] = []
        self.scope = {
            "type": "http",
            "method": "POST",
            "path": "/",
            "query_string": b"",
            "headers": [],
            "client": ("192.0.2.7", 4711),
            **scope,
        }

    async def receive(self) -> Message:
        if self.messages:
            return self.messages.pop(0)
        await asyncio.Event().wait()
        raise AssertionError

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int:
        return self.sent[0]["status"]

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)


def body(*parts: bytes) -> list[Message]:
    last = len(parts) - 1
    return [{"type": "http.request", "body": part, "more_body": at < last} for at, part in enumerate(parts)]


def talk(application: Any, client: Client, max_body_bytes: int = 1000) -> Client:
    bridge = WsgiBridge(application, threads=2, max_body_bytes=max_body_bytes)
    run_apart(lambda: asyncio.wait_for(bridge(client.scope, client.receive, client.send), 20))
    return client


def echo(environ: dict[str, Any], start: Any) -> list[bytes]:
    text = environ["wsgi.input"].read()
    start("200 OK", [("Content-Length", str(len(text)))])
    return [text]


def test_a_body_in_parts_arrives_whole() -> None:
    client = talk(echo, Client(body(b"Rah", b"", b"man")))
    assert (client.status, client.body) == (200, b"Rahman")
    assert client.sent[-1]["more_body"] is False


def test_a_body_without_a_length_gets_one() -> None:
    def application(environ: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", [])
        return [environ["CONTENT_LENGTH"].encode()]

    assert talk(application, Client(body(b"12345"))).body == b"5"


@pytest.mark.parametrize(
    ("messages", "headers"),
    [
        ([*body(b"ab", b"cd")[:1], {"type": "http.disconnect"}], []),
        (body(b"abc"), [(b"content-length", b"10")]),
    ],
)
def test_a_request_that_breaks_off_never_reaches_the_application(
    messages: list[Message], headers: list[tuple[bytes, bytes]]
) -> None:
    called = []
    client = talk(lambda environ, start: called.append(environ), Client(messages, headers=headers))
    assert (called, client.sent) == ([], [])


@pytest.mark.parametrize(
    ("messages", "headers"),
    [(body(b"x" * 600, b"x" * 600), []), (body(b"x"), [(b"content-length", b"99999")])],
)
def test_a_body_too_large_is_refused(messages: list[Message], headers: list[tuple[bytes, bytes]]) -> None:
    called = []
    client = talk(lambda environ, start: called.append(environ), Client(messages, headers=headers))
    assert (called, client.status) == ([], 413)


def test_headers_cannot_be_forged_with_underscores() -> None:
    seen: dict[str, Any] = {}

    def application(environ: dict[str, Any], start: Any) -> list[bytes]:
        seen.update(environ)
        start("200 OK", [])
        return []

    headers = [
        (b"x_forwarded_for", b"10.0.0.1"),
        (b"x-forwarded-proto", b"https"),
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"accept", b"text/html"),
        (b"accept", b"text/plain"),
    ]
    talk(application, Client(body(b""), headers=headers, query_string=b"q=\xe0\xa6\x95&x=1", path="/ক"))
    assert "HTTP_X_FORWARDED_FOR" not in seen
    assert seen["HTTP_X_FORWARDED_PROTO"] == "https"
    assert seen["HTTP_COOKIE"] == "a=1; b=2"
    assert seen["HTTP_ACCEPT"] == "text/html,text/plain"
    assert seen["QUERY_STRING"] == "q=%E0%A6%95&x=1"
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/ক"
    assert seen["REMOTE_ADDR"] == "192.0.2.7"


def test_a_head_request_gets_headers_alone() -> None:
    client = talk(echo, Client(body(b"Rahman"), method="HEAD"))
    assert client.body == b""
    assert (b"content-length", b"6") in client.sent[0]["headers"]


def test_a_stream_is_sent_as_it_comes_and_closed() -> None:
    closed = threading.Event()

    class Parts:
        def __iter__(self) -> Iterable[bytes]:
            return iter([b"one", b"two", b"three"])

        def close(self) -> None:
            closed.set()

    def application(environ: dict[str, Any], start: Any) -> Parts:
        start("200 OK", [])
        return Parts()

    client = talk(application, Client(body(b"")))
    assert [message.get("body") for message in client.sent[1:4]] == [b"one", b"two", b"three"]
    assert closed.is_set()


def test_a_stream_ends_when_its_reader_has_gone() -> None:
    closed = threading.Event()
    count = 0

    def application(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        start("200 OK", [])

        def parts() -> Iterable[bytes]:
            nonlocal count
            try:
                while True:
                    count += 1
                    time.sleep(0.001)
                    yield b"x"
            finally:
                closed.set()

        return parts()

    talk(application, Client([*body(b""), {"type": "http.disconnect"}]))
    assert closed.is_set()
    assert count > 0


def test_a_failure_outside_django_is_answered() -> None:
    def application(environ: dict[str, Any], start: Any) -> list[bytes]:
        raise ValueError("unforeseen")

    assert talk(application, Client(body(b""))).status == 500


def test_what_a_request_sets_ends_with_it() -> None:
    import contextvars

    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="unset")

    def application(environ: dict[str, Any], start: Any) -> list[bytes]:
        before = variable.get()
        variable.set("left behind")
        start("200 OK", [])
        return [before.encode()]

    async def twice() -> list[bytes]:
        bridge = WsgiBridge(application, threads=1, max_body_bytes=10)
        answers = []
        for _ in range(2):
            client = Client(body(b""))
            await bridge(client.scope, client.receive, client.send)
            answers.append(client.body)
        return answers

    assert run_apart(twice) == [b"unset", b"unset"]
