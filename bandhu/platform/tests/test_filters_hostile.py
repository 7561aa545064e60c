"""Every field, own ones of each type included, is asked everything: an answer or a sentence, never a crash."""

import json

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from bandhu.customers import actions
from bandhu.identity.tests.cast import make_user
from bandhu.platform.actions import create_field
from bandhu.platform.filters import MAX_CONDITIONS, OPERATORS, compile_filter, filterable_fields, operators_of
from bandhu.platform.models import CustomField
from bandhu.platform.record_kinds import record_kinds

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(
        ["all", "any", "field", "op", "value", "full_name"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
NASTY = [
    "9999-12-31", "0001-01-01", "0002-01-01", "9998-12-31", ["0001-01-01", "9999-12-31"], "\ud800", ["\udfff"], "\x00",
    ["\x00"], "tea", 10**4000, "1e-999999999", "NaN", [[]], [{}], {}, -1, 36_500,
]  # fmt: skip


def _every_field(user, kind):
    for type_ in CustomField.Type.values:
        create_field(
            actor=user, kind=kind, type=type_, labels={"en": f"Own {type_}"},
            options={"choices": [{"key": "tea"}, {"key": "coffee"}]} if type_ in ("choice", "choices") else {},
        )  # fmt: skip
    return filterable_fields(user, record_kinds[kind])


def _refusal(user, kind, tree):
    """The sentences that refuse the filter; none when it is understood."""
    try:
        compile_filter(user, record_kinds[kind], tree)
    except ValidationError as refusal:
        assert all(message and message.isprintable() for message in refusal.messages)
        return refusal.messages
    return []


def _outcome(user, kind, tree):
    """Ids that answer, or the sentences that refuse."""
    if refusal := _refusal(user, kind, tree):
        return refusal
    rows = compile_filter(user, record_kinds[kind], tree).apply(record_kinds[kind].visible_to(user))
    return list(rows.values_list("pk", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["contact", "company"])
def test_no_field_is_broken_by_dates_at_the_end_of_time_or_letters_that_are_none(kind):
    user = make_user("Ada", role="administrator")
    fields = _every_field(user, kind)
    assert {one.type for one in fields if one.custom_key} >= {"date", "choices", "money", "file", "url"}
    make = actions.create_contact if kind == "contact" else actions.create_company
    made = make(actor=user, **{"full_name" if kind == "contact" else "name": "Zoë"})
    asked = [
        {"field": field.name, "op": op, "value": value}
        for field in fields for op, _name in operators_of(field) for value in NASTY
    ]  # fmt: skip
    understood = [one for one in asked if not _refusal(user, kind, one)]
    assert len(asked) > len(understood) > len(fields)
    for start in range(0, len(understood), MAX_CONDITIONS):
        part = understood[start : start + MAX_CONDITIONS]
        assert _outcome(user, kind, {"any": part}) in ([], [made.pk])


class AnythingIsAnswered(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = make_user("Ada", role="administrator")
        cls.names = [one.name for one in _every_field(cls.user, "contact")]
        cls.made = actions.create_contact(actor=cls.user, full_name="Zoë")

    @settings(max_examples=40, deadline=None)
    @given(JSON, st.data())
    def test_a_filter_is_understood_or_refused_never_a_crash(self, junk, data):
        name = data.draw(st.sampled_from(self.names))
        for tree in [junk, *({"field": name, "op": op, "value": junk} for op in OPERATORS)]:
            outcome = _outcome(self.user, "contact", tree)
            assert outcome in ([], [self.made.pk]) or all(isinstance(one, str) for one in outcome)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("birthday", "on", "9999-12-31"),
        ("created_at", "after", "9999-12-31"),
        ("created_at", "before", "0001-01-01"),
        ("full_name", "contains", "\ud800"),
        ("lifecycle", "in", ["\ud800"]),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence_on_page_and_api(client, field, op, value):
    client.force_login(make_user("Ada", role="administrator"))
    asked = {"filter": json.dumps({"all": [{"field": field, "op": op, "value": value}]})}
    for address in ("/contacts/", "/api/v1/contacts"):
        answer = client.get(address, asked)
        assert answer.status_code == 422, address
