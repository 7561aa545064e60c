"""The request form: read by strangers, articles first, then a conversation that is answered by mail."""

import re

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bandhu.channels import actions
from bandhu.channels.tests.post_office import house_account, letter
from bandhu.customers.models import Contact
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.ready_made import system_user
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.actions import write_message
from bandhu.interactions.models import Conversation, Message
from bandhu.knowledge.tests.cast import make_article, make_writer
from bandhu.platform.files import files_of
from bandhu.privacy.purposes import ensure_purposes

pytestmark = pytest.mark.django_db
GIVEN = {"mail": "anika@example.com", "name": "Anika Rahman", "subject": "Where is it", "text": "My sacks?"}


@pytest.fixture
def account(smtp_server):
    ensure_purposes()
    return house_account(make_user("Admin", role="administrator"), smtp_server)


def make_form(**settings):
    channel = actions.create_channel(actor=system_user(), kind="form", name="Requests")
    channel.settings |= {"ask_name": "optional", "suggests": True, "in_help_centre": True, **settings}
    channel.save()
    return channel


def send(channel, client=None, *, wait=10, files=None, **given):
    """Fill it in as a person does: some seconds after it was opened."""
    client = client or Client()
    address = reverse("channels:request_form", args=[channel.pk])
    with time_machine.travel("2026-11-22T10:00:00Z") as clock:
        ticket = re.search(r'name="ticket" value="([^"]+)"', client.get(address).content.decode())[1]
        clock.shift(wait)
        return client.post(address, {"ticket": ticket, **GIVEN, **(files or {}), **given})


def test_a_request_is_a_conversation_with_who_wrote(account):
    anika = make_contact("Anika Rahman", by=system_user(), mails=["anika@example.com"])
    answer = send(make_form())
    assert answer.status_code == 302 and "thanks" in answer["Location"]
    talk = Conversation.objects.get()
    assert (talk.channel, talk.place, talk.subject, talk.contact) == (
        "form",
        account.pk,
        "Where is it",
        anika,
    )
    assert Message.objects.get(kind="said").text == "My sacks?"


def test_the_answer_leaves_as_a_mail_and_the_next_mail_joins(account):
    send(make_form())
    talk = Conversation.objects.get()
    message = write_message(
        talk, actor=system_user(), text="On their way.", html="<p>On <b>their</b> way.</p>"
    )
    mail = actions.post_message(message.pk)
    assert (mail.subject, mail.recipients.get().address) == ("Where is it", "anika@example.com")
    assert "<b>their</b>" in mail.html
    actions.send_queued(mail.pk)
    message.refresh_from_db()
    assert message.state == "sent"
    theirs = letter(
        "Re: Where is it",
        "Thank you!",
        From="anika@example.com",
        To=account.address,
        In_Reply_To=mail.message_id,
    )
    joined = actions.receive_mail(account, theirs.as_bytes()).inbox_message
    assert (joined.conversation, joined.text) == (talk, "Thank you!")
    stranger = letter(
        "Re: Mine", "Me too", From="eve@example.net", To=account.address, In_Reply_To=mail.message_id
    )
    assert actions.receive_mail(account, stranger.as_bytes()).inbox_message.conversation != talk


def test_articles_stand_before_it_is_sent(account):
    mina = make_writer()
    article = make_article(mina, "Where are my sacks")
    make_article(mina, "Sacks, inside", audience="staff")
    channel, client = make_form(), Client()
    first = send(channel, client)
    page = first.content.decode()
    assert first.status_code == 200 and "Where are my sacks" in page and "inside" not in page
    assert "Nothing was sent yet." in page and "My sacks?" in page, "what was typed is still there"
    assert not Conversation.objects.exists()
    send(channel, client, sure="1")
    assert Conversation.objects.count() == 1
    assert f"/{article.number}-" in page
    off = make_form(suggests=False)
    assert send(off).status_code == 302


def test_twice_is_once_and_a_program_is_none(account):
    channel, client = make_form(), Client()
    address = reverse("channels:request_form", args=[channel.pk])
    with time_machine.travel("2026-11-22T10:00:00Z") as clock:
        ticket = re.search(r'name="ticket" value="([^"]+)"', client.get(address).content.decode())[1]
        assert client.post(address, {"ticket": ticket, **GIVEN}).status_code == 422, "nobody is that quick"
        clock.shift(10)
        for _time in range(2):
            assert client.post(address, {"ticket": ticket, **GIVEN}).status_code == 302
        assert client.post(address, {"ticket": ticket, "website": "spam", **GIVEN}).status_code == 302
        assert client.post(address, {"ticket": "forged", **GIVEN}).status_code == 422
    assert (Conversation.objects.count(), Message.objects.filter(kind="said").count()) == (1, 1)


@pytest.mark.parametrize(
    "given", [{"mail": "no address"}, {"subject": " "}, {"text": "\u200b"}, {"mail": ""}]
)
def test_what_is_missing_is_said_and_nothing_is_lost(account, given):
    answer = send(make_form(), **given)
    assert answer.status_code == 422
    assert "Anika Rahman" in answer.content.decode()
    assert not Conversation.objects.exists() and not Contact.objects.exists()


def test_a_strangers_words_are_words(account):
    send(make_form(), name="<b>Eve</b>", subject="<script>1</script>", text="<img src=x onerror=alert(1)>")
    talk = Conversation.objects.get()
    assert talk.subject == "<script>1</script>" and Message.objects.get(kind="said").html == ""


def test_files_come_along_by_what_they_are(account):
    channel = make_form(takes_files=True)
    bad = send(channel, files={"uploads": [SimpleUploadedFile("a.exe", b"MZ\x90\x00" * 40)]})
    assert bad.status_code == 422 and not Conversation.objects.exists()
    sent = send(channel, files={"uploads": [SimpleUploadedFile("note.txt", "নোট".encode())]})
    assert sent.status_code == 302, sent.content.decode()
    message = Message.objects.get(kind="said")
    assert [one.name for one in files_of(message.pk)] == ["note.txt"]
    none = make_form(takes_files=False)
    with pytest.raises(ValidationError):
        actions.submit_request(
            none, submission="x", mail="a@example.com", subject="s", text="t", uploads=[("a.txt", 1, [b"a"])]
        )


def test_it_stands_in_frames_and_in_the_help_centre_unless_paused(client):
    channel = make_form()
    page = client.get(reverse("channels:request_form", args=[channel.pk]) + "?lang=bn")
    assert "X-Frame-Options" not in page.headers and "frame-ancestors *" in page["Content-Security-Policy"]
    assert '<html lang="bn"' in page.content.decode() and not page.cookies
    address = reverse("channels:request_form", args=[channel.pk])
    assert f"{address}?lang=en" in client.get("/help/en/").content.decode()
    line = client.get(reverse("channels:request_script", args=[channel.pk])).content.decode()
    assert address.replace("-", "\\u002D") in line
    actions.pause_channel(channel, actor=system_user(), is_paused=True)
    assert address not in client.get("/help/en/search/?q=zzqq").content.decode()
    assert client.get(address).status_code == 404


def test_without_a_mailbox_it_comes_in_and_says_that_no_answer_can_leave():
    send(make_form())
    talk = Conversation.objects.get()
    message = write_message(talk, actor=system_user(), text="Hello")
    actions.send_message(message.pk)
    message.refresh_from_db()
    assert (message.state, bool(message.trouble)) == ("failed", True)
