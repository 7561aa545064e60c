"""The list page and what is asked of it, through its addresses."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import grant, make_user
from bandhu.platform.listing import listing_for
from bandhu.platform.models import SavedView
from bandhu.platform.record_kinds import record_kinds

pytestmark = pytest.mark.django_db
NUMBER, SHOWN = "+8801712345678", "01712-345678"


@pytest.fixture
def ada():
    return make_user("Ada", role="administrator")


def test_every_list_says_what_its_box_looks_for():
    with_box = [kind for kind in record_kinds.values() if kind.list_url_name and kind.is_found]
    assert [kind.name for kind in with_box if not kind.search_hint] == []


def test_the_box_of_products_does_not_ask_for_telephones(ada):
    page = _client(ada).get(reverse("catalog:products")).content.decode()
    assert "Name of a product in any language, or its code" in page and "phone, mail" not in page


def _client(user):
    client = Client()
    client.force_login(user)
    return client


def test_telephones_are_written_as_people_of_the_place_write_them(ada):
    make_contact("Rahima", by=ada, phones=[NUMBER, "+914423456789"])
    page = _client(ada).get(reverse("customers:contacts")).content.decode()
    assert f"{SHOWN}, +91 44 2345 6789" in page
    assert NUMBER not in page


@pytest.mark.parametrize("columns", ["phone,full_name", "full_name,phone"])
def test_a_masked_column_is_covered_wherever_it_stands(ada, columns):
    make_contact("Rahima", by=ada, phones=[NUMBER])
    clerk = make_user("Clerk")
    grant(clerk, "customers.view_contact")
    page = _client(clerk).get(reverse("customers:contacts"), {"columns": columns}).content.decode()
    assert "••••678" in page
    assert SHOWN not in page
    assert NUMBER not in page


def test_the_way_to_reach_somebody_stands_below_the_name_covered_like_its_column(ada):
    make_contact("Rahima", by=ada, phones=[NUMBER])
    address = reverse("customers:contacts")
    assert f'<bdi class="cell-second">{SHOWN}</bdi>' in _client(ada).get(address).content.decode()
    clerk = make_user("Clerk")
    grant(clerk, "customers.view_contact")
    page = _client(clerk).get(address).content.decode()
    assert '<bdi class="cell-second">••••678</bdi>' in page


def test_columns_nobody_knows_leave_the_usual_ones(ada):
    make_contact("Rahima", by=ada)
    page = _client(ada).get(reverse("customers:contacts"), {"columns": "nonsense"})
    assert page.status_code == 200
    assert b"Last contact" in page.content


def test_tags_stand_in_their_order_with_their_names(ada):
    make_contact("Rahima", by=ada, tags=["Zeal", "Amber"])
    make_contact("Murugan", by=ada, tags=["Amber"])
    page = _client(ada).get(reverse("customers:contacts")).content.decode()
    assert page.index("Amber") < page.index("Zeal")
    assert page.count(">Amber<") == 2


@pytest.mark.parametrize("broken", ["{", "[]", "7", '"all"'])
@pytest.mark.parametrize("name", ["platform:filtering", "platform:joining", "customers:export"])
def test_a_filter_that_cannot_be_read_is_refused_with_a_sentence(ada, name, broken):
    address = reverse(name) if name.startswith("customers") else reverse(name, args=["contact"])
    answer = _client(ada).get(address, {"filter": broken})
    assert answer.status_code == 422
    assert "This filter cannot be understood." in answer.content.decode()


@pytest.mark.parametrize("broken", ["{", "[]", '{"filter": "all"}'])
def test_a_list_that_cannot_be_read_is_neither_kept_nor_changed(ada, broken):
    client = _client(ada)
    answer = client.post(
        reverse("platform:bulk_choosing", args=["contact"]), {"everything": "yes", "definition": broken}
    )
    assert answer.status_code == 422
    client.post(reverse("platform:view_saving", args=["contact"]), {"name": "Mine", "definition": broken})
    assert not SavedView.objects.exists()


def test_a_kept_bar_shows_what_changed_since(ada):
    """The bar is drawn once for the same list; a view more, or another sort, is another bar."""
    make_contact("Rahima", by=ada)
    client, address = _client(ada), reverse("customers:contacts")
    before = client.get(address).content.decode()
    definition = json.dumps({"sort": "-created_at"})
    client.post(
        reverse("platform:view_saving", args=["contact"]), {"name": "Newest", "definition": definition}
    )
    after = client.get(address).content.decode()
    assert "Newest" not in before
    assert "Newest" in after
    assert 'name="sort" value="city"' in client.get(address, {"sort": "city"}).content.decode()
    assert after.count("<!--token-->") == 0


def test_a_list_that_can_hold_nobody_is_empty(ada):
    """No reach at all, and words nobody has: Django knows the answer without asking the database."""
    make_contact("Rahima", by=ada)
    nobody = make_user("Nobody", role="sales")
    address = reverse("customers:contacts")
    assert _client(nobody).get(address).context["count"] == 0
    assert _client(ada).get(address, {"q": "qxzw vvkj"}).context["count"] == 0


def test_a_list_beyond_the_limit_is_counted_once_a_minute(ada, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("bandhu.platform.listing.COUNT_LIMIT", 2)
    for name in ("Rahima", "Murugan", "Zoe"):
        make_contact(name, by=ada)
    listing = listing_for(ada, "contact", {})
    assert listing.count() == (2, True)
    otherwise_sorted = listing_for(ada, "contact", {"sort": "created_at"})
    with django_assert_num_queries(0):
        assert otherwise_sorted.count() == (2, True)
    assert listing_for(
        ada, "contact", {"filter": {"field": "full_name", "op": "is", "value": "Zoe"}}
    ).count() == (1, False)
