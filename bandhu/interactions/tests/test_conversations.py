"""Conversations and their messages: once each, counted, filed, taken back while there is time."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from bandhu.customers.actions import create_contact
from bandhu.identity.ready_made import system_user
from bandhu.identity.results import OutOfReach
from bandhu.interactions import actions, queries
from bandhu.interactions.models import Conversation, Interaction, Message, MessageState
from bandhu.interactions.tests.cast import make_world
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.ids import new_id

pytestmark = pytest.mark.django_db


def begun(customer=None, **more):
    return actions.start_conversation(actor=system_user(), channel="sms", customer=customer, **more)


class TestTakingIn:
    def test_the_same_message_twice_is_one(self):
        _rupa, _arjun, contact = make_world()
        talk = begun(contact, place=new_id())
        first = actions.take_in_message(talk, text="চালান কোথায়?", external_id="SM1")
        again = actions.take_in_message(talk, text="চালান কোথায়?", external_id="SM1")
        assert again == first
        talk.refresh_from_db()
        assert (talk.message_count, talk.preview, talk.waiting_since) == (1, "চালান কোথায়?", first.at)

    def test_a_conversation_is_begun_once(self):
        place = new_id()
        assert begun(place=place, external_id="T1") == begun(place=place, external_id="T1")

    def test_it_stands_on_the_timeline_of_who_wrote(self):
        _rupa, _arjun, contact = make_world()
        actions.take_in_message(begun(contact), text="hello")
        entry = Interaction.objects.get(contact=contact)
        assert (entry.kind, entry.channel, entry.direction, entry.body) == ("message", "sms", "in", "hello")

    def test_a_closed_conversation_opens_again_but_not_for_a_machine(self):
        rupa, _arjun, contact = make_world()
        talk = actions.close_conversation(begun(contact), actor=rupa)
        actions.take_in_message(talk, text="out of office", is_automatic=True)
        talk.refresh_from_db()
        assert (talk.state, talk.waiting_since) == ("closed", None)
        actions.take_in_message(talk, text="one more thing")
        talk.refresh_from_db()
        assert talk.state == "open"

    def test_spam_stays_spam(self):
        talk = actions.close_conversation(begun(), actor=system_user(), as_spam=True)
        actions.take_in_message(talk, text="buy now")
        talk.refresh_from_db()
        assert talk.state == "spam"


class TestAnswering:
    def test_an_answer_waits_for_its_channel_and_nobody_waits_any_more(self):
        rupa, _arjun, contact = make_world()
        talk = begun(contact)
        actions.take_in_message(talk, text="hello")
        answer = actions.write_message(talk, actor=rupa, text="good morning")
        talk.refresh_from_db()
        assert (answer.state, talk.waiting_since, talk.first_answered_at) == ("queued", None, answer.at)

    def test_taken_back_the_customer_waits_again(self):
        rupa, _arjun, contact = make_world()
        talk = begun(contact)
        asked = actions.take_in_message(talk, text="hello")
        answer = actions.write_message(
            talk, actor=rupa, text="oops", send_at=timezone.now() + timedelta(minutes=1)
        )
        assert actions.withdraw_message(answer, actor=rupa).state == MessageState.WITHDRAWN
        talk.refresh_from_db()
        assert (talk.waiting_since, talk.preview, talk.first_answered_at) == (asked.at, "hello", None)

    def test_what_goes_out_by_itself_is_no_answer(self):
        rupa, _arjun, contact = make_world()
        talk = begun(contact)
        asked = actions.take_in_message(talk, text="hello")
        automatic = {"is_automatic": True}
        survey = actions.write_message(talk, actor=rupa, text="How was it?", details=automatic)
        talk.refresh_from_db()
        assert (talk.waiting_since, talk.first_answered_at) == (asked.at, None)
        oops = actions.write_message(
            talk, actor=rupa, text="oops", send_at=timezone.now() + timedelta(minutes=1)
        )
        actions.withdraw_message(oops, actor=rupa)  # counts anew
        talk.refresh_from_db()
        assert (talk.waiting_since, talk.first_answered_at, survey.is_answer) == (asked.at, None, False)
        actions.reopen_conversation(actions.close_conversation(talk, actor=rupa), actor=rupa)
        talk.refresh_from_db()
        assert talk.waiting_since == asked.at
        answer = actions.write_message(talk, actor=rupa, text="good morning")
        actions.write_message(talk, actor=rupa, text="We are closed now.", details=automatic)
        talk.refresh_from_db()
        assert (talk.waiting_since, talk.first_answered_at) == (None, answer.at)

    def test_what_is_being_sent_cannot_be_taken_back(self):
        rupa, _arjun, contact = make_world()
        answer = actions.write_message(begun(contact), actor=rupa, text="hi")
        assert actions.mark_message(answer, MessageState.SENDING)
        assert not actions.mark_message(answer, MessageState.SENDING), "a second sender was let through"
        with pytest.raises(ValidationError):
            actions.withdraw_message(answer, actor=rupa)

    def test_sent_it_stands_on_the_timeline_once(self):
        rupa, _arjun, contact = make_world()
        answer = actions.write_message(begun(contact), actor=rupa, text="hi")
        for state in (MessageState.SENDING, MessageState.SENT, MessageState.DELIVERED):
            assert actions.mark_message(answer, state)
        assert not actions.mark_message(answer, MessageState.SENT), "a late notice took a step back"
        assert [one.body for one in Interaction.objects.filter(contact=contact)] == ["hi"]

    def test_a_note_is_for_colleagues_alone(self):
        rupa, _arjun, contact = make_world()
        talk = begun(contact)
        actions.write_note(talk, actor=rupa, text="difficult customer")
        talk.refresh_from_db()
        assert (talk.message_count, talk.preview) == (0, "")
        assert not Interaction.objects.filter(contact=contact).exists()

    def test_nothing_to_say_is_refused(self):
        rupa, _arjun, contact = make_world()
        with pytest.raises(ValidationError):
            actions.write_message(begun(contact), actor=rupa, text="  ", html="<p></p>")


class TestReachAndVersions:
    def test_out_of_reach_is_as_if_it_were_not_there(self):
        rupa, arjun, contact = make_world()
        talk = begun(contact)
        assert queries.conversation_for(rupa, talk.pk) == talk
        with pytest.raises(OutOfReach):
            queries.conversation_for(arjun, talk.pk)
        with pytest.raises(OutOfReach):
            actions.write_message(talk, actor=arjun, text="hi")

    def test_an_old_picture_is_refused(self):
        rupa, _arjun, contact = make_world()
        talk = begun(contact)
        actions.close_conversation(talk, actor=rupa, version=talk.version)
        with pytest.raises(EditConflict):
            actions.reopen_conversation(talk, actor=rupa, version=talk.version)

    def test_filing_takes_the_timeline_along(self):
        rupa, _arjun, contact = make_world()
        talk = begun(contact)
        actions.take_in_message(talk, text="hello")

        other = create_contact(actor=rupa, full_name="Kamal Hossain")
        actions.file_conversation(talk, actor=rupa, customer=other)
        assert Interaction.objects.get(body="hello").contact == other
        assert Conversation.objects.get().contact == other
        assert Message.objects.count() == 1
