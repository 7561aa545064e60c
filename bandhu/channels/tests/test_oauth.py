"""Mailboxes entered by a sign-in at their provider: by the browser, with PKCE, refreshed, refused; read from Dovecot, sent over SMTP."""

import tempfile
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from django.urls import reverse

from bandhu.channels import actions
from bandhu.channels.models import Mail, MailAccount, MailProvider
from bandhu.channels.oauth import OAuthError, access_token, tokens_of
from bandhu.channels.servers import MailServerError, hand_over
from bandhu.channels.tests.dovecot import Dovecot, needs_dovecot
from bandhu.channels.tests.identity_provider import CLIENT, SECRET, running_provider
from bandhu.channels.tests.post_office import _free_port, house_account, letter
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.privacy.purposes import ensure_purposes

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    ensure_purposes()
    return make_user("Admin", role="administrator", team=make_team("Dhaka"))


@pytest.fixture
def at_provider(monkeypatch):
    monkeypatch.setenv("BANDHU_CALL_INSIDE", "1")
    with running_provider("rupa") as found:
        yield found


def known_as(admin, at_provider, **values):
    usual = {
        "kind": "other", "name": "Post", "client_id": CLIENT, "client_secret": SECRET, "scopes": "mail",
        "authorize_url": f"{at_provider.url}/authorize", "token_url": f"{at_provider.url}/token",
    }  # fmt: skip
    return actions.set_provider(None, actor=admin, **usual | values)


def account_at(admin, provider, **values):
    usual = {"imap_host": "127.0.0.1", "imap_port": 1, "imap_security": "none", "imap_user": "rupa"}
    return house_account(admin, provider=provider, **usual | values)


def signed_in(client, account, at_provider):
    """By the browser, all the way; the account as it is then."""
    left = client.post(reverse("channels:account_sign_in", args=[account.pk]))
    assert left.status_code == 302 and left["Location"].startswith(f"{at_provider.url}/authorize?")
    back = at_provider.authorize(dict(parse_qsl(urlsplit(left["Location"]).query)))
    answer = client.get(urlsplit(back).path, dict(parse_qsl(urlsplit(back).query)))
    assert answer.status_code == 302
    return MailAccount.objects.select_related("provider").get(pk=account.pk)


def test_signing_in_keeps_sealed_tokens_and_refreshes_them(admin, at_provider, client):
    client.force_login(admin)
    account = signed_in(client, account_at(admin, known_as(admin, at_provider)), at_provider)
    kept = tokens_of(account)
    assert kept.access and kept.refresh and kept.access not in account.sealed_tokens
    assert SECRET not in MailProvider.objects.get().sealed_secret
    assert access_token(account) == kept.access and len(at_provider.asked) == 1

    account.sealed_tokens = ""
    at_provider.lasts = 30  # ends before it could arrive
    account = signed_in(client, account, at_provider)
    first, second = access_token(account), access_token(account)
    assert first != second and tokens_of(MailAccount.objects.get(pk=account.pk)).access == second

    at_provider.revoke()
    with pytest.raises(OAuthError) as refused:
        access_token(account)
    assert refused.value.code == "consent"
    at_provider.is_silent = True
    with pytest.raises(OAuthError) as silent:
        access_token(account)
    assert silent.value.code == "provider"


def test_an_answer_that_belongs_to_no_sign_in_is_refused(admin, at_provider, client):
    client.force_login(admin)
    account = account_at(admin, known_as(admin, at_provider))
    arrival = reverse("channels:account_signed_in")
    client.get(arrival, {"code": "x", "state": "y"})
    left = client.post(reverse("channels:account_sign_in", args=[account.pk]))
    asked = dict(parse_qsl(urlsplit(left["Location"]).query))
    back = dict(parse_qsl(urlsplit(at_provider.authorize(asked)).query))
    client.get(arrival, back | {"state": "another"})
    # What was remembered is good once.
    client.get(arrival, back)
    account.refresh_from_db()
    assert account.sealed_tokens == "" and at_provider.asked == []

    # A code that somebody else caught is worth nothing without our verifier.
    left = client.post(reverse("channels:account_sign_in", args=[account.pk]))
    asked = dict(parse_qsl(urlsplit(left["Location"]).query))
    caught = dict(parse_qsl(urlsplit(at_provider.authorize(asked | {"code_challenge": "theirs"})).query))
    client.get(arrival, caught)
    account.refresh_from_db()
    assert account.sealed_tokens == "" and len(at_provider.asked) == 1


def test_a_client_the_provider_does_not_know_is_said_as_such(admin, at_provider, client):
    client.force_login(admin)
    account = account_at(admin, known_as(admin, at_provider, client_secret="mistyped"))
    left = client.post(reverse("channels:account_sign_in", args=[account.pk]))
    back = at_provider.authorize(dict(parse_qsl(urlsplit(left["Location"]).query)))
    page = client.get(urlsplit(back).path, dict(parse_qsl(urlsplit(back).query)), follow=True)
    assert "does not accept our client ID" in page.content.decode()
    assert MailAccount.objects.get().sealed_tokens == ""


def test_somebody_elses_mailbox_is_not_signed_in(admin, at_provider, client):
    account = account_at(admin, known_as(admin, at_provider))
    client.force_login(make_user("Karim", role="service"))
    assert client.post(reverse("channels:account_sign_in", args=[account.pk])).status_code == 404


def test_another_provider_or_a_password_forgets_the_tokens(admin, at_provider, client):
    client.force_login(admin)
    account = signed_in(client, account_at(admin, known_as(admin, at_provider)), at_provider)
    actions.change_account(account, actor=admin, provider=None)
    account.refresh_from_db()
    assert account.sealed_tokens == ""


def test_google_and_microsoft_are_known_and_asked_over_tls(admin, client, monkeypatch):
    monkeypatch.delenv("BANDHU_CALL_INSIDE", raising=False)
    google = actions.set_provider(None, actor=admin, kind="google", name="", client_id="x")
    assert google.token_url.startswith("https://oauth2.googleapis.com/") and str(google) == "Google"
    with pytest.raises(Exception, match="https"):
        actions.set_provider(
            None, actor=admin, kind="other", name="x", client_id="x", scopes="x",
            authorize_url="http://provider.example/a", token_url="http://provider.example/t",
        )  # fmt: skip
    account = account_at(admin, google, imap_host="imap.example.invalid", imap_security="tls", imap_port=993)
    client.force_login(admin)
    left = client.post(reverse("channels:account_sign_in", args=[account.pk]))["Location"]
    asked = dict(parse_qsl(urlsplit(left).query))
    assert left.startswith("https://accounts.google.com/") and asked["access_type"] == "offline"
    assert asked["login_hint"] == "rupa" and asked["code_challenge_method"] == "S256"


class DovecotByToken(Dovecot):
    """It asks the provider whether a token is good, as a provider's own servers do."""

    token_info = ""

    def configuration(self) -> str:
        extra = self.folder / "oauth2.conf"
        extra.write_text(
            f"tokeninfo_url = {self.token_info}/info?access_token=\nusername_attribute = email\nusername_format = %u\n"
        )
        plain = super().configuration()
        begin, end = plain.index("passdb {"), plain.index("userdb {")
        by_token = f"auth_mechanisms = xoauth2\npassdb {{\n  driver = oauth2\n  mechanisms = xoauth2\n  args = {extra}\n}}\n"
        return plain[:begin] + by_token + plain[end:]


@pytest.fixture
def dovecot_by_token(at_provider):
    needs_dovecot()
    with tempfile.TemporaryDirectory(prefix="mail-", dir="/tmp") as made:
        server = DovecotByToken(Path(made) / "d")
        server.token_info = at_provider.url
        server.start()
        yield server
        server.stop()


def test_dovecot_lets_us_in_with_the_token_and_not_without(admin, at_provider, client, dovecot_by_token):
    client.force_login(admin)
    account = account_at(admin, known_as(admin, at_provider), imap_port=dovecot_by_token.port)
    actions.read_account(account.pk)
    account.refresh_from_db()
    assert "Sign in there again" in account.problem

    account = signed_in(client, account, at_provider)
    dovecot_by_token.deliver(letter("By token").as_bytes())
    assert actions.read_account(account.pk) == 1
    account.refresh_from_db()
    assert account.problem == "" and Mail.objects.get().subject == "By token"

    # The server refuses a token that looks good to us.
    at_provider.access.clear()
    actions.read_account(account.pk)
    account.refresh_from_db()
    assert "does not accept the user name" in account.problem


class ByToken:
    """An SMTP server that takes mail from who shows a good token."""

    def __init__(self, provider):
        self.provider, self.taken = provider, []

    async def auth_XOAUTH2(self, server, args):
        import base64

        said = base64.b64decode(args[1]).decode()
        user, bearer = said.split("\x01")[:2]
        token = bearer.removeprefix("auth=Bearer ")
        status, _found = self.provider.token_info(token)
        if status == 200 and user == "user=rupa":
            return AuthResult(success=True, auth_data=user)
        await server.push("334 eyJzdGF0dXMiOiI0MDAifQ==")
        await server._reader.readline()
        await server.push("535 5.7.8 not accepted")
        return AuthResult(success=False, handled=True)

    async def handle_DATA(self, server, session, envelope):
        self.taken.append(envelope.content)
        return "250 taken"


def test_mail_leaves_with_the_token(admin, at_provider, client):
    handler = ByToken(at_provider)
    server = Controller(
        handler, hostname="127.0.0.1", port=_free_port(), auth_required=True, auth_require_tls=False
    )
    server.start()
    try:
        client.force_login(admin)
        account = account_at(
            admin, known_as(admin, at_provider), smtp_host="127.0.0.1", smtp_port=server.port,
            smtp_security="none", smtp_user="rupa",
        )  # fmt: skip
        account = signed_in(client, account, at_provider)
        handed = hand_over(account, ["rahima@example.org"], letter().as_bytes(), lambda: None)
        assert handed.accepted == ["rahima@example.org"] and len(handler.taken) == 1
        at_provider.access.clear()
        with pytest.raises(MailServerError) as refused:
            hand_over(account, ["rahima@example.org"], letter().as_bytes(), lambda: None)
        assert refused.value.code == "sign_in" and len(handler.taken) == 1
    finally:
        server.stop()
