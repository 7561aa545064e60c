"""Web addresses: which may be shown as links, and how to call one without being led into our own network.

A webhook's address is written by people and its name is resolved by their servers, so the check has to stand where the connection is
made: every name is resolved once, all its addresses are checked, and the connection goes to the checked address itself. A redirect is
a new connection and meets the same check. Octal, decimal, hexadecimal and IPv6-mapped notations are what the resolver makes of them.
"""

import ipaddress
import os
import socket
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LINK_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
MAX_URL = 2_000
MAX_REDIRECTS = 3
MAX_ANSWER_BYTES = 256_000
TIMEOUT_SECONDS = 10.0
# Of what a caller tells, the only headers that go along to another server than the one they were meant for.
_TOLD_TO_ANY = frozenset({"accept", "accept-encoding", "accept-language", "user-agent"})
_WEB_PORTS = frozenset({80, 443})
_FIRST_FREE_PORT = 1024

ERRORS: dict[str, Promise] = {
    "not_a_web_address": _(
        "This is not a web address. It begins with https://, for example https://example.com/bandhu."
    ),
    "too_long": _("The web address is too long."),
    "has_password": _(
        "A web address with a name and password inside is not used. Remove the part before the @ sign."
    ),
    "port": _("This port belongs to another service than the web."),
    "unknown_host": _("No computer on the internet has this name."),
    "inside": _("This address lies inside our own network. Only addresses on the internet are called."),
}
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class WebAddressError(ValueError):
    """An address that is not called or not linked: `code` for programs (a key of ERRORS), `message` translated for people."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = ERRORS[code]


@dataclass(frozen=True)
class Answer:
    """What a server answered: status, headers in lower case, at most the allowed bytes, and whether more was left unread."""

    status: int
    url: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    is_cut: bool = False


def is_safe_link(url: str) -> bool:
    """Whether the text may be the target of a link: web, mail or telephone, and nothing hidden in it."""
    if len(url) > MAX_URL or any(not character.isprintable() or character.isspace() for character in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme.lower() not in LINK_SCHEMES:
        return False
    return bool(parts.hostname) if parts.scheme.lower() in ("http", "https") else bool(parts.path)


def tidy_web_address(text: str) -> str:
    """A website as it is kept: "example.com" becomes "https://example.com". Raises WebAddressError for what is none."""
    stripped = "".join(character for character in text if character.isprintable()).strip()
    if len(stripped) > MAX_URL:
        raise WebAddressError("too_long")
    url = stripped if "://" in stripped else f"https://{stripped}"
    if not is_safe_link(url) or not url.lower().startswith(("http://", "https://")):
        raise WebAddressError("not_a_web_address")
    parts = urlsplit(url)
    host = parts.hostname or ""
    if "." not in host or "@" in parts.netloc or not _is_name_or_number(host):
        raise WebAddressError("not_a_web_address")
    return url


def _is_name_or_number(host: str) -> bool:
    """Whether a name server could be asked for it: no part is empty or longer than 63 letters (RFC 1035, 2.3.4)."""
    try:
        return ":" in host or bool(host.encode("idna"))
    except UnicodeError:
        return False


def domain_of(url: str) -> str:
    """The host of a kept website without "www.", in lower case; "" if it has none."""
    try:
        host = urlsplit(url if "://" in url else f"https://{url}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def refuse_inside(url: str) -> list[Address]:
    """Resolve the host and return its addresses; raise WebAddressError if the URL is no web address or any of them is not on the internet.

    For telling people early, when they type it; calls are checked again when they connect.
    """
    if len(url) > MAX_URL:
        raise WebAddressError("too_long")
    if not is_safe_link(url):
        raise WebAddressError("not_a_web_address")
    parts = urlsplit(url)
    if parts.scheme.lower() not in ("http", "https"):
        raise WebAddressError("not_a_web_address")
    if parts.username is not None or parts.password is not None:
        raise WebAddressError("has_password")
    try:
        port = parts.port or (443 if parts.scheme.lower() == "https" else 80)
    except ValueError:
        raise WebAddressError("not_a_web_address") from None
    return checked_addresses(parts.hostname or "", port)


def allows_inside() -> bool:
    """BANDHU_CALL_INSIDE=1: for houses whose other programs run on the same network, and for tests."""
    return os.environ.get("BANDHU_CALL_INSIDE") == "1"


def checked_addresses(host: str, port: int, ports: Collection[int] = _WEB_PORTS) -> list[Address]:
    """All addresses of a host, each of them on the internet; raises WebAddressError otherwise.

    `ports` are those below 1024 that belong to the service wanted: the web's, or those of mail.
    """
    if port not in ports and port < _FIRST_FREE_PORT:
        raise WebAddressError("port")
    addresses = _resolve(host, port)
    if not addresses:
        raise WebAddressError("unknown_host")
    if any(is_inside(address) for address in addresses):
        raise WebAddressError("inside")
    return addresses


def is_inside(address: Address) -> bool:
    """Whether an address is anything but a public one: loopback, private, link-local (cloud metadata), shared, reserved, multicast,

    or an IPv6 form that carries such an IPv4 address.
    """
    if isinstance(address, ipaddress.IPv6Address):
        carried = _carried(address)
        if carried is not None:
            return is_inside(carried)
        if address.is_site_local:
            return True
    return not address.is_global or address.is_multicast or address.is_reserved or address.is_unspecified


def safe_get(
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    max_bytes: int = MAX_ANSWER_BYTES,
    allow_inside: bool = False,
) -> Answer:
    """GET a public address, following at most three redirects, each checked anew; what proves who asks is told to no other server.

    Raises WebAddressError for a refused address and httpx.HTTPError when the call fails or lasts over ten seconds.
    `allow_inside` is for tests and for houses that told us to call their own machines.
    """
    return _call("GET", url, None, headers, max_bytes, allow_inside, redirects=MAX_REDIRECTS)


def safe_post(
    url: str,
    content: bytes,
    *,
    headers: Mapping[str, str] | None = None,
    max_bytes: int = MAX_ANSWER_BYTES,
    allow_inside: bool = False,
) -> Answer:
    """POST bytes to a public address. A redirect is not followed: it is the answer. Errors as in `safe_get`."""
    return _call("POST", url, content, headers, max_bytes, allow_inside, redirects=0)


def safe_request(
    method: str,
    url: str,
    content: bytes | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    max_bytes: int = MAX_ANSWER_BYTES,
    allow_inside: bool = False,
) -> Answer:
    """Any other method (PROPFIND, PUT, ...) of a public address. A redirect is not followed: it is the answer. Errors as in `safe_get`."""
    return _call(method, url, content, headers, max_bytes, allow_inside, redirects=0)


def _call(
    method: str,
    url: str,
    content: bytes | None,
    headers: Mapping[str, str] | None,
    max_bytes: int,
    allow_inside: bool,
    *,
    redirects: int,
) -> Answer:
    # Packed answers are not asked for: what is unpacked may be a thousand times as long.
    told = {"Accept-Encoding": "identity"} | dict(headers or {})
    with httpx.Client(
        transport=_CheckedTransport(allow_inside), trust_env=False, timeout=TIMEOUT_SECONDS
    ) as client:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        for _hop in range(redirects + 1):
            if not allow_inside:
                refuse_inside(url)
            with client.stream(method, url, content=content, headers=told) as response:
                following = response.next_request if redirects else None
                if following is None:
                    return _read(response, max_bytes, deadline)
                if _origin(following.url) != _origin(response.url):
                    told = {name: value for name, value in told.items() if name.lower() in _TOLD_TO_ANY}
                    client.cookies.clear()
                url = str(following.url)
        raise httpx.TooManyRedirects("too many redirects", request=following)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Scheme, host and port: who is asked (RFC 6454)."""
    return url.scheme, url.host, url.port


def _read(response: httpx.Response, max_bytes: int, deadline: float) -> Answer:
    body, unpack = bytearray(), _unpacking(response)
    for chunk in response.iter_raw():
        body += unpack(chunk, max_bytes + 1 - len(body))
        if len(body) > max_bytes:
            break
        if time.monotonic() > deadline:
            raise httpx.ReadTimeout("the answer takes too long", request=response.request)
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(
        response.status_code,
        str(response.url),
        bytes(body[:max_bytes]),
        headers,
        is_cut=len(body) > max_bytes,
    )


def _unpacking(response: httpx.Response) -> Callable[[bytes, int], bytes]:
    """What makes bytes of an answer of those that came, at most so many at once: some servers pack whatever they were asked for."""
    packed = response.headers.get("content-encoding", "").strip().lower()
    if packed in ("", "identity"):
        return lambda chunk, _most: chunk
    # Either way of packing says in its first bytes which it is.
    opened = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)

    def unpack(chunk: bytes, most: int) -> bytes:
        if packed not in ("gzip", "x-gzip", "deflate"):
            raise httpx.DecodingError(f"the answer is packed as {packed[:40]}", request=response.request)
        try:
            return opened.decompress(chunk, most)
        except zlib.error as error:
            raise httpx.DecodingError("the answer cannot be unpacked", request=response.request) from error

    return unpack


class _CheckedTransport(httpx.HTTPTransport):
    """httpx over a pool whose connections go to checked addresses; TLS still verifies the name that was asked for."""

    def __init__(self, allow_inside: bool) -> None:
        super().__init__(trust_env=False)
        backend = httpcore.SyncBackend() if allow_inside else _CheckedBackend()
        # httpx has no argument for the backend; its own constructor fills the same attribute.
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=backend
        )


class _CheckedBackend(httpcore.SyncBackend):
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        refused: Exception = httpcore.ConnectError("no address")
        for address in checked_addresses(host, port):
            try:
                return super().connect_tcp(str(address), port, timeout, local_address, socket_options)
            except httpcore.ConnectError as error:
                refused = error
        raise refused

    def connect_unix_socket(self, *arguments: Any, **options: Any) -> httpcore.NetworkStream:
        raise WebAddressError("inside")


def _resolve(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    # A link-local IPv6 address comes with its interface ("fe80::1%eth0").
    texts = dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found)
    return [ipaddress.ip_address(text) for text in texts]


_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_COMPATIBLE = ipaddress.ip_network("::/96")


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside an IPv6 one: mapped, compatible, 6to4, Teredo or NAT64."""
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address.teredo:
        return address.teredo[1]
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None
