"""A real CalDAV server (Radicale) for tests, and one that lies and stops as it is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import httpx
from radicale import Application
from radicale import config as radicale_config

USER, PASSWORD = "rupa", "rice & fish"
_MAKE = (
    '<?xml version="1.0"?><c:mkcalendar xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:set><d:prop>'
    "<d:displayname>Work</d:displayname></d:prop></d:set></c:mkcalendar>"
)
Before = Callable[[dict[str, Any]], "tuple[str, list[tuple[str, str]], bytes] | None"]


@dataclass
class CalendarServer:
    """`before` may answer a request itself (status, headers, body); `after` may spoil what Radicale answers."""

    url: str
    asked: list[str] = field(default_factory=list)
    before: Before | None = None
    after: Callable[[str, bytes], bytes] | None = None

    @property
    def calendar(self) -> str:
        return f"{self.url}/{USER}/work/"

    def _send(self, method: str, name: str, **more: Any) -> httpx.Response:
        url = name if name.startswith("http") else self.calendar + name
        return httpx.request(method, url, auth=(USER, PASSWORD), **more)

    def put(self, uid: str, *lines: str, name: str = "") -> str:
        """Another program writes a meeting; gives the address."""
        inside = "\r\n".join(lines)
        text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:other\r\n{inside}\r\nEND:VCALENDAR\r\n"
        name = name or f"{uid}.ics"
        answer = self._send("PUT", name, content=text.encode(), headers={"Content-Type": "text/calendar"})
        assert answer.status_code in (201, 204), answer.text
        return self.calendar + name

    def text(self, name: str) -> str:
        return self._send("GET", name).text

    def delete(self, name: str) -> None:
        assert self._send("DELETE", name).status_code in (200, 204)

    def names(self) -> list[str]:
        """The files of the calendar."""
        body = '<?xml version="1.0"?><d:propfind xmlns:d="DAV:"><d:prop><d:getetag/></d:prop></d:propfind>'
        answer = self._send("PROPFIND", "", content=body, headers={"Depth": "1"})
        hrefs = [part.split("</")[0] for part in answer.text.split("href>")[1::2]]
        return sorted(href.rpartition("/")[2] for href in hrefs if href.endswith(".ics"))


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the test says what is wrong."""


@contextmanager
def calendar_server(folder: Path) -> Iterator[CalendarServer]:
    """Radicale with one user and one calendar, over real connections."""
    (folder / "users").write_text(f"{USER}:{PASSWORD}\n")
    settings = radicale_config.load()
    settings.update(
        {
            "auth": {"type": "htpasswd", "htpasswd_filename": str(folder / "users"), "htpasswd_encryption": "plain", "delay": "0"},
            "storage": {"filesystem_folder": str(folder / "store")},
            "logging": {"level": "critical"},
        },
        "test",
    )  # fmt: skip
    radicale = Application(settings)
    found = CalendarServer("")

    def answer(environment: dict[str, Any], start: Any) -> Any:
        found.asked.append(f"{environment['REQUEST_METHOD']} {environment['PATH_INFO']}")
        if found.before and (own := found.before(environment)) is not None:
            status, headers, body = own
            start(status, [*headers, ("Content-Length", str(len(body)))])
            return [body]
        if found.after is None:
            return radicale(environment, start)
        kept: list[Any] = []
        body = b"".join(
            radicale(environment, lambda status, headers, _error=None: kept.append((status, headers)))
        )
        body = found.after(environment["REQUEST_METHOD"], body)
        status, headers = kept[0]
        start(
            status,
            [
                *(one for one in headers if one[0].lower() != "content-length"),
                ("Content-Length", str(len(body))),
            ],
        )
        return [body]

    server = make_server("127.0.0.1", 0, answer, _Threaded, _Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_port}"
    answer_of_making = httpx.request("MKCALENDAR", found.calendar, content=_MAKE, auth=(USER, PASSWORD))
    assert answer_of_making.status_code == 201, answer_of_making.text
    found.asked.clear()
    yield found
    server.shutdown()
    server.server_close()
