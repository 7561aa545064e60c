from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from bandhu.customers import actions
from bandhu.customers.models import Contact
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform.actions import create_field
from bandhu.platform.cells import words_of
from bandhu.platform.filters import compile_filter
from bandhu.platform.listing import listing_for
from bandhu.platform.record_kinds import record_kinds


def _names(user, condition):
    compiled = compile_filter(user, record_kinds["contact"], condition)
    return {one.full_name for one in compiled.apply(record_kinds["contact"].visible_to(user))}


@pytest.fixture
def admin(db):
    return make_user("Ada", role="administrator", team=make_team("Dhaka"))


@pytest.fixture
def people(admin):
    size = create_field(actor=admin, kind="contact", type="number", labels={"en": "Shoe size"})
    taste = create_field(
        actor=admin, kind="contact", type="choices", labels={"en": "Taste"},
        options={"choices": [{"key": "tea"}, {"key": "coffee"}]},
    )  # fmt: skip
    company = actions.create_company(actor=admin, name="Meghna", industry="Tea")
    rahim = actions.create_contact(
        actor=admin, full_name="রহিম", company=company, tags=["VIP", "Friend"],
        mails=[{"address": "rahim@example.com"}], phones=[{"number": "01712345678"}],
        custom={size.key: 42, taste.key: ["tea"]},
    )  # fmt: skip
    actions.create_contact(actor=admin, full_name="Murugan", tags=["Friend"], custom={size.key: 9})
    actions.create_contact(actor=admin, full_name="Zoë", lifecycle="customer")
    Contact.objects.filter(pk=rahim.pk).update(last_touched_at=timezone.now() - timedelta(days=70))
    return size, taste


@pytest.mark.parametrize(
    ("field", "op", "value", "names"),
    [
        ("full_name", "contains", "uru", {"Murugan"}),
        ("full_name", "contains_not", "uru", {"রহিম", "Zoë"}),
        ("lifecycle", "in", ["customer"], {"Zoë"}),
        ("company_name", "is", "meghna", {"রহিম"}),
        ("company_name", "empty", None, {"Murugan", "Zoë"}),
        ("tags", "filled", None, {"রহিম", "Murugan"}),
        ("mail", "contains", "rahim@", {"রহিম"}),
        ("phone", "contains", "০১৭১২৩৪৫৬৭৮"[1:], {"রহিম"}),
        ("phone", "empty", None, {"Murugan", "Zoë"}),
        ("days_without_contact", "more", 60, {"রহিম"}),
        ("last_touched_at", "older_days", 60, {"রহিম"}),
        ("last_touched_at", "last_days", 60, set()),
        ("owner", "in", ["me"], {"রহিম", "Murugan", "Zoë"}),
        ("created_at", "next_days", 1, {"রহিম", "Murugan", "Zoë"}),
        ("created_at", "before", "2020-01-01", set()),
    ],
)
def test_every_type_of_field_can_be_asked(admin, people, field, op, value, names):
    assert _names(admin, {"all": [{"field": field, "op": op, "value": value}]}) == names


def test_tags_can_be_asked_for_one_all_or_none(admin, people):
    ids = {tag.name: str(tag.pk) for tag in Contact.tags.rel.model.objects.all()}
    both = [ids["VIP"], ids["Friend"]]
    assert _names(admin, {"field": "tags", "op": "all_of", "value": both}) == {"রহিম"}
    assert _names(admin, {"field": "tags", "op": "any_of", "value": both}) == {"রহিম", "Murugan"}
    assert _names(admin, {"field": "tags", "op": "none_of", "value": both}) == {"Zoë"}


def test_custom_fields_can_be_asked_sorted_and_read(admin, people):
    size, taste = people
    assert _names(admin, {"field": f"custom.{size.key}", "op": "more", "value": "১০"}) == {"রহিম"}
    assert _names(admin, {"field": f"custom.{size.key}", "op": "empty"}) == {"Zoë"}
    assert _names(admin, {"field": f"custom.{taste.key}", "op": "any_of", "value": ["tea"]}) == {"রহিম"}
    assert _names(admin, {"field": f"custom.{taste.key}", "op": "none_of", "value": ["coffee"]}) == {
        "রহিম", "Murugan", "Zoë",
    }  # fmt: skip
    size.is_filterable = True
    size.save()
    listing = listing_for(admin, "contact", {"columns": ["full_name", f"custom.{size.key}"]})
    assert {words_of(row, listing.columns[1]) for row in listing.page().items} == {"42", "9", ""}


def test_any_and_all_nest(admin, people):
    either = {"any": [{"field": "full_name", "op": "is", "value": "Zoë"}, {"field": "tags", "op": "filled"}]}
    both = {"all": [either, {"field": "lifecycle", "op": "in", "value": ["customer"]}]}
    assert _names(admin, both) == {"Zoë"}


def test_who_may_not_see_phones_may_not_ask_about_them(admin, people):
    reader = make_user("Reader", role="read_only")
    with pytest.raises(ValidationError):
        _names(reader, {"field": "phone", "op": "contains", "value": "171"})


@pytest.mark.parametrize(
    "order", ["full_name", "-full_name", "mail", "-last_touched_at", "city", "next_step_due_at"]
)
def test_a_list_can_be_walked_in_any_order(admin, people, order):
    listing = listing_for(admin, "contact", {"sort": order})
    assert len(list(listing.all(chunk=2))) == 3
    assert listing.count() == (3, False)


def test_groups_are_counted(admin, people):
    listing = listing_for(admin, "contact", {"group_by": "lifecycle"})
    assert dict(listing.groups()) == {"prospect": 2, "customer": 1}


def test_a_part_that_asks_nothing_holds_for_everybody(admin, people):
    zoe = {"field": "full_name", "op": "is", "value": "Zoë"}
    everybody = {"রহিম", "Murugan", "Zoë"}
    assert _names(admin, {"any": [{"all": []}, zoe]}) == everybody
    assert _names(admin, {"any": [zoe, {"all": []}]}) == everybody
    assert _names(admin, {"all": [{"all": []}, zoe]}) == {"Zoë"}
