"""A file in its second coming: what it says otherwise is taken over, unless somebody worked on the record here; and taken back."""

import pytest

from bandhu.catalog.tests.cast import make_money
from bandhu.customers.tests.cast import make_company, make_contact
from bandhu.customers.tests.importing import bring_in, take_back
from bandhu.identity.tests.cast import make_user
from bandhu.platform.models import AuditEntry
from bandhu.platform.queries import search
from bandhu.sales import actions
from bandhu.sales.models import AssignmentRule, Lead, Opportunity, Seat, StageMove, StatusChange, Way

pytestmark = pytest.mark.django_db
LEADS = "Lead Id,Name,Email,Interest,Lead Source,Status\n"
ANN = "1,Ann Lee,ann@example.org,Rice,Website,New\n"
BEN = "2,Ben Roy,ben@example.org,Tea,Website,New\n"
DEALS = "Deal Id,Deal Name,Account Name,Deal Stage,Amount,Close Date,Create Date\n"
SACKS = "7,Sacks,Acme Ltd,Quoted,100,2099-01-01,2026-03-01\n"


@pytest.fixture
def rupa():
    make_money()
    return make_user("Rupa", role="administrator", time_zone="UTC")


def test_what_a_lead_says_otherwise_is_taken_over_and_taken_back(rupa):
    bring_in(rupa, LEADS + ANN + BEN, kind="leads")
    changed = ANN.replace("Rice", "Lentils").replace("New", "Contacted")
    again = bring_in(rupa, LEADS + changed + BEN, kind="leads")
    lead = Lead.objects.get(title="Lentils")
    assert (again.created, again.updated, Lead.objects.count()) == (0, 1, 2)
    assert (lead.status, lead.version) == ("working", 2)
    assert StatusChange.objects.filter(lead=lead).order_by("at").last().to_status == "working"
    assert AuditEntry.objects.get(record_kind="lead", verb="changed").changes["title"] == ["Rice", "Lentils"]
    assert [hit.record_id for hit in search(rupa, "Lentils")] == [lead.pk]
    take_back(again, rupa)
    lead.refresh_from_db()
    assert (again.state, lead.title, lead.status) == ("undone", "Rice", "new")
    assert bring_in(rupa, LEADS + changed, kind="leads").updated == 1


def test_a_lead_somebody_worked_on_keeps_what_it_says(rupa):
    bring_in(rupa, LEADS + ANN, kind="leads")
    actions.change_lead(Lead.objects.get(), actor=rupa, title="Basmati")
    again = bring_in(
        rupa, LEADS.replace("Interest", "Campaign") + ANN.replace("Rice", "Spring"), kind="leads"
    )
    lead = Lead.objects.get()
    assert (again.updated, lead.title, lead.campaign) == (1, "Basmati", "Spring")  # what was empty is filled


def test_an_opportunity_moves_on_with_its_file(rupa):
    bring_in(rupa, DEALS + SACKS, kind="opportunities")
    won = SACKS.replace("Quoted", "Closed Won").replace("100", "120").replace("2099-01-01", "2026-04-01")
    again = bring_in(rupa, DEALS + won, kind="opportunities")
    sale = Opportunity.objects.get()
    assert (again.created, again.updated) == (0, 1)
    assert (sale.state, sale.base_amount_minor, str(sale.closed_at.date())) == ("won", 12_000, "2026-04-01")
    told = [(move.to_stage.name, move.left_at) for move in sale.moves.order_by("at")]
    assert told == [("Quoted", sale.closed_at), ("Won", None)]
    take_back(again, rupa)
    sale.refresh_from_db()
    assert (sale.state, sale.base_amount_minor, sale.closed_at) == ("open", 10_000, None)
    assert StageMove.objects.get().left_at is None


def test_a_card_somebody_moved_stays_where_it_is(rupa):
    bring_in(rupa, DEALS + SACKS, kind="opportunities")
    sale = Opportunity.objects.get()
    stage = sale.pipeline.stages.get(name="Negotiating")
    actions.move_opportunity(sale, actor=rupa, stage=stage)
    again = bring_in(rupa, DEALS + SACKS.replace("Quoted", "Qualifying"), kind="opportunities")
    sale.refresh_from_db()
    assert (again.updated, sale.stage) == (0, stage)


def test_rows_without_an_owner_go_by_the_rules(rupa):
    mina, omar = make_user("Mina"), make_user("Omar")
    rule = AssignmentRule.objects.create(name="All", way=Way.ROUND_ROBIN, conditions={})
    for user in (mina, omar):
        Seat.objects.create(rule=rule, user=user)
    head = LEADS.replace("Status", "Status,Lead Owner")
    rows = ANN.replace("New", "New,Rupa") + BEN.replace("New", "New,")
    rows += "3,Cy Das,cy@example.org,Oil,Website,New,\n4,Di Roy,di@example.org,Oil,Website,Junk Lead,\n"
    bring_in(rupa, head + rows, kind="leads")
    owners = dict(Lead.objects.values_list("contact__full_name", "owner__full_name"))
    assert owners["Ann Lee"] == "Rupa" and owners["Di Roy"] == "Rupa"  # named; closed long ago
    assert {owners["Ben Roy"], owners["Cy Das"]} == {"Mina", "Omar"}
    assert Seat.objects.filter(last_given_at=None).count() == 0
    bring_in(rupa, LEADS + "9,Ed Ray,ed@example.org,Oil,Website,New\n", kind="leads", assigning="chosen")
    assert Lead.objects.get(contact__full_name="Ed Ray").owner == rupa


def test_the_time_to_answer_runs_where_one_chose_so(rupa):
    actions.set_lead_source(None, actor=rupa, name="Website", respond_within_hours=4)
    bring_in(rupa, LEADS + ANN, kind="leads", answering="clock")
    bring_in(rupa, LEADS + BEN, kind="leads")
    due = dict(Lead.objects.values_list("contact__full_name", "response_due_at"))
    assert due["Ann Lee"] is not None and due["Ben Roy"] is None


def test_deals_of_hubspot_name_their_contact(rupa):
    acme = make_company("Acme Ltd", by=rupa)
    ann = make_contact("Ann Lee", by=rupa, company=acme)
    head = "Record ID,Deal Name,Deal Stage,Amount,Close Date,Deal owner,Create Date,Associated Company,Associated Contact,Associated Contact IDs\n"
    rows = "11,Sacks,Quoted,5000,2099-05-01,Rupa,2026-05-01 10:00,Acme Ltd,Ann Lee,501\n"
    rows += "12,Rice,Closed Lost,70,2026-06-02,Rupa,2026-05-01 10:00,Acme Ltd,Somebody Else,502\n"
    run = bring_in(rupa, head + rows)
    assert (run.kind, run.layout, run.created, run.failed) == ("opportunities", "hubspot_deals", 2, 0)
    sacks, rice = Opportunity.objects.get(name="Sacks"), Opportunity.objects.get(name="Rice")
    assert (sacks.contact, sacks.company, sacks.owner) == (ann, acme, rupa)
    assert rice.contact is None and "Somebody Else" in rice.note
