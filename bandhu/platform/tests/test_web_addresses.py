import gzip
import ipaddress
import threading
import zlib
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandhu.platform import web_addresses
from bandhu.platform.web_addresses import (
    WebAddressError,
    domain_of,
    is_inside,
    is_safe_link,
    refuse_inside,
    safe_get,
    safe_post,
    tidy_web_address,
)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append({name.lower(): value for name, value in self.headers.items()})
        if self.path.startswith("/packed/"):
            self.packed(self.path.removeprefix("/packed/"))
            return
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"x" * 5_000)

    def do_POST(self):
        self.server.received.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(307 if self.path.startswith("/to/") else 204)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def packed(self, way):
        """What some servers send whatever they are asked for."""
        whole = b"x" * 50_000_000 if way == "bomb" else b'{"sid": "SM1"}'
        content = {"deflate": zlib.compress, "broken": lambda one: b"\x1f\x8b" + one}.get(way, gzip.compress)(
            whole
        )
        self.send_response(200)
        self.send_header("Content-Encoding", {"deflate": "deflate", "br": "br"}.get(way, "GZip"))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass


@contextmanager
def serving():
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.received, running.asked = [], []
    running.url = f"http://127.0.0.1:{running.server_port}"
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()


@pytest.fixture
def server():
    with serving() as running:
        yield running


INSIDE = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fc00::1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/",
    "http://172.16.0.1:8080/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://0.0.0.0/",
    "http://224.0.0.1/",
    "http://localhost/",
    "http://LOCALHOST:8000/",
]


@pytest.mark.parametrize("url", INSIDE)
def test_no_notation_leads_inside(url):
    with pytest.raises(WebAddressError) as refused:
        refuse_inside(url)
    assert refused.value.code == "inside"
    with pytest.raises(WebAddressError):
        safe_post(url, b"{}")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://example.com/", "not_a_web_address"),
        ("file:///etc/passwd", "not_a_web_address"),
        ("gopher://127.0.0.1:6379/x", "not_a_web_address"),
        ("https://", "not_a_web_address"),
        ("https://8.8.8.8:99999/", "not_a_web_address"),
        ("https://user:secret@8.8.8.8/", "has_password"),
        ("https://8.8.8.8:25/", "port"),
        ("https://8.8.8.8/" + "a" * 3_000, "too_long"),
        ("https://no-such-host.invalid/", "unknown_host"),
    ],
)
def test_refusals_say_why(url, code):
    with pytest.raises(WebAddressError) as refused:
        refuse_inside(url)
    assert refused.value.code == code
    assert str(refused.value.message)


def test_public_addresses_pass():
    assert [str(address) for address in refuse_inside("https://8.8.8.8/hook")] == ["8.8.8.8"]
    assert refuse_inside("https://[2001:4860:4860::8888]:8443/")


def test_a_name_is_checked_again_when_the_connection_is_made(server, monkeypatch):
    """The first answer of the name's server is public, the second one inside: DNS rebinding."""
    answers = [[ipaddress.ip_address("8.8.8.8")], [ipaddress.ip_address("127.0.0.1")]]
    monkeypatch.setattr(web_addresses, "_resolve", lambda host, port: answers.pop(0))
    with pytest.raises(WebAddressError) as refused:
        safe_post(f"http://rebinding.example:{server.server_port}/", b"{}")
    assert refused.value.code == "inside"
    assert server.received == []


def test_a_redirect_meets_the_same_check(server, monkeypatch):
    """The first hop is let through as if it were public; what it points to is not."""
    real = web_addresses.is_inside
    allowed = ipaddress.ip_address("127.0.0.1")
    monkeypatch.setattr(web_addresses, "is_inside", lambda address: address != allowed and real(address))
    assert safe_get(f"{server.url}/to//fine").status == 200
    with pytest.raises(WebAddressError) as refused:
        safe_get(f"{server.url}/to/http://[::1]:{server.server_port}/")
    assert refused.value.code == "inside"


def test_posting_follows_no_redirect_and_answers_are_cut(server):
    assert safe_post(f"{server.url}/to/x", b"{}", allow_inside=True).status == 307
    assert server.received == [b"{}"]
    answer = safe_get(f"{server.url}/", allow_inside=True, max_bytes=1_000)
    assert (len(answer.body), answer.is_cut) == (1_000, True)
    with pytest.raises(httpx.TooManyRedirects):
        safe_get(f"{server.url}/to//to//to//to//to//x", allow_inside=True)


def test_what_proves_who_asks_goes_to_no_other_server(server):
    secrets = {"Authorization": "Bearer s", "Cookie": "s", "X-Api-Key": "s", "Proxy-Authorization": "s"}
    told = secrets | {"Accept": "image/*", "User-Agent": "Bandhu"}
    with serving() as other:
        assert (
            safe_get(f"{server.url}/to/{other.url}/to/{server.url}/x", headers=told, allow_inside=True).status
            == 200
        )
        assert safe_get(f"{server.url}/to//same", headers=told, allow_inside=True).status == 200
    names = {name.lower() for name in secrets}
    first, back, *same = server.asked
    assert names <= set(first) and all(names <= set(one) for one in same) and len(same) == 2
    for hop in (*other.asked, back):
        assert not names & set(hop)
        assert (hop["accept"], hop["user-agent"]) == ("image/*", "Bandhu")
    assert len(other.asked) == 1


@pytest.mark.parametrize("way", ["gzip", "deflate"])
def test_an_answer_that_comes_packed_is_unpacked(server, way):
    answer = safe_get(f"{server.url}/packed/{way}", allow_inside=True)
    assert (answer.body, answer.is_cut) == (b'{"sid": "SM1"}', False)
    assert server.asked[0]["accept-encoding"] == "identity"


def test_what_is_unpacked_is_cut_like_any_answer(server):
    answer = safe_get(f"{server.url}/packed/bomb", allow_inside=True, max_bytes=1_000)
    assert (answer.body, answer.is_cut) == (b"x" * 1_000, True)


@pytest.mark.parametrize("way", ["br", "broken"])
def test_what_cannot_be_unpacked_is_no_answer(server, way):
    with pytest.raises(httpx.DecodingError):
        safe_get(f"{server.url}/packed/{way}", allow_inside=True)


@pytest.mark.parametrize(
    "url", ["https://example.com/?q=1", "mailto:a@example.com", "tel:+8801712345678", "HTTP://example.com"]
)
def test_links_that_are_safe(url):
    assert is_safe_link(url)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        " https://example.com",
        "data:text/html,x",
        "//example.com",
        "vbscript:x",
        "",
        "https:",
        "http://[::1",
    ],
)
def test_links_that_are_not(url):
    assert not is_safe_link(url)


def test_websites_are_kept_with_their_scheme():
    assert tidy_web_address(" Example.com ") == "https://Example.com"
    assert tidy_web_address("http://example.com/a") == "http://example.com/a"
    assert domain_of("https://www.Example.com/x") == domain_of("example.com") == "example.com"
    for text in (
        "",
        "x",
        "a..b",
        f"{'a' * 64}.example.com",
        "javascript://example.com/%0aalert(1)",
        "mailto:a@example.com",
    ):
        with pytest.raises(WebAddressError):
            tidy_web_address(text)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_inside_in_every_ipv6_form_too(address):
    for form in (f"::ffff:{address}", f"64:ff9b::{address}"):
        assert is_inside(ipaddress.ip_address(form)) == is_inside(address)
