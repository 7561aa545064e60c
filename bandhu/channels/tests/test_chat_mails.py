"""What of a chat goes out by mail, to whom, and how often."""

# ruff: noqa: F811 (fixtures of the other file are arguments here)

import pytest

from bandhu.channels import actions
from bandhu.channels.actions import chat_mails
from bandhu.channels.models import Mail, MailRecipient
from bandhu.channels.tests.post_office import house_account, smtp_server  # noqa: F401
from bandhu.channels.tests.test_chat import CLIENT, SECRET, SITE, answer_of, ask, begun, channel, read, signed  # noqa: F401
from bandhu.identity.ready_made import system_user
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.actions import write_message
from bandhu.interactions.models import Conversation

pytestmark = pytest.mark.django_db


class TestMails:
    def test_an_answer_nobody_was_there_to_see_goes_by_mail_with_the_link_once(self, channel, smtp_server):
        house_account(make_user("Post", role="administrator"), smtp_server)
        begun(channel, mail="rahima@example.com")
        answer_of(channel)
        talk = Conversation.objects.get()
        Conversation.objects.filter(pk=talk.pk).update(language="bn")
        assert actions.mail_unseen(talk.pk) is True
        assert actions.mail_unseen(talk.pk) is False
        mail = Mail.objects.get()
        assert "সকাল দশটায়" in mail.text
        assert f"/chat/{channel.pk}/on/" in mail.text
        assert "৭ দিন" in mail.text, "in the digits of the language they are written to in"

    def test_what_was_seen_is_not_mailed(self, channel, smtp_server):
        house_account(make_user("Post", role="administrator"), smtp_server)
        token = begun(channel, mail="rahima@example.com")["token"]
        ask(channel, "seen", token=token, until=str(answer_of(channel).pk))
        assert actions.mail_unseen(Conversation.objects.get().pk) is False

    def test_the_transcript_goes_to_the_visitors_own_address_and_not_often(self, channel, smtp_server):
        house_account(make_user("Post", role="administrator"), smtp_server)
        token = begun(channel, mail="rahima@example.com")["token"]
        answer_of(channel)
        mailed = [
            ask(channel, "end", token=token, transcript=True, mail="x@example.net").json()["mailed"]
            for _each in range(5)
        ]
        assert mailed == [True, True, True, False, False]
        assert set(Mail.objects.values_list("recipients__address", flat=True)) == {"rahima@example.com"}

    def test_what_nobody_answered_is_mailed_to_no_address_that_was_merely_typed(self, channel, smtp_server):
        house_account(make_user("Post", role="administrator"), smtp_server)
        given = {"name": "Win at example.net", "mail": "victim@example.com"}
        token = begun(channel, text="Buy at example.net", **given)["token"]
        talk = Conversation.objects.get()
        automatic = write_message(talk, actor=system_user(), text="We answer soon.")
        actions.send_message(automatic.pk)
        assert ask(channel, "end", token=token, transcript=True).json() == {"mailed": False}
        assert not Mail.objects.exists()
        assert ask(channel, "link", token=token).json() == {"mailed": True}
        link = Mail.objects.get()
        assert "example.net" not in f"{link.subject} {link.text}"
        assert link.recipients.get().name == "", "their name is as much their own words"

    def test_whoever_is_proven_to_have_the_address_gets_the_talk_unanswered(self, channel, smtp_server):
        house_account(make_user("Post", role="administrator"), smtp_server)
        token = begun(channel, identity=signed(name="Rahima", mail="rahima@example.com"))["token"]
        assert ask(channel, "end", token=token, transcript=True).json() == {"mailed": True}
        [sent] = MailRecipient.objects.all()
        assert sent.address == "rahima@example.com"

    def test_a_proven_person_who_types_somebody_elses_address_proves_nothing_of_it(
        self,
        channel,
        smtp_server,
    ):
        house_account(make_user("Post", role="administrator"), smtp_server)
        own = signed(name="Rahima", mail="rahima@example.com")
        token = begun(channel, identity=own, mail="victim@example.com")["token"]
        assert ask(channel, "end", token=token, transcript=True).json() == {"mailed": False}

    def test_a_channel_mails_its_visitors_so_often_an_hour_and_no_more(
        self,
        channel,
        smtp_server,
        monkeypatch,
    ):
        house_account(make_user("Post", role="administrator"), smtp_server)
        monkeypatch.setattr(chat_mails, "_MAILS_AN_HOUR", 3)
        mailed = []
        for at in range(5):
            token = begun(channel, client=f"{at:032d}", mail=f"r{at}@example.com")["token"]
            mailed.append(ask(channel, "link", token=token).json()["mailed"])
        assert mailed == [True, True, True, False, False]
