"""Pictures in mails: enclosed ones are shown, those from outside wait for the reader's word and come through us alone."""

import re
import threading
from base64 import b64decode
from contextlib import contextmanager
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.urls import reverse

from bandhu.channels import actions
from bandhu.channels.tests.post_office import house_account
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform import web_addresses
from bandhu.privacy.purposes import ensure_purposes

pytestmark = pytest.mark.django_db
PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def rupa():
    ensure_purposes()
    return make_user("Rupa", role="administrator", team=make_team("Dhaka"))


@pytest.fixture
def office(rupa, monkeypatch):
    monkeypatch.setenv("BANDHU_CALL_INSIDE", "1")
    return house_account(rupa, imap_host="mail.example.invalid")


@pytest.fixture
def loopback_is_outside(monkeypatch):
    """The test's own server counts as outside, every other address inside stays inside."""
    whole = web_addresses.is_inside
    monkeypatch.setattr(web_addresses, "is_inside", lambda one: str(one) != "127.0.0.1" and whole(one))


@contextmanager
def elsewhere():
    """A server of pictures, and what it was asked for: (path, headers)."""
    asked = []
    answers = {
        "/a.png": (200, PNG, {}),
        "/evil.svg": (200, SVG, {"Content-Type": "image/svg+xml"}),
        "/page.png": (200, b"<html><body>no picture</body></html>", {"Content-Type": "image/png"}),
        "/large.png": (200, PNG + b"x" * 6_000_000, {}),
        "/inside.png": (302, b"", {"Location": "http://169.254.169.254/latest/"}),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, dict(self.headers)))
            status, body, headers = answers.get(self.path, (404, b"", {}))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format, *arguments):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()


def came_in(office, html, sender="Rahima <rahima@example.org>", enclosed=(), **headers):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, office.address, "Pictures"
    message["Message-ID"] = f"<{abs(hash((html, sender)))}@example.org>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("See the pictures.")
    message.add_alternative(html, subtype="html")
    for content_id, content, kind in enclosed:
        message.get_payload()[1].add_related(content, maintype="image", subtype=kind, cid=f"<{content_id}>")
    return actions.receive_mail(office, message.as_bytes())


def frame(client, mail):
    return client.get(reverse("inbox:body", args=[mail.inbox_message_id])).content.decode()


def sources(page):
    return re.findall(r'<img[^>]*src="([^"]+)"', page)


def test_enclosed_pictures_stand_in_the_frame_and_nothing_else_does(office, rupa, client):
    html = (
        '<p>Look: <img src="cid:rice@x" width="20" height="9999999" onerror="x()"> <img src="cid:unknown"> '
        '<img src="cid:drawing"> <img src="/logout/"> <img src="data:image/png;base64,AAAA"> <img src="javascript:x()"></p>'
    )
    mail = came_in(office, html, enclosed=[("rice@x", PNG, "png"), ("drawing", SVG, "svg+xml")])
    client.force_login(rupa)
    page = frame(client, mail)
    [shown] = sources(page)
    assert (
        page.count("<img") == 1 and 'width="20"' in page and "9999999" not in page and "onerror" not in page
    )
    answer = client.get(shown)
    assert answer["Content-Type"] == "image/png" and b"".join(answer.streaming_content) == PNG
    policy = client.get(reverse("inbox:body", args=[mail.inbox_message_id]))["Content-Security-Policy"]
    assert "img-src 'self' data:" in policy and "sandbox" in policy and "script" not in policy


def test_pictures_from_outside_wait_for_the_reader(office, rupa, client, loopback_is_outside):
    other = make_user("Karim", role="service", team=rupa.team)
    with elsewhere() as (url, asked):
        mail = came_in(office, f'<p>Hello <img src="{url}/a.png" alt="offer"></p>')
        client.force_login(rupa)
        assert sources(frame(client, mail)) == [] and asked == []
        talk = reverse("inbox:conversation", args=[mail.inbox_message.conversation_id])
        assert "Pictures from outside are blocked" in client.get(talk).content.decode()

        client.post(reverse("channels:mail_pictures", args=[mail.pk]), {"allow": "mail"})
        [shown] = sources(frame(client, mail))
        assert shown.startswith("/mails/") and url not in frame(client, mail) and asked == []
        answer = client.get(shown)
        assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, PNG, "image/png")
        assert answer["X-Content-Type-Options"] == "nosniff"
        [(path, headers)] = asked
        assert path == "/a.png" and "Cookie" not in headers and "Referer" not in headers
        assert "Block them again" in client.get(talk).content.decode()

        client.force_login(other)
        assert sources(frame(client, mail)) == []
        assert client.get(shown).status_code == 404 and len(asked) == 1

        client.force_login(rupa)
        client.post(reverse("channels:mail_pictures", args=[mail.pk]), {"allow": ""})
        assert sources(frame(client, mail)) == [] and client.get(shown).status_code == 404


def test_a_sender_once_allowed_is_shown_but_not_who_only_claims_to_be(office, rupa, client):
    first = came_in(office, '<img src="https://pictures.example.org/a.png">')
    again = came_in(office, '<p><img src="https://pictures.example.org/b.png"></p>')
    forged = came_in(
        office,
        '<b><img src="https://pictures.example.org/c.png"></b>',
        Authentication_Results="mx.example.com; dmarc=fail",
    )
    client.force_login(rupa)
    client.post(reverse("channels:mail_pictures", args=[first.pk]), {"allow": "sender"})
    assert len(sources(frame(client, first))) == len(sources(frame(client, again))) == 1
    assert sources(frame(client, forged)) == []


@pytest.mark.parametrize("name", ["evil.svg", "page.png", "large.png", "absent.png"])
def test_only_pictures_pass(office, rupa, client, loopback_is_outside, name):
    with elsewhere() as (url, _asked):
        mail = came_in(office, f'<img src="{url}/{name}">')
        client.force_login(rupa)
        actions.allow_pictures(mail, actor=rupa)
        [shown] = sources(frame(client, mail))
        assert client.get(shown).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1/a.png", "http://169.254.169.254/x", "http://[::ffff:127.0.0.1]/a", "http://2130706433/", "//localhost/a"],
)  # fmt: skip
def test_nothing_inside_is_fetched(office, rupa, client, address):
    mail = came_in(office, f'<img src="{address}">')
    actions.allow_pictures(mail, actor=rupa)
    client.force_login(rupa)
    [shown] = sources(frame(client, mail))
    assert client.get(shown).status_code == 404


def test_a_house_that_calls_its_own_machines_fetches_no_picture_from_them(office, rupa, client):
    assert web_addresses.allows_inside()
    with elsewhere() as (url, asked):
        mail = came_in(office, f'<img src="{url}/a.png">')
        actions.allow_pictures(mail, actor=rupa)
        client.force_login(rupa)
        [shown] = sources(frame(client, mail))
        assert client.get(shown).status_code == 404 and asked == []


def test_a_redirect_to_the_inside_is_not_followed(office, rupa, client, loopback_is_outside):
    with elsewhere() as (url, asked):
        mail = came_in(office, f'<img src="{url}/inside.png">')
        actions.allow_pictures(mail, actor=rupa)
        client.force_login(rupa)
        [shown] = sources(frame(client, mail))
        assert client.get(shown).status_code == 404
        assert [path for path, _headers in asked] == ["/inside.png"]


def test_an_address_nobody_signed_is_not_fetched(office, rupa, client):
    with elsewhere() as (url, asked):
        one, other = (
            came_in(office, f'<img src="{url}/a.png">'),
            came_in(office, f'<i><img src="{url}/a.png"></i>'),
        )
        for mail in (one, other):
            actions.allow_pictures(mail, actor=rupa)
        client.force_login(rupa)
        [shown] = sources(frame(client, one))
        assert client.get(shown.replace(str(one.pk), str(other.pk))).status_code == 404
        assert client.get(shown[:-3] + "xx/").status_code == 404 and asked == []
