"""A conversation with somebody who gave no name: every place that names people says so, in the reader's language."""

import re
from email.message import EmailMessage

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.channels import actions
from bandhu.channels.tests.post_office import house_account, letter
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.interactions.actions import Correspondent, start_conversation, take_in_message
from bandhu.privacy.purposes import ensure_purposes

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    ensure_purposes()
    return make_user("Rupa", role="administrator", team=make_team("Dhaka"))


@pytest.fixture
def pages(rupa):
    client = Client()
    client.force_login(rupa)
    return lambda name, *args: client.get(reverse(name, args=args), {"view": "unassigned"}).content.decode()


@pytest.fixture
def visitor(rupa):
    talk = start_conversation(actor=rupa, channel="chat", person=Correspondent("", "", ""))
    take_in_message(talk, text="Hello?")
    return talk


def named(page: str) -> list[str]:
    return [one.strip() for one in re.findall(r"<bdi[^>]*>([^<]*)</bdi>", page)]


def test_a_visitor_of_the_chat_is_a_visitor_everywhere(pages, visitor):
    assert '<bdi class="desk-item-who" dir="auto">Visitor</bdi>' in pages("inbox:inbox")
    page = pages("inbox:conversation", visitor.pk)
    assert '<h2><bdi dir="auto">Visitor</bdi></h2>' in page and "" not in named(page)
    assert '<bdi class="font-medium" dir="auto">Visitor</bdi>' in page
    assert '<p class="side-name"><bdi dir="auto">Visitor</bdi></p>' in pages("inbox:customer", visitor.pk)
    assert '<bdi class="font-medium" dir="auto">Visitor</bdi>' in pages("inbox:splitting", visitor.pk)


def test_a_mail_without_from_is_of_nobody_named(pages, rupa):
    message = EmailMessage()
    message["To"], message["Message-ID"] = "office@example.com", "<nobody@example.org>"
    message.set_content("Who am I?")
    mail = actions.receive_mail(house_account(rupa, imap_host="mail.example.invalid"), message.as_bytes())
    assert '<bdi class="desk-item-who" dir="auto">Nobody named</bdi>' in pages("inbox:inbox")
    page = pages("inbox:conversation", mail.inbox_message.conversation_id)
    assert '<h2><bdi dir="auto">Nobody named</bdi></h2>' in page
    assert "Nobody named" in pages("channels:mail", mail.pk)


def test_who_writes_a_mail_without_a_name_is_called_by_the_address_not_by_whom_it_is_with(pages, rupa):
    office = house_account(rupa, imap_host="mail.example.invalid")
    first = actions.receive_mail(office, letter().as_bytes())
    second = letter(
        "Re: Rice",
        From="karim@example.org",
        In_Reply_To="<rice@example.org>",
        References="<rice@example.org>",
    )
    second = actions.receive_mail(office, second.as_bytes())
    assert second.inbox_message.author_name == "karim@example.org"
    assert "karim@example.org" in named(pages("inbox:conversation", second.inbox_message.conversation_id))
    assert first.inbox_message.author_name == "Rahima Khatun"
