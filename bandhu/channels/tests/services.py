"""The services of channels as one small server that speaks their protocols: it checks what it is asked, signs what it tells, and
misbehaves when a test says so: refuses for a while (429), breaks (500), takes a message and never answers (`hangs`), drops the line."""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from bandhu.channels.tests.meta_templates import problem_of
from bandhu.platform import web_addresses

ACCOUNT, TOKEN = "AC" + "0" * 32, "twilio-auth-token"
TWILIO = {"account_sid": ACCOUNT, "auth_token": TOKEN, "number": "+15005550006", "price": "0.35"}
WEBHOOK_SECRET = "a secret of our own programs"
SMS_SECRET = "secret-of-the-notices"


class Services:
    """What the services took (`taken`: method, path, fields), and how they behave next (`mood`: statuses, "hang" or "drop", one a call)."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, dict[str, Any]]] = []
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.mood: list[Any] = []
        # Answers packed even to who did not ask for it.
        self.is_packing = False
        self.files: dict[str, bytes] = {}
        self.answers: dict[str, Any] = {}
        # Templates as Meta approved them: with some, what is sent by one is checked against it.
        self.approved: list[dict[str, Any]] = []
        self.media: set[str] = set()
        self.url = ""

    def texts(self) -> list[str]:
        """What was really taken, oldest first."""
        return [
            fields.get("Body") or fields.get("text") or fields.get("status") or ""
            for _m, _p, fields in self.taken
        ]


class _Handler(BaseHTTPRequestHandler):
    services: Services

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        mood = self.services.mood.pop(0) if self.services.mood else None
        path = urlsplit(self.path).path
        self.services.asked.append((self.command, self.path, headers))
        if mood == "drop":
            self.connection.close()
            return
        if isinstance(mood, int):
            self._answer(
                mood, {"message": "not now", "code": 20429 if mood == 429 else 0}, {"Retry-After": "7"}
            )
            return
        if path in self.services.files:
            self._bytes(200, self.services.files[path], "application/octet-stream")
            return
        if path.endswith("/message_templates") and headers.get("authorization") != "Bearer meta-token":
            self._answer(401, {"error": {"code": 190, "message": "Invalid OAuth access token."}})
            return
        if self.command == "GET":
            found = self.services.answers.get(path, {})
            self._answer(200, found(dict(parse_qsl(urlsplit(self.path).query))) if callable(found) else found)
            return
        fields = _fields(body, headers)
        status, answer = self._take(path, fields, headers, body)
        if mood == "hang":  # it was taken, and nobody hears of it
            time.sleep(1.5)
            self.connection.close()
            return
        self._answer(status, answer)

    def _take(
        self, path: str, fields: dict[str, Any], headers: dict[str, str], body: bytes
    ) -> tuple[int, Any]:
        if path.startswith("/2010-04-01/"):
            wanted = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
            if headers.get("authorization") != f"Basic {wanted}":
                return 401, {"code": 20003, "message": "Authenticate"}
            if not {"To", "From", "Body"} <= set(fields):
                return 400, {"code": 21602, "message": "A 'Body' is required"}
        if path == "/own" and headers.get("webhook-signature") != _own_signature(headers, body):
            return 401, {"error": "signature"}
        is_judged = bool(self.services.approved) and fields.get("type") == "template"
        problem = problem_of(fields, self.services.approved, self.services.media) if is_judged else None
        if problem is not None:
            return 400, problem
        key = headers.get("idempotency-key") or headers.get("webhook-id")
        if key and any(one.get("_key") == key for _m, _p, one in self.services.taken):
            return 200, {"id": f"known-{key}"}
        self.services.taken.append((self.command, path, fields | ({"_key": key} if key else {})))
        number = len(self.services.taken)
        if path.endswith("/media"):
            self.services.media.add(f"m{number}")
        return 201, self.services.answers.get(path) or {"sid": f"SM{number:032x}", "id": f"m{number}"}

    def _answer(self, status: int, found: Any, headers: dict[str, str] | None = None) -> None:
        self._bytes(status, json.dumps(found).encode(), "application/json", headers)

    def _bytes(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        # As the real ones do: whoever takes packed answers gets them.
        if self.services.is_packing or "gzip" in (self.headers.get("Accept-Encoding") or ""):
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the test says what is wrong."""


@contextmanager
def running_services():
    services = Services()
    handler = type("Handler", (_Handler,), {"services": services})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    services.url = f"http://127.0.0.1:{server.server_port}"
    yield services
    server.shutdown()


@contextmanager
def services_of(monkeypatch, *adapters: ModuleType, seconds: float = 2):
    """The double, asked in the place of what these modules of adapters call (`API`); it is waited for so many seconds."""
    monkeypatch.setenv("BANDHU_CALL_INSIDE", "1")
    monkeypatch.setattr(web_addresses, "TIMEOUT_SECONDS", seconds)
    with running_services() as running:
        for one in adapters:
            monkeypatch.setattr(one, "API", running.url)
        yield running


def twilio_notice(url: str, fields: dict[str, str], token: str = TOKEN) -> tuple[bytes, dict[str, str]]:
    """Body and headers, signed as Twilio signs a form."""
    text = url + "".join(name + fields[name] for name in sorted(fields))
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-twilio-signature": base64.b64encode(digest).decode(),
    }
    return urlencode(fields).encode(), headers


def own_notice(
    found: Any, name: str = "n1", *, at: int | None = None, secret: str = WEBHOOK_SECRET
) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a notice of one's own program."""
    body, stamp = json.dumps(found, ensure_ascii=False).encode(), str(at or int(time.time()))
    digest = hmac.new(secret.encode(), f"{name}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return body, {
        "content-type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def _own_signature(headers: dict[str, str], body: bytes) -> str:
    signed = f"{headers.get('webhook-id')}.{headers.get('webhook-timestamp')}.".encode() + body
    digest = hmac.new(WEBHOOK_SECRET.encode(), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _fields(body: bytes, headers: dict[str, str]) -> dict[str, Any]:
    kind = headers.get("content-type", "")
    if "json" in kind:
        return json.loads(body)
    if "multipart" in kind:
        return {"_multipart": body}
    return dict(parse_qsl(body.decode(), keep_blank_values=True))
