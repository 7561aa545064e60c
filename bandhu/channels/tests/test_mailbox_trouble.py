"""Mailboxes and mails that behave badly: nothing is lost, nothing comes twice, and the mailbox's page says what happened."""

import socket
import threading
from contextlib import suppress
from datetime import timedelta

import dkim
import pytest
from django.urls import reverse
from django.utils import timezone

from bandhu.channels import actions, queries
from bandhu.channels.actions import batches
from bandhu.channels.models import KeptMail, Mail, MailAccount
from bandhu.channels.reading import _modified_utf7
from bandhu.channels.tests.post_office import house_account, letter
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.interactions.actions import write_message
from bandhu.interactions.models import Conversation, Message
from bandhu.platform.models import EventRecord, StoredFile
from bandhu.privacy.purposes import ensure_purposes

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    ensure_purposes()
    return make_user("Admin", role="administrator", team=make_team("Dhaka"))


class CutOff:
    """Stands before a mail server and breaks the line off after every so many mails that went over it."""

    def __init__(self, port, mails):
        self.target, self.mails = port, mails
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                ours, _address = self.listener.accept()
            except OSError:
                return
            theirs = socket.create_connection(("127.0.0.1", self.target))
            threading.Thread(target=self._forward, args=(theirs, ours, b"BODY[]"), daemon=True).start()
            threading.Thread(target=self._forward, args=(ours, theirs, None), daemon=True).start()

    def _forward(self, source, sink, counted):
        seen = 0
        while True:
            try:
                part = source.recv(65536)
                seen += part.count(counted) if counted else 0
                if not part or seen > self.mails:
                    raise OSError
                sink.sendall(part)
            except OSError:
                for one in (source, sink):
                    with suppress(OSError):
                        one.shutdown(socket.SHUT_RDWR)
                return


def test_a_server_that_breaks_off_after_every_tenth_mail_loses_none(admin, imap_server):
    for number in range(25):
        imap_server.put(letter(f"Mail {number}"))
    between = CutOff(imap_server.port, 10)
    account = house_account(admin, imap=imap_server, imap_port=between.port)
    readings = [actions.read_account(account.pk) for _time in range(5)]
    between.listener.close()
    # They are asked for by one, two, four, eight: the eight never come whole, and the next reading begins with one again.
    assert readings == [7, 7, 7, 4, 0]
    assert Message.objects.count() == Mail.objects.count() == 25
    account.refresh_from_db()
    assert account.problem == ""


def test_dovecot_is_read_as_any_other(admin, dovecot_server):
    account = house_account(admin, imap=dovecot_server, sent_folder="পাঠানো")
    dovecot_server.put(letter("Rice"))
    dovecot_server.put(letter("Re: Rice", In_Reply_To="<rice@example.org>"))
    dovecot_server.make_folder(_modified_utf7("পাঠানো"))
    assert actions.read_account(account.pk) == 2
    assert actions.read_account(account.pk) == 0
    account.refresh_from_db()
    assert account.problem == "" and all(b"Seen" not in line for line in dovecot_server.flags())
    assert Message.objects.values("conversation").distinct().count() == 1


def test_what_cannot_be_taken_in_is_kept_and_tried_again(admin, imap_server, monkeypatch, client):
    account = house_account(admin, imap=imap_server)
    imap_server.put(letter("Poison"))
    imap_server.put(letter("Fine"))
    whole = batches.parse_mail

    def stumbles(raw, at):
        if b"Poison" in raw:
            raise RuntimeError("nobody foresaw this")
        return whole(raw, at)

    with monkeypatch.context() as broken:
        broken.setattr(batches, "parse_mail", stumbles)
        assert actions.read_account(account.pk) == 1
        assert actions.try_kept_again(account, actor=admin) == (0, 1)
    assert "nobody foresaw this" in KeptMail.objects.get().trouble
    client.force_login(admin)
    page = client.get(reverse("channels:account", args=[account.pk])).content.decode()
    assert "nobody foresaw this" in page
    [kept] = queries.kept_of(admin, account)
    source = client.get(reverse("platform:file", args=[kept.stored.pk]))
    assert b"Poison" in b"".join(source.streaming_content)

    client.post(reverse("channels:account_kept_trial", args=[account.pk]))
    assert not KeptMail.objects.exists()
    assert sorted(Mail.objects.values_list("subject", flat=True)) == ["Fine", "Poison"]


def test_past_mail_that_was_kept_back_comes_in_as_past(admin, dovecot_server, monkeypatch):
    account = house_account(admin, imap=dovecot_server, history="all")
    MailAccount.objects.filter(pk=account.pk).update(created_at=timezone.now() + timedelta(days=2))
    dovecot_server.put(letter("Poison"))
    with monkeypatch.context() as broken:
        broken.setattr(batches, "parse_mail", lambda raw, at: 1 / 0)
        assert actions.read_account(account.pk) == 0
    assert KeptMail.objects.get().is_past
    told = EventRecord.objects.count()
    assert actions.try_kept_again(account, actor=admin) == (1, 0)
    [talk] = Conversation.objects.all()
    assert (talk.state, talk.waiting_since) == ("closed", None)
    assert EventRecord.objects.count() == told, "nobody's work is told to nobody"


def test_a_paused_mailbox_is_not_read_and_goes_on_where_it_was(admin, imap_server, client):
    account = house_account(admin, imap=imap_server)
    imap_server.put(letter("One"))
    client.force_login(admin)
    client.post(reverse("channels:account_pause", args=[account.pk]))
    assert actions.read_account(account.pk) == 0
    client.post(reverse("channels:account_pause", args=[account.pk]), {"resume": "1"})
    assert actions.read_account(account.pk) == 1


def test_five_hundred_attachments(admin, smtp_server):
    account = house_account(admin, smtp_server)
    many = letter("Many")
    for number in range(500):
        many.add_attachment(b"x", maintype="application", subtype="octet-stream", filename=f"{number}.bin")
    mail = actions.receive_mail(account, many.as_bytes())
    assert "too_many_parts" in mail.troubles and mail.inbox_message is not None
    assert mail.raw is not None


def test_mails_are_signed_with_the_key_of_their_domain(admin, smtp_server):
    account = house_account(admin, smtp_server)
    key = actions.make_signing_key(actor=admin, domain="example.com")
    message = actions.receive_mail(account, letter().as_bytes()).inbox_message

    def sent():
        answer = write_message(message.conversation, actor=admin, text="চাল তৈরি।", send_at=timezone.now())
        actions.send_queued(actions.post_message(answer.pk).pk)
        return smtp_server.raw[-1]

    assert b"DKIM-Signature" not in sent()
    actions.use_signing_key(key, actor=admin, is_active=True)
    raw = sent()
    answers = {f"{key.dns_name}.".encode(): key.dns_text.encode()}
    assert dkim.verify(raw, dnsfunc=lambda name, timeout=5: answers.get(name))
    assert not dkim.verify(
        raw.replace(b"Re: Rice", b"Re: Gold"), dnsfunc=lambda name, timeout=5: answers.get(name)
    )


def test_the_pages_of_signing(admin, client):
    house_account(admin, smtp_host="mail.example.invalid")
    client.force_login(admin)
    page = reverse("channels:signing_keys")
    assert b"example.com" in client.get(page).content
    client.post(page, {"domain": "example.com"})
    key = queries.signing_keys(admin).get()
    assert "._domainkey.example.com" in client.get(page).content.decode() and not key.is_active
    assert "PRIVATE" not in key.secret
    client.post(reverse("channels:signing_key_use", args=[key.pk]))
    key.refresh_from_db()
    assert key.is_active
    client.post(page, {"domain": "somebody-else.example"})
    assert queries.signing_keys(admin).count() == 1


def test_a_mail_of_forty_megabytes_is_there_byte_for_byte_with_its_file(admin, dovecot_server):
    account = house_account(admin, imap=dovecot_server)
    large = letter("Large")
    large.add_attachment(b"x" * 30_000_000, maintype="application", subtype="zip", filename="large.zip")
    dovecot_server.put(large)
    actions.read_account(account.pk)
    mail = Mail.objects.get(subject="Large")
    assert "too_large" not in mail.troubles
    assert StoredFile.objects.get(pk=mail.raw).size > 40_000_000
    assert StoredFile.objects.get(name="large.zip").size == 30_000_000


def test_of_a_mail_of_seventy_megabytes_only_the_head_is_read(admin, dovecot_server):
    account = house_account(admin, imap=dovecot_server)
    large = letter("Large")
    large.add_attachment(b"x" * 52_000_000, maintype="application", subtype="zip", filename="large.zip")
    dovecot_server.put(large)
    dovecot_server.put(letter("After it"))
    assert actions.read_account(account.pk) == 2
    mail = Mail.objects.get(subject="Large")
    assert "too_large" in mail.troubles and mail.inbox_message is not None
    assert StoredFile.objects.get(pk=mail.raw).size < 5_000
    assert Mail.objects.filter(subject="After it").exists()


def test_one_mail_by_two_routes_is_one(admin, dovecot_server):
    account = house_account(admin, imap=dovecot_server, aliases=["sales@example.com"])
    raw = letter("Rice", To="office@example.com, sales@example.com").as_bytes()
    dovecot_server.put(
        b"Received: from a.example by mx.example.com\r\nDelivered-To: office@example.com\r\n" + raw
    )
    by_alias = b"Received: from list.example by mx.example.com\r\nDelivered-To: sales@example.com\r\n" + raw
    dovecot_server.put(by_alias)
    actions.read_account(account.pk)
    dovecot_server.put(by_alias)
    actions.read_account(account.pk)
    assert Mail.objects.count() == Message.objects.count() == Conversation.objects.count() == 1
    assert EventRecord.objects.filter(name="channels.mail_received").count() == 1
