"""A company among those above and below it."""

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.customers import queries
from bandhu.customers.models import Company
from bandhu.customers.queries import company_trees
from bandhu.customers.tests.cast import make_agent, make_company, make_contact
from bandhu.identity.tests.cast import make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    return make_agent("Rupa", team=make_team("Dhaka"))


@pytest.fixture
def group(rupa):
    """Holding > Padma > (Padma North > Depot, Padma South); two people in the depot, one in Padma."""
    made = {"holding": make_company("Holding", by=rupa)}
    made["padma"] = make_company("Padma", by=rupa, parent=made["holding"])
    made["south"] = make_company("Padma South", by=rupa, parent=made["padma"])
    made["north"] = make_company("Padma North", by=rupa, parent=made["padma"])
    made["depot"] = make_company("Depot", by=rupa, parent=made["north"])
    for name, firm in (("A", "depot"), ("B", "depot"), ("C", "padma")):
        make_contact(name, by=rupa, company=made[firm])
    return made


def names(branch):
    return (
        {branch.company.name: [names(one) for one in branch.below]} if branch.below else branch.company.name
    )


def test_those_above_and_all_below_with_their_counts(rupa, group):
    tree = queries.company_tree(rupa, group["padma"])
    assert [one.name for one in tree.above] == ["Holding"]
    assert names(tree.branch) == {"Padma": [{"Padma North": ["Depot"]}, "Padma South"]}
    assert (tree.branch.companies_below, tree.branch.people, tree.branch.all_people) == (3, 1, 3)
    assert [one.name for one in queries.company_tree(rupa, group["depot"]).above] == [
        "Holding", "Padma", "Padma North",
    ]  # fmt: skip


def test_what_is_out_of_reach_or_in_the_bin_is_neither_shown_nor_counted(rupa, group):
    stranger = make_agent("Stranger", team=make_team("Khulna"))
    Company.objects.filter(pk=group["north"].pk).update(owner=stranger, team=stranger.team)
    tree = queries.company_tree(rupa, group["holding"])
    assert names(tree.branch) == {"Holding": [{"Padma": ["Padma South"]}]}
    assert tree.branch.all_people == 1
    assert queries.company_tree(rupa, group["depot"]).above == []


def test_a_circle_in_the_table_ends(rupa, group):
    Company.objects.filter(pk=group["holding"].pk).update(parent=group["depot"])
    tree = queries.company_tree(rupa, queries.company_for(rupa, group["holding"].pk))
    assert tree.branch.companies_below == 4
    assert [one.name for one in tree.above] == ["Padma", "Padma North", "Depot"]


def test_a_tree_that_is_too_large_says_so(rupa, group, monkeypatch):
    monkeypatch.setattr(company_trees, "MOST_BELOW", 2)
    tree = queries.company_tree(rupa, group["holding"])
    assert (tree.is_cut, tree.branch.companies_below) == (True, 2)
    monkeypatch.setattr(company_trees, "MOST_BELOW", 100)
    monkeypatch.setattr(company_trees, "DEEPEST", 2)
    tree = queries.company_tree(rupa, group["holding"])
    assert (tree.is_cut, tree.branch.companies_below) == (True, 3)
    monkeypatch.setattr(company_trees, "DEEPEST", 3)
    assert queries.company_tree(rupa, group["holding"]).is_cut is False


def test_the_page_shows_it_and_the_record_leads_to_it(rupa, group):
    client = Client()
    client.force_login(rupa)
    address = reverse("customers:company_tree", args=[group["padma"].pk])
    page = client.get(address).content.decode()
    assert all(name in page for name in ("Holding", "Padma North", "Padma South", "Depot", "2 people"))
    assert address in client.get(reverse("customers:company", args=[group["padma"].pk])).content.decode()
