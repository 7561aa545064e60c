"""Territories: tried before they apply, applied one by one, taken back; leads go by them."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.catalog.tests.cast import make_money
from bandhu.customers.models import Company
from bandhu.customers.tests.cast import make_company, make_contact
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import make_team
from bandhu.platform.models import AuditEntry, SavedView
from bandhu.sales import actions, queries
from bandhu.sales.models import Reassignment
from bandhu.sales.tests.cast import make_lead, make_opportunity, make_seller, stage_named

pytestmark = pytest.mark.django_db


def in_country(code):
    return {"all": [{"field": "country", "op": "in", "value": [code]}]}


@pytest.fixture
def house():
    admin = make_money()
    north, south = make_team("North"), make_team("South")
    return {
        "admin": admin, "north": north, "south": south,
        "nila": make_seller("Nila", role="sales", team=north), "sami": make_seller("Sami", role="sales", team=south),
    }  # fmt: skip


def territory(house, name="Sri Lanka", kind="company", **values):
    given = {"conditions": in_country("LK"), "owner": house["sami"]} | values
    return actions.set_territory(None, actor=house["admin"], name=name, kind=kind, **given)


def run(house):
    made = actions.apply_territories(actor=house["admin"])
    actions.run_reassignment(made.pk)
    made.refresh_from_db()
    return made


def make_firm(house, name, code, owner):
    address = [{"country": code, "city": "Dhaka" if code == "BD" else "Elsewhere"}]
    return make_company(
        name, by=house["admin"], owner=owner, team=owner.team if owner else None, addresses=address
    )


class TestSimulation:
    def test_it_tells_who_would_move_from_where_to_where_and_writes_nothing(self, house):
        make_firm(house, "Kandy Tea", "LK", house["nila"])
        make_firm(house, "Galle Tea", "LK", house["nila"])
        make_firm(house, "Colombo Tea", "LK", house["sami"])
        make_firm(house, "Dhaka Jute", "BD", house["nila"])
        territory(house)
        before, entries = list(Company.objects.values_list("pk", "owner")), AuditEntry.objects.count()
        (found,) = queries.simulate_territories(house["admin"])
        (line,) = found.lines
        assert (found.total, line.count, line.before.user, line.after.user) == (
            2,
            2,
            house["nila"],
            house["sami"],
        )
        assert {str(one) for one in found.sample} == {"Kandy Tea", "Galle Tea"}
        assert list(Company.objects.values_list("pk", "owner")) == before
        assert AuditEntry.objects.count() == entries

    def test_the_first_that_fits_decides(self, house):
        make_firm(house, "Kandy Tea", "LK", None)
        everywhere = territory(house, "Everywhere", conditions={}, owner=house["nila"])
        island = territory(house)
        assert queries.simulate_territories(house["admin"])[0].lines[0].after.user == house["nila"]
        actions.put_territories_in_order(actor=house["admin"], ids=[island.pk, everywhere.pk])
        assert queries.simulate_territories(house["admin"])[0].lines[0].after.user == house["sami"]

    def test_a_draft_is_tried_in_the_place_of_the_saved_one(self, house):
        make_firm(house, "Kandy Tea", "LK", house["nila"])
        saved = territory(house, owner=house["nila"])
        draft = actions.draft_territory(
            saved,
            actor=house["admin"],
            kind="company",
            conditions=in_country("LK"),
            team=None,
            owner=house["sami"],
        )
        (found,) = queries.simulate_territories(house["admin"], ["company"], draft=draft)
        assert found.total == 1
        assert queries.simulate_territories(house["admin"])[0].total == 0

    def test_of_a_team_alone_its_people_keep_what_they_have(self, house):
        make_firm(house, "Kandy Tea", "LK", house["sami"])
        make_firm(house, "Galle Tea", "LK", house["nila"])
        territory(house, owner=None, team=house["south"])
        (line,) = queries.simulate_territories(house["admin"])[0].lines
        assert (line.before.user, line.after.user, line.after.team) == (house["nila"], None, house["south"])


class TestApplying:
    def test_each_change_is_written_down_and_taken_back_exactly(self, house):
        firm = make_firm(house, "Kandy Tea", "LK", house["nila"])
        person = make_contact("Nuwan", by=house["admin"], owner=house["nila"], team=house["north"])
        territory(house)
        territory(house, "People", kind="contact", conditions={}, owner=house["sami"])
        done = run(house)
        firm.refresh_from_db()
        person.refresh_from_db()
        assert (firm.owner, firm.team, person.owner) == (house["sami"], house["south"], house["sami"])
        assert (done.state, done.total, done.done, done.failed) == (
            "done",
            done.rows.count(),
            done.rows.count(),
            0,
        )
        assert AuditEntry.objects.filter(record_id=firm.pk, verb="changed").exists()
        actions.undo_territories(done, actor=house["admin"])
        actions.run_reassignment(done.pk)
        firm.refresh_from_db()
        done.refresh_from_db()
        assert (firm.owner, firm.team, done.state) == (house["nila"], house["north"], "undone")

    def test_what_was_given_to_others_since_stays_there(self, house):
        firm = make_firm(house, "Kandy Tea", "LK", house["nila"])
        territory(house)
        done = run(house)
        Company.objects.filter(pk=firm.pk).update(owner=house["admin"])
        actions.undo_territories(done, actor=house["admin"])
        actions.run_reassignment(done.pk)
        firm.refresh_from_db()
        assert firm.owner == house["admin"]
        assert [one.state for one in queries.problems_of(done)] == ["kept"]

    def test_closed_opportunities_stay(self, house):
        admin = house["admin"]
        still, sold = (make_opportunity(name, by=admin, owner=house["nila"]) for name in ("Open", "Sold"))
        actions.move_opportunity(sold, actor=admin, stage=stage_named("Won"))
        territory(house, kind="opportunity", conditions={})
        run(house)
        still.refresh_from_db()
        sold.refresh_from_db()
        assert (still.owner, sold.owner) == (house["sami"], house["nila"])

    def test_nothing_to_move_is_said(self, house):
        territory(house)
        with pytest.raises(ValidationError):
            actions.apply_territories(actor=house["admin"])
        assert not Reassignment.objects.exists()

    def test_taken_back_once(self, house):
        make_firm(house, "Kandy Tea", "LK", house["nila"])
        territory(house)
        done = run(house)
        actions.undo_territories(done, actor=house["admin"])
        with pytest.raises(ValidationError):
            actions.undo_territories(done, actor=house["admin"])

    def test_only_who_may(self, house):
        with pytest.raises(Denied):
            actions.apply_territories(actor=house["nila"])
        with pytest.raises(Denied):
            queries.simulate_territories(house["nila"])


class TestLeads:
    def test_a_rule_may_let_the_territories_decide(self, house):
        territory(house, kind="lead")
        actions.set_assignment_rule(None, actor=house["admin"], name="By place", way="territory")
        assert make_lead("From Kandy", by=house["admin"], country="LK").owner == house["sami"]
        assert make_lead("From nowhere", by=house["admin"]).owner is None

    def test_whoever_is_away_gets_none_and_the_next_rule_or_the_team_does(self, house):
        place = territory(house, kind="lead")
        actions.set_assignment_rule(None, actor=house["admin"], name="By place", way="territory")
        actions.set_assignment_rule(None, actor=house["admin"], name="Rest", people=[(house["nila"], None)])
        today = timezone.localdate()
        actions.note_absence(actor=house["admin"], user=house["sami"], first_day=today, last_day=today)
        assert make_lead("From Kandy", by=house["admin"], country="LK").owner == house["nila"]
        actions.set_territory(
            place, actor=house["admin"], name="Sri Lanka", kind="lead", conditions=in_country("LK"), owner=house["sami"], team=house["south"]
        )  # fmt: skip
        waiting = make_lead("From Galle", by=house["admin"], country="LK")
        assert (waiting.owner, waiting.team) == (None, house["south"])

    def test_a_trial_knows_it_too(self, house):
        territory(house, kind="lead")
        lead = make_lead("From Kandy", by=house["admin"], country="LK")
        rule, seats = actions.draft_rule(
            None, actor=house["admin"], way="territory", team=None, people=(), conditions={}
        )
        trials = queries.simulate_assignment(house["admin"], draft=(rule, seats))
        assert [(one.lead, one.choice.user) for one in trials] == [(lead, house["sami"])]


class TestPages:
    def test_made_tried_and_applied_on_the_screen(self, house):
        admin = house["admin"]
        make_firm(house, "Kandy Tea", "LK", house["nila"])
        view = SavedView.objects.create(
            record_kind="company", name="Island", owner=admin, definition={"filter": in_country("LK")}
        )
        client = Client()
        client.force_login(admin)
        sent = {"name": "Island", "view": str(view.pk), "owner": str(house["sami"].pk), "team": ""}
        tried = client.post(reverse("sales:territory_new"), sent | {"try": "yes"})
        assert "Kandy Tea" in tried.content.decode()
        assert client.post(reverse("sales:territory_new"), sent).status_code == 302
        assert "Kandy Tea" in client.get(reverse("sales:territory_simulation")).content.decode()
        assert client.post(reverse("sales:territory_simulation")).status_code == 302
        run = Reassignment.objects.get()
        assert client.post(reverse("sales:reassignment_undo", args=[run.pk])).status_code == 302
        assert "Being taken back" in client.get(reverse("sales:territories")).content.decode()

    def test_one_without_team_and_person_is_refused(self, house):
        client = Client()
        client.force_login(house["admin"])
        answer = client.post(reverse("sales:territory_new"), {"name": "Nobody's", "view": "all:lead"})
        assert answer.status_code == 422
