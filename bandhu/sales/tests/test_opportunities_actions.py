"""Creating, changing, moving opportunities: who may, what is written, what is refused."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from bandhu.catalog.tests.cast import make_money
from bandhu.customers.actions import delete_contact, merge_records, purge_contact, undo_merge
from bandhu.customers.tests.cast import make_company, make_contact
from bandhu.identity.results import Denied, OutOfReach
from bandhu.identity.tests.cast import make_team
from bandhu.interactions.models import Interaction
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.events import deliver
from bandhu.platform.models import AuditEntry, EventRecord
from bandhu.platform.money import Money
from bandhu.sales import actions
from bandhu.sales.events import OpportunityWon
from bandhu.sales.models import Opportunity, Split, StageMove, Stakeholder
from bandhu.sales.subscribers import tell_win
from bandhu.sales.tests.cast import (
    make_opportunity,
    make_seller,
    ready_pipeline,
    reason_named,
    stage_named,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    make_money()
    return make_seller("Rupa", team=make_team("Dhaka"))


def names_of_events() -> list[str]:
    return list(
        EventRecord.objects.filter(name__startswith="sales.").order_by("pk").values_list("name", flat=True)
    )


def test_a_new_opportunity_enters_the_first_stage(rupa):
    contact = make_contact("Anika", by=rupa, company=make_company("Padma", by=rupa))
    made = actions.create_opportunity(
        actor=rupa, name="  Rice  ", contact=contact, amount=Money.of("1500.50", "BDT"), tags=["Big"]
    )
    assert (made.name, made.stage.name, made.company.name) == ("Rice", "Qualifying", "Padma")
    assert (made.amount_minor, made.currency, made.owner, made.team) == (150050, "BDT", rupa, rupa.team)
    assert [tag.name for tag in made.tags.all()] == ["Big"]
    move = made.moves.get()
    assert (move.from_stage, move.to_stage, move.amount_minor, move.seconds) == (
        None,
        made.stage,
        150050,
        None,
    )
    assert names_of_events() == ["sales.opportunity_created"]


def test_without_anybody_to_buy_it_is_refused(rupa):
    with pytest.raises(ValidationError) as refused:
        actions.create_opportunity(actor=rupa, name="Rice")
    assert "contact" in refused.value.message_dict


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"probability": "1.2"}, {"expected_close": "soon"}, {"owner": "x"}]
)
def test_bad_values_are_named(rupa, wrong):
    with pytest.raises(ValidationError) as refused:
        make_opportunity(by=rupa, **({"name": "Rice"} | wrong)) if "name" not in wrong else make_opportunity(
            " ", by=rupa, company=make_company(by=rupa)
        )
    assert list(refused.value.message_dict) == list(wrong)


def test_what_comes_again_has_a_period_and_the_same_currency(rupa):
    with pytest.raises(ValidationError) as refused:
        make_opportunity(by=rupa, recurring=Money.of(10, "BDT"))
    assert "recurring_period" in refused.value.message_dict
    with pytest.raises(ValidationError) as refused:
        make_opportunity(by=rupa, recurring=Money.of(10, "USD"), recurring_period="month")
    assert "recurring" in refused.value.message_dict
    made = make_opportunity(by=rupa, amount=None, recurring=Money.of(10, "BDT"), recurring_period="month")
    assert (made.amount, made.recurring) == (Money(0, "BDT"), Money(1000, "BDT"))


def test_a_move_is_written_down(rupa):
    made = make_opportunity(by=rupa)
    moved = actions.move_opportunity(made, actor=rupa, stage=stage_named("Quoted"), from_stage=made.stage)
    assert (moved.stage.name, moved.state, moved.version) == ("Quoted", "open", 2)
    first, second = StageMove.objects.filter(opportunity=made).order_by("at")
    assert (second.from_stage.name, second.to_stage.name, second.actor) == ("Qualifying", "Quoted", rupa)
    assert first.left_at == second.at
    assert second.seconds >= 0
    assert names_of_events() == ["sales.opportunity_created", "sales.opportunity_moved"]
    assert AuditEntry.objects.get(record_id=made.pk, verb="moved").changes["stage"] == [
        "Qualifying",
        "Quoted",
    ]


def test_the_second_of_two_sellers_is_told_where_the_card_is_now(rupa):
    made = make_opportunity(by=rupa)
    before = made.stage
    actions.move_opportunity(made, actor=rupa, stage=stage_named("Quoted"), from_stage=before)
    with pytest.raises(EditConflict) as told:
        actions.move_opportunity(made, actor=rupa, stage=stage_named("Needs understood"), from_stage=before)
    assert told.value.theirs == {"stage": "Quoted"}
    assert Opportunity.objects.get(pk=made.pk).stage.name == "Quoted"
    assert made.moves.count() == 2


def test_a_stage_asks_for_what_it_needs(rupa):
    made = make_opportunity(by=rupa, amount=None)
    with pytest.raises(actions.MissingFields) as asked:
        actions.move_opportunity(made, actor=rupa, stage=stage_named("Negotiating"))
    assert asked.value.fields == ["amount", "expected_close"]
    moved = actions.move_opportunity(
        made,
        actor=rupa,
        stage=stage_named("Negotiating"),
        values={"amount": Money.of(9, "BDT"), "expected_close": "2030-01-31"},
    )
    assert (moved.amount_minor, moved.stage.name) == (900, "Negotiating")
    assert StageMove.objects.latest("at").amount_minor == 900


def test_won_lost_and_opened_again(rupa):
    made = make_opportunity(by=rupa)
    with pytest.raises(actions.MissingFields) as asked:
        actions.move_opportunity(made, actor=rupa, stage=stage_named("Lost"))
    assert asked.value.fields == ["reason"]
    with pytest.raises(actions.MissingFields):
        actions.move_opportunity(
            made, actor=rupa, stage=stage_named("Lost"), reason=reason_named("Best price")
        )
    lost = actions.move_opportunity(
        made, actor=rupa, stage=stage_named("Lost"), reason=reason_named("Too expensive"), note="By a third"
    )
    assert (lost.state, lost.close_reason.name, lost.close_note) == ("lost", "Too expensive", "By a third")
    assert lost.closed_at is not None
    again = actions.move_opportunity(lost, actor=rupa, stage=stage_named("Quoted"))
    assert (again.state, again.closed_at, again.close_reason, again.close_note) == ("open", None, None, "")
    won = actions.move_opportunity(again, actor=rupa, stage=stage_named("Won"))
    assert won.state == "won"
    assert names_of_events()[1:] == [
        "sales.opportunity_moved", "sales.opportunity_lost",
        "sales.opportunity_moved", "sales.opportunity_reopened",
        "sales.opportunity_moved", "sales.opportunity_won",
    ]  # fmt: skip


def test_moving_to_where_it_stands_changes_nothing(rupa):
    made = make_opportunity(by=rupa)
    actions.move_opportunity(made, actor=rupa, stage=made.stage)
    assert Opportunity.objects.get(pk=made.pk).version == 1


def test_two_changes_of_one_version_are_compared(rupa):
    made = make_opportunity("Rice", by=rupa)
    actions.change_opportunity(made, actor=rupa, version=1, name="More rice", amount=Money.of(7, "BDT"))
    with pytest.raises(EditConflict) as told:
        actions.change_opportunity(made, actor=rupa, version=1, name="Less rice")
    assert (told.value.base, told.value.theirs, told.value.yours) == (
        {"name": "Rice"}, {"name": "More rice"}, {"name": "Less rice"},
    )  # fmt: skip
    assert Opportunity.objects.get(pk=made.pk).name == "More rice"


def test_nothing_differing_writes_nothing(rupa):
    made = make_opportunity("Rice", by=rupa)
    assert actions.change_opportunity(made, actor=rupa, name="Rice", amount=made.amount).version == 1


def test_splits_sum_to_a_hundred(rupa):
    made, mina = make_opportunity(by=rupa), make_seller("Mina")
    for wrong in (
        [(rupa, 60), (mina, 30)],
        [(rupa, 50), (rupa, 50)],
        [(rupa, 110), (mina, -10)],
        [(rupa, "x")],
    ):
        with pytest.raises(ValidationError):
            actions.set_splits(made, actor=rupa, shares=wrong)
    actions.set_splits(made, actor=rupa, shares=[(rupa, "66.67"), (mina, "33.33")])
    assert sum(made.splits.values_list("percent", flat=True)) == Decimal(100)
    actions.set_splits(made, actor=rupa, shares=[])
    assert not Split.objects.exists()


def test_of_the_bin_and_back(rupa):
    made = make_opportunity(by=rupa)
    actions.delete_opportunity(made, actor=rupa)
    with pytest.raises(OutOfReach):
        actions.change_opportunity(made, actor=rupa, name="X")
    actions.restore_opportunity(made, actor=rupa)
    assert actions.change_opportunity(made, actor=rupa, name="X").name == "X"


def test_reach_and_verbs(rupa):
    made = make_opportunity(by=rupa)
    elsewhere = make_seller("Sam", role="sales", team=make_team("Khulna"))
    with pytest.raises(OutOfReach):
        actions.move_opportunity(made, actor=elsewhere, stage=stage_named("Quoted"))
    with pytest.raises(Denied):
        actions.move_opportunity(
            made, actor=make_seller("Rita", role="read_only"), stage=stage_named("Quoted")
        )
    with pytest.raises(Denied):
        actions.create_pipeline(actor=rupa, name="Mine")


def test_merged_contacts_bring_their_opportunities_and_take_them_back(rupa):
    keep, double = make_contact("Anika", by=rupa), make_contact("Anika R", by=rupa)
    own, theirs = (
        make_opportunity("Own", by=rupa, contact=keep),
        make_opportunity("Theirs", by=rupa, contact=double),
    )
    actions.add_stakeholder(own, actor=rupa, contact=double, role="decides")
    merge = merge_records(keep, double, actor=rupa)
    assert set(Opportunity.objects.filter(contact=keep)) == {own, theirs}
    assert Stakeholder.objects.get().contact == keep
    undo_merge(merge, actor=rupa)
    assert [set(Opportunity.objects.filter(contact=one)) for one in (keep, double)] == [{own}, {theirs}]
    assert Stakeholder.objects.get().contact == double


def test_two_who_play_one_part_and_are_merged_are_one_line(rupa):
    keep, double = make_contact("Anika", by=rupa), make_contact("Anika R", by=rupa)
    sale = make_opportunity("Rice", by=rupa, contact=keep)
    for contact, role, note in (
        (keep, "decides", "Signs"), (double, "decides", "Owner"), (double, "uses", "")
    ):  # fmt: skip
        actions.add_stakeholder(sale, actor=rupa, contact=contact, role=role, note=note)
    merge = merge_records(keep, double, actor=rupa)
    held = Stakeholder.objects.order_by("role").values_list("contact", "role", "note")
    assert list(held) == [(keep.pk, "decides", "Signs · Owner"), (keep.pk, "uses", "")]
    again = actions.add_stakeholder(sale, actor=rupa, contact=keep, role="decides", note="Signs")
    assert again.note == "Signs" and Stakeholder.objects.count() == 2
    actions.add_stakeholder(sale, actor=rupa, contact=keep, role="decides", note="Signs · Owner")
    undo_merge(merge, actor=rupa)
    held = Stakeholder.objects.order_by("role", "pk").values_list("contact", "role", "note")
    assert list(held) == [
        (keep.pk, "decides", "Signs"), (double.pk, "decides", "Owner"), (double.pk, "uses", "")
    ]  # fmt: skip


def test_the_timeline_tells_of_the_win_without_a_touch(rupa):
    contact = make_contact("Anika", by=rupa)
    made = make_opportunity("Rice", by=rupa, contact=contact)
    actions.move_opportunity(made, actor=rupa, stage=stage_named("Won"), reason=reason_named("Best fit"))
    record = EventRecord.objects.get(name="sales.opportunity_won")
    for _twice in range(2):  # the queue may deliver an event again
        tell_win(OpportunityWon(**record.payload), record)
    told = Interaction.objects.get(contact=contact)
    assert (told.kind, told.subject, told.outcome) == ("opportunity_won", "Rice", "Best fit")
    contact.refresh_from_db()
    assert contact.last_touched_at is None


@pytest.mark.parametrize(("before", "after"), [("lead", "customer"), ("prospect", "customer"), ("former", "former"), ("customer", "customer")])  # fmt: skip
def test_winning_makes_customers(rupa, before, after):
    contact, firm = make_contact("Anika", by=rupa, lifecycle=before), make_company("Firm", by=rupa)
    made = make_opportunity("Rice", by=rupa, contact=contact, company=firm)
    actions.move_opportunity(made, actor=rupa, stage=stage_named("Won"), reason=reason_named("Best fit"))
    record = EventRecord.objects.get(name="sales.opportunity_won")
    for _twice in range(2):
        deliver(record.pk, "bandhu.sales.subscribers.winning_makes_customers")
    contact.refresh_from_db()
    firm.refresh_from_db()
    assert (contact.lifecycle, firm.lifecycle) == (after, "customer")
    changed = AuditEntry.objects.filter(record_kind="contact", record_id=contact.pk, verb="changed")
    assert changed.count() == (before != after)


def test_an_erased_contact_leaves_figures_but_no_words(rupa):
    admin = make_seller("Root", role="administrator")
    contact = make_contact("Anika", by=rupa)
    made = make_opportunity("Rice for Anika", by=rupa, contact=contact, note="Likes tea")
    delete_contact(contact, actor=admin)
    purge_contact(contact, actor=admin)
    made.refresh_from_db()
    assert (made.contact, made.note, made.amount_minor) == (None, "", 500000)
    assert "Anika" not in made.name


def test_stages_are_set_up_and_kept_sound(rupa):
    admin = make_seller("Root", role="administrator")
    pipeline = actions.create_pipeline(actor=admin, name="Repairs", names={"bn": "মেরামত"})
    begin = pipeline.stages.get(kind="open")
    added = actions.add_stage(pipeline, actor=admin, name="Looked at", probability="30%", ageing_days="7")
    assert [one.name for one in pipeline.stages.all()][:2] == [begin.name, "Looked at"]
    assert (added.probability, added.ageing_days) == (Decimal("0.3"), 7)
    with pytest.raises(ValidationError):
        actions.change_stage(added, actor=admin, probability="140%")
    actions.delete_stage(added, actor=admin)
    with pytest.raises(ValidationError):
        actions.delete_stage(begin, actor=admin)
    with pytest.raises(ValidationError):
        actions.change_stage(begin, actor=admin, is_active=False)
    make_opportunity(by=rupa)
    with pytest.raises(ValidationError):
        actions.delete_pipeline(ready_pipeline(), actor=admin)
    actions.put_in_order(actor=admin, model=type(pipeline), ids=[pipeline.pk, ready_pipeline().pk])
    assert ready_pipeline() == pipeline
