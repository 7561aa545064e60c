"""What goes out: once as far as the service lets us know, whatever the service does."""

import hashlib
import hmac
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from bandhu.channels import actions
from bandhu.channels.adapters import twilio
from bandhu.channels.models import Channel, RawNotice
from bandhu.channels.tests.channel_cast import answered, make_channel, post, read_all, texted, told
from bandhu.channels.tests.services import SMS_SECRET, TWILIO, services_of
from bandhu.customers.actions import create_contact
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.actions import mark_message, write_message
from bandhu.interactions.models import Conversation, Message
from bandhu.platform.models import EventRecord, Notification

HMAC_OF_NOTHING = hmac.new(SMS_SECRET.encode(), b"", hashlib.sha256).hexdigest()
pytestmark = pytest.mark.django_db


@pytest.fixture
def services(monkeypatch):
    with services_of(monkeypatch, twilio, seconds=0.7) as running:
        yield running


def an_sms(**more):
    return {
        "MessageSid": "SM1",
        "From": "+8801712345678",
        "To": "+15005550006",
        "Body": "ডেলিভারি কবে?",
        "NumMedia": "0",
        **more,
    }


@pytest.fixture
def sms(services):
    """A number at Twilio to which a customer wrote."""
    channel = make_channel("twilio_sms")
    assert texted(channel, an_sms()).content == b"<Response/>"
    read_all()
    return channel


class TestTwilio:
    def test_the_number_is_proven_and_becomes_a_contact(self, sms):
        talk = Conversation.objects.get()
        assert (talk.person_key, talk.contact.primary_phone) == ("+8801712345678", "+8801712345678")

    def test_a_number_of_the_book_is_whoever_has_it_unless_two_have(self, services):
        boss = make_user("Boss", role="administrator")
        rahima = create_contact(actor=boss, full_name="রহিমা খাতুন", phones=["+8801712345678", "+8801812345678"])
        for name in ("Kamal Uddin", "Salma Uddin"):
            create_contact(actor=boss, full_name=name, phones=["+8801912345678"])
        channel = make_channel("twilio_sms")
        for at, number in enumerate(("+8801812345678", "+8801912345678")):
            texted(channel, an_sms(MessageSid=f"SM{at}", From=number))
        read_all()
        hers, shared = Conversation.objects.order_by("pk")
        assert hers.contact == rahima
        assert str(shared.contact) == "+8801912345678", "nobody can say which of the two"

    def test_an_answer_goes_out_with_its_parts_counted(self, sms, services):
        sent = answered(sms, "আগামীকাল সকাল দশটার মধ্যে আপনার বাসায় পৌঁছে যাবে, কোনো চিন্তা করবেন না, ধন্যবাদ।")
        assert sent.state == "sent"
        assert sent.external_id.startswith("SM")
        assert (sent.details["encoding"], sent.details["parts"], sent.details["cost"]) == ("UCS-2", 2, "0.70")
        [(_method, path, fields)] = services.taken
        assert path.endswith("/Messages.json")
        assert (fields["To"], fields["From"]) == ("+8801712345678", "+15005550006")

    def test_a_service_that_packs_its_answers_is_understood(self, sms, services):
        sent = answered(sms)
        assert sent.external_id.startswith("SM"), "it packs for whoever takes it packed"
        services.is_packing = True
        again = answered(sms, "And once more")
        assert again.external_id.startswith("SM") and again.external_id != sent.external_id

    def test_an_answer_too_long_to_be_read_is_not_taken_for_an_empty_one(self, sms, services):
        path = f"/2010-04-01/Accounts/{TWILIO['account_sid']}/Messages.json"
        services.answers[path] = {"uri": "x" * 300_000, "sid": "SM1"}
        sent = answered(sms)
        assert (sent.state, len(services.taken)) == ("unknown", 1) and "too long" in sent.trouble

    def test_statuses_out_of_order_never_step_back(self, sms):
        sent = answered(sms)
        for status in ("delivered", "sent", "queued", "read", "delivered"):
            texted(sms, {"MessageSid": sent.external_id, "MessageStatus": status})
        read_all()
        sent.refresh_from_db()
        assert sent.state == "read"
        assert set(RawNotice.objects.values_list("state", flat=True)) == {"taken"}

    @pytest.mark.parametrize("token", ["another token", ""])
    def test_a_forged_signature_is_refused(self, sms, token):
        assert texted(sms, an_sms(MessageSid="SM2"), token=token).status_code == 401

    def test_a_wrong_token_is_the_channels_trouble_and_is_told_once(self, sms, services):
        actions.change_channel(
            sms, actor=make_user("T", role="administrator"), keeps_team=True, values={"auth_token": "old"}
        )
        first, again = answered(sms), answered(sms)
        assert {first.state, again.state} == {"failed"}
        assert Channel.objects.get().failing_since
        assert EventRecord.objects.filter(name="channels.channel_failing").count() == 1
        actions.change_channel(
            sms,
            actor=make_user("U", role="administrator"),
            keeps_team=True,
            values={"auth_token": "twilio-auth-token"},
        )
        assert answered(sms).state == "sent"
        assert EventRecord.objects.filter(name="channels.channel_recovered").count() == 1
        assert Channel.objects.get().failing_since is None


class TestMisbehaving:
    def test_too_many_is_tried_again_after_the_pause_it_asks_for(self, sms, services):
        services.mood = [429]
        waiting = answered(sms)
        assert waiting.state == "queued"
        assert timedelta(seconds=4) < waiting.send_at - timezone.now() < timedelta(seconds=8)
        Message.objects.filter(pk=waiting.pk).update(send_at=timezone.now())
        actions.send_message(waiting.pk)
        waiting.refresh_from_db()
        assert (waiting.state, len(services.taken)) == ("sent", 1)

    @pytest.mark.parametrize("mood", ["hang", 500, "drop"])
    def test_what_it_may_have_taken_is_never_sent_again_by_itself(self, sms, services, mood):
        services.mood = [mood]
        lost = answered(sms)
        assert lost.state == "unknown"
        actions.send_message(lost.pk)
        actions.look_after_messages(timezone.now() + timedelta(days=2))
        lost.refresh_from_db()
        assert lost.state == "unknown"
        assert len(services.taken) <= 1
        assert Notification.objects.filter(user=lost.author).exists()

    def test_a_persons_word_sends_it_again(self, sms, services):
        services.mood = [500]
        lost = answered(sms)
        again = actions.send_message_again(lost, actor=lost.author)
        actions.send_message(again.pk)
        again.refresh_from_db()
        assert again.state == "sent"

    def test_nobody_listening_sends_nothing_and_tries_later(self, sms, services, monkeypatch):
        monkeypatch.setattr(twilio, "API", "http://127.0.0.1:9")
        assert answered(sms).state == "queued"

    def test_a_worker_killed_while_sending_leaves_unknown(self, sms, services):
        asked = Message.objects.get(direction="in")
        written = write_message(asked.conversation, actor=make_user("W", role="service"), text="hi")
        mark_message(written, "sending", details={"sending_at": timezone.now().isoformat()})
        actions.look_after_messages(timezone.now() + timedelta(minutes=6))
        written.refresh_from_db()
        assert (written.state, services.taken) == ("unknown", [])

    def test_two_workers_send_one_message_once(self, sms, services):
        sent = answered(sms)
        actions.send_message(sent.pk)
        assert len(services.taken) == 1


class TestOwnProgram:
    @pytest.fixture
    def own(self, services):
        channel = make_channel(values={"url": f"{services.url}/own"})
        told(channel, {"type": "message", "id": "m1", "from": {"id": "p1"}, "text": "hello"})
        read_all()
        return channel

    @pytest.mark.parametrize("mood", ["hang", 500, 503, "drop"])
    def test_with_an_id_of_ours_it_is_sent_again_and_arrives_once(self, own, services, mood):
        services.mood = [mood]
        waiting = answered(own)
        assert waiting.state == "queued"
        Message.objects.filter(pk=waiting.pk).update(send_at=timezone.now())
        actions.send_message(waiting.pk)
        waiting.refresh_from_db()
        assert (waiting.state, len(services.taken)) == ("sent", 1)

    def test_a_long_answer_of_ones_own_program_says_by_its_status_that_it_was_taken(self, own, services):
        services.answers["/own"] = {"page": "x" * 300_000}
        sent = answered(own)
        assert (sent.state, len(services.taken)) == ("sent", 1)

    def test_a_killed_worker_puts_it_back_into_the_queue(self, own, services):
        asked = Message.objects.get(direction="in")
        written = write_message(asked.conversation, actor=make_user("W", role="service"), text="hi")
        mark_message(written, "sending", details={"sending_at": timezone.now().isoformat()})
        actions.look_after_messages(timezone.now() + timedelta(minutes=6))
        written.refresh_from_db()
        assert written.state == "queued"

    def test_a_paused_channel_sends_nothing_until_it_goes_on(self, own, services):
        admin = make_user("P", role="administrator")
        actions.pause_channel(own, actor=admin)
        waiting = answered(own)
        assert (waiting.state, services.taken) == ("queued", [])
        actions.pause_channel(own, actor=admin, is_paused=False)
        actions.send_message(waiting.pk)
        waiting.refresh_from_db()
        assert waiting.state == "sent"

    def test_too_long_and_not_due_ones_are_not_sent(self, own, services):
        assert answered(own, "x" * 50_001).trouble
        assert answered(own, send_at=timezone.now() + timedelta(hours=1)).state == "queued"
        assert services.taken == []


class TestOtherProvider:
    @pytest.mark.parametrize(
        "template",
        [
            "to={digits}&text={text}&from={from}&ref={id}",
            '{"to": "{digits}", "text": "{text}", "from": "{from}", "ref": "{id}"}',
        ],
    )
    def test_it_is_called_as_its_page_says_and_text_breaks_out_of_nothing(self, services, template):
        channel = make_channel(
            "http_sms",
            values={
                "url": f"{services.url}/send",
                "template": template,
                "header": "X-Key: {key}",
                "key": "k1",
                "id_field": "id",
            },
        )
        body = b'{"from": "8801712345678", "text": "hello", "id": "x1"}'
        assert (
            post(channel, body, {"content-type": "application/json"}, f"secret={SMS_SECRET}").status_code
            == 200
        )
        read_all()
        sent = answered(channel, 'yes & "no"&to=1 {key} {to}')
        assert (sent.state, sent.external_id) == ("sent", "m1")
        [(_method, _path, fields)] = services.taken
        assert (fields["to"], fields["text"], fields["from"]) == (
            "8801712345678",
            'yes & "no"&to=1 {key} {to}',
            "Bandhu",
        )
        assert services.asked[-1][2]["x-key"] == "k1"

    def test_without_the_secret_nothing_comes_in(self, services):
        channel = make_channel("http_sms")
        assert (
            post(
                channel, b"from=88017&text=x", {"content-type": "application/x-www-form-urlencoded"}
            ).status_code
            == 401
        )
        assert (
            post(
                channel,
                b"from=88017&text=x",
                {"content-type": "text/plain", "x-signature": "0" * 64},
                f"secret={SMS_SECRET}",
            ).status_code
            == 401
        )

    def test_a_provider_that_tells_by_get_is_heard_and_its_check_answered(self, services):
        channel = make_channel("http_sms")
        path = f"/channels/{channel.pk}/notices/"
        assert Client().get(path, {"secret": SMS_SECRET}).content == b"OK"
        told = {"from": "8801712345678", "text": "চাল আছে?", "id": "g1"}
        assert Client().get(path, told).status_code == 401
        assert Client().get(path, told, headers={"X-Signature": HMAC_OF_NOTHING}).status_code == 401
        for _again in range(2):
            assert Client().get(path, told | {"secret": SMS_SECRET}).status_code == 200
        read_all()
        assert [one.text for one in Message.objects.all()] == ["চাল আছে?"]

    def test_without_an_id_the_same_words_later_are_said_anew(self, services):
        channel = make_channel("http_sms")
        path = f"/channels/{channel.pk}/notices/?secret={SMS_SECRET}&from=8801712345678&text=Yes"
        moment = timezone.now().replace(minute=1)
        for minutes, expected in ((0, 1), (1, 1), (60, 2)):
            with time_machine.travel(moment + timedelta(minutes=minutes)):
                Client().get(path)
                read_all()
            assert Message.objects.count() == expected
        assert Client().post(path.replace("Yes", "No")).status_code == 200
        read_all()
        assert Message.objects.filter(text="No").exists()

    def test_our_own_network_is_never_called(self, monkeypatch):
        channel = make_channel("http_sms", values={"url": "https://sms.example.com/send"})
        Channel.objects.filter(pk=channel.pk).update(
            settings={**channel.settings, "url": "http://169.254.169.254/latest"}
        )
        post(
            channel,
            b'{"from": "8801712345678", "text": "hello", "id": "x1"}',
            {"content-type": "application/json"},
            f"secret={SMS_SECRET}",
        )
        read_all()
        assert "inside our own network" in answered(channel).trouble
