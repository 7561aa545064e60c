"""What comes to a channel: proven, kept whole, read once, never lost."""

import hmac
import json
from base64 import b64decode, b64encode
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from bandhu.channels import actions
from bandhu.channels.adapters.signed_webhook import SignedWebhook, signature
from bandhu.channels.kept_words import kept
from bandhu.channels.models import Channel, RawNotice
from bandhu.channels.tests.channel_cast import make_channel, post, read_all, told
from bandhu.channels.tests.services import own_notice
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.models import Conversation, Message
from bandhu.platform.models import AuditEntry, EventRecord, StoredFile

pytestmark = pytest.mark.django_db


def a_message(number: int = 1, text: str = "আমার চালান কোথায়?", **more):
    return {"type": "message", "id": f"m{number}", "from": {"id": "p1", "name": "রহিমা"}, "text": text, **more}


class TestSignatures:
    def test_a_signed_notice_becomes_a_message(self):
        channel = make_channel()
        assert told(channel, a_message()).status_code == 200
        read_all()
        talk = Conversation.objects.get()
        assert (talk.channel, talk.place, talk.person_name, talk.preview) == (
            "webhook",
            channel.pk,
            "রহিমা",
            "আমার চালান কোথায়?",
        )

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda body, headers: (body + b" ", headers),
            lambda body, headers: (body, {**headers, "webhook-signature": "v1,AAAA"}),
            lambda body, headers: (
                body,
                {name: value for name, value in headers.items() if name != "webhook-signature"},
            ),
            lambda body, headers: (body, {**headers, "webhook-id": "another"}),
            lambda body, headers: (body, {**headers, "webhook-timestamp": "١٢٣"}),
            lambda body, headers: own_notice(a_message(), at=int(timezone.now().timestamp()) - 600),
            lambda body, headers: own_notice(a_message(), at=int(timezone.now().timestamp()) + 600),
            lambda body, headers: own_notice(a_message(), secret="a secret of somebody else's"),
        ],
    )
    def test_anything_else_is_401_and_changes_nothing(self, spoil):
        channel = make_channel()
        body, headers = spoil(*own_notice(a_message()))
        assert post(channel, body, headers).status_code == 401
        read_all()
        assert not Message.objects.exists()
        assert AuditEntry.objects.filter(verb="refused", record_id=channel.pk).count() == 1

    def test_a_thousand_forged_ones_leave_a_few_rows_and_one_entry_in_the_trail(self):
        channel = make_channel()
        body, headers = own_notice(a_message(), secret="a secret of somebody else's")
        answers = {post(channel, body, headers).status_code for _each in range(100)}
        assert answers == {401}
        assert RawNotice.objects.filter(state="refused").count() <= 20
        assert AuditEntry.objects.filter(verb="refused").count() == 1

    def test_a_channel_that_was_removed_is_not_there(self):
        channel = make_channel()
        actions.remove_channel(channel, actor=make_user("Other", role="administrator"))
        assert told(channel, a_message()).status_code == 404
        assert Channel.objects.get().sealed_secrets == ""


class TestSecretsOfStandardWebhooks:
    """With the values of the standard's own libraries (https://github.com/standard-webhooks/standard-webhooks)."""

    SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    def test_a_secret_in_the_standards_form_signs_as_its_libraries_do(self):
        signed = signature(self.SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
        assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

    def test_what_such_a_library_signs_is_taken(self):
        channel = make_channel(values={"secret": self.SECRET})
        body, headers = own_notice(a_message())
        key, name, stamp = b64decode(self.SECRET[6:]), headers["webhook-id"], headers["webhook-timestamp"]
        digest = hmac.new(key, f"{name}.{stamp}.".encode() + body, "sha256").digest()
        headers["webhook-signature"] = f"v1,{b64encode(digest).decode()}"
        assert post(channel, body, headers).status_code == 200

    def test_any_other_secret_signs_with_its_characters(self):
        plain = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        digest = hmac.new(plain.encode(), b"n.1.{}", "sha256").digest()
        assert signature(plain, "n", "1", b"{}") == f"v1,{b64encode(digest).decode()}"

    @pytest.mark.parametrize("secret", ["whsec_no base64 at all, whatever", "whsec_c2hvcnQ="])
    def test_one_that_is_none_is_refused(self, secret):
        with pytest.raises(ValidationError) as refused:
            make_channel(values={"secret": secret})
        assert "secret" in refused.value.message_dict


@pytest.mark.parametrize("stamp", ["²", "99999999999", "-1", ""])
def test_a_moment_that_is_none_is_401(stamp):
    body, headers = own_notice(a_message())
    assert post(make_channel(), body, {**headers, "webhook-timestamp": stamp}).status_code == 401


class TestOnce:
    def test_told_a_thousand_times_it_is_one_message(self):
        channel = make_channel()
        assert {told(channel, a_message()).status_code for _each in range(20)} == {200}
        read_all()
        assert (RawNotice.objects.count(), Message.objects.count()) == (1, 1)

    def test_the_same_message_in_two_notices_is_one(self):
        channel = make_channel()
        told(channel, a_message(), "n1")
        told(channel, a_message(), "n2")
        read_all()
        assert (RawNotice.objects.count(), Message.objects.count()) == (2, 1)

    def test_a_job_that_runs_twice_reads_once(self):
        channel = make_channel()
        told(channel, a_message())
        notice = RawNotice.objects.get()
        actions.read_notice(notice.pk)
        actions.read_notice(notice.pk)
        assert Message.objects.count() == 1


class TestNothingIsLost:
    def test_what_cannot_be_read_is_kept_and_read_again(self, monkeypatch):
        channel = make_channel()
        with monkeypatch.context() as broken:
            broken.setattr(SignedWebhook, "parse", lambda *_given: 1 / 0)
            told(channel, a_message())
            read_all()
        notice = RawNotice.objects.get()
        assert notice.state == "failed"
        assert notice.error == kept("our_mistake", "ZeroDivisionError: division by zero")
        assert EventRecord.objects.filter(name="channels.notice_kept_back").count() == 1
        actions.replay_notice(notice, actor=make_user("Repair", role="administrator"))
        read_all()
        assert Message.objects.get().text == "আমার চালান কোথায়?"

    @pytest.mark.parametrize(
        "found",
        [
            [], {}, {"type": "message"}, {"type": "message", "from": "me", "id": "1"}, {"type": "status", "state": "eaten"},
            {"type": "message", "id": "1", "from": {"id": "p"}, "at": "yesterday"}, {"type": "message", "id": "1", "from": {"id": "p"}, "files": [3]},
            {"type": "message", "id": "1", "from": {"id": "p"}, "files": [{"content": "%%%"}]},
        ],
    )  # fmt: skip
    def test_what_makes_no_sense_is_kept_back(self, found):
        channel = make_channel()
        assert told(channel, found).status_code == 200
        read_all()
        assert RawNotice.objects.get().state == "failed"
        assert not Message.objects.exists()

    def test_deep_json_and_odd_bytes_harm_nothing(self):
        channel = make_channel()
        for at, body in enumerate([b"[" * 100_000, b"\xff\x00\xfe", b""]):
            _body, headers = own_notice(None, f"n{at}")
            from bandhu.channels.tests.services import WEBHOOK_SECRET

            headers["webhook-signature"] = signature(
                WEBHOOK_SECRET, f"n{at}", headers["webhook-timestamp"], body
            )
            assert post(channel, body, headers).status_code == 200
        read_all()
        assert set(RawNotice.objects.values_list("state", flat=True)) == {"failed"}

    def test_a_paused_channel_keeps_what_comes_and_goes_on(self):
        channel, admin = make_channel(), make_user("Pauser", role="administrator")
        actions.pause_channel(channel, actor=admin)
        assert told(channel, a_message()).status_code == 200
        read_all()
        assert not Message.objects.exists()
        actions.pause_channel(channel, actor=admin, is_paused=False)
        read_all()
        assert Message.objects.count() == 1

    def test_a_refused_one_is_read_once_the_secret_is_right(self):
        channel, admin = (
            make_channel(values={"secret": "not yet the secret they use"}),
            make_user("A", role="administrator"),
        )
        told(channel, a_message())
        refused = RawNotice.objects.get(state="refused")
        actions.change_channel(channel, actor=admin, values={"secret": "a secret of our own programs"})
        RawNotice.objects.filter(pk=refused.pk).update(received_at=refused.received_at)
        actions.replay_notice(refused, actor=admin)
        read_all()
        assert Message.objects.count() == 1

    def test_what_a_lost_job_left_is_found_by_the_clock_and_old_ones_go(self):
        channel = make_channel()
        told(channel, a_message())
        RawNotice.objects.update(received_at=timezone.now() - timedelta(minutes=5))
        assert actions.look_after_notices() == 1
        read_all()
        actions.look_after_notices(timezone.now() + timedelta(days=31))
        assert not RawNotice.objects.exists()

    @pytest.mark.parametrize("state", ["failed", "waiting"])
    def test_what_nobody_has_decided_on_stays(self, state):
        channel = make_channel()
        if state == "waiting":
            actions.pause_channel(channel, actor=make_user("P", role="administrator"))
        told(channel, a_message() if state == "waiting" else {"type": "nothing we know"})
        read_all()
        years = timezone.now() + timedelta(days=900)
        actions.look_after_notices(years)
        assert RawNotice.objects.get().state == state
        Channel.objects.update(deleted_at=timezone.now())
        actions.look_after_notices(years)
        assert not RawNotice.objects.exists()


class TestWhatItBecomes:
    def test_one_person_has_one_conversation_until_it_was_long_closed(self):
        channel, admin = make_channel(), make_user("Closer", role="administrator")
        told(channel, a_message(1), "n1")
        told(channel, a_message(2, "আছেন?"), "n2")
        read_all()
        talk = Conversation.objects.get()
        from bandhu.interactions.actions import close_conversation

        close_conversation(talk, actor=admin)
        told(channel, a_message(3, "আর একটা কথা"), "n3")
        read_all()
        assert Conversation.objects.count() == 1
        close_conversation(talk, actor=admin)
        Conversation.objects.update(closed_at=timezone.now() - timedelta(days=8))
        told(channel, a_message(4, "নতুন কথা"), "n4")
        read_all()
        assert Conversation.objects.count() == 2

    def test_files_are_kept_with_the_message_by_what_they_are(self):
        channel = make_channel()
        svg = "PHN2ZyB4bWxucz0naHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmcnIG9ubG9hZD0nYWxlcnQoMSknLz4="
        told(channel, a_message(files=[{"name": "../../photo.png", "content": svg}]))
        read_all()
        kept = StoredFile.objects.get()
        assert (kept.name, kept.media_type) == ("photo.png", "image/svg+xml")
        assert Message.objects.get().details["files"] == [{"id": str(kept.pk), "name": "photo.png"}]

    def test_only_a_number_the_channel_vouches_for_joins_a_contact(self):
        from bandhu.customers.actions import create_contact

        admin = make_user("Book", role="administrator")
        known = create_contact(actor=admin, full_name="Rahima Khatun", phones=["+8801712345678"])
        channel = make_channel()
        told(channel, a_message(1), "n1")
        typed = {"id": "p2", "name": "Rahima Khatun", "address": "+8801712345678"}
        told(channel, a_message(2) | {"from": typed}, "n2")
        proven = {"id": "p3", "name": "Rahima Khatun", "verified_phone": "+8801712345678"}
        told(channel, a_message(3) | {"from": proven}, "n3")
        read_all()
        assert [one.contact for one in Conversation.objects.order_by("person_key")] == [None, None, known]

    def test_a_status_that_comes_before_its_message_waits_for_it(self):
        channel = make_channel()
        told(channel, {"type": "status", "message_id": "ours-1", "state": "read"})
        read_all()
        notice = RawNotice.objects.get()
        assert (notice.state, notice.attempts) == ("waiting", 1)

    def test_hostile_text_is_text(self):
        channel = make_channel()
        told(channel, json.loads(json.dumps(a_message(text="<script>alert(1)</script>\u202e\ud83d\ude00"))))
        read_all()
        assert Message.objects.get().text.startswith("<script>")
        assert Message.objects.get().html == ""
