"""The statements of the pages people open all day: the same for a small record and for a large one."""

import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.customers import actions
from bandhu.customers.tests.cast import make_agent, make_company, make_contact
from bandhu.identity.tests.cast import make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    return make_agent("Rupa", team=make_team("Dhaka"))


@pytest.fixture
def large(rupa):
    """A contact with many of everything, in a company with many people."""
    company = make_company("Padma", by=rupa, phones=["+8801711000001"], tags=["Big"])
    contact = make_contact(
        "Rahima", by=rupa, company=company,
        phones=[f"0171200000{n}" for n in range(8)], mails=[f"r{n}@example.com" for n in range(8)],
        addresses=[{"country": "BD", "city": f"City {n}"} for n in range(4)], tags=[f"Tag {n}" for n in range(8)],
    )  # fmt: skip
    for place in range(30):
        other = make_contact(f"Other {place}", by=rupa, company=company, phones=["01712345678"], tags=["VIP"])
        if place < 6:
            actions.relate(contact, actor=rupa, other=other, role="household")
    return contact


PAGES = ["contact", "contact_edit", "contact_history", "contact_files"]


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_a_contact(rupa, large, count_queries, name):
    client, address = Client(), reverse(f"customers:{name}", args=[large.pk])
    client.force_login(rupa)
    client.get(address)
    with count_queries(name):
        assert client.get(address).status_code == 200


def test_a_small_contact_takes_no_more_statements_than_a_large_one(
    rupa, large, django_assert_max_num_queries
):
    counts = json.loads((Path(__file__).parent / "query_counts.json").read_text())
    client, address = Client(), reverse("customers:contact", args=[make_contact("Small", by=rupa).pk])
    client.force_login(rupa)
    client.get(address)
    with django_assert_max_num_queries(counts["contact"]):
        client.get(address)


@pytest.mark.parametrize("name", ["contacts", "companies", "bin", "tags"])
def test_lists(rupa, large, count_queries, name):
    client, address = Client(), reverse(f"customers:{name}")
    client.force_login(rupa)
    client.get(address)
    with count_queries(name):
        assert client.get(address).status_code == 200


def test_the_page_of_a_company(rupa, large, count_queries):
    client, address = Client(), reverse("customers:company", args=[large.company.pk])
    client.force_login(rupa)
    client.get(address)
    with count_queries("company"):
        assert client.get(address).status_code == 200


def test_the_tree_of_a_company(rupa, large, count_queries):
    for place in range(5):
        below = make_company(f"Below {place}", by=rupa, parent=large.company)
        make_company(f"Further below {place}", by=rupa, parent=below)
    client, address = Client(), reverse("customers:company_tree", args=[large.company.pk])
    client.force_login(rupa)
    client.get(address)
    with count_queries("company_tree"):
        assert client.get(address).status_code == 200
