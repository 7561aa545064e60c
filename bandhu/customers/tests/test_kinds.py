"""Every field that is described can really be filtered, sorted and changed."""

import pytest

from bandhu.customers.actions import change_contact
from bandhu.customers.kinds import COMPANY, CONTACT
from bandhu.customers.point_values import POINT_KINDS
from bandhu.customers.record_values import COLUMNS
from bandhu.customers.tests.cast import make_agent, make_contact

pytestmark = pytest.mark.django_db
FIELDS = [
    pytest.param(kind, field, id=f"{kind.name}.{field.name}")
    for kind in (CONTACT, COMPANY)
    for field in kind.fields
]


@pytest.mark.parametrize(("kind", "field"), FIELDS)
def test_a_field_filters_sorts_and_names_an_argument(kind, field):
    rows = kind.model.objects.all()
    if field.annotate:
        rows = field.annotate(rows)
    if field.path:
        list(rows.filter(**{f"{field.path}__isnull": False}))
    if field.sort:
        list(rows.order_by(field.sort))
    assert not field.setting or field.setting in {*COLUMNS[kind.model], *POINT_KINDS, "tags"}
    if field.choices:
        assert all(len(pair) == 2 for pair in field.choices())


@pytest.mark.parametrize("kind", [CONTACT, COMPANY])
def test_names_are_unique_and_default_columns_exist(kind):
    names = [field.name for field in kind.fields]
    assert len(names) == len(set(names))
    assert set(kind.default_columns) | {kind.default_sort} <= set(names)


def test_the_change_action_of_the_kind_takes_each_setting():
    rupa = make_agent()
    contact = make_contact(by=rupa)
    assert CONTACT.change is change_contact
    changed = CONTACT.change(contact, actor=rupa, **{CONTACT.field("job_title").setting: "Teacher"})
    assert changed.job_title == "Teacher"
