"""Mailboxes whose server tells at once: real Dovecot, a server without IDLE, lines that break, several workers."""

import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from bandhu.channels import actions, watching
from bandhu.channels.models import MailAccount
from bandhu.channels.servers import imap
from bandhu.channels.tests.dovecot import Dovecot, needs_dovecot
from bandhu.channels.tests.post_office import PASSWORD, house_account, letter
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.privacy.purposes import ensure_purposes

pytestmark = pytest.mark.django_db
SECRET = PASSWORD.replace(" ", "_")


@pytest.fixture
def admin():
    ensure_purposes()
    return make_user("Admin", role="administrator", team=make_team("Dhaka"))


@pytest.fixture
def dovecot_server(monkeypatch):
    needs_dovecot()
    monkeypatch.setenv("BANDHU_CALL_INSIDE", "1")
    monkeypatch.setattr("bandhu.channels.tests.post_office.PASSWORD", SECRET)
    with tempfile.TemporaryDirectory(prefix="mail-", dir="/tmp") as made:
        server = Dovecot(Path(made) / "d")
        server.start()
        server.put(letter("First"))
        yield server
        server.stop()


def account_of(admin, server, **values):
    return house_account(admin, imap=server, imap_password=SECRET, **values)


def test_dovecot_tells_within_seconds_and_the_line_serves_on(admin, dovecot_server):
    account = account_of(admin, dovecot_server)
    with imap(account) as server:
        watching.choose(server, "INBOX")
        begun = time.monotonic()
        assert not watching.wait_for_news(server, 0.3)
        writer = threading.Timer(0.5, lambda: dovecot_server.put(letter("Second")))
        writer.start()
        assert watching.wait_for_news(server, 20)
        assert time.monotonic() - begun < 15
        writer.join()
        assert not watching.wait_for_news(server, 0.2)
        assert server.noop()[0] == "OK"


@pytest.mark.django_db(transaction=True)
def test_what_comes_in_is_read_at_once_and_nothing_is_left_behind(admin, dovecot_server):
    account = account_of(admin, dovecot_server)
    watcher = watching.Watcher("one")
    watcher.start()
    try:
        # Once for what came in while nobody listened, then for each that does.
        assert waited_for(lambda: jobs_of(account) == 1)
        ProcrastinateJob.objects.all().delete()
        dovecot_server.put(letter("Second"))
        assert waited_for(lambda: jobs_of(account) == 1)
        assert actions.read_account(account.pk) == 2
    finally:
        watcher.stop()
    assert waited_for(lambda: not [one for one in threading.enumerate() if one.name.startswith("mail-")])
    assert MailAccount.objects.get(pk=account.pk).watcher == ""
    connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_sent_mail_is_noticed_too_though_one_folder_alone_is_told(admin, dovecot_server, monkeypatch):
    monkeypatch.setattr(watching, "OTHERS_SECONDS", 0.2)
    dovecot_server.make_folder("Sent")
    account = account_of(admin, dovecot_server, sent_folder="Sent")
    watcher = watching.Watcher("one")
    watcher.start()
    try:
        assert waited_for(lambda: jobs_of(account) == 1)
        ProcrastinateJob.objects.all().delete()
        time.sleep(1)
        assert jobs_of(account) == 0, "asking alone is no news"
        dovecot_server.put(letter("Said elsewhere", From="office@example.com"), "Sent")
        assert waited_for(lambda: jobs_of(account) == 1)
        ProcrastinateJob.objects.all().delete()
        dovecot_server.put(letter("Second"))
        assert waited_for(lambda: jobs_of(account) == 1)
    finally:
        watcher.stop()
    connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_a_line_that_breaks_is_taken_up_again(admin, dovecot_server, monkeypatch):
    monkeypatch.setattr(watching, "PAUSES", (0.1,))
    account = account_of(admin, dovecot_server)
    watch = watching._Watch(account.pk)
    watch.start()
    try:
        assert waited_for(lambda: jobs_of(account) == 1)
        ProcrastinateJob.objects.all().delete()
        first = watch._server
        first.sock.shutdown(2)
        assert waited_for(lambda: jobs_of(account) == 1)
        assert watch._server is not first
    finally:
        watch.stop()
        watch.join(timeout=10)
    assert not watch.is_alive()
    connections.close_all()


def test_a_server_without_idle_is_asked_by_the_clock(admin, dovecot_server, monkeypatch):
    account = account_of(admin, dovecot_server)
    watch = watching._Watch(account.pk)
    with monkeypatch.context() as poor:
        from bandhu.channels import servers

        poor.setattr(servers._Imap, "capabilities", ("IMAP4REV1",), raising=False)
        poor.setattr(servers._Imap, "_get_capabilities", lambda self: None)
        with pytest.raises(watching.NoIdle):
            watch._watch()
    assert actions.queue_readings() == 1


def test_of_several_workers_one_watches_a_mailbox(admin):
    one = house_account(admin, imap_host="mail.example.invalid")
    house_account(admin, imap_host="mail.example.invalid", address="b@example.com", is_active=False)
    house_account(admin, smtp_host="mail.example.invalid", address="c@example.com")
    assert watching.leased("first") == {one.pk}
    assert watching.leased("second") == set()
    assert watching.leased("first") == {one.pk}
    # The first one died: its word ends by itself.
    MailAccount.objects.update(watched_until=timezone.now() - timedelta(seconds=1))
    assert watching.leased("second") == {one.pk}
    assert watching.leased("first") == set()
    actions.pause_account(one, actor=admin)
    assert watching.leased("second") == set()


def test_nothing_runs_on_import():
    import subprocess
    import sys

    code = (
        "import django, threading; django.setup(); import bandhu.channels.watching; "
        "assert threading.active_count() == 1, threading.enumerate()"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def jobs_of(account):
    return ProcrastinateJob.objects.filter(
        task_name="channels.read_account", args__account_id=str(account.pk), status="todo"
    ).count()


def waited_for(condition, seconds=20.0):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False
