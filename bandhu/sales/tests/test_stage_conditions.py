"""Who may enter a stage: refused and allowed by every door, and what an administrator may write."""

import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from bandhu.catalog.tests.cast import make_money
from bandhu.identity.tests.cast import make_team
from bandhu.platform.actions.custom_fields import create_field
from bandhu.platform.models import AuditEntry, EventRecord
from bandhu.platform.money import Money
from bandhu.sales import actions, queries
from bandhu.sales.models import Opportunity, Stage, StageMove
from bandhu.sales.tests.cast import make_opportunity, make_seller, stage_named

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
LARGE = {"all": [{"field": "amount", "op": "more", "value": "6000"}]}


@pytest.fixture
def rupa():
    make_money()
    return make_seller("Rupa", role="administrator", team=make_team("Dhaka"))


@pytest.fixture
def rice(rupa):
    return make_opportunity(by=rupa)


def ruled(rupa, name="Quoted", condition=LARGE, words="") -> Stage:
    return actions.change_stage(stage_named(name), actor=rupa, condition=condition, condition_words=words)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_who_does_not_fit_is_refused_with_the_sentence_administrators_too(rupa, rice):
    quoted = ruled(rupa, words="A quote is written from 6,000 taka.")
    with pytest.raises(actions.MissingFields) as refusal:
        actions.move_opportunity(rice, actor=rupa, stage=quoted)
    assert refusal.value.message_dict == {"condition": ["A quote is written from 6,000 taka."]}
    rice.refresh_from_db()
    assert rice.stage.name == "Qualifying" and not StageMove.objects.filter(to_stage=quoted).exists()
    actions.change_opportunity(rice, actor=rupa, amount=Money.of("6000", "BDT"))
    assert actions.move_opportunity(rice, actor=rupa, stage=quoted).stage == quoted


def test_what_begins_in_a_later_stage_must_fit_and_what_begins_in_the_first_need_not(rupa):
    quoted = ruled(rupa, words="A quote is written from 6,000 taka.")
    with pytest.raises(actions.MissingFields) as refusal:
        make_opportunity("Small", by=rupa, stage=quoted)
    assert refusal.value.message_dict == {"condition": ["A quote is written from 6,000 taka."]}
    assert not Opportunity.objects.filter(name="Small").exists()
    assert make_opportunity("Large", by=rupa, taka="6000", stage=quoted).stage == quoted
    first = ruled(rupa, "Qualifying")
    assert make_opportunity("Small", by=rupa, stage=first).stage == first


def test_without_a_sentence_the_condition_says_itself_in_the_language_of_the_reader(rupa, rice):
    tree = {
        "any": [
            *LARGE["all"],
            {"all": [{"field": "source", "op": "filled"}, {"field": "state", "op": "in", "value": ["open"]}]},
        ]
    }
    quoted = ruled(rupa, condition=tree)
    with pytest.raises(actions.MissingFields) as refusal:
        actions.move_opportunity(rice, actor=rupa, stage=quoted)
    told = refusal.value.messages[0]
    assert (
        "Amount is at least 6,000 or (Source is filled and State is one of Open)" in told and "Quoted" in told
    )
    with translation.override("bn"), pytest.raises(actions.MissingFields) as refusal:
        actions.move_opportunity(rice, actor=rupa, stage=quoted)
    assert "৬,০০০" in refusal.value.messages[0] and "Amount" not in refusal.value.messages[0]


def test_values_sent_with_the_move_count_and_a_refusal_writes_none_of_them(rupa, rice):
    quoted = ruled(rupa)
    with pytest.raises(actions.MissingFields):
        actions.move_opportunity(
            rice, actor=rupa, stage=quoted, values={"amount": Money.of("5999", "BDT"), "source": "Fair"}
        )
    rice.refresh_from_db()
    assert (rice.amount, rice.source, rice.version) == (Money.of("5000", "BDT"), "", 1)
    moved = actions.move_opportunity(
        rice, actor=rupa, stage=quoted, values={"amount": Money.of("7000", "BDT")}
    )
    assert moved.stage == quoted and moved.amount == Money.of("7000", "BDT") and moved.version == 2


def test_an_own_field_that_a_stage_needs_can_be_filled_while_moving(rupa, rice):
    key = create_field(actor=rupa, kind="opportunity", type="text", labels={"en": "Site"}).key
    wanted = {"all": [{"field": f"custom.{key}", "op": "is", "value": "Khulna"}]}
    quoted = actions.change_stage(
        stage_named("Quoted"), actor=rupa, required_fields=[f"custom.{key}"], condition=wanted
    )
    for site in ("", "Sylhet"):
        with pytest.raises(actions.MissingFields):
            actions.move_opportunity(rice, actor=rupa, stage=quoted, values={"custom": {key: site}})
    moved = actions.move_opportunity(rice, actor=rupa, stage=quoted, values={"custom": {key: "Khulna"}})
    assert Opportunity.objects.get().custom == {key: "Khulna"} and moved.stage == quoted


def test_the_stage_one_comes_from_can_be_asked_for(rupa, rice):
    negotiating = stage_named("Negotiating")
    won = ruled(rupa, "Won", {"all": [{"field": "stage", "op": "in", "value": [str(negotiating.pk)]}]})
    with pytest.raises(actions.MissingFields):
        actions.move_opportunity(rice, actor=rupa, stage=won)
    actions.move_opportunity(rice, actor=rupa, stage=negotiating, values={"expected_close": date(2027, 1, 1)})
    assert actions.move_opportunity(rice, actor=rupa, stage=won).state == "won"


def test_the_board_asks_for_the_field_the_condition_speaks_of(rupa, rice):
    client, quoted = client_of(rupa), ruled(rupa, words="From 6,000 taka.")
    address = reverse("sales:moving", args=[rice.pk])
    sent = {"stage": str(quoted.pk), "from": str(rice.stage_id)}
    asked = client.post(address, sent, **HTMX)
    page = asked.content.decode()
    assert asked.status_code == 422 and asked["HX-Retarget"] == "#dialog-body"
    assert "From 6,000 taka." in page and 'name="amount"' in page and "cannot enter" in page
    assert 'value="5000.00"' in page or 'value="5000"' in page  # what it has stands there
    again = client.post(address, sent | {"asked": "amount", "amount": "5500", "currency": "BDT"}, **HTMX)
    assert (
        again.status_code == 422
        and "From 6,000 taka." in again.content.decode()
        and 'value="5500"' in again.content.decode()
    )
    done = client.post(address, sent | {"asked": "amount", "amount": "6500", "currency": "BDT"}, **HTMX)
    assert done.status_code == 200
    rice.refresh_from_db()
    assert rice.stage == quoted and rice.amount == Money.of("6500", "BDT")


def test_what_nobody_can_fill_there_is_said_with_the_way_to_the_opportunity(rupa, rice):
    quoted = ruled(
        rupa, condition={"all": [{"field": "competitor", "op": "filled"}]}, words="Name a competitor first."
    )
    answer = client_of(rupa).post(reverse("sales:moving", args=[rice.pk]), {"stage": str(quoted.pk)}, **HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Name a competitor first." in page
    assert reverse("sales:opportunity", args=[rice.pk]) in page and 'type="submit"' not in page


def test_programs_are_refused_by_field(rupa, rice):
    client, quoted = client_of(rupa), ruled(rupa, words="From 6,000 taka.")
    address = f"/api/v1/opportunities/{rice.pk}/moves"
    refused = client.post(address, {"stage_id": str(quoted.pk)}, content_type="application/json")
    assert refused.status_code == 422 and "From 6,000 taka." in refused.content.decode()
    values = {"amount": {"minor": 600000, "currency": "BDT"}}
    moved = client.post(
        address, {"stage_id": str(quoted.pk), "values": values}, content_type="application/json"
    )
    assert moved.status_code == 200 and moved.json()["stage_id"] == str(quoted.pk)


@pytest.mark.parametrize(
    "tree",
    [
        {"all": [{"field": "shoe_size", "op": "is", "value": "44"}]},
        {"all": [{"field": "amount", "op": "contains", "value": "1"}]},
        {"all": [{"field": "owner", "op": "in", "value": ["me"]}]},
        {"all": [{"field": "stage", "op": "in", "value": ["0190a000-0000-7000-8000-000000000000"]}]},
        {"all": "everything"},
        {"all": [{"field": "name", "op": "is", "value": "\x00"}]},
    ],
)
def test_a_condition_that_means_nothing_is_not_kept(rupa, tree):
    with pytest.raises(ValidationError) as refusal:
        ruled(rupa, condition=tree)
    assert "condition" in refusal.value.message_dict and stage_named("Quoted").condition == {}


def test_a_condition_whose_field_is_gone_holds_nobody_up_and_is_said(rupa, rice):
    quoted = stage_named("Quoted")
    Stage.objects.filter(pk=quoted.pk).update(condition={"all": [{"field": "custom.gone", "op": "filled"}]})
    quoted.refresh_from_db()
    assert queries.stage_faults(quoted) == ["A condition can no longer be understood."]
    assert actions.move_opportunity(rice, actor=rupa, stage=quoted).stage == quoted
    assert (
        "can no longer be understood"
        in client_of(rupa).get(reverse("sales:stage_rules", args=[quoted.pk])).content.decode()
    )


def test_what_is_changed_is_audited_and_told_to_programs(rupa):
    quoted = ruled(rupa, words="From 6,000 taka.")
    entry = AuditEntry.objects.filter(record_kind="stage", verb="changed").latest("pk")
    assert set(entry.changes) == {"condition", "condition_words"}
    told = EventRecord.objects.get(name="sales.stage_rules_changed")
    assert told.payload["stage_id"] == str(quoted.pk) and told.payload["has_condition"]
    actions.change_stage(quoted, actor=rupa, ageing_days=9)
    assert EventRecord.objects.filter(name="sales.stage_rules_changed").count() == 1
    cleared = actions.change_stage(quoted, actor=rupa, condition={})
    assert cleared.condition_words == ""


def test_the_page_adds_a_condition_saves_it_and_keeps_what_was_wrong(rupa):
    client, quoted = client_of(rupa), stage_named("Quoted")
    address = reverse("sales:stage_rules", args=[quoted.pk])
    assert "This stage has no rules yet" in client.get(address).content.decode()
    part = client.get(reverse("sales:stage_conditions"), {"filter": json.dumps(LARGE)}).content.decode()
    assert "Amount" in part and "6,000" in part
    sent = {
        "filter": json.dumps(LARGE),
        "condition_words": "From 6,000.",
        "do": [""],
        "value": [""],
        "text": [""],
        "within": [""],
    }
    assert client.post(address, sent).status_code == 302
    assert stage_named("Quoted").condition == LARGE and stage_named("Quoted").steps == []
    wrong = client.post(
        address, sent | {"do": ["follow_up"], "value": [""], "text": ["Call"], "within": ["soon"]}
    )
    assert (
        wrong.status_code == 422
        and "Write a number of days" in wrong.content.decode()
        and 'value="soon"' in wrong.content.decode()
    )
    broken = client.post(address, sent | {"filter": "{"})
    assert broken.status_code == 422 and stage_named("Quoted").condition == LARGE
