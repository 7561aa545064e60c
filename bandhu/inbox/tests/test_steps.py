"""Steps on conversations: one, many at once, as a macro; taken back as they were."""

import pytest
from django.core.exceptions import ValidationError

from bandhu.contact_center.conversations import KIND
from bandhu.contact_center.queries import work_of
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.inbox import actions, queries
from bandhu.inbox.tests.cast import make_desk, written_by
from bandhu.interactions.models import Conversation, Message

pytestmark = pytest.mark.django_db


def run(user, talks, kind, value=""):
    return actions.run_steps(talks, actor=user, steps=[{"kind": kind, "value": value}])


def test_many_are_closed_and_opened_again_as_they_were():
    rupa, _kamal, rahima = make_desk()
    talks = [written_by(rahima) for _one in range(3)]
    run(rupa, talks[:1], "snooze", "5")
    done = run(rupa, talks, "close")
    assert len(done.changed) == 3
    assert set(Conversation.objects.values_list("state", flat=True)) == {"closed"}
    assert actions.undo_steps(done.notes, actor=rupa) == 3
    states = {one.pk: one.state for one in Conversation.objects.all()}
    assert [states[one.pk] for one in talks] == ["snoozed", "open", "open"]
    assert all(one.waiting_since for one in Conversation.objects.filter(state="open"))


def test_given_to_somebody_through_the_contact_center_alone():
    rupa, kamal, rahima = make_desk()
    talk = written_by(rahima)
    done = run(rupa, [talk], "assign", str(kamal.pk))
    talk.refresh_from_db()
    assert talk.assignee == kamal
    assert work_of(KIND, [talk.pk])[talk.pk].agent.user == kamal
    actions.undo_steps(done.notes, actor=rupa)
    talk.refresh_from_db()
    assert talk.assignee is None


def test_one_refusal_leaves_the_others_alone():
    _rupa, _kamal, rahima = make_desk()
    reader = make_user("Reader", team=make_team("Readers"))
    grant(reader, "interactions.view_conversation")
    done = run(reader, [written_by(rahima), written_by(rahima)], "close")
    assert (len(done.changed), len(done.refused)) == (0, 2)
    assert "role" in done.refused[0]
    with pytest.raises(Denied):
        run(reader, [written_by(rahima)], "close")


def test_a_macro_is_all_or_nothing_on_a_conversation():
    rupa, _kamal, rahima = make_desk()
    talk = written_by(rahima)
    steps = [
        {"kind": "reply", "value": "প্রিয় {{contact.full_name}}, ধন্যবাদ।"},
        {"kind": "label", "value": "Delivery"},
        {"kind": "close"},
    ]
    macro = actions.save_macro(actor=rupa, name="Thanks and done", steps=steps)
    done = actions.run_steps([talk], actor=rupa, steps=macro.steps)
    talk.refresh_from_db()
    assert (talk.state, talk.labels) == ("closed", ["Delivery"])
    answer = Message.objects.get(direction="out")
    assert answer.text == "প্রিয় রহিমা খাতুন, ধন্যবাদ।"
    actions.undo_steps(done.notes, actor=rupa)
    talk.refresh_from_db()
    answer.refresh_from_db()
    assert (talk.state, talk.labels, answer.state) == ("open", [], "withdrawn")
    assert queries.labels_like("del") == ["Delivery"]


@pytest.mark.parametrize(
    "steps",
    [
        [{"kind": "nonsense"}],
        [{"kind": "snooze", "value": "yesterday"}],
        [{"kind": "label", "value": ""}],
        [],
    ],
)
def test_a_macro_that_means_nothing_is_refused(steps):
    rupa, _kamal, _rahima = make_desk()
    with pytest.raises(ValidationError):
        actions.save_macro(actor=rupa, name="Odd", steps=steps)


def canned(user, shared="own", name="Thanks", **texts):
    texts = texts or {"en": "Dear {{contact.full_name}}, thanks.", "bn": "প্রিয় {{contact.full_name}}, ধন্যবাদ।"}
    return actions.save_canned_reply(actor=user, name=name, shortcut=name.lower(), texts=texts, shared=shared)


@pytest.mark.parametrize(
    ("language", "said"),
    [("bn-BD", "প্রিয় রহিমা খাতুন, ধন্যবাদ।"), ("en", "Dear রহিমা খাতুন, thanks."), ("fr", "Dear রহিমা খাতুন, thanks.")],
)
def test_a_macro_answers_with_a_canned_reply_in_the_customers_language(language, said):
    rupa, _kamal, rahima = make_desk()
    talk = written_by(rahima)
    Conversation.objects.update(language=language)
    reply = canned(rupa)
    steps = [{"kind": "canned_reply", "value": str(reply.pk)}, {"kind": "close"}]
    macro = actions.save_macro(actor=rupa, name="Thanks and done", steps=steps)
    done = actions.run_steps([talk], actor=rupa, steps=macro.steps)
    answer = Message.objects.get(direction="out")
    reply.refresh_from_db()
    assert (answer.text, answer.author, reply.used) == (said, rupa, 1)
    actions.undo_steps(done.notes, actor=rupa)
    answer.refresh_from_db()
    assert answer.state == "withdrawn"


def test_a_canned_reply_that_is_gone_or_somebody_elses_sends_nothing():
    rupa, kamal, rahima = make_desk()
    talk = written_by(rahima)
    reply = canned(rupa)
    step = {"kind": "canned_reply", "value": str(reply.pk)}
    with pytest.raises(ValidationError, match="Thanks"):
        actions.run_steps([talk], actor=kamal, steps=[step])
    actions.delete_canned_reply(reply, actor=rupa)
    for value in (step["value"], "nonsense", ""):
        with pytest.raises(ValidationError):
            actions.run_steps(
                [talk], actor=rupa, steps=[{"kind": "label", "value": "VIP"}, step | {"value": value}]
            )
    talk.refresh_from_db()
    assert (talk.labels, Message.objects.filter(direction="out").count()) == ([], 0)


def test_who_shares_a_macro_shares_its_canned_reply():
    rupa, _kamal, _rahima = make_desk()
    grant(rupa, "inbox.manage_shared")
    steps = [{"kind": "canned_reply", "value": str(canned(rupa).pk)}]
    for shared in ("team", "all"):
        with pytest.raises(ValidationError) as refused:
            actions.save_macro(actor=rupa, name="Odd", steps=steps, shared=shared)
        assert "steps" in refused.value.message_dict
    teams = [{"kind": "canned_reply", "value": str(canned(rupa, "team", "Team").pk)}]
    assert actions.save_macro(actor=rupa, name="Ours", steps=teams, shared="team").steps == teams
    with pytest.raises(ValidationError):
        actions.save_macro(actor=rupa, name="Odd", steps=teams, shared="all")
    everybodys = [{"kind": "canned_reply", "value": str(canned(rupa, "all", "All").pk)}]
    assert actions.save_macro(actor=rupa, name="All", steps=everybodys, shared="all").steps == everybodys


def test_the_page_of_macros_offers_canned_replies_and_shows_what_would_be_said(client):
    rupa, _kamal, rahima = make_desk()
    talk, reply = written_by(rahima), canned(rupa)
    Conversation.objects.update(language="bn")
    client.force_login(rupa)
    sent = {
        "name": "Thanks", "shared": "own", "step": ["canned_reply"], "value_text": [""], "value_label": [""],
        "value_agent": [""], "value_queue": [""], "value_canned_reply": [str(reply.pk)], "value_moment": [""],
    }  # fmt: skip
    assert client.post("/inbox/macros/new/", sent).status_code == 302
    assert "Thanks" in client.get("/inbox/macros/").content.decode()
    shown = client.get(f"/inbox/{talk.pk}/macros/").content.decode()
    assert "প্রিয় রহিমা খাতুন" in shown and str(reply.pk) not in shown
    actions.delete_canned_reply(reply, actor=rupa)
    assert str(reply.pk) not in client.get(f"/inbox/{talk.pk}/macros/").content.decode()


def test_a_label_twice_changes_nothing():
    rupa, _kamal, rahima = make_desk()
    talk = written_by(rahima)
    run(rupa, [talk], "label", "VIP")
    assert not run(rupa, [talk], "label", "VIP").changed
