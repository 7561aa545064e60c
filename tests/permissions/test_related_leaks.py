"""What one may not see of a company is in no column, filter, group, order, export or search of contacts either."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from bandhu.customers import actions
from bandhu.customers.exporting import vcards, view_table, whole_table
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.interactions.actions import plan_follow_up
from bandhu.interactions.queries import follow_ups_of
from bandhu.platform.custom_fields import all_fields
from bandhu.platform.filters import OPERATORS_OF, filterable_fields
from bandhu.platform.listing import GROUPABLE, listing_for
from bandhu.platform.queries import search
from bandhu.platform.record_kinds import record_kinds

pytestmark = pytest.mark.django_db
SECRET = "Zaheerunnissa Traders"
OPEN = "Akash Stores"
TELLING = ["company", "company_name", "company_industry", "company_city", "company_lifecycle"]


@pytest.fixture
def book():
    """One contact with a company out of reach, one with a company in reach, one with none."""
    boss = make_user("Boss", role="administrator")
    kamal = make_user("Kamal", team=make_team("Dhaka"))
    hidden = actions.create_company(actor=boss, name=SECRET, industry="Zmining", lifecycle="customer")
    known = actions.create_company(
        actor=boss, name=OPEN, industry="Textiles", lifecycle="customer", owner=kamal
    )
    first = actions.create_contact(actor=boss, full_name="Rahima Khatun", company=hidden, job_title="Buyer")
    second = actions.create_contact(actor=boss, full_name="Salma Akter", company=known)
    third = actions.create_contact(actor=boss, full_name="Tania Islam")
    grant(kamal, "customers.view_contact")
    return {"kamal": kamal, "boss": boss, "first": first, "second": second, "third": third, "hidden": hidden}


def _own_reach(kamal):
    grant(kamal, "customers.view_company", "own")
    return kamal


def _names(user, **definition):
    return {record.full_name for record in listing_for(user, "contact", definition).all()}


def _asked(field, op, value=None):
    return {"all": [{"field": field, "op": op, "value": value}]}


def test_without_the_permission_the_fields_are_not_there(book):
    kamal, kind = book["kamal"], record_kinds["contact"]
    assert not {one.name for one in all_fields(kamal, kind)} & set(TELLING)
    assert not {one.name for one in filterable_fields(kamal, kind)} & set(TELLING)
    assert set(TELLING) <= {one.name for one in all_fields(book["boss"], kind)}
    for name in TELLING:
        with pytest.raises(ValidationError):
            listing_for(kamal, "contact", {"filter": _asked(name, "filled")})
    for name in ("company", "company_name"):
        with pytest.raises(ValidationError):
            listing_for(kamal, "contact", {"sort": name})


@pytest.mark.parametrize("reach", ["", "own"])
def test_no_page_of_the_list_tells(book, reach):
    if reach:
        grant(book["kamal"], "customers.view_company", reach)
    client = Client()
    client.force_login(book["kamal"])
    kind = record_kinds["contact"]
    every = ",".join(one.name for one in kind.fields)
    asked = [{}, {"columns": every}, {"q": SECRET}]
    asked += [
        {"columns": every, "sort": sign + one.name} for one in kind.fields if one.sort for sign in ("", "-")
    ]
    asked += [{"group_by": one.name} for one in kind.fields if one.type in GROUPABLE]
    asked += [{"filter": json.dumps(_asked(name, "contains", "Z"))} for name in TELLING[:4]]
    for query in asked:
        answer = client.get("/contacts/", query)
        assert answer.status_code < 500, query
        page = answer.content.decode().replace(f'value="{SECRET}"', "")
        assert f">{SECRET}<" not in page, query
        assert "Zmining" not in page, query


@pytest.mark.parametrize("name", TELLING[1:])
def test_every_question_takes_a_company_out_of_reach_for_none(book, name):
    """Whatever is asked, who has a hidden company answers as who has no company at all."""
    kamal = _own_reach(book["kamal"])
    field = record_kinds["contact"].field(name)
    secret = getattr(book["hidden"], field.path.partition("__")[2])
    for op in OPERATORS_OF.get(
        field.type, ("contains", "contains_not", "is", "is_not", "starts", "empty", "filled")
    ):
        value = [secret] if op in ("in", "not_in") else secret or "Z"
        found = _names(kamal, filter=_asked(name, op, value))
        assert ("Rahima Khatun" in found) == ("Tania Islam" in found), op


def test_filters_still_answer_for_companies_in_reach(book):
    kamal = _own_reach(book["kamal"])
    assert _names(kamal, filter=_asked("company_name", "contains", "Akash")) == {"Salma Akter"}
    assert _names(kamal, filter=_asked("company_name", "contains", "Zaheer")) == set()
    assert _names(kamal, filter=_asked("company", "is", OPEN)) == {"Salma Akter"}
    assert _names(kamal, filter=_asked("company", "contains", "Zaheer")) == set()
    assert _names(kamal, filter=_asked("company_name", "empty")) == {"Rahima Khatun", "Tania Islam"}
    assert _names(kamal, filter=_asked("company_industry", "is_not", "Textiles")) == {
        "Rahima Khatun",
        "Tania Islam",
    }


def test_groups_and_order_take_it_for_none(book):
    kamal = _own_reach(book["kamal"])
    grouped = listing_for(kamal, "contact", {"group_by": "company_lifecycle"}).groups()
    assert sorted(grouped, key=str) == [("customer", 1), (None, 2)]
    ordered = [one.full_name for one in listing_for(kamal, "contact", {"sort": "company"}).all()]
    assert ordered[0] == "Salma Akter"
    assert set(ordered) == {"Rahima Khatun", "Salma Akter", "Tania Islam"}


@pytest.mark.parametrize("reach", ["", "own"])
def test_exports_leave_it_out(book, reach):
    kamal = book["kamal"]
    if reach:
        grant(kamal, "customers.view_company", reach)
    columns = [one.name for one in all_fields(kamal, record_kinds["contact"])]
    for table in (view_table(kamal, "contact", {"columns": columns}), whole_table(kamal, "contact")):
        text = str([table.header, *table.rows])
        assert "Rahima" in text
        assert SECRET not in text
        assert (OPEN in text) == bool(reach)
    assert SECRET not in "".join(vcards(kamal))


@pytest.mark.parametrize("reach", ["", "own"])
def test_the_search_neither_finds_by_it_nor_shows_it(book, reach):
    kamal = book["kamal"]
    if reach:
        grant(kamal, "customers.view_company", reach)
    assert [hit.title for hit in search(book["boss"], "Zaheerunnissa", kinds=["contact"])] == [
        "Rahima Khatun"
    ]
    assert search(kamal, "Zaheerunnissa") == []
    (hit,) = search(kamal, "Rahima Khatun")
    assert hit.detail == "Buyer"
    assert [hit.title for hit in search(kamal, "Akash", kinds=["contact"])] == (
        ["Salma Akter"] if reach else []
    )


def test_a_next_step_names_only_who_may_be_seen(book):
    plan_follow_up(book["first"], actor=book["boss"], what="Call", due_at=book["first"].created_at)
    grant(book["kamal"], "interactions.view_followup")
    (step,) = follow_ups_of(book["kamal"], book["first"])
    assert (step.contact, step.company) == (book["first"], None)


def test_one_page_costs_no_statement_more(book, django_assert_num_queries):
    kamal = _own_reach(book["kamal"])
    for user in (book["boss"], kamal):
        user.holds("customers.view_contact")
        listing = listing_for(user, "contact", {"columns": ["full_name", "company"], "sort": "full_name"})
        with django_assert_num_queries(1):
            listing.page()
