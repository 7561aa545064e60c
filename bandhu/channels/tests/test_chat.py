"""The chat on foreign pages: one's own conversation and no other, once each, kept through a bad line."""

import base64
import hashlib
import hmac
import json
import re
import time
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation

from bandhu.calendars import chat_hours
from bandhu.channels import actions, availability
from bandhu.channels.chat_tokens import link_token, visitor_token
from bandhu.channels.models import MailRecipient
from bandhu.channels.tests.channel_cast import make_channel
from bandhu.channels.tests.post_office import house_account, smtp_server  # noqa: F401
from bandhu.channels.views import chat as chat_views
from bandhu.contact_center.models import Agent
from bandhu.customers.actions import create_contact
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.actions import close_conversation, file_conversation, write_message, write_note
from bandhu.interactions.models import Conversation, Interaction, Message
from bandhu.platform.ids import new_id
from bandhu.platform.models import RateLimit, StoredFile
from bandhu.platform.rate_limits import allow
from bandhu.ui.assets import asset_file

pytestmark = pytest.mark.django_db
SITE, SECRET = "https://shop.example.com", "a secret of the shop's own site"
CLIENT = "c" * 32


@pytest.fixture
def channel():
    return make_channel(
        "chat", values={"origins": f"{SITE}\nhttps://other.example.com", "identity_secret": SECRET}
    )


def ask(channel, what, origin=SITE, **given):
    return Client().post(
        f"/chat/{channel.pk}/{what}/",
        json.dumps(given),
        content_type="text/plain;charset=UTF-8",
        HTTP_ORIGIN=origin,
    )


def begun(channel, text="আপনাদের দোকান কখন খোলে?", **more):
    given = {"client": CLIENT, "id": "a" * 22, "text": text, "lang": "bn"} | more
    answer = ask(channel, "start", **given)
    assert answer.status_code == 200, answer.content
    return answer.json()


def read(channel, token, **more):
    return ask(channel, "read", token=token, **more).json()["messages"]


def signed(secret=SECRET, **facts):
    body = {"id": "42", "exp": int(time.time()) + 600} | facts
    encoded = base64.urlsafe_b64encode(json.dumps(body).encode()).decode().rstrip("=")
    return f"{encoded}.{hmac.new(secret.encode(), encoded.encode(), hashlib.sha256).hexdigest()}"


def answer_of(channel, text="সকাল দশটায়", **more):
    agent = make_user(f"Agent {Message.objects.count()}", role="service")
    written = write_message(Conversation.objects.get(place=channel.pk), actor=agent, text=text, **more)
    actions.send_message(written.pk)
    return written


class TestWhereItStands:
    def test_the_named_websites_and_our_own_pages(self, channel):
        answer = ask(channel, "hello", lang="bn")
        assert answer["Access-Control-Allow-Origin"] == SITE
        assert "Access-Control-Allow-Credentials" not in answer
        assert not answer.cookies
        assert ask(channel, "hello", origin="http://testserver").status_code == 200

    @pytest.mark.parametrize(
        "origin",
        [
            "https://evil.example.com",
            "null",
            "",
            "https://shop.example.com.evil.com",
            "http://shop.example.com",
        ],
    )
    def test_no_other_page_gets_a_word(self, channel, origin):
        answer = ask(channel, "hello", origin=origin)
        assert (answer.status_code, answer.content) == (403, b"")
        assert "Access-Control-Allow-Origin" not in answer

    @pytest.mark.parametrize(
        ("asked", "spoken"), [("bn", "bn"), ("ta-IN", "ta"), ("xx", "en"), ("../", "en")]
    )
    def test_it_speaks_the_visitors_language(self, channel, asked, spoken):
        assert ask(channel, "hello", lang=asked).json()["lang"] == spoken

    def test_the_script_is_small_and_foreign_pages_may_load_it(self, channel):
        answer = Client().get(f"/chat/{channel.pk}.js", HTTP_ACCEPT_ENCODING="gzip")
        assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert not answer.cookies
        assert len(asset_file("chat.js").with_name(asset_file("chat.js").name + ".gz").read_bytes()) <= 15_000
        assert Client().get(f"/chat/{new_id()}.js").status_code == 404


class TestTalking:
    def test_what_a_visitor_says_is_a_conversation_and_the_answer_comes_back(self, channel):
        chat = begun(channel, name="রহিমা")
        talk = Conversation.objects.get()
        assert (talk.channel, talk.person_name, talk.language, talk.preview) == (
            "chat",
            "রহিমা",
            "bn",
            "আপনাদের দোকান কখন খোলে?",
        )
        answer_of(channel)
        assert [(one["mine"], one["text"]) for one in read(channel, chat["token"])] == [
            (True, "আপনাদের দোকান কখন খোলে?"),
            (False, "সকাল দশটায়"),
        ]

    def test_sent_again_on_a_bad_line_it_is_one_chat_and_one_message(self, channel):
        first, again = begun(channel), begun(channel)
        assert Conversation.objects.count() == Message.objects.count() == 1
        for _each in range(3):
            ask(channel, "say", token=again["token"], id="b" * 22, text="আর দাম?")
        assert [one["client"] for one in read(channel, first["token"])] == ["a" * 22, "b" * 22]

    def test_after_a_gap_what_was_missed_is_there_and_nothing_that_is_not_theirs(self, channel):
        chat = begun(channel)
        talk, agent = Conversation.objects.get(), make_user("Agent", role="service")
        write_note(talk, actor=agent, text="difficult")
        write_message(talk, actor=agent, text="tomorrow's", send_at=timezone.now() + timedelta(hours=1))
        late = write_message(
            talk, actor=agent, text="in a moment", send_at=timezone.now() + timedelta(seconds=1)
        )
        ask(channel, "say", token=chat["token"], id="b" * 22, text="hello?")
        cursor = ask(channel, "read", token=chat["token"]).json()["cursor"]
        Message.objects.filter(pk=late.pk).update(send_at=timezone.now() - timedelta(seconds=1))
        texts = [one["text"] for one in read(channel, chat["token"], after=cursor)]
        assert "in a moment" in texts
        assert not {"difficult", "tomorrow's"} & set(texts)

    def test_seen_is_read_and_ended_is_closed(self, channel):
        chat = begun(channel)
        written = answer_of(channel)
        ask(channel, "seen", token=chat["token"], until=str(written.pk))
        written.refresh_from_db()
        assert written.state == "read"
        ask(channel, "end", token=chat["token"])
        assert Conversation.objects.get().state == "closed"

    def test_names_of_colleagues_are_told_only_where_the_house_wants_it(self, channel):
        actions.change_channel(
            channel,
            actor=make_user("Boss", role="administrator"),
            keeps_team=True,
            values={"shows_names": False, "title": "Padma"},
        )
        chat = begun(channel)
        answer_of(channel)
        assert read(channel, chat["token"])[-1]["by"] == "Padma"


class TestAnAddressGivenLater:
    @pytest.fixture
    def mailed(self, smtp_server):  # noqa: F811
        house_account(make_user("Keeper", role="administrator"), smtp=smtp_server)

    @pytest.mark.parametrize(("what", "more"), [("link", {}), ("end", {"transcript": True})])
    def test_what_comes_by_mail_goes_to_an_address_given_with_the_question(self, channel, mailed, what, more):
        token = begun(channel)["token"]
        answer_of(channel)
        assert ask(channel, what, token=token, **more).json() == {"mailed": False}
        answer = ask(channel, what, token=token, mail=" rahima@example.org", **more)
        assert answer.json() == {"mailed": True}
        assert Conversation.objects.get().person_address == "rahima@example.org"
        assert MailRecipient.objects.get().address == "rahima@example.org"
        assert ask(channel, "read", token=token).json()["mail"] is True

    def test_an_address_that_was_given_stays(self, channel, mailed):
        token = begun(channel, mail="rahima@example.org")["token"]
        ask(channel, "link", token=token, mail="other@example.org")
        assert Conversation.objects.get().person_address == "rahima@example.org"

    def test_one_that_is_none_is_told_and_ends_nothing(self, channel, mailed):
        token = begun(channel)["token"]
        answer = ask(channel, "end", token=token, transcript=True, mail="no address", lang="en")
        assert (answer.status_code, answer.json()) == (
            422,
            {"errors": {"mail": ["This is no mail address."]}},
        )
        assert Conversation.objects.get().state == "open"


class TestNobodyElses:
    def test_a_token_is_for_one_conversation_of_one_channel(self, channel):
        other = make_channel("chat", values={"origins": SITE})
        mine, theirs = begun(channel), begun(other, client="d" * 32, text="secret")
        assert [one["text"] for one in read(channel, mine["token"])] == ["আপনাদের দোকান কখন খোলে?"]
        for what in ("read", "say", "seen", "end", "link", "typing", "file"):
            assert ask(channel, what, token=theirs["token"], id="b" * 22, text="x").status_code == 404

    @pytest.mark.parametrize(
        "forge",
        [
            lambda channel, talk: "",
            lambda channel, talk: None,
            lambda channel, talk: str(talk.pk),
            lambda channel, talk: visitor_token(channel.pk, talk.pk)[:-1] + "!",
            lambda channel, talk: visitor_token(channel.pk, talk.pk).replace(talk.pk.hex[:4], "0000"),
            lambda channel, talk: link_token(channel.pk, talk.pk),
            lambda channel, talk: visitor_token(channel.pk, new_id()),
            lambda channel, talk: {"a": 1},
            lambda channel, talk: "x" * 10_000,
        ],
    )
    def test_forged_ones_are_404(self, channel, forge):
        begun(channel)
        answer = ask(channel, "read", token=forge(channel, Conversation.objects.get()))
        assert answer.status_code == 404
        # Or the script, which is of another origin, would take it for a lost connection and ask for ever.
        assert answer["Access-Control-Allow-Origin"] == SITE

    def test_an_old_token_is_404(self, channel):
        from django.core import signing

        begun(channel)
        talk = Conversation.objects.get()
        old = signing.TimestampSigner(salt=f"bandhu.chat.visitor.{channel.pk.hex}")
        with pytest.MonkeyPatch.context() as clock:
            clock.setattr(time, "time", lambda: 1_600_000_000)
            token = old.sign(talk.pk.hex)
        assert ask(channel, "read", token=token).status_code == 404

    @pytest.mark.parametrize("body", [b"[", b"[]", b'"x"', b"[" * 100_000, b"\xff", b"{" + b"x" * 40_000])
    def test_odd_bodies_harm_nothing(self, channel, body):
        answer = Client().post(f"/chat/{channel.pk}/read/", body, content_type="text/plain", HTTP_ORIGIN=SITE)
        assert answer.status_code in (400, 404, 413)


class TestWhoItIs:
    def test_a_typed_address_joins_nobody(self, channel):
        create_contact(
            actor=make_user("Book", role="administrator"),
            full_name="Rahima Khatun",
            mails=["rahima@example.com"],
        )
        begun(channel, name="Rahima Khatun", mail="rahima@example.com")
        assert Conversation.objects.get().contact is None

    def test_whom_the_website_signs_for_is_known_and_goes_on_elsewhere(self, channel):
        known = create_contact(
            actor=make_user("Book", role="administrator"),
            full_name="Rahima Khatun",
            mails=["rahima@example.com"],
        )
        token = signed(name="Rahima Khatun", mail="rahima@example.com")
        begun(channel, identity=token)
        on_the_telephone = begun(channel, client="e" * 32, id="e" * 22, text="আমি আবার", identity=token)
        talk = Conversation.objects.get()
        assert (talk.contact, talk.details["settled"]) == (known, {"by": "proven", "confidence": 1.0})
        assert len(read(channel, on_the_telephone["token"])) == 2
        assert [
            (one.kind, one.details["conversation_id"]) for one in Interaction.objects.filter(contact=known)
        ] == [("chat", str(Conversation.objects.get().pk))]

    @pytest.mark.parametrize(
        "token",
        [
            lambda: signed(secret="somebody else's secret, long"),
            lambda: signed(exp=int(time.time()) - 1),
            lambda: signed(exp=int(time.time()) + 10 * 86_400),
            lambda: signed(exp="soon"),
            lambda: signed()[:-1],
            lambda: "...",
            lambda: 7,
        ],
    )
    def test_whom_it_does_not_is_a_stranger(self, channel, token):
        begun(channel, identity=token())
        talk = Conversation.objects.get()
        assert (talk.contact, talk.person_key.startswith("user:")) == (None, False)

    def test_the_mailed_link_proves_the_address_by_post_and_not_by_get(self, channel):
        known = create_contact(
            actor=make_user("Book", role="administrator"),
            full_name="Rahima Khatun",
            mails=["rahima@example.com"],
        )
        begun(channel, name="Rahima Khatun", mail="rahima@example.com")
        talk = Conversation.objects.get()
        address = f"/chat/{channel.pk}/on/{link_token(channel.pk, talk.pk)}/"
        page = Client().get(address)
        assert page.status_code == 200
        assert b"data-token" not in page.content
        assert not page.cookies
        assert Conversation.objects.get().contact is None
        page = Client(enforce_csrf_checks=True).post(address)
        assert b"data-token" in page.content
        talk.refresh_from_db()
        assert (talk.contact, talk.details["settled"]) == (known, {"by": "proven", "confidence": 1.0})
        assert Client().get(address.replace(talk.pk.hex, new_id().hex)).status_code == 404

    @pytest.mark.parametrize("is_filed", [False, True])
    def test_who_only_said_it_was_their_address_is_out_once_it_is_proven(self, channel, is_filed):
        """Somebody begins a chat in another one's name, and lets the link be mailed to them."""
        boss = make_user("Book", role="administrator")
        known = create_contact(actor=boss, full_name="Rahima Khatun", mails=["rahima@example.com"])
        theirs = begun(channel, name="Rahima Khatun", mail="rahima@example.com")["token"]
        talk = Conversation.objects.get()
        if is_filed:
            file_conversation(talk, actor=boss, customer=known)
        address = f"/chat/{channel.pk}/on/{link_token(channel.pk, talk.pk)}/"
        Client().get(address)
        assert read(channel, theirs), "a program that follows links ends nothing"
        tokens = [
            re.search(rb'data-token="([^"]+)"', Client().post(address).content)[1].decode()
            for _device in range(2)
        ]
        for what in ("read", "say", "seen", "end", "link", "typing", "file"):
            assert ask(channel, what, token=theirs, text="x", id="b" * 22).status_code == 404
        for token, number in zip(tokens, "de", strict=True):
            assert ask(channel, "say", token=token, text="It is me", id=number * 22).status_code == 200
        assert "It is me" in [one["text"] for one in read(channel, tokens[0])]
        again = begun(channel, "And who am I?")["token"]
        assert [one["text"] for one in read(channel, again)] == ["And who am I?"]
        assert Conversation.objects.get(pk=talk.pk).contact == known

    def test_what_was_said_is_found_once_it_is_over(self, channel):
        begun(channel, identity=signed(name="Rahima", mail="r@example.com"))
        talk = close_conversation(Conversation.objects.get(), actor=make_user("Closer", role="administrator"))
        actions.write_down(talk.pk)
        assert Interaction.objects.get().body == "Rahima: আপনাদের দোকান কখন খোলে?"


class TestFormsAndFloods:
    def test_when_nobody_is_there_a_message_with_an_address_is_left(self, channel, monkeypatch):
        monkeypatch.setattr(availability, "_checks", [lambda _channel: False])
        assert ask(channel, "hello").json()["open"] is False
        given = {"client": CLIENT, "id": "a" * 22, "text": "hello"}
        refused = ask(channel, "start", **given)
        assert (refused.status_code, list(refused.json()["errors"])) == (422, ["mail"])
        assert ask(channel, "start", mail="no address", **given).status_code == 422
        assert ask(channel, "start", mail="rahima@example.com", **given).status_code == 200
        assert Conversation.objects.get().details["is_left"] is True

    def test_a_chat_that_keeps_hours_or_wants_an_agent_asks_who_knows(self, channel, monkeypatch):
        admin = make_user("Boss", role="administrator")
        actions.change_channel(channel, actor=admin, keeps_team=True, values={"needs_agents": True})
        assert ask(channel, "hello").json()["open"] is False
        agent = Agent.objects.create(
            user=admin, state="available", lease_until=timezone.now() + timedelta(minutes=1)
        )
        assert ask(channel, "hello").json()["open"] is True
        agent.delete()
        actions.change_channel(
            channel, actor=admin, keeps_team=True, values={"needs_agents": False, "keeps_hours": True}
        )
        for is_open in (True, False):
            monkeypatch.setattr(chat_hours, "is_open", lambda *_given, told=is_open: told)
            assert ask(channel, "hello").json()["open"] is is_open

    def test_a_flood_is_slowed_down(self, channel, monkeypatch):
        # The bucket does not fill again however slow the machine is.
        monkeypatch.setattr(chat_views, "allow", lambda key, _rate, burst: allow(key, 0.001, burst))
        answers = [
            ask(channel, "start", client=f"{at:032d}", id="a" * 22, text="x").status_code for at in range(14)
        ]
        assert answers.count(429) >= 3
        RateLimit.objects.all().delete()
        token = begun(channel)["token"]
        answers = [
            ask(channel, "say", token=token, id=f"{at:022d}", text="x").status_code for at in range(40)
        ]
        assert 429 in answers

    @pytest.mark.parametrize("text", ["", "   ", "\u200b\u200b", "x" * 5_001])
    def test_nothing_and_too_much_are_refused(self, channel, text):
        token = begun(channel)["token"]
        assert ask(channel, "say", token=token, id="b" * 22, text=text).status_code == 422

    def test_an_own_number_that_is_none_is_refused(self, channel):
        token = begun(channel)["token"]
        for bad in ("", "short", "a" * 65, "a" * 21 + ":", None, 7):
            assert ask(channel, "say", token=token, id=bad, text="x").status_code == 400


class TestFiles:
    def send(self, channel, token, name, content, number="f" * 22):
        return Client().post(
            f"/chat/{channel.pk}/file/",
            {"token": token, "id": number, "file": SimpleUploadedFile(name, content)},
            HTTP_ORIGIN=SITE,
        )

    def test_a_picture_is_kept_once_and_handed_out_by_a_signed_address_alone(self, channel):
        token = begun(channel)["token"]
        png = base64.b64decode(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
        )
        for _each in range(2):
            assert self.send(channel, token, "../চালান.png", png).status_code == 200
        [kept] = StoredFile.objects.all()
        assert (kept.name, kept.media_type) == ("চালান.png", "image/png")
        [file] = read(channel, token)[-1]["files"]
        assert b"".join(Client().get(file["url"]).streaming_content) == png
        assert Client().get(file["url"][:-2] + "/").status_code == 404

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"),
            ("a.pdf", b"<html><script>x()</script>"),
            ("a.txt", b"MZ\x90\x00" + b"\x00" * 64),
            ("a.pdf", b"\x7fELF" + b"\x00" * 64),
        ],
    )
    def test_what_could_run_is_refused_by_what_it_is(self, channel, name, content):
        token = begun(channel)["token"]
        assert self.send(channel, token, name, content).status_code == 422
        assert not StoredFile.objects.exists()


def test_every_word_of_the_chat_has_its_translation():
    from bandhu.channels.chat_texts import texts

    with translation.override("en"):
        assert all(texts().values())
