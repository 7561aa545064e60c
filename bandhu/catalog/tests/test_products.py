from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from bandhu.catalog import actions, queries
from bandhu.catalog.models import Product
from bandhu.catalog.tests.cast import make_administrator, make_product
from bandhu.identity.results import OutOfReach
from bandhu.identity.tests.cast import make_user
from bandhu.platform.actions.custom_fields import create_field
from bandhu.platform.cells import words_of
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.listing import listing_for
from bandhu.platform.models import AuditEntry, EventRecord
from bandhu.platform.queries import search

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_administrator()


def test_a_product_is_named_in_the_readers_language_and_found_by_name_and_code(admin):
    chair = make_product(
        admin, "CH-01", names={"en": "Office chair", "bn": "অফিস চেয়ার"}, category="Furniture"
    )
    with translation.override("bn"):
        assert queries.name_of(chair) == "অফিস চেয়ার"
    with translation.override("ta"):
        assert queries.name_of(chair) == "Office chair"
    for text in ("office chair", "চেয়ার", "CH-01"):
        assert [hit.record_id for hit in search(admin, text, kinds=["product"])] == [chair.pk], text
    assert queries.products_named(admin, "ch-0") == queries.products_named(admin, "fice") == [chair]
    assert EventRecord.objects.latest("pk").payload["code"] == "CH-01"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "ｃｈａｉｒ"}, "code"),
        ({"names": {}}, "names"),
        ({"names": {"xx": "Chair"}}, "names"),
        ({"names": {"en": "x" * 301}}, "names"),
        ({"unit": "PARSEC"}, "unit"),
        ({"tax_class": "none"}, "tax_class"),
        ({"parent": "not-an-id"}, "parent"),
        ({"attributes": "red"}, "attributes"),
        ({"custom": {"nothing": 1}}, "custom.nothing"),
    ],
)
def test_bad_values_are_refused_by_field(admin, given, field):
    make_product(admin, "CHAIR")
    with pytest.raises(ValidationError) as refusal:
        actions.create_product(actor=admin, **({"code": "NEW", "names": "New"} | given))
    assert field in refusal.value.message_dict
    assert Product.objects.count() == 1


def test_a_change_writes_what_differs_and_tells_it(admin):
    chair = make_product(admin)
    same = actions.change_product(chair, actor=admin, code="CHAIR")
    assert same.version == 1
    changed = actions.change_product(
        chair, actor=admin, version=1, names={"en": "Stool"}, tax_class="standard", attributes="Colour: red"
    )
    assert (changed.version, changed.name, changed.attributes) == (2, "Stool", {"Colour": "red"})
    entry = AuditEntry.objects.filter(record_kind="product").latest("pk")
    assert entry.changes["names"] == [["bn: CHAIR বাংলা", "en: Chair"], ["en: Stool"]]
    assert EventRecord.objects.latest("pk").payload["fields"] == ["attributes", "names", "tax_class"]


def test_the_list_shows_filters_and_sorts_by_the_name_of_the_readers_language(admin):
    make_product(admin, "B", names={"en": "Beam", "bn": "কড়ি"})
    make_product(admin, "A", names={"en": "Anvil"})
    wanted = {"filter": {"all": [{"field": "name", "op": "contains", "value": "কড়"}]}}
    with translation.override("bn"):
        listing = listing_for(admin, "product", {})
        assert [words_of(one, listing.columns[0]) for one in listing.page().items] == ["Anvil", "কড়ি"]
        assert [one.code for one in listing_for(admin, "product", wanted).page().items] == ["B"]


def test_two_who_change_the_same_product_compare(admin):
    chair = make_product(admin, category="Seats")
    actions.change_product(chair, actor=admin, category="Chairs")
    with pytest.raises(EditConflict) as conflict:
        actions.change_product(chair, actor=admin, version=1, category="Furniture")
    assert (conflict.value.base, conflict.value.theirs, conflict.value.yours) == (
        {"category": "Seats"},
        {"category": "Chairs"},
        {"category": "Furniture"},
    )


def test_variants_are_one_level_deep(admin):
    chair = make_product(admin)
    red = make_product(admin, "CHAIR-RED", parent=chair, attributes={"Colour": "red"})
    assert list(queries.variants_of(admin, chair)) == [red]
    with pytest.raises(ValidationError):
        make_product(admin, "DEEPER", parent=red)
    with pytest.raises(ValidationError):
        actions.change_product(chair, actor=admin, parent=make_product(admin, "TABLE"))


def test_a_bundle_has_parts_and_never_contains_a_bundle(admin):
    chair, table, suite = (make_product(admin, code) for code in ("CHAIR", "TABLE", "SUITE"))
    actions.set_part(suite, actor=admin, part=chair, quantity="৪")
    actions.set_part(suite, actor=admin, part=table, quantity=Decimal(1))
    assert [(one.part.code, one.quantity) for one in queries.parts_of(admin, suite)] == [
        ("CHAIR", 4),
        ("TABLE", 1),
    ]
    for bundle, part, quantity in [
        (table, suite, 1),
        (chair, table, 1),
        (suite, suite, 1),
        (suite, chair, 0),
        (suite, chair, "x"),
    ]:
        with pytest.raises(ValidationError):
            actions.set_part(bundle, actor=admin, part=part, quantity=quantity)
    actions.remove_part(suite, actor=admin, part=chair)
    entry = AuditEntry.objects.filter(record_kind="product").latest("pk")
    assert entry.changes["parts"] == [["4 × CHAIR", "1 × TABLE"], ["1 × TABLE"]]


def test_an_administrators_own_field_is_kept_on_products(admin):
    shelf = create_field(actor=admin, kind="product", type="number", labels={"en": "Shelf"})
    chair = make_product(admin, custom={shelf.key: "12"})
    assert chair.custom == {shelf.key: 12}
    with pytest.raises(ValidationError):
        actions.change_product(chair, actor=admin, custom={shelf.key: "twelve"})


def test_who_may_see_products_sees_them_all_and_changes_none(admin):
    chair = make_product(admin)
    seller, nobody = make_user("Salim", role="sales"), make_user("Nil")
    assert queries.product_for(seller, chair.pk) == chair
    with pytest.raises(PermissionDenied):
        actions.change_product(chair, actor=seller, category="Mine")
    with pytest.raises(PermissionDenied):
        make_product(seller, "NEW")
    with pytest.raises(OutOfReach):
        queries.product_for(nobody, chair.pk)
    with pytest.raises(OutOfReach):
        actions.change_product(chair, actor=nobody, category="Mine")
