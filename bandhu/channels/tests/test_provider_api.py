"""Providers of mail and the keys mails are signed with, by the API: no secret comes out."""

import json

import pytest

from bandhu.channels.models import MailAccount, MailProvider, SigningKey
from bandhu.channels.oauth import SECRETS
from bandhu.identity.tests.api import caller
from bandhu.identity.tests.cast import make_user
from bandhu.platform.vault import unsealed

pytestmark = pytest.mark.django_db
GOOGLE = {"kind": "google", "client_id": "bandhu-7", "client_secret": "very-deep"}
BOX = {"address": "help@example.com", "smtp_host": "127.0.0.1", "smtp_security": "none"}


@pytest.fixture(autouse=True)
def _inside(monkeypatch):
    monkeypatch.setattr("bandhu.channels.actions.accounts.allows_inside", lambda: True)


@pytest.fixture
def ask():
    return caller(make_user("Boss", role="administrator"))


def test_a_provider_from_first_to_last_and_its_secret_stays_inside(ask):
    status, made, tag = ask("POST", "/mail-providers", GOOGLE)
    assert (status, made["name"], made["has_secret"]) == (201, "Google", True) and made["scopes"]
    path = f"/mail-providers/{made['id']}"
    assert ask("PATCH", path, {"name": "Ours"}, **{"If-Match": '"v1"'})[0] == 412
    status, changed, _tag = ask("PATCH", path, {"name": "Ours"}, **{"If-Match": tag})
    assert (status, changed["name"], changed["client_id"]) == (200, "Ours", "bandhu-7")
    assert unsealed(MailProvider.objects.get().sealed_secret, SECRETS) == "very-deep"
    said = json.dumps([made, changed, ask("GET", path)[1], ask("GET", "/mail-providers")[1]])
    assert "very-deep" not in said and MailProvider.objects.get().sealed_secret not in said
    assert ask("DELETE", path)[0] == 204 and not MailProvider.objects.exists()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"kind": "yahoo"}, "kind"),
        ({"client_id": " "}, "client_id"),
        ({"kind": "other", "scopes": "mail", "authorize_url": "http://x.example", "token_url": "https://x.example"}, "authorize_url"),
    ],
)  # fmt: skip
def test_what_is_no_provider_is_refused_by_field(ask, sent, field):
    status, problem, _tag = ask("POST", "/mail-providers", GOOGLE | sent)
    assert (status, list(problem["errors"])) == (422, [field]) and not MailProvider.objects.exists()


def test_a_mailbox_is_entered_by_a_provider_and_by_a_password_again(ask):
    provider = ask("POST", "/mail-providers", GOOGLE)[1]["id"]
    status, box, _tag = ask("POST", "/mail-accounts", BOX | {"provider_id": provider})
    assert (status, box["provider_id"], box["is_signed_in"]) == (201, provider, False)
    path = f"/mail-accounts/{box['id']}"
    assert ask("PATCH", path, {"name": "Help"})[1]["provider_id"] == provider
    assert ask("PATCH", path, {"provider_id": None})[1]["provider_id"] is None
    status, problem, _tag = ask("PATCH", path, {"provider_id": box["id"]})
    assert (status, list(problem["errors"])) == (422, ["provider_id"])


def test_a_key_is_made_shown_for_the_dns_and_put_to_use(ask):
    MailAccount.objects.create(name="Help", address="help@example.com", key="help@example.com")
    status, problem, _tag = ask("POST", "/signing-keys", {"domain": "nobody.example"})
    assert (status, list(problem["errors"])) == (422, ["domain"])
    status, made, tag = ask("POST", "/signing-keys", {"domain": "Example.com"})
    assert (status, made["domain"], made["is_active"]) == (201, "example.com", False)
    assert made["dns_text"].startswith("v=DKIM1; k=rsa; p=") and "example.com" in made["dns_name"]
    path = f"/signing-keys/{made['id']}"
    assert ask("PATCH", path, {"is_active": True}, **{"If-Match": tag})[1]["is_active"] is True
    assert ask("PATCH", path, {"is_active": False}, **{"If-Match": tag})[0] == 412
    assert SigningKey.objects.get().is_active
    assert "PRIVATE" not in json.dumps(ask("GET", "/signing-keys")[1])
    again = ask("POST", "/signing-keys", {"domain": "example.com"})[1]
    assert again["id"] == made["id"] and again["dns_text"] != made["dns_text"] and again["is_active"] is False
