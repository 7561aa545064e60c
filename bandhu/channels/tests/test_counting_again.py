"""Conversations of the time when automatic messages counted as answers: counted again once, wherever a killed job stopped."""

from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from bandhu.channels import jobs
from bandhu.channels.actions import count_old_answers, counting_again, settle_counting
from bandhu.channels.models import Mail
from bandhu.identity.ready_made import system_user
from bandhu.interactions.actions import close_conversation, start_conversation, take_in_message, write_message
from bandhu.interactions.models import Conversation, Message
from bandhu.platform.models import Setting

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def old_installation():
    """As it was before the version that counts: nobody has noted anything."""
    system_user()
    Setting.objects.filter(name=counting_again.COUNTED).delete()


def before(is_closed=False, marked=True, answered=False):
    """A conversation of before: asked three hours ago, a survey two hours ago that counted as the answer, perhaps a real one since."""
    begin = timezone.now() - 3 * HOUR
    talk = start_conversation(actor=system_user(), channel="sms", at=begin)
    asked = take_in_message(talk, text="Where is the rice?", at=begin)
    survey = write_message(
        talk, actor=system_user(), text="How was it?", at=begin + HOUR, details={"is_automatic": True}
    )
    if not marked:
        Message.objects.filter(pk=survey.pk).update(details={})
        Mail.objects.create(
            inbox_message=survey, is_automatic=True, message_id=str(survey.pk), sender="us@example.com",
            written_at=survey.at,
        )  # fmt: skip
    answer = (
        write_message(talk, actor=system_user(), text="It came.", at=begin + 2 * HOUR) if answered else None
    )
    if is_closed:
        close_conversation(talk, actor=system_user())
    Conversation.objects.filter(pk=talk.pk).update(first_answered_at=survey.at, waiting_since=None)
    return talk, asked, answer


def facts(talk):
    talk.refresh_from_db()
    return talk.first_answered_at, talk.waiting_since


def test_a_survey_answered_nobody():
    open_one, asked, _none = before()
    closed, _asked, _none = before(is_closed=True)
    unmarked, also_asked, _none = before(marked=False)
    answered, _asked, answer = before(answered=True)
    version = Conversation.objects.get(pk=open_one.pk).version
    settle_counting()
    count_old_answers()
    assert facts(open_one) == (None, asked.at) and open_one.version == version + 1
    assert facts(closed) == (None, None)
    assert facts(unmarked) == (None, also_asked.at)
    assert facts(answered) == (answer.at, None)
    kept = Setting.objects.get(name=counting_again.COUNTED).value
    assert (kept["is_done"], kept["corrected"], kept["seen"]) == (True, 4, Message.objects.count())


def test_when_customers_first_wrote_is_noted_on_the_way():
    talk, asked, _none = before()
    more = take_in_message(talk, text="Hello?")
    ours = start_conversation(actor=system_user(), channel="sms")
    write_message(ours, actor=system_user(), text="We have moved.")
    Conversation.objects.update(first_incoming_at=None)
    # What is said meanwhile is not taken for the first.
    take_in_message(talk, text="Are you there?")
    talk.refresh_from_db()
    assert talk.first_incoming_at is None and more.at > asked.at
    settle_counting()
    count_old_answers(batch=1)
    talk.refresh_from_db()
    ours.refresh_from_db()
    assert (talk.first_incoming_at, ours.first_incoming_at) == (asked.at, None)


def test_what_was_right_stays_as_it_is():
    begin = timezone.now() - 3 * HOUR
    talk = start_conversation(actor=system_user(), channel="sms", at=begin)
    take_in_message(talk, text="Where is the rice?", at=begin)
    answer = write_message(talk, actor=system_user(), text="It came.", at=begin + HOUR)
    automatic = {"is_automatic": True}
    write_message(talk, actor=system_user(), text="How was it?", at=begin + 2 * HOUR, details=automatic)
    # Their program says they are away: nobody waits for an answer to that.
    away = take_in_message(talk, text="I am away.", is_automatic=True)
    Mail.objects.create(
        inbox_message=away, is_incoming=True, is_automatic=True, message_id="away", sender="c@example.com",
        written_at=away.at,
    )  # fmt: skip
    version = Conversation.objects.get(pk=talk.pk).version
    settle_counting()
    count_old_answers()
    assert facts(talk) == (answer.at, None) and talk.version == version


def test_a_killed_job_goes_on_where_it_was(monkeypatch):
    talks = [before()[0] for _number in range(4)]
    settle_counting()
    correct, calls = counting_again._correct, []

    def dies_the_third_time(first, last):
        calls.append(first)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return correct(first, last)

    monkeypatch.setattr(counting_again, "_correct", dies_the_third_time)
    with pytest.raises(KeyboardInterrupt):
        count_old_answers(batch=2)
    kept = Setting.objects.get(name=counting_again.COUNTED).value
    assert (kept["seen"], kept["is_done"]) == (4, False)
    monkeypatch.setattr(counting_again, "_correct", correct)
    count_old_answers(batch=2)
    kept = Setting.objects.get(name=counting_again.COUNTED).value
    assert (kept["seen"], kept["corrected"], kept["is_done"]) == (8, 4, True)
    assert all(facts(one)[0] is None for one in talks)
    # Done is done: another run looks at nothing.
    Conversation.objects.update(first_answered_at=timezone.now())
    count_old_answers()
    assert all(facts(one)[0] is not None for one in talks)


def test_the_job_is_queued_once_and_only_where_there_is_something():
    queued = ProcrastinateJob.objects.filter(task_name=counting_again.JOB, status="todo")
    settle_counting()
    assert Setting.objects.get(name=counting_again.COUNTED).value["is_done"] and not queued.exists()
    Setting.objects.filter(name=counting_again.COUNTED).delete()
    talk, asked, _none = before()
    settle_counting()
    settle_counting()
    assert queued.count() == 1
    jobs.count_old_answers()
    assert facts(talk) == (None, asked.at)
    settle_counting()
    assert queued.count() == 1, "what is done is not queued again"
