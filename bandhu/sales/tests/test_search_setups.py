"""Sequences, territories and price books are found by their names, by who may see them."""

import pytest

from bandhu.catalog.actions import change_price_book
from bandhu.catalog.tests.cast import make_book, make_money
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.platform.queries import search
from bandhu.sales.actions import set_sequence, set_territory

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_money(make_user("Boss", role="administrator"))


def found(user, text, kind):
    return [hit.title for hit in search(user, text) if hit.kind == kind]


def test_sequences_by_their_words(boss):
    steps = [{"wait_days": 1, "task": "Call"}]
    set_sequence(None, actor=boss, name="Welcome after the fair", steps=steps)
    set_sequence(None, actor=boss, name="Welcome, old", steps=steps, is_active=False)
    set_sequence(None, actor=boss, name="மீண்டும் அழைக்கவும்", steps=steps)
    assert found(boss, "welcome", "sequence") == ["Welcome after the fair", "Welcome, old"]
    assert found(boss, "fair welcome", "sequence") == ["Welcome after the fair"]
    assert found(boss, "அழைக்கவும்", "sequence") == ["மீண்டும் அழைக்கவும்"]
    assert found(boss, "100%", "sequence") == [] == found(make_user("Nobody"), "welcome", "sequence")


def test_territories_by_their_names_in_every_language(boss):
    team = make_team("Dhaka")
    made = set_territory(
        None,
        actor=boss,
        name="North of the river",
        kind="lead",
        team=team,
        names={"bn": "নদীর উত্তর", "ta": "ஆற்றின் வடக்கு"},
    )
    for text in ("river north", "নদীর", "வடக்கு"):
        (hit,) = [hit for hit in search(boss, text) if hit.kind == "territory"]
        assert (hit.record_id, hit.detail) == (made.pk, "Dhaka"), text
    assert found(boss, "south", "territory") == []
    seller = make_user("Seller", role="sales")
    assert found(seller, "river", "territory") == []


def test_price_books_by_name_and_currency(boss):
    book = make_book(boss, "খুচরা দর")
    make_book(boss, "Export", currency="USD")
    assert found(boss, "খুচরা", "price_book") == ["খুচরা দর"]
    assert found(boss, "export usd", "price_book") == ["Export"]
    change_price_book(book, actor=boss, is_active=False)
    (hit,) = [hit for hit in search(boss, "খুচরা") if hit.kind == "price_book"]
    assert "Not in use" in hit.detail
    reader = make_user("Reader")
    assert found(reader, "export", "price_book") == []
    grant(reader, "catalog.view_product")
    assert found(reader, "export", "price_book") == ["Export"]
