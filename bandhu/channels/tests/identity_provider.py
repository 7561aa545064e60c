"""A provider mailboxes are entered by signing in at: it checks everything it is told (client, address to come back to, PKCE, codes and
tokens used once), and answers Dovecot's questions whether a token is good."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT, SECRET = "bandhu-client", "a secret of the client"


class IdentityProvider:
    """`user` is who signs in; `lasts` the life of an access token in seconds; `is_silent` makes it talk nonsense."""

    def __init__(self, user: str) -> None:
        self.user, self.lasts, self.is_silent = user, 3_600, False
        self.codes: dict[str, dict[str, str]] = {}
        self.refresh: set[str] = set()
        self.access: dict[str, float] = {}
        self.asked: list[dict[str, str]] = []
        self.url = ""

    def revoke(self) -> None:
        """The owner of the mailbox takes the leave back."""
        self.refresh.clear()
        self.access.clear()

    def authorize(self, given: dict[str, str]) -> str:
        """Where the browser is sent after the sign-in. Asserts what a real provider refuses."""
        assert given["client_id"] == CLIENT and given["response_type"] == "code"
        assert given["code_challenge_method"] == "S256" and given["state"] and given["scope"]
        code = secrets.token_urlsafe(8)
        self.codes[code] = given
        return f"{given['redirect_uri']}?{urlencode({'code': code, 'state': given['state']})}"

    def token(self, given: dict[str, str]) -> tuple[int, Any]:
        self.asked.append(given)
        if self.is_silent:
            return 502, "<html>Bad gateway</html>"
        if (given.get("client_id"), given.get("client_secret")) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        if given.get("grant_type") == "authorization_code":
            known = self.codes.pop(given.get("code", ""), None)
            if known is None or known["redirect_uri"] != given.get("redirect_uri"):
                return 400, {"error": "invalid_grant"}
            digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != known["code_challenge"]:
                return 400, {"error": "invalid_grant"}
        elif given.get("refresh_token") in self.refresh:
            self.refresh.remove(given["refresh_token"])
        else:
            return 400, {"error": "invalid_grant"}
        access, refresh = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        self.refresh.add(refresh)
        self.access[access] = time.time() + self.lasts
        return 200, {
            "access_token": access,
            "refresh_token": refresh,
            "expires_in": self.lasts,
            "token_type": "Bearer",
        }

    def token_info(self, token: str) -> tuple[int, Any]:
        if self.access.get(token, 0) < time.time():
            return 401, {"error": "invalid_token"}
        return 200, {"email": self.user, "active": True}


@contextmanager
def running_provider(user: str) -> Iterator[IdentityProvider]:
    provider = IdentityProvider(user)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = _flat(urlsplit(self.path).query)
            self._answer(*provider.token_info(query.get("access_token", "")))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            self._answer(*provider.token(_flat(body)))

        def _answer(self, status: int, found: Any) -> None:
            body = found.encode() if isinstance(found, str) else json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    provider.url = f"http://127.0.0.1:{server.server_port}"
    yield provider
    server.shutdown()


def _flat(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text).items()}
