"""Mailboxes are set up by the API: passwords go in and never come out."""

import json

import pytest

from bandhu.channels.models import MailAccount
from bandhu.identity.tests.api import caller
from bandhu.identity.tests.cast import grant, make_team, make_user

pytestmark = pytest.mark.django_db
BOX = {
    "address": "help@example.com",
    "smtp_host": "127.0.0.1",
    "smtp_port": 2525,
    "smtp_security": "none",
    "smtp_password": "deep-secret",
}


@pytest.fixture(autouse=True)
def _inside(settings, monkeypatch):
    monkeypatch.setattr("bandhu.channels.actions.accounts.allows_inside", lambda: True)


@pytest.fixture
def boss():
    return make_user("Boss", role="administrator")


def test_a_mailbox_of_a_team_from_first_to_last(boss):
    ask, team = caller(boss), make_team("Help")
    status, made, tag = ask("POST", "/mail-accounts", BOX | {"team_id": str(team.pk), "intake": "convs"})
    assert status == 422
    status, made, tag = ask(
        "POST", "/mail-accounts", BOX | {"team_id": str(team.pk), "aliases": ["a@example.com"]}
    )
    assert (status, made["team_id"], made["smtp_port"], made["aliases"]) == (
        201,
        str(team.pk),
        2525,
        ["a@example.com"],
    )
    path = f"/mail-accounts/{made['id']}"
    assert ask("PATCH", path, {"name": "Help"}, **{"If-Match": '"x"'})[0] == 412
    status, changed, _tag = ask(
        "PATCH", path, {"name": "Help", "signatures": {"bn": "ধন্যবাদ"}}, **{"If-Match": tag}
    )
    assert (status, changed["name"], changed["signatures"]) == (200, "Help", {"bn": "ধন্যবাদ"})
    held = MailAccount.objects.get()
    assert held.smtp_secret and "deep-secret" not in json.dumps([made, changed, ask("GET", path)[1]])
    assert ask("POST", f"{path}/pause")[1]["paused_at"] is not None
    assert ask("POST", f"{path}/resumption")[1]["paused_at"] is None
    assert ask("POST", f"{path}/kept-mails/trial")[1] == {"taken": 0, "kept": 0}
    assert ask("DELETE", path)[0] == 204 and not MailAccount.objects.exists()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"address": "nobody"}, "address"),
        ({"smtp_security": "hope"}, "smtp_security"),
        ({"signatures": {"tlh": "Qapla"}}, "signatures"),
        ({"aliases": ["?"]}, "aliases"),
    ],
)
def test_what_cannot_be_is_refused_by_field(boss, sent, field):
    status, problem, _tag = caller(boss)("POST", "/mail-accounts", BOX | sent)
    assert (status, list(problem["errors"])) == (422, [field]) and not MailAccount.objects.exists()


def test_ones_own_is_ones_own(boss):
    clerk = make_user("Clerk")
    grant(clerk, "channels.use_own_account")
    ask = caller(clerk)
    status, made, _tag = ask("POST", "/mail-accounts", BOX | {"is_own": True})
    assert (status, made["owner_id"]) == (201, str(clerk.pk))
    assert ask("POST", "/mail-accounts", BOX | {"address": "house@example.com"})[0] == 403
    assert caller(boss)("GET", f"/mail-accounts/{made['id']}")[0] == 404
