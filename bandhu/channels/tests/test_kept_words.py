"""What a job wrote down is said to people in their language; what a program sends to customers is in theirs."""

import imaplib
import smtplib
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from bandhu.channels import actions, kept_words
from bandhu.channels.actions.health import note_trouble
from bandhu.channels.adapters import shapes
from bandhu.channels.adapters.calling import Reply, refused
from bandhu.channels.adapters.port import Unreadable
from bandhu.channels.kept_words import code_of, in_readers_language, kept
from bandhu.channels.models import MailAccount, RawNotice
from bandhu.channels.servers import MailServerError
from bandhu.channels.tests.channel_cast import make_channel
from bandhu.channels.tests.post_office import house_account, letter
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.interactions.actions import write_message
from bandhu.interactions.models import Message
from bandhu.platform.languages import language_by_script
from bandhu.privacy.purposes import ensure_purposes


def test_a_servers_words_come_without_pythons_notation():
    assert (
        MailServerError("sign_in", imaplib.IMAP4.error(b"[AUTHENTICATIONFAILED] no")).said
        == "[AUTHENTICATIONFAILED] no"
    )
    assert MailServerError("protocol", smtplib.SMTPHeloError(501, b"who are you")).said == "who are you"


def test_a_servers_words_stay_and_ours_are_translated():
    written = MailServerError("sign_in", b"535 5.7.8 no").kept
    with translation.override("bn"):
        assert MailServerError("sign_in").kept == "The server does not accept the user name or the password."
        shown = in_readers_language(written)
        assert shown.endswith("(535 5.7.8 no)") and not shown.startswith("The server")
        assert in_readers_language("550 unknown user (in reply)") == "550 unknown user (in reply)"
        assert in_readers_language("") == ""
        alone = in_readers_language("The connection broke while the server had the mail.")
        assert not alone.startswith("The connection")


def test_the_language_of_a_script():
    assert language_by_script("Re: চাল ও চিনি পাঠান") == "bn"
    assert language_by_script("அரிசி வேண்டும், please") == "ta"
    assert language_by_script("Two sacks of চাল, please send them") == ""
    assert language_by_script("12 + 3") == ""


@pytest.fixture
def admin(db):
    ensure_purposes()
    return make_user("Admin", role="administrator", team=make_team("Dhaka"))


def test_the_page_says_in_bengali_why_a_mail_did_not_leave(admin, client):
    account = house_account(admin, smtp_host="mail.example.invalid")
    message = actions.receive_mail(account, letter().as_bytes()).inbox_message
    answer = write_message(message.conversation, actor=admin, text="Yes.")
    trouble = "The connection broke while the server had the mail."
    Message.objects.filter(pk=answer.pk).update(state="unknown", trouble=trouble)
    client.force_login(admin)
    admin.language = "bn"
    admin.save()
    page = client.get(reverse("inbox:conversation", args=[message.conversation_id])).content.decode()
    with translation.override("bn"):
        assert in_readers_language(trouble) in page and trouble not in page


def test_who_writes_in_bengali_is_acknowledged_in_bengali(admin, smtp_server):
    account = house_account(admin, smtp_server, acknowledges=True)
    date = (timezone.now() - timedelta(minutes=1)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    raw = letter(
        "চালের দাম", "দুই শত বস্তা চাল পাঠান।", From="নাজমা <nazma@example.net>", Date=date, Message_ID="<n@x>"
    )
    message = actions.receive_mail(account, raw.as_bytes()).inbox_message
    mail = actions.acknowledge(message.pk)
    assert "আমরা পেয়েছি" in mail.text


def test_programs_get_a_code_that_stays_and_people_their_language(admin, client):
    account = house_account(admin, imap_host="mail.example.invalid")
    MailAccount.objects.filter(pk=account.pk).update(problem=MailServerError("sign_in", b"535 no").kept)
    channel = make_channel("twilio_sms")
    note_trouble(channel, refused(Reply(401, {}, {}), "Authenticate").trouble)
    message = actions.receive_mail(account, letter().as_bytes()).inbox_message
    answer = write_message(message.conversation, actor=admin, text="Yes.")
    Message.objects.filter(pk=answer.pk).update(state="failed", trouble=kept("no_mailbox"))
    client.force_login(admin)
    admin.language = "bn"
    admin.save()

    def asked(path):
        found = client.get(f"/api/v1/{path}").json()
        return found["items"] if isinstance(found, dict) else found

    [mailbox] = asked("mail-accounts")
    assert mailbox["problem_code"] == "sign_in" and mailbox["problem"].endswith("(535 no)")
    assert not mailbox["problem"].startswith("The server")
    [shown] = asked("channels")
    assert (shown["problem_code"], "Authenticate" in shown["problem"]) == ("service_sign_in", True)
    told = next(one for one in asked(f"conversations/{message.conversation_id}/messages") if one["trouble"])
    assert told["trouble_code"] == "no_mailbox"
    with translation.override("bn"):
        assert told["trouble"] == in_readers_language(kept("no_mailbox")) != kept("no_mailbox")


@pytest.mark.parametrize(
    ("written", "code"),
    [("", ""), ("550 no such person here", "said_by_others"), ("Silence (of the lambs)", "said_by_others")],
)
def test_what_others_said_has_the_code_of_others(written, code):
    assert code_of(written) == code


def test_every_sentence_finds_its_own_code():
    for code in kept_words._SENTENCES:
        assert code_of(kept(code)) == code == code_of(kept(code, "said (by them)"))


def test_the_page_says_in_bengali_why_a_notice_was_kept_back(admin, client):
    channel = make_channel("twilio_sms")
    reason = kept("empty", "MessageSid")
    notice = RawNotice.objects.create(
        channel=channel,
        received_at=timezone.now(),
        body=b"From=1",
        state=RawNotice.State.FAILED,
        error=reason,
    )
    client.force_login(admin)
    admin.language = "bn"
    admin.save()
    for name, pk in (("channel_kept", channel.pk), ("channel_notice", notice.pk)):
        page = client.get(reverse(f"channels:{name}", args=[pk])).content.decode()
        with translation.override("bn"):
            assert in_readers_language(reason) in page
        assert "(MessageSid)" in page and reason not in page


def test_what_is_wrong_with_a_notice_is_a_sentence_of_ours():
    for found, code in (
        ({"name": 5}, "no_text"), ({"name": {}}, "no_text"), ({"name": []}, "no_text"),
    ):  # fmt: skip
        with pytest.raises(Unreadable) as refused:
            shapes.words(found, "name")
        assert str(refused.value) == kept(code, "name") and code_of(str(refused.value)) == code
    with pytest.raises(Unreadable) as refused:
        shapes.moment({"at": "soon"}, "at")
    assert code_of(str(refused.value)) == "no_moment"


def test_a_sentence_within_a_sentence_is_translated_too():
    with translation.override("bn"):
        shown = in_readers_language(kept("not_read", kept("unreached", "ConnectError example.com")))
        assert in_readers_language(kept("unreached")) in shown and shown.endswith(
            "(ConnectError example.com))"
        )
