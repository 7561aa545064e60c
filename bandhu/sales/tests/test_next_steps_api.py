"""Next steps, chances and territories, by the API."""

import pytest

from bandhu.catalog.tests.cast import make_money
from bandhu.identity.tests.api import caller
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.sales.models import Opportunity, Territory
from bandhu.sales.tests.cast import make_lead, make_opportunity

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_money(make_user("Boss", role="administrator"))


@pytest.fixture
def ask(boss):
    return caller(boss)


def test_a_next_step_is_planned_shown_and_stands_on_the_card(boss, ask):
    deal = make_opportunity("Rice", by=boss)
    path = f"/opportunities/{deal.pk}/next-steps"
    status, made, _tag = ask("POST", path, {"what": "Call", "due_at": "2099-01-01T09:00:00Z", "kind": "call"})
    assert (status, made["company_id"], made["owner_id"]) == (201, str(deal.company_id), str(boss.pk))
    assert [one["id"] for one in ask("GET", path)[1]["items"]] == [made["id"]]
    assert Opportunity.objects.get(pk=deal.pk).next_step_due_at.year == 2099
    assert ask("PATCH", f"/follow-ups/{made['id']}", {"state": "done"})[0] == 200
    assert ask("GET", path)[1]["items"] == []
    assert ask("POST", path, {"what": "Call"})[0] == 422


def test_chances_are_null_where_nothing_was_learned(boss, ask):
    deal, lead = make_opportunity("Rice", by=boss), make_lead("Rice", by=boss)
    for path in (f"/opportunities/{deal.pk}/chance", f"/leads/{lead.pk}/chance"):
        assert ask("GET", path)[:2] == (200, {"chance": None, "reasons": []})
    type(lead).objects.filter(pk=lead.pk).update(
        chance=0.25,
        chance_reasons=[{"name": "source", "value": "Fair", "low": None, "high": None, "weight": 0.5}],
    )
    told = ask("GET", f"/leads/{lead.pk}/chance")[1]
    assert (told["chance"], told["reasons"][0]["value"]) == (0.25, "Fair")


def test_territories_are_changed_put_in_order_and_thrown_away(boss, ask):
    team = make_team("South")
    sent = {"kind": "lead", "team_id": str(team.pk)}
    first, second = (ask("POST", "/territories", sent | {"name": name})[1]["id"] for name in ("A", "B"))
    path = f"/territories/{first}"
    shown, tag = ask("GET", path)[1:]
    assert ask("PATCH", path, {"name": "North"}, **{"If-Match": '"x"'})[0] == 412
    wanted = {"name": "North", "filter": {"all": [{"field": "title", "op": "contains", "value": "fair"}]}}
    status, changed, _tag = ask("PATCH", path, wanted, **{"If-Match": tag})
    assert status == 200, changed
    assert (changed["name"], changed["team_id"], changed["filter"]) == (
        "North",
        shown["team_id"],
        wanted["filter"],
    )
    assert ask("PATCH", path, {"filter": {"all": [{"field": "nonsense"}]}})[1]["errors"].keys() == {"filter"}
    assert ask("PATCH", path, {"team_id": None})[0] == 422
    assert [one["id"] for one in ask("PUT", "/territories/order", {"ids": [second, first]})[1]] == [
        second,
        first,
    ]
    assert ask("PUT", "/territories/order", {"ids": ["0190a0a0-0000-7000-8000-000000000000"]})[0] == 422
    assert ask("DELETE", path)[0] == 204 and Territory.objects.get().name == "B"
    make_lead("Rice", by=boss)
    status, run, _tag = ask("POST", "/territories/runs")
    assert status == 202, run
    assert ask("GET", f"/territories/runs/{run['id']}")[1]["state"] in ("planned", "running", "done")
