"""Out through the real Postfix, and back into the mailbox Dovecot holds: what arrived, what was refused, what is late."""

import tempfile
import time
from pathlib import Path

import pytest

from bandhu.channels import actions
from bandhu.channels.models import BadAddress, Mail, MailRecipient
from bandhu.channels.tests.dovecot import Dovecot, needs_dovecot
from bandhu.channels.tests.post_office import PASSWORD, house_account, letter
from bandhu.channels.tests.postfix import Postfix, needs_postfix
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.interactions.actions import write_message
from bandhu.privacy.purposes import ensure_purposes

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    ensure_purposes()
    return make_user("Admin", role="administrator", team=make_team("Dhaka"))


@pytest.fixture
def servers(smtp_server):
    """Postfix hands on to the SMTP server of the test, and puts what comes for us where Dovecot reads."""
    needs_dovecot()
    needs_postfix()
    # Neither works below a folder that others may not enter, and their sockets want short paths.
    with tempfile.TemporaryDirectory(prefix="post-", dir="/tmp") as made:
        Path(made).chmod(0o755)
        dovecot = Dovecot(Path(made) / "d")
        post = Postfix(Path(made) / "p", dovecot.folder / "mail", dovecot.user, smtp_server.port)
        dovecot.start()
        post.start()
        yield dovecot, post
        post.stop()
        dovecot.stop()


def office(admin, servers):
    dovecot, post = servers
    return house_account(admin, post, dovecot, imap_password=PASSWORD.replace(" ", "_"))


def answered(account, admin, text="They are ready: চাল।"):
    message = actions.receive_mail(account, letter().as_bytes()).inbox_message
    answer = write_message(message.conversation, actor=admin, text=text)
    actions.send_queued(actions.post_message(answer.pk).pk)
    answer.refresh_from_db()
    return answer


def waited_for(condition, seconds=30.0):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def test_an_answer_goes_through_postfix_once(admin, servers, smtp_server):
    answer = answered(office(admin, servers), admin)
    assert answer.state == "sent"
    assert waited_for(lambda: smtp_server.taken), servers[1].log
    [(sender, recipients, message)] = smtp_server.taken
    assert (sender, recipients) == ("office@example.com", ["rahima@example.org"])
    assert message["Message-ID"] == Mail.objects.get(inbox_message=answer).message_id
    assert "mail.example.com" in message["Received"]
    assert "চাল" in message.get_body(("plain",)).get_content()


def test_what_postfix_brings_back_marks_the_message(admin, servers, smtp_server):
    smtp_server.refusals["rahima@example.org"] = "550 5.1.1 No such user here"
    account = office(admin, servers)
    answer = answered(account, admin)
    assert answer.state == "sent"  # Postfix took it, and knows no better yet
    assert waited_for(lambda: actions.read_account(account.pk)), servers[1].log
    answer.refresh_from_db()
    assert answer.state == "failed" and "No such user here" in answer.trouble
    sent = Mail.objects.get(inbox_message=answer)
    assert sent.recipients.get().state == MailRecipient.State.BOUNCED
    assert BadAddress.objects.get().key == "rahima@example.org"
    report = Mail.objects.get(is_bounce=True)
    assert report.thread_id == sent.thread_id and report.inbox_message is None
