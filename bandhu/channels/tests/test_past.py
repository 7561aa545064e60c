"""A mailbox with a past: the newest first, as far as it is wanted, in portions, and nobody's work."""

import os
import shutil
import tempfile
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from bandhu.channels import actions, queries, reading
from bandhu.channels.models import Mail, MailAccount
from bandhu.channels.tests.dovecot import Dovecot, needs_dovecot
from bandhu.channels.tests.post_office import PASSWORD, house_account, letter
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.interactions.models import Conversation, Message
from bandhu.platform.models import EventRecord
from bandhu.privacy.purposes import ensure_purposes

pytestmark = pytest.mark.django_db
SECRET = PASSWORD.replace(" ", "_")


@pytest.fixture
def admin():
    ensure_purposes()
    return make_user("Admin", role="administrator", team=make_team("Dhaka"))


@pytest.fixture
def old_mailbox(monkeypatch):
    """Dovecot with three mails of today and seven of the days before; each answers the one before it."""
    needs_dovecot()
    monkeypatch.setenv("BANDHU_CALL_INSIDE", "1")
    with tempfile.TemporaryDirectory(prefix="mail-", dir="/tmp") as made:
        server = Dovecot(Path(made) / "d")
        folder = server.folder / "mail" / server.user
        for name in ("cur", "new", "tmp"):
            (folder / name).mkdir(parents=True)
        for number in range(10):
            days = max(0, 7 - number) * 10
            put_into(folder, number, days)
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, "nobody", "nogroup")
        server.start()
        yield server
        server.stop()


def put_into(folder, number, days):
    at = time.time() - days * 86_400 - (10 - number)
    date = format_datetime(datetime.fromtimestamp(at, UTC))
    headers = {"References": f"<mail-{number - 1}@example.org>"} if number % 2 else {}
    path = folder / "cur" / f"{int(at)}.M{number}.test:2,"
    path.write_bytes(letter(f"Mail {number}", Date=date, **headers).as_bytes())
    os.utime(path, (at, at))


def connected(admin, server, **values):
    return house_account(admin, imap=server, imap_password=SECRET, **values)


def subjects():
    return list(Mail.objects.order_by("pk").values_list("subject", flat=True))


def test_from_today_on_leaves_the_past_where_it_is(admin, old_mailbox):
    account = connected(admin, old_mailbox)
    assert actions.read_account(account.pk) == 3
    assert subjects() == ["Mail 7", "Mail 8", "Mail 9"]
    assert queries.past_of(account) == []


def test_the_last_days_come_in_and_no_more(admin, old_mailbox):
    account = connected(admin, old_mailbox, history="days", history_days=25)
    actions.read_account(account.pk)
    assert subjects() == ["Mail 7", "Mail 8", "Mail 9", "Mail 6", "Mail 5"]
    account.refresh_from_db()
    [past] = queries.past_of(account)
    assert (past.taken, past.found, past.is_whole) == (2, 2, True)

    actions.change_account(account, actor=admin, history="all")
    actions.read_account(account.pk)
    assert len(subjects()) == Mail.objects.values("message_id").distinct().count() == 10


def test_all_of_it_in_portions_the_newest_first_and_nobodys_work(admin, old_mailbox, monkeypatch):
    monkeypatch.setattr(reading, "MOST_AT_ONCE", 3)
    monkeypatch.setattr("bandhu.channels.actions.receiving.MOST_PORTIONS", 1)
    account = connected(admin, old_mailbox, history="all")
    assert [actions.read_account(account.pk) for _time in range(4)] == [6, 3, 1, 0]
    by_portion = [
        {one[-1] for one in subjects()[first:last]} for first, last in ((0, 3), (3, 6), (6, 9), (9, 10))
    ]
    assert by_portion == [set("789"), set("654"), set("321"), {"0"}]
    # The one of today answers one of the past: they are one conversation, whichever came in first.
    talk = Message.objects.get(external_id="<mail-7@example.org>").conversation
    assert talk.messages.filter(external_id="<mail-6@example.org>").exists() and talk.state == "open"
    past = Conversation.objects.exclude(
        messages__external_id__in=[f"<mail-{n}@example.org>" for n in (7, 8, 9)]
    )
    assert past.exists() and not past.exclude(state="closed").exists()
    assert not past.filter(waiting_since__isnull=False).exists()
    assert EventRecord.objects.filter(name="channels.mail_received").count() == 3
    assert EventRecord.objects.filter(name="interactions.message_received").count() == 3


def test_a_reading_that_is_killed_goes_on_where_it_was(admin, old_mailbox, monkeypatch):
    account = connected(admin, old_mailbox, history="all")
    monkeypatch.setattr(reading, "MOST_TOGETHER", 2)
    monkeypatch.setattr("bandhu.channels.actions.receiving.MOST_TOGETHER", 2)
    whole, seen = actions.receiving.receive_mails, []

    def dies(*arguments, **more):
        seen.append(arguments)
        if len(seen) == 4:
            raise SystemExit
        return whole(*arguments, **more)

    with monkeypatch.context() as broken:
        broken.setattr(actions.receiving, "receive_mails", dies)
        with pytest.raises(SystemExit):
            actions.read_account(account.pk)
    assert len(subjects()) == 5
    actions.read_account(account.pk)
    assert len(subjects()) == Mail.objects.values("message_id").distinct().count() == 10
    account = MailAccount.objects.get(pk=account.pk)
    [past] = queries.past_of(account)
    assert (past.taken, past.found) == (7, 7)


def test_the_page_shows_how_far_it_is(admin, client):
    account = house_account(admin, imap_host="mail.example.invalid", history="all")
    client.force_login(admin)
    page = reverse("channels:account", args=[account.pk])
    assert "has not begun to come in" in client.get(page).content.decode()
    account.places = {"INBOX": {"validity": 1, "uid": 9, "past": 5_000, "found": 100_000, "taken": 12_400}}
    account.save()
    shown = client.get(page).content.decode()
    assert "12,400 of 1,00,000" in shown and 'value="12400"' in shown
    form = {
        name: value for name, value in client.get(page).context["form"].initial.items() if value is not None
    }
    form |= {"history": "days", "history_days": "90"}
    assert client.post(page, form).status_code == 302
    account.refresh_from_db()
    assert (account.history, account.history_days) == ("days", 90)
    assert account.places == {"INBOX": {"validity": 1, "uid": 9}}


def test_numbers_of_a_large_mailbox_fit_in_one_line(admin, imap_server):
    from bandhu.channels.servers import _LongLines

    class Server(_LongLines):
        def __init__(self, content):
            import io

            self.file = io.BytesIO(content)

    numbers = b"* SEARCH " + b" ".join(b"%d" % one for one in range(1, 200_000)) + b"\r\n"
    assert len(numbers) > 1_000_000 and Server(numbers).readline() == numbers


def test_an_old_mail_that_is_dated_tomorrow_stands_now(admin, old_mailbox):
    account = connected(admin, old_mailbox)
    late = letter("Future", Date=format_datetime(timezone.now() + timedelta(days=400)))
    mail = actions.receive_mail(account, late.as_bytes())
    assert "wrong_date" in mail.troubles and mail.written_at <= timezone.now()
