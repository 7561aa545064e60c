"""Reading a real mailbox: every mail once, filed with whom it is from, shared as its owner says."""

from datetime import timedelta
from email.utils import format_datetime

import pytest
from django.utils import timezone

from bandhu.channels import actions, queries
from bandhu.channels.copy_addresses import copy_address
from bandhu.channels.models import BadAddress, Mail, MailAccount
from bandhu.channels.tests.post_office import house_account, letter, own_account
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.interactions.models import Interaction
from bandhu.interactions.queries import interactions_saying, timeline
from bandhu.platform.files import open_file
from bandhu.platform.models import EventRecord, Notification, StoredFile
from bandhu.privacy.purposes import ensure_purposes

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    ensure_purposes()
    return make_user("Rupa", role="manager", team=make_team("Dhaka"))


@pytest.fixture
def karim(rupa):
    return make_user("Karim", role="manager", team=rupa.team)


@pytest.fixture
def rahima(rupa):
    return make_contact("Rahima Khatun", by=rupa, mails=["rahima@example.org"], team=rupa.team, owner=rupa)


def test_a_mailbox_is_read_once_and_left_as_it_was(rupa, rahima, imap_server):
    account = own_account(rupa, imap=imap_server, sharing="all")
    imap_server.put(letter("Rice"))
    imap_server.put(letter("Hello", From="Somebody <new@example.net>"))
    assert actions.read_account(account.pk) == 2
    assert actions.read_account(account.pk) == 0
    assert [entry.subject for entry in timeline(rupa, rahima).items] == ["Rice"]
    assert all(b"Seen" not in line for line in imap_server.flags())
    [stranger] = queries.strangers(rupa)
    assert stranger.sender == "new@example.net"

    imap_server.put(letter("More rice"))
    assert actions.read_account(account.pk) == 1
    # The server numbers its mail anew: everything is looked at again, and nothing is there twice.
    account.refresh_from_db()
    account.places["INBOX"]["validity"] += 1
    account.save()
    actions.read_account(account.pk)
    assert Mail.objects.count() == 3
    assert [entry.subject for entry in timeline(rupa, rahima).items] == ["More rice", "Rice"]


def test_a_crash_between_two_mails_repeats_none(rupa, rahima, imap_server, monkeypatch):
    account = own_account(rupa, imap=imap_server)
    imap_server.put(letter("One"))
    imap_server.put(letter("Two"))
    whole, seen = actions.receiving.receive_mails, []

    def dies(account, letters, **more):
        seen.append(letters)
        if len(seen) == 2:
            raise SystemExit
        return whole(account, letters, **more)

    monkeypatch.setattr(actions.receiving, "MOST_TOGETHER", 1)
    monkeypatch.setattr(actions.receiving, "receive_mails", dies)
    with pytest.raises(SystemExit):
        actions.read_account(account.pk)
    monkeypatch.undo()
    monkeypatch.setenv("BANDHU_CALL_INSIDE", "1")
    assert actions.read_account(account.pk) == 1
    assert sorted(Mail.objects.values_list("subject", flat=True)) == ["One", "Two"]


def test_a_full_disk_loses_no_mail(rupa, rahima, imap_server, monkeypatch):
    account = own_account(rupa, imap=imap_server)
    imap_server.put(letter("One"))

    def has_no_room(account, letters, **more):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(actions.receiving, "receive_mails", has_no_room)
        assert actions.read_account(account.pk) == 0
    assert actions.read_account(account.pk) == 1
    assert Mail.objects.get().subject == "One"


def test_an_answer_joins_the_exchange_and_our_own_mail_is_not_met_again(
    rupa, rahima, smtp_server, imap_server
):
    account = own_account(rupa, smtp_server, imap_server, sent_folder="Sent")
    sent = actions.write_mail(
        rahima, actor=rupa, account=account, to=["rahima@example.org"], subject="Price", body="12 taka."
    )
    actions.receive_mail(
        account, letter("Price", Message_ID=sent.message_id, From="rupa@example.com").as_bytes()
    )
    imap_server.make_folder("Sent")
    imap_server.put(
        letter(
            "Re: Price",
            In_Reply_To=sent.message_id,
            References=f"<other@x> {sent.message_id}",
            Date=format_datetime(timezone.now() + timedelta(minutes=1)),
        )
    )
    elsewhere = letter("From my telephone", From="rupa@example.com", To="rahima@example.org")
    imap_server.put(elsewhere, "Sent")
    actions.read_account(account.pk)
    assert [one.subject for one in queries.thread_of(rupa, sent)] == ["Price", "Re: Price"]
    entries = {entry.subject: entry.direction for entry in timeline(rupa, rahima).items}
    assert entries == {"Price": "out", "Re: Price": "in", "From my telephone": "out"}


@pytest.mark.parametrize(
    ("sharing", "sees_entry", "sees_text"),
    [("all", True, True), ("subject", True, False), ("none", False, False)],
)
def test_what_colleagues_see_of_a_mailbox(rupa, karim, rahima, smtp_server, sharing, sees_entry, sees_text):
    account = own_account(rupa, smtp_server, sharing=sharing)
    mail = actions.receive_mail(account, letter("Secret price", "Whisper it to nobody.").as_bytes())
    own = timeline(rupa, rahima).items
    assert [entry.subject for entry in own] == ["Secret price"]
    assert "Whisper" in queries.mail_for(rupa, mail.pk).text

    theirs = timeline(karim, rahima).items
    assert bool(theirs) is sees_entry
    assert bool(theirs and "Whisper" in theirs[0].body) is sees_text
    assert bool(interactions_saying(karim, "whisper")) is sees_text
    assert bool(interactions_saying(karim, "secret")) is sees_entry
    assert queries.mails(karim).filter(pk=mail.pk).exists() is sees_entry
    if sees_entry:
        assert bool("Whisper" in queries.mail_for(karim, mail.pk).text) is sees_text
        assert bool(queries.source_of(karim, mail)) is sees_text


def test_two_mailboxes_of_one_mail_make_one_entry(rupa, karim, rahima, smtp_server):
    quiet = own_account(rupa, smtp_server, sharing="subject")
    open_one = own_account(karim, smtp_server, sharing="all")
    raw = letter("Rice", "Two hundred").as_bytes()
    actions.receive_mail(quiet, raw)
    actions.receive_mail(open_one, raw)
    [entry] = timeline(rupa, rahima).items
    assert "Two hundred" in entry.body


def test_who_nobody_knows_becomes_a_contact_by_hand_alone(rupa, smtp_server):
    account = own_account(rupa, smtp_server)
    first = actions.receive_mail(account, letter("One", From="Nazma <nazma@example.net>").as_bytes())
    actions.receive_mail(account, letter("Two", From="Nazma <nazma@example.net>").as_bytes())
    assert not Interaction.objects.exists()
    nazma = actions.make_contact(first, actor=rupa)
    assert nazma.full_name == "Nazma" and nazma.primary_mail == "nazma@example.net"
    assert {entry.subject for entry in timeline(rupa, nazma).items} == {"One", "Two"}


def test_a_blind_copy_is_filed_with_whom_it_went_to(rupa, rahima, smtp_server):
    admin = make_user("Admin", role="administrator")
    copies = house_account(admin, smtp_server, address="copies@example.com", intake="copies")
    secret = copy_address(rupa)
    raw = letter(
        "Offer", From="rupa@private.example", To="rahima@example.org", Delivered_To=secret
    ).as_bytes()
    actions.receive_mail(copies, raw)
    [entry] = timeline(rupa, rahima).items
    assert (entry.subject, entry.direction) == ("Offer", "out")

    forged = letter(
        "Forged", From="rupa@example.com", To="rahima@example.org", Delivered_To="copies+0000@example.com"
    )
    actions.receive_mail(copies, forged.as_bytes())
    assert len(timeline(rupa, rahima).items) == 1


BOUNCE = """From: MAILER-DAEMON@mx.example.org
To: rupa@example.com
Subject: Undelivered
Message-ID: <bounce@mx.example.org>
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {address}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such person here
--b
Content-Type: message/rfc822

Message-ID: {message_id}
Subject: Price

Text
--b--
"""


def test_mail_that_comes_back_marks_the_address(rupa, rahima, smtp_server):
    account = own_account(rupa, smtp_server)
    sent = actions.write_mail(
        rahima, actor=rupa, account=account, to=["rahima@example.org"], subject="Price", body="x"
    )
    Mail.objects.filter(pk=sent.pk).update(state="sent")
    late = BOUNCE.format(address="rahima@example.org", action="delayed", message_id=sent.message_id)
    actions.receive_mail(account, late.replace("<bounce@", "<late@").encode())
    other = BOUNCE.format(address="ceo@example.net", action="failed", message_id=sent.message_id)
    actions.receive_mail(account, other.replace("<bounce@", "<other@").encode())
    assert not BadAddress.objects.exists()
    actions.receive_mail(
        account,
        BOUNCE.format(address="rahima@example.org", action="failed", message_id=sent.message_id).encode(),
    )
    assert BadAddress.objects.get().reason == "550 no such person here"
    assert sent.recipients.get().state == "bounced"
    assert EventRecord.objects.filter(name="channels.mail_bounced").count() == 1
    assert len(timeline(rupa, rahima).items) == 1  # the report itself is no exchange

    actions.receive_mail(account, letter("I am back").as_bytes())
    assert not BadAddress.objects.exists()


@pytest.mark.parametrize(
    ("reporter", "is_believed"),
    [
        ("MAILER-DAEMON@mx.example.net", True),
        ("postmaster@example.net", True),
        ("MAILER-DAEMON@example.com", True),  # the house's own server
        ("MAILER-DAEMON@relay.example", True),  # the server the mailbox sends by
        ("rahima@example.org", False),  # another recipient of the same mail
        ("MAILER-DAEMON@example.org", False),
        ("MAILER-DAEMON@notexample.net", False),
        ("MAILER-DAEMON@net", False),
        ("nobody", False),
    ],
)
def test_no_recipient_reports_about_another_one(rupa, rahima, smtp_server, reporter, is_believed):
    account = own_account(rupa, smtp_server)
    several = ["rahima@example.org", "ceo@example.net"]
    sent = actions.write_mail(rahima, actor=rupa, account=account, to=several, subject="Price", body="x")
    Mail.objects.filter(pk=sent.pk).update(state="sent")
    MailAccount.objects.filter(pk=account.pk).update(smtp_host="smtp.relay.example")
    for number, action in enumerate(("delayed", "failed")):
        report = BOUNCE.format(address="ceo@example.net", action=action, message_id=sent.message_id)
        report = report.replace("<bounce@", f"<bounce{number}@")
        report = report.replace("MAILER-DAEMON@mx.example.org\nTo:", f"{reporter}\nTo:")
        kept = actions.receive_mail(account, report.encode())
        assert kept.is_bounce and kept.thread_id == sent.thread_id
    assert BadAddress.objects.exists() is is_believed
    state = sent.recipients.get(key="ceo@example.net").state
    assert (state == "bounced") is is_believed and state != "delayed"
    assert sent.recipients.get(key="rahima@example.org").state not in ("bounced", "delayed")


def test_a_report_its_domain_does_not_stand_by_is_not_believed(rupa, rahima, smtp_server):
    account = own_account(rupa, smtp_server)
    sent = actions.write_mail(
        rahima, actor=rupa, account=account, to=["rahima@example.org"], subject="Price", body="x"
    )
    Mail.objects.filter(pk=sent.pk).update(state="sent")
    report = BOUNCE.format(address="rahima@example.org", action="failed", message_id=sent.message_id)
    actions.receive_mail(account, f"Authentication-Results: mx.example.com; dmarc=fail\n{report}".encode())
    assert not BadAddress.objects.exists()


def test_the_source_is_kept_byte_for_byte(rupa, rahima, smtp_server):
    raw = b"From: rahima@example.org\r\nSubject: \xff\xfe broken\r\n\r\n\x00\x01 text \xe0\xa6"
    mail = actions.receive_mail(own_account(rupa, smtp_server), raw)
    with open_file(StoredFile.objects.get(pk=mail.raw)) as file:
        assert file.read() == raw


def test_trouble_with_the_server_is_told_once(rupa, imap_server):
    account = own_account(rupa, imap=imap_server, imap_password="wrong")
    for _time in range(2):
        actions.read_account(account.pk)
    account = MailAccount.objects.get(pk=account.pk)
    assert "user name or the password" in account.problem
    assert Notification.objects.filter(user=rupa).count() == 1
