"""Writing from the inbox: kept as it is typed, sent once, taken back in time, never over a colleague's answer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bandhu.identity.results import OutOfReach
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.inbox import actions, queries
from bandhu.inbox.models import Draft, Mention
from bandhu.inbox.tests.cast import make_desk, written_by
from bandhu.interactions import actions as interactions
from bandhu.interactions.models import Message
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.files import files_of, store_file
from bandhu.platform.models import Notification

pytestmark = pytest.mark.django_db


class TestDrafts:
    def test_kept_and_changed(self):
        rupa, _kamal, rahima = make_desk()
        talk = written_by(rahima)
        first = actions.save_draft(talk, actor=rupa, text="ধন্যবাদ")
        again = actions.save_draft(talk, actor=rupa, text="ধন্যবাদ!", version=first.version)
        assert (again.pk, again.version, again.text) == (first.pk, 2, "ধন্যবাদ!")

    def test_another_page_is_not_written_over(self):
        rupa, _kamal, rahima = make_desk()
        talk = written_by(rahima)
        actions.save_draft(talk, actor=rupa, text="on the telephone")
        with pytest.raises(EditConflict) as refused:
            actions.save_draft(talk, actor=rupa, text="at the desk", version=0)
        assert refused.value.theirs == {"text": "on the telephone", "html": ""}
        assert Draft.objects.get().text == "on the telephone"

    def test_everybody_has_their_own(self):
        rupa, kamal, rahima = make_desk()
        talk = written_by(rahima)
        actions.save_draft(talk, actor=rupa, text="mine")
        assert queries.draft_for(kamal, talk) == {}

    def test_out_of_reach_there_is_nothing_to_write_in(self):
        _rupa, _kamal, rahima = make_desk()
        stranger = make_user("Arjun", role="sales", team=make_team("Chennai"))
        with pytest.raises(OutOfReach):
            actions.save_draft(written_by(rahima), actor=stranger, text="hello")


class TestReplies:
    def test_it_waits_for_the_seconds_of_the_writer(self):
        rupa, _kamal, rahima = make_desk()
        actions.change_preference(rupa, undo_seconds=25, opens_next=False)
        message = actions.send_reply(written_by(rahima), actor=rupa, text="আজই পাঠাচ্ছি")
        assert 20 < (message.send_at - timezone.now()).total_seconds() <= 25

    def test_in_a_chat_it_leaves_at_once(self):
        rupa, _kamal, rahima = make_desk()
        message = actions.send_reply(written_by(rahima, channel="chat"), actor=rupa, text="আজই পাঠাচ্ছি")
        assert message.send_at <= timezone.now()

    def test_over_a_colleagues_answer_only_knowingly(self):
        rupa, kamal, rahima = make_desk()
        talk = written_by(rahima)
        seen = talk.message_count
        actions.send_reply(talk, actor=kamal, text="It is on its way.", seen=seen)
        with pytest.raises(actions.NewerMessages) as refused:
            actions.send_reply(talk, actor=rupa, text="We do not know.", seen=seen)
        assert [one.text for one in refused.value.messages] == ["It is on its way."]
        actions.send_reply(talk, actor=rupa, text="And here is the number.", seen=None)

    def test_ones_own_earlier_answer_is_no_surprise(self):
        rupa, _kamal, rahima = make_desk()
        talk = written_by(rahima)
        for text in ("one", "two"):
            actions.send_reply(talk, actor=rupa, text=text, seen=1)
        assert Message.objects.filter(direction="out").count() == 2

    def test_taken_back_it_is_a_draft_with_its_files(self):
        rupa, _kamal, rahima = make_desk()
        talk = written_by(rahima)
        actions.save_draft(talk, actor=rupa, text="half")
        message = actions.send_reply(
            talk, actor=rupa, text="whole", uploads=[("invoice.txt", [b"1200"])], cc=("boss@example.com",)
        )
        assert not Draft.objects.exists()
        assert [one.name for one in files_of(message.pk)] == ["invoice.txt"]
        draft = actions.take_back(message, actor=rupa)
        assert (draft.text, draft.cc) == ("whole", "boss@example.com")
        assert [one.name for one in files_of(draft.pk)] == ["invoice.txt"]
        kept = actions.send_reply(
            talk, actor=rupa, text="whole", files=[one.pk for one in files_of(draft.pk)]
        )
        assert [one.name for one in files_of(kept.pk)] == ["invoice.txt"]

    def test_a_file_of_somebody_elses_draft_does_not_go_along(self):
        rupa, kamal, rahima = make_desk()
        talk = written_by(rahima)
        theirs = actions.save_draft(talk, actor=kamal, text="x")
        stored = store_file(
            record_kind="draft", record_id=theirs.pk, name="a.txt", content=[b"a"], created_by=kamal
        )
        message = actions.send_reply(talk, actor=rupa, text="hello", files=[stored.pk])
        assert files_of(message.pk) == []

    def test_what_failed_is_sent_again(self):
        rupa, _kamal, rahima = make_desk()
        message = actions.send_reply(written_by(rahima), actor=rupa, text="hello")
        interactions.mark_message(message, "failed", trouble="No such mailbox")
        assert interactions.send_again(message, actor=rupa).state == "queued"


class TestNotes:
    def test_who_is_named_is_told_and_finds_it(self):
        rupa, kamal, rahima = make_desk()
        talk = written_by(rahima)
        actions.send_note(talk, actor=rupa, text="@Kamal can you look?", mentioned=[kamal, rupa])
        assert [one.user for one in Mention.objects.all()] == [kamal]
        assert Notification.objects.get().user == kamal
        page = queries.inbox_page(kamal, "mentioned", queries.InboxFilter())
        assert page.items == [talk]
        assert queries.view_counts(kamal)["mentioned"] == 1
        assert queries.view_counts(rupa)["mentioned"] == 0


class TestCannedReplies:
    def test_in_the_language_of_the_customer_with_the_name(self):
        rupa, _kamal, rahima = make_desk()
        actions.save_canned_reply(
            actor=rupa, name="Thanks", shortcut="/Thanks",
            texts={"en": "Thank you, {{contact.full_name}}", "bn": "ধন্যবাদ, {{contact.full_name}}"},
        )  # fmt: skip
        offered = queries.offered_replies(rupa, written_by(rahima), "tha")
        assert [(one["language"], one["text"]) for one in offered] == [("bn", "ধন্যবাদ, রহিমা খাতুন")]

    def test_ones_own_is_ones_own_and_everybodys_asks_for_the_permission(self):
        rupa, kamal, _rahima = make_desk()
        values = {"name": "Thanks", "shortcut": "thanks", "texts": {"en": "Thank you"}}
        own = actions.save_canned_reply(actor=rupa, **values)
        assert list(queries.canned_replies(kamal)) == []
        with pytest.raises(Exception, match="role"):
            actions.save_canned_reply(actor=rupa, shared="all", **values)
        with pytest.raises(OutOfReach):
            actions.delete_canned_reply(own, actor=kamal)

    def test_an_unknown_field_is_refused(self):
        rupa, _kamal, _rahima = make_desk()
        with pytest.raises(Exception, match=r"contact\.salary"):
            actions.save_canned_reply(
                actor=rupa, name="x", shortcut="x", texts={"en": "You earn {{contact.salary}}"}
            )


def test_what_sleeps_wakes_on_top():
    rupa, _kamal, rahima = make_desk()
    sleeper, other = written_by(rahima, "first"), written_by(rahima, "second")
    interactions.snooze_conversation(sleeper, actor=rupa, until=timezone.now() + timedelta(hours=1))
    type(sleeper).objects.filter(pk=sleeper.pk).update(snoozed_until=timezone.now() - timedelta(seconds=1))
    assert interactions.wake_conversations() == 1
    assert interactions.wake_conversations() == 0
    page = queries.inbox_page(rupa, "open", queries.InboxFilter())
    assert page.items == [sleeper, other]
    assert [queries.happened(one) for one in Message.objects.filter(conversation=sleeper, kind="event")][
        -1
    ] == ("Its time has come: it is back.")


def test_a_receipt_is_asked_for_of_mails_alone(client):
    rupa, _kamal, rahima = make_desk()
    talk, chat = written_by(rahima), written_by(rahima, channel="chat")
    client.force_login(rupa)
    for one in (talk, chat):
        sent = {"text": "Yes.", "asks_receipt": "on"}
        assert client.post(f"/inbox/{one.pk}/replies/", sent).status_code == 204
    asked = {
        one.conversation: one.details.get("asks_receipt", False)
        for one in Message.objects.filter(direction="out")
    }
    assert asked == {talk: True, chat: False}
    shown = client.get(f"/inbox/{talk.pk}/").content.decode()
    assert "A receipt was asked for" in shown and 'name="asks_receipt"' in shown
    assert 'name="asks_receipt"' not in client.get(f"/inbox/{chat.pk}/").content.decode()
    wrong = client.post(
        f"/api/v1/conversations/{talk.pk}/replies",
        {"text": "Yes.", "asks_receipt": "perhaps"},
        content_type="application/json",
    )
    assert wrong.status_code == 422
