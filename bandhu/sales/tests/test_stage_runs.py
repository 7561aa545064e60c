"""What a stage does when it is entered: each step, once for a move, whatever is gone by then; and trying the rules out."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.catalog.tests.cast import make_money
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import make_team
from bandhu.interactions.models import FollowUp
from bandhu.platform.events import because_of, deliver
from bandhu.platform.models import AuditEntry, EventRecord, Notification
from bandhu.sales import actions, queries
from bandhu.sales.actions.stage_runs import DOES_NOT_WORK, NOBODY, TOLD, TOLD_WITH, WAITS
from bandhu.sales.models import Enrolment, Opportunity, Sequence, Stage, StageMove, StageRun
from bandhu.sales.subscribers import run_stage_entered
from bandhu.sales.tests.cast import make_opportunity, make_seller, stage_named

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    make_money()
    return make_seller("Boss", role="administrator", team=make_team("House"))


@pytest.fixture
def rupa(boss):
    return make_seller("Rupa", role="sales", team=make_team("Dhaka", parent=boss.team))


@pytest.fixture
def rice(rupa):
    return make_opportunity(by=rupa)


def does(boss, *steps, stage="Quoted") -> Stage:
    return actions.change_stage(stage_named(stage), actor=boss, steps=list(steps))


def enters(opportunity, by, stage="Quoted") -> StageMove:
    actions.move_opportunity(opportunity, actor=by, stage=stage_named(stage))
    return StageMove.objects.filter(opportunity=opportunity).latest("at")


def run(opportunity, by, stage="Quoted") -> list[tuple[str, str]]:
    line = actions.run_stage(enters(opportunity, by, stage).pk)
    return [(one["do"], one["state"]) for one in line.did]


def sequence_of(boss) -> Sequence:
    return actions.set_sequence(
        None, actor=boss, name="After an offer", steps=[{"wait_days": 3, "task": "Call"}]
    )


def test_every_step_is_done_in_its_order_and_stands_beside_the_move(boss, rupa):
    contact = make_contact("Rahima", by=rupa, mails=["rahima@example.org"])
    kamal = make_seller("Kamal", role="sales", team=make_team("Sylhet"))
    rice = make_opportunity(by=rupa, contact=contact, tags=["vip"])
    does(
        boss, {"do": "follow_up", "text": "Call them", "days": 3}, {"do": "tell_owner", "text": "Well done"},
        {"do": "sequence", "value": str(sequence_of(boss).pk)}, {"do": "add_tags", "text": "VIP, offered"},
        {"do": "person", "value": str(kamal.pk)}, {"do": "tell_owner"}, {"do": "team", "value": str(kamal.team.pk)},
    )  # fmt: skip
    before = timezone.now()
    assert {state for _do, state in run(rice, rupa)} == {"done"}
    step = FollowUp.objects.get()
    assert (step.what, step.owner, step.created_by) == ("Call them", rupa, None)
    assert timedelta(days=2, hours=23) < step.due_at - before < timedelta(days=3, minutes=5)
    told = Notification.objects.filter(sentence__in=(TOLD, TOLD_WITH)).order_by("pk")
    assert [(one.user, one.values["text"]) for one in told] == [(rupa, "Well done"), (kamal, "")]
    assert Enrolment.objects.get().owner == rupa and Enrolment.objects.get().contact == contact
    rice.refresh_from_db()
    assert (rice.owner, rice.team) == (None, kamal.team) and rice.next_step_due_at == step.due_at
    assert {tag.name.lower() for tag in rice.tags.all()} == {"vip", "offered"}
    changed = AuditEntry.objects.filter(record_kind="opportunity", verb="changed")
    assert changed.count() == 3 and {one.origin["via"] for one in changed} == {"rule"}
    client = Client()
    client.force_login(boss)
    page = client.get(reverse("sales:opportunity_moves", args=[rice.pk])).content.decode()
    assert "By the rules of the stage:" in page and "Call them (Rupa)" in page and "offered" in page
    answer = client.get(f"/api/v1/opportunities/{rice.pk}/moves").json()["items"][0]
    assert [one["do"] for one in answer["did"]][:2] == ["follow_up", "tell_owner"]


def test_an_event_that_is_delivered_twice_does_nothing_twice(boss, rupa, rice):
    does(boss, {"do": "follow_up", "text": "Call"}, {"do": "tell_owner"})
    move = enters(rice, rupa)
    record, path = (
        EventRecord.objects.get(name="sales.opportunity_moved"),
        f"{run_stage_entered.__module__}.run_stage_entered",
    )
    deliver(record.pk, path)
    deliver(record.pk, path)
    assert actions.run_stage(move.pk) is not None and actions.run_stage(move.pk) is None
    assert (
        FollowUp.objects.count()
        == Notification.objects.filter(sentence=TOLD).count()
        == StageRun.objects.count()
        == 1
    )


def test_a_card_taken_back_at_once_sets_nothing_off_and_one_taken_back_later_keeps_what_was_planned(
    boss, rupa, rice
):
    does(boss, {"do": "follow_up", "text": "Call"})
    first = enters(rice, rupa)
    enters(rice, rupa, "Qualifying")
    assert actions.run_stage(first.pk) is None and not StageRun.objects.exists()
    second = enters(rice, rupa)
    with time_machine.travel(timezone.now() + WAITS + timedelta(seconds=1)):
        enters(rice, rupa, "Qualifying")
        assert actions.run_stage(second.pk) is not None
    assert FollowUp.objects.get().state == "open"


def test_a_move_that_came_of_another_move_runs_no_stage(boss, rupa, rice):
    does(boss, {"do": "tell_owner"})
    does(boss, {"do": "tell_owner"}, stage="Negotiating")
    enters(rice, rupa)
    first = EventRecord.objects.get(name="sales.opportunity_moved")
    assert not actions.follows_a_move(first, str(rice.pk))
    with because_of(first):
        actions.move_opportunity(
            rice, actor=boss, stage=stage_named("Negotiating"), values={"expected_close": "2027-01-01"}
        )
    second = EventRecord.objects.filter(name="sales.opportunity_moved").latest("pk")
    assert second.cause == first and actions.follows_a_move(second, str(rice.pk))
    assert not actions.follows_a_move(second, "another")


def test_who_leads_the_team_is_told_and_where_it_has_nobody_the_team_above(boss, rupa, rice):
    head = make_seller("Head", role="manager", team=boss.team)
    does(boss, {"do": "tell_manager"})
    assert run(rice, rupa) == [("tell_manager", "done")]
    assert [one.user for one in Notification.objects.filter(sentence=TOLD)] == [head]
    lead = make_seller("Lead", role="manager", team=rupa.team)
    actions.run_stage(enters(make_opportunity("More", by=rupa), rupa).pk)
    assert Notification.objects.filter(sentence=TOLD, user=lead).count() == 1
    assert Notification.objects.filter(sentence=TOLD, user=head).count() == 1


def test_what_is_gone_is_said_and_the_rest_is_done(boss, rupa, rice):
    kamal, sylhet, letters = make_seller("Kamal"), make_team("Sylhet"), sequence_of(boss)
    stage = does(
        boss, {"do": "person", "value": str(kamal.pk)}, {"do": "team", "value": str(sylhet.pk)},
        {"do": "sequence", "value": str(letters.pk)}, {"do": "tell_person", "value": str(kamal.pk)},
        {"do": "follow_up", "value": str(kamal.pk), "text": "Call"}, {"do": "add_tags", "text": "offered"},
    )  # fmt: skip
    kamal.is_active = letters.is_active = False
    kamal.save(), letters.save(), sylhet.delete()
    states = run(rice, rupa)
    assert [state for _do, state in states] == ["nothing"] * 4 + ["done", "done"]
    line = StageRun.objects.get()
    assert all(one["why"] for one in line.did[:5]) and FollowUp.objects.get().owner == rupa
    rice.refresh_from_db()
    assert rice.owner == rupa
    told = Notification.objects.filter(sentence=DOES_NOT_WORK)
    assert boss in {one.user for one in told} and rupa not in {one.user for one in told} and told.count() == 2
    run(make_opportunity("More", by=rupa), rupa)
    assert told.all().count() == 2
    stage.refresh_from_db()
    assert len(queries.stage_faults(stage)) == 3
    client = Client()
    client.force_login(boss)
    page = client.get(reverse("sales:stage_rules", args=[stage.pk])).content.decode()
    assert "no longer there" in page and "Something here does not work any more" in page


def test_nobody_to_do_it_and_no_address_are_said_and_nothing_breaks(boss, rupa):
    contact = make_contact("Rahima", by=rupa)
    rice = make_opportunity(by=rupa, contact=contact)
    does(boss, {"do": "sequence", "value": str(sequence_of(boss).pk)}, {"do": "team", "value": str(boss.team.pk)},
         {"do": "tell_owner"}, {"do": "follow_up", "text": "Call"}, {"do": "add_tags", "text": "late"})  # fmt: skip
    assert [state for _do, state in run(rice, rupa)] == ["nothing", "done", "nothing", "nothing", "done"]
    did = StageRun.objects.get().did
    assert "mail address" in did[0]["why"] and did[2]["why"] == NOBODY


def test_one_in_the_bin_is_left_alone(boss, rupa, rice):
    does(boss, {"do": "follow_up", "text": "Call"})
    move = enters(rice, rupa)
    actions.delete_opportunity(rice, actor=boss)
    assert actions.run_stage(move.pk) is None and not FollowUp.objects.exists()


@pytest.mark.parametrize(
    "step",
    [
        {"do": "explode"},
        {"do": "follow_up", "text": " "},
        {"do": "follow_up", "text": "Call", "days": 366},
        {"do": "follow_up", "text": "Call", "days": "3"},
        {"do": "person", "value": "me"},
        {"do": "team"},
        {"do": "sequence", "value": "0190a000-0000-7000-8000-000000000000"},
        {"do": "add_tags", "text": " , "},
    ],
)
def test_a_step_that_means_nothing_is_not_kept(boss, step):
    with pytest.raises(ValidationError) as refusal:
        does(boss, {"do": "tell_owner"}, step)
    assert "steps" in refusal.value.message_dict and stage_named("Quoted").steps == []


def test_a_stage_does_only_so_much(boss):
    with pytest.raises(ValidationError):
        does(boss, *[{"do": "tell_owner"}] * 13)


def test_the_last_moves_are_tried_on_the_page_and_by_the_api_and_nothing_is_saved(boss, rupa):
    for name, taka in (("One", "500"), ("Two", "7000"), ("Three", "9000")):
        enters(make_opportunity(name, by=rupa, taka=taka), rupa)
    tags = Opportunity.objects.get(name="Two")
    actions.change_opportunity(tags, actor=rupa, tags=["big"])
    tree = {"all": [{"field": "amount", "op": "more", "value": "1000"}]}
    quoted, client = stage_named("Quoted"), Client()
    client.force_login(boss)
    steps = [{"do": "follow_up", "text": "Call"}, {"do": "add_tags", "text": "BIG"}, {"do": "tell_manager"}]
    told = {"condition": tree, "steps": steps}
    answer = client.post(f"/api/v1/stages/{quoted.pk}/trial", told, content_type="application/json")
    found = answer.json()
    assert (found["looked_at"], found["refused"]) == (3, 1)
    assert found["opportunity_ids"] == [str(Opportunity.objects.get(name="One").pk)]
    assert [(one["done"], one["nothing"]) for one in found["steps"]] == [(2, 0), (1, 1), (0, 2)]
    sent = {"filter": '{"all": [{"field": "amount", "op": "more", "value": "1000"}]}', "condition_words": "", "try": "yes",
            "do": ["follow_up"], "value": [""], "text": ["Call"], "within": ["2"]}  # fmt: skip
    page = client.post(reverse("sales:stage_rules", args=[quoted.pk]), sent)
    shown = page.content.decode()
    assert page.status_code == 200 and "Of 3 moves 1 would have been refused" in shown and "2 times" in shown
    fresh = stage_named("Quoted")
    assert fresh.condition == {} and fresh.steps == [] and not FollowUp.objects.exists()
    refused = client.post(
        f"/api/v1/stages/{quoted.pk}/trial", {"steps": [{"do": "x"}]}, content_type="application/json"
    )
    assert refused.status_code == 422


def test_by_the_api_rules_are_read_and_written_with_the_stage(boss):
    client, quoted = Client(), stage_named("Quoted")
    client.force_login(boss)
    tree = {"all": [{"field": "amount", "op": "more", "value": "1000"}]}
    given = {
        "condition": tree,
        "condition_words": "Too small.",
        "steps": [{"do": "tell_owner", "text": "Look"}],
    }
    answer = client.patch(f"/api/v1/stages/{quoted.pk}", given, content_type="application/json")
    assert answer.status_code == 200
    kept = client.get(f"/api/v1/stages/{quoted.pk}").json()
    assert kept["condition"] == tree and kept["condition_words"] == "Too small."
    assert kept["steps"] == [{"do": "tell_owner", "value": "", "text": "Look", "days": 0}]
    renamed = client.patch(
        f"/api/v1/stages/{quoted.pk}", {"name": "Offered"}, content_type="application/json"
    )
    assert renamed.json()["steps"] == kept["steps"] and renamed.json()["condition"] == tree
    cleared = client.patch(
        f"/api/v1/stages/{quoted.pk}", {"condition": {}, "steps": []}, content_type="application/json"
    )
    assert (cleared.json()["condition"], cleared.json()["steps"]) == ({}, [])
    wrong = client.patch(
        f"/api/v1/stages/{quoted.pk}",
        {"condition": {"all": [{"field": "x", "op": "is"}]}},
        content_type="application/json",
    )
    assert wrong.status_code == 422
    assert Stage.objects.get(pk=quoted.pk).condition == {}
