"""Calling a service: what its answer says about whether the message is out.

A connection that was never made sent nothing. Once a request has left, silence says nothing: the message is "unknown", unless the
service takes the same message twice without harm.
"""

from __future__ import annotations

import json as json_texts
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from bandhu.channels.adapters.port import Outcome, Sent, TryLater, Unreadable
from bandhu.channels.kept_words import kept
from bandhu.platform.web_addresses import Answer, WebAddressError, allows_inside, safe_get, safe_request

MAX_FILE_BYTES = 25_000_000
# What a service says of one message; whoever asks for many allows more.
MAX_ANSWER_BYTES = 256_000
_LONGEST_PAUSE = 3600
_NOT_OUT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@dataclass(frozen=True)
class Reply:
    """A service's answer: its status and the object in it ({} where there is none)."""

    status: int
    found: dict[str, Any]
    headers: Mapping[str, str]

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


class Silent(Exception):
    """No answer; `is_out` where the request had left."""

    def __init__(self, words: str, *, is_out: bool) -> None:
        super().__init__(words)
        self.is_out = is_out


class TooLong(Silent):
    """The service did as it was asked, and what it says of it is longer than it may be: it is not taken for an empty answer."""


def call(
    method: str,
    url: str,
    *,
    json: Any = None,
    form: Mapping[str, str] | None = None,
    files: Mapping[str, tuple[str, bytes, str]] | None = None,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    max_bytes: int = MAX_ANSWER_BYTES,
) -> Reply:
    """Ask a service. Raises Silent where no answer came, TooLong where a good one is longer than `max_bytes`."""
    sent = dict(headers or {})
    if files is not None:
        request = httpx.Request(method, url, data=dict(form or {}), files=dict(files))
        content = request.read()
        sent["Content-Type"] = request.headers["Content-Type"]
    elif json is not None:
        content = json_texts.dumps(json, ensure_ascii=False).encode()
        sent["Content-Type"] = "application/json"
    elif form is not None:
        content = urlencode(form).encode()
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    answer = _ask(method, url, content, sent, max_bytes)
    # What refuses says so by its status already.
    if answer.is_cut and 200 <= answer.status < 300:
        raise TooLong(kept("answer_too_long", f"{answer.status} {_host(url)}"), is_out=True)
    return _reply(answer)


def fetch_file(url: str, headers: Mapping[str, str] | None = None) -> bytes:
    """The bytes at an address of the service. Raises TryLater or Unreadable."""
    try:
        answer = safe_get(url, headers=headers, max_bytes=MAX_FILE_BYTES, allow_inside=allows_inside())
    except WebAddressError as error:
        raise Unreadable(f"{error.message}") from error
    except httpx.HTTPError as error:
        raise TryLater(kept("unreached", f"{type(error).__name__} {_host(url)}")) from error
    if answer.is_cut:
        raise Unreadable(kept("file_too_large", f"{MAX_FILE_BYTES // 1_000_000} MB"))
    if answer.status >= 500 or answer.status == 429:
        raise TryLater(kept("answers_ill", f"{answer.status} {_host(url)}"))
    if answer.status != 200:
        raise Unreadable(kept("file_not_given", f"{answer.status} {_host(url)}"))
    return answer.body


def lost(silence: Silent, *, is_idempotent: bool = False) -> Outcome:
    """What is known of a message to which no answer came."""
    if not silence.is_out or is_idempotent:
        return Outcome(Sent.LATER, trouble=kept("unreached", silence), is_channels_fault=True)
    return Outcome(Sent.UNKNOWN, trouble=kept("silent", silence))


def refused(reply: Reply, words: str, *, is_idempotent: bool = False) -> Outcome:
    """What an answer that is no success means: later (429 and, where harmless, 5xx), unknown (5xx), else failed."""
    if reply.status == 429 or reply.status == 503:
        return Outcome(Sent.LATER, trouble=kept("too_much", words), pause=pause_of(reply))
    if reply.status >= 500:
        state = Sent.LATER if is_idempotent else Sent.UNKNOWN
        return Outcome(state, trouble=kept("service_ill", words), is_channels_fault=True)
    if reply.status in (401, 403):
        return Outcome(Sent.FAILED, trouble=kept("service_sign_in", words), is_channels_fault=True)
    return Outcome(Sent.FAILED, trouble=kept("service_refuses", words))


def pause_of(reply: Reply) -> timedelta | None:
    """How long the service asks to wait (RFC 9110, 10.2.3; seconds only), at most an hour."""
    wanted = reply.headers.get("retry-after", "")
    return timedelta(seconds=min(int(wanted), _LONGEST_PAUSE)) if wanted.isdigit() else None


def _ask(method: str, url: str, content: bytes | None, headers: Mapping[str, str], max_bytes: int) -> Answer:
    try:
        return safe_request(
            method, url, content, headers=headers, max_bytes=max_bytes, allow_inside=allows_inside()
        )
    except WebAddressError as error:
        raise Silent(f"{_host(url)}: {error.message}", is_out=False) from error
    except httpx.HTTPError as error:
        is_out = not isinstance(error, _NOT_OUT)
        raise Silent(f"{type(error).__name__} {_host(url)}", is_out=is_out) from error


def _reply(answer: Answer) -> Reply:
    try:
        found = json_texts.loads(answer.body or b"{}")
    except (ValueError, RecursionError):
        found = {}
    return Reply(answer.status, found if isinstance(found, dict) else {"answers": found}, answer.headers)


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
