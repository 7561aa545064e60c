"""WhatsApp, Messenger, Instagram, Telegram and Mastodon by their published protocols, against a double of ours."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bandhu.channels import actions
from bandhu.channels.adapters import graph, mastodon, telegram
from bandhu.channels.models import Channel, RawNotice
from bandhu.channels.tests.channel_cast import answered, make_channel, post, read_all
from bandhu.channels.tests.services import services_of
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.models import Conversation, Message
from bandhu.platform.models import StoredFile

pytestmark = pytest.mark.django_db
META = {"token": "meta-token", "app_secret": "app-secret", "verify_token": "a long verify token"}
SECRET = "a_secret_of_telegram"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32


@pytest.fixture
def services(monkeypatch):
    with services_of(monkeypatch, graph, telegram, seconds=0.7) as running:
        yield running


def meta_notice(channel, found, secret="app-secret"):
    body = json.dumps(found).encode()
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return post(
        channel, body, {"content-type": "application/json", "x-hub-signature-256": f"sha256={digest}"}
    )


def whatsapp_value(**value):
    value = {"metadata": {"phone_number_id": "111"}, **value}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"changes": [{"field": "messages", "value": value}]}],
    }


def whatsapp_message(number="wamid.1", **message):
    one = {
        "from": "8801712345678",
        "id": number,
        "timestamp": str(int(timezone.now().timestamp())),
        **message,
    }
    return whatsapp_value(contacts=[{"wa_id": "8801712345678", "profile": {"name": "রহিমা"}}], messages=[one])


@pytest.fixture
def whatsapp(services):
    channel = make_channel("whatsapp", values={"phone_number_id": "111", **META})
    services.answers["/111/messages"] = {"messages": [{"id": "wamid.ours"}]}
    assert meta_notice(channel, whatsapp_message(type="text", text={"body": "চাল আছে?"})).status_code == 200
    read_all()
    return channel


class TestWhatsApp:
    def test_the_address_is_checked_by_its_verify_token(self, whatsapp):
        asked = {
            "hub.mode": "subscribe",
            "hub.verify_token": META["verify_token"],
            "hub.challenge": "1158201444",
        }
        answer = Client().get(f"/channels/{whatsapp.pk}/notices/", asked)
        assert (answer.status_code, answer.content) == (200, b"1158201444")
        assert (
            Client()
            .get(f"/channels/{whatsapp.pk}/notices/", asked | {"hub.verify_token": "guess"})
            .status_code
            == 401
        )
        assert (
            Client()
            .get(f"/channels/{whatsapp.pk}/notices/", asked | {"hub.challenge": "<script>"})
            .status_code
            == 401
        )

    def test_a_message_joins_by_its_number_and_the_answer_goes_out(self, whatsapp, services):
        talk = Conversation.objects.get()
        assert talk.details["settled"] == {"by": "new", "confidence": 0.5}
        assert (talk.channel, talk.contact.primary_phone, talk.preview) == (
            "whatsapp",
            "+8801712345678",
            "চাল আছে?",
        )
        sent = answered(whatsapp)
        assert (sent.state, sent.external_id) == ("sent", "wamid.ours")
        [(_method, path, body)] = services.taken
        assert (path, body["to"], body["text"], body["context"]) == (
            "/111/messages",
            "8801712345678",
            {"body": "হ্যাঁ, পাঠাচ্ছি"},
            {"message_id": "wamid.1"},
        )
        assert services.asked[-1][2]["authorization"] == "Bearer meta-token"

    @pytest.mark.parametrize("secret", ["", "another secret"])
    def test_forged_ones_are_401(self, whatsapp, secret):
        assert meta_notice(whatsapp, whatsapp_message("wamid.2"), secret=secret).status_code == 401
        assert Message.objects.count() == 1

    def test_statuses_come_twice_and_in_any_order(self, whatsapp):
        sent = answered(whatsapp)
        for state in ("read", "delivered", "sent", "read"):
            meta_notice(whatsapp, whatsapp_value(statuses=[{"id": "wamid.ours", "status": state}]))
        read_all()
        sent.refresh_from_db()
        assert sent.state == "read"

    def test_a_failed_status_says_why(self, whatsapp):
        sent = answered(whatsapp)
        error = {"code": 131026, "title": "Message undeliverable"}
        meta_notice(
            whatsapp, whatsapp_value(statuses=[{"id": "wamid.ours", "status": "failed", "errors": [error]}])
        )
        read_all()
        sent.refresh_from_db()
        assert (sent.state, sent.trouble) == ("failed", "(131026) Message undeliverable")

    def test_after_a_day_only_a_template_goes_out(self, whatsapp, services):
        Conversation.objects.update(last_incoming_at=timezone.now() - timedelta(hours=25))
        late = answered(whatsapp)
        assert (late.state, services.taken) == ("failed", [])
        assert "template" in late.trouble
        template = {"name": "order_ready", "language": "bn", "values": ["রহিমা"]}
        assert answered(whatsapp, details={"template": template}).state == "sent"
        assert services.taken[0][2]["template"]["language"] == {"code": "bn"}

    def test_a_picture_is_fetched_from_meta_alone(self, whatsapp, services, monkeypatch):
        services.answers["/555"] = {"url": f"{services.url}/bytes"}
        services.files["/bytes"] = PNG
        meta_notice(whatsapp, whatsapp_message("wamid.2", type="image", image={"id": "555", "caption": "এটা"}))
        services.answers["/666"] = {"url": "http://169.254.169.254/latest"}
        meta_notice(whatsapp, whatsapp_message("wamid.3", type="image", image={"id": "666"}))
        read_all()
        assert [one.media_type for one in StoredFile.objects.all()] == ["image/png"]
        assert "does not lie at the service" in str(
            Message.objects.get(external_id="wamid.3").details["missing_files"]
        )

    def test_notices_of_another_number_of_the_app_are_not_ours(self, whatsapp):
        found = whatsapp_message("wamid.9", type="text", text={"body": "x"})
        found["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = "222"
        meta_notice(whatsapp, found)
        read_all()
        assert Message.objects.count() == 1

    def test_too_much_waits_and_a_lost_token_is_the_channels_trouble(self, whatsapp, services):
        services.mood = [429]
        assert answered(whatsapp).state == "queued"
        services.mood = [401]
        assert answered(whatsapp).state == "failed"
        assert Channel.objects.get().failing_since


@pytest.mark.parametrize(("kind", "thing"), [("messenger", "page"), ("instagram", "instagram")])
class TestPages:
    def channel(self, services, kind):
        services.answers["/page1/messages"] = {"message_id": "mid.ours"}
        return make_channel(kind, values={"page_id": "page1", **META})

    def test_a_message_its_answer_and_what_was_read(self, services, kind, thing):
        channel = self.channel(services, kind)
        message = {"sender": {"id": "psid1"}, "timestamp": 1, "message": {"mid": "mid.1", "text": "দাম কত?"}}
        echo = {"sender": {"id": "page1"}, "message": {"mid": "mid.2", "text": "ours", "is_echo": True}}
        meta_notice(channel, {"object": thing, "entry": [{"messaging": [message, echo]}]})
        read_all()
        talk = Conversation.objects.get()
        assert (talk.channel, talk.person_key, talk.contact, talk.message_count) == (kind, "psid1", None, 1)
        sent = answered(channel)
        assert (sent.external_id, services.taken[0][2]["recipient"]) == ("mid.ours", {"id": "psid1"})
        meta_notice(
            channel,
            {
                "object": thing,
                "entry": [{"messaging": [{"sender": {"id": "psid1"}, "delivery": {"mids": ["mid.ours"]}}]}],
            },
        )
        read_all()
        sent.refresh_from_db()
        assert sent.state == "delivered"

    def test_another_objects_notice_is_kept_back(self, services, kind, thing):
        channel = self.channel(services, kind)
        meta_notice(channel, {"object": "user", "entry": []})
        read_all()
        assert RawNotice.objects.get().state == "failed"


class TestTelegram:
    def update(self, number, channel, secret=SECRET, **message):
        found = {"update_id": number, "message": {"message_id": number, "date": 1, "chat": {"id": 77, "type": "private"}, "from": {"first_name": "রহিমা", "language_code": "bn"}, **message}}  # fmt: skip
        return post(
            channel,
            json.dumps(found).encode(),
            {"content-type": "application/json", "x-telegram-bot-api-secret-token": secret},
        )

    @pytest.fixture
    def channel(self, services):
        services.answers["/bot123:ABC/sendMessage"] = {"ok": True, "result": {"message_id": 900}}
        services.answers["/bot123:ABC/getFile"] = {"ok": True, "result": {"file_path": "photos/1.png"}}
        services.files["/file/bot123:ABC/photos/1.png"] = PNG
        return make_channel("telegram", values={"token": "123:ABC", "secret": SECRET})

    def test_words_and_pictures_come_and_an_answer_goes(self, channel, services):
        self.update(1, channel, text="ডেলিভারি?")
        self.update(2, channel, photo=[{"file_id": "small"}, {"file_id": "large"}], caption="এটা")
        read_all()
        talk = Conversation.objects.get()
        assert (talk.channel, talk.language, talk.message_count, talk.person_name) == (
            "telegram",
            "bn",
            2,
            "রহিমা",
        )
        assert StoredFile.objects.get().media_type == "image/png"
        assert answered(channel).external_id == "77:900"

    def test_told_again_it_is_one_and_without_the_secret_none(self, channel):
        for secret in (SECRET, SECRET, "", "a_secret_of_somebody"):
            self.update(1, channel, secret, text="x")
        read_all()
        assert (RawNotice.objects.exclude(state="refused").count(), Message.objects.count()) == (1, 1)

    def test_groups_and_programs_are_left_alone(self, channel):
        self.update(1, channel, text="x", chat={"id": -5, "type": "group"})
        read_all()
        assert not Conversation.objects.exists()

    def test_the_token_is_in_no_trouble_that_is_told(self, channel, services, monkeypatch):
        self.update(1, channel, text="x")
        read_all()
        monkeypatch.setattr(telegram, "API", "http://127.0.0.1:9")
        assert "123:ABC" not in answered(channel).trouble + Channel.objects.get().problem


class TestMastodon:
    def mention(self, number, text="<p><span>@shop</span> চাল আছে?</p>"):
        status = {
            "id": f"s{number}",
            "content": text,
            "created_at": "2026-11-22T10:00:00Z",
            "visibility": "public",
            "language": "bn",
        }
        return {
            "id": str(number),
            "type": "mention",
            "account": {"acct": "rahima@example.social", "display_name": "রহিমা"},
            "status": status,
        }

    def test_mentions_are_asked_for_once_and_a_reply_is_posted_once(self, services):
        channel = make_channel("mastodon", values={"server": services.url, "token": "t"})
        path = "/api/v1/notifications"
        services.answers[path] = [self.mention(5)]
        assert actions.poll_channel(channel.pk) == 0, "what was there before the channel is not taken"
        services.answers[path] = [self.mention(7), self.mention(6)]
        assert actions.poll_channel(channel.pk) == 2
        assert "min_id=5" in services.asked[-1][1]
        actions.poll_channel(channel.pk)
        read_all()
        talk = Conversation.objects.get()
        assert (talk.message_count, talk.person_address) == (2, "@rahima@example.social")
        services.mood = ["hang"]
        waiting = answered(channel)
        Message.objects.filter(pk=waiting.pk).update(send_at=timezone.now())
        actions.send_message(waiting.pk)
        waiting.refresh_from_db()
        assert waiting.state == "sent"
        [(_method, _path, posted)] = services.taken
        assert (posted["in_reply_to_id"], posted["status"].startswith("@rahima@example.social ")) == (
            "s7",
            True,
        )

    @pytest.mark.parametrize("fits", [40, 3])
    def test_mentions_too_long_to_be_read_at_once_are_asked_for_in_parts(self, services, monkeypatch, fits):
        channel = make_channel("mastodon", values={"server": services.url, "token": "t"})
        long = "চাল " * 8_000  # a page of forty is longer than what a service says of one message
        waiting = [self.mention(number, f"<p>@shop {long}</p>") for number in range(20, 5, -1)]
        limit = len(json.dumps(waiting[:fits]))
        monkeypatch.setattr(mastodon, "_MAX_PAGE_BYTES", limit + 100)

        def answer(asked):
            new = [one for one in waiting if int(one["id"]) > int(asked.get("min_id", 0))]
            return new[-int(asked["limit"]) :]

        Channel.objects.filter(pk=channel.pk).update(cursor="5")
        services.answers["/api/v1/notifications"] = answer
        for _minute in range(15):
            actions.poll_channel(channel.pk)
        channel.refresh_from_db()
        assert (channel.cursor, channel.failing_since) == ("20", None)
        read_all()
        assert Message.objects.filter(text__contains="চাল").count() == 15

    def test_a_mention_nobody_can_read_is_the_channels_trouble(self, services, monkeypatch):
        channel = make_channel("mastodon", values={"server": services.url, "token": "t"})
        monkeypatch.setattr(mastodon, "_MAX_PAGE_BYTES", 50)
        services.answers["/api/v1/notifications"] = [self.mention(6)]
        actions.poll_channel(channel.pk)
        channel.refresh_from_db()
        assert channel.failing_since and "too long" in channel.problem

    def test_a_server_that_is_ill_is_the_channels_trouble(self, services):
        channel = make_channel("mastodon", values={"server": services.url, "token": "t"})
        services.answers["/api/v1/notifications"] = []
        services.mood = [500]
        actions.poll_channel(channel.pk)
        channel.refresh_from_db()
        assert channel.failing_since
        actions.poll_channel(channel.pk)
        channel.refresh_from_db()
        assert channel.failing_since is None

    @pytest.mark.parametrize("nonsense", [{}, {"error": "soon"}, "later", 7])
    def test_nonsense_is_no_answer_and_the_past_stays_where_it_is(self, services, nonsense):
        channel = make_channel("mastodon", values={"server": services.url, "token": "t"})
        services.answers["/api/v1/notifications"] = nonsense
        actions.poll_channel(channel.pk)
        channel.refresh_from_db()
        assert (channel.cursor, bool(channel.failing_since)) == ("", True)
        services.answers["/api/v1/notifications"] = [self.mention(5)]
        assert actions.poll_channel(channel.pk) == 0, "the first good answer only says where to go on from"

    def test_a_token_that_is_not_taken_is_said_as_such(self, services):
        channel = make_channel("mastodon", values={"server": services.url, "token": "t"})
        services.mood = [401]
        actions.poll_channel(channel.pk)
        channel.refresh_from_db()
        assert "does not let this account in" in channel.problem


@pytest.mark.parametrize("kind", ["whatsapp", "messenger", "telegram"])
@pytest.mark.parametrize("found", [[], {}, {"object": 5, "entry": 7}, {"object": "page", "entry": [None, {"messaging": [1, {"message": []}]}]},
    {"object": "whatsapp_business_account", "entry": [{"changes": [{"value": {"messages": [{"type": {}}]}}]}]}, {"update_id": "x", "message": "y"}])  # fmt: skip
def test_what_makes_no_sense_harms_nothing(services, kind, found):
    values = {
        "whatsapp": {"phone_number_id": "111", **META},
        "messenger": {"page_id": "p", **META},
        "telegram": {"token": "1:A", "secret": SECRET},
    }
    channel = make_channel(kind, values=values[kind])
    if kind == "telegram":
        answer = post(
            channel,
            json.dumps(found).encode(),
            {"content-type": "application/json", "x-telegram-bot-api-secret-token": SECRET},
        )
    else:
        answer = meta_notice(channel, found)
    assert answer.status_code == 200
    read_all()
    assert not Message.objects.exists()
    assert make_user("Nobody", role="service")
