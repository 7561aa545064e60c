"""Mail accounts: what is kept how, whose they are, and what is said when a server does not work."""

import socket
import threading

import pytest
from django.core.exceptions import ValidationError

from bandhu.channels import actions, queries
from bandhu.channels.checking import try_account
from bandhu.channels.models import MailAccount
from bandhu.channels.tests.post_office import house_account, own_account
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    return make_user("Rupa", role="manager", team=make_team("Dhaka"))


@pytest.fixture
def admin():
    return make_user("Admin", role="administrator")


def test_passwords_are_sealed_and_in_no_trail(rupa, smtp_server):
    account = own_account(rupa, smtp_server, smtp_user="rupa", smtp_password="hush hush")
    kept = MailAccount.objects.get(pk=account.pk)
    assert kept.smtp_secret and "hush" not in kept.smtp_secret
    actions.change_account(account, actor=rupa, smtp_password="")
    kept.refresh_from_db()
    assert kept.smtp_secret == account.smtp_secret
    assert not any("hush" in str(entry.changes) for entry in AuditEntry.objects.all())


def test_a_mailbox_is_nobody_elses_affair(rupa, admin, smtp_server):
    account = own_account(rupa, smtp_server)
    house = house_account(admin, smtp_server)
    assert list(queries.accounts(admin)) == [house]
    assert list(queries.accounts(rupa)) == [account]
    assert list(queries.sending_accounts(rupa)) == [account, house]
    for somebody, other in ((admin, account), (rupa, house)):
        with pytest.raises(Denied):
            actions.change_account(other, actor=somebody, name="Mine now")


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "[::1]", "0x7f000001"])
def test_servers_inside_our_network_are_refused(rupa, monkeypatch, host):
    monkeypatch.delenv("BANDHU_CALL_INSIDE", raising=False)
    with pytest.raises(ValidationError) as problem:
        own_account(rupa, smtp_host=host.strip("[]"), smtp_port=587)
    assert "smtp_host" in problem.value.message_dict
    account = MailAccount(address="a@example.com", smtp_host=host.strip("[]"), smtp_port=587)
    assert "inside our own network" in try_account(account)[0].problem


def test_nothing_goes_over_the_internet_in_the_clear(rupa, monkeypatch):
    monkeypatch.delenv("BANDHU_CALL_INSIDE", raising=False)
    with pytest.raises(ValidationError, match="encrypted only"):
        own_account(rupa, smtp_host="192.0.2.1", smtp_security="none")


def _silent_server(answer: bytes) -> int:
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _address = listening.accept()
        connection.sendall(answer)
        connection.close()
        listening.close()

    threading.Thread(target=serve, daemon=True).start()
    return int(listening.getsockname()[1])


def test_every_failure_has_its_sentence(rupa, smtp_server):
    account = own_account(rupa, smtp_server)
    assert try_account(account)[0].problem == ""

    def said(**changes) -> str:
        for name, value in changes.items():
            setattr(account, name, value)
        return try_account(account)[0].problem

    assert "does not speak TLS" in said(smtp_security="starttls")
    assert "does not speak TLS" in said(smtp_security="tls")
    account.smtp_security = "none"
    assert "not mail" in said(smtp_port=_silent_server(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    assert "broke the connection off" in said(smtp_port=_silent_server(b""))
    smtp_server.stop()
    assert "refuses the connection" in said(smtp_port=smtp_server.port)
    assert "this name" in said(smtp_host="no-such-host.invalid")
