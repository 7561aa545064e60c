"""Every list can be grouped and ordered by whatever its fields offer, made up ones included."""

import pytest

from bandhu.identity.tests.cast import make_user
from bandhu.platform.listing import GROUPABLE, all_fields, listing_for
from bandhu.platform.record_kinds import record_kinds

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", sorted(record_kinds))
def test_every_field_groups_and_orders_as_it_says(kind):
    admin = make_user("Admin", role="administrator")
    known = all_fields(admin, record_kinds[kind])
    grouped = [one.name for one in known if one.type in GROUPABLE and not one.custom_key]
    ordered = [one.name for one in known if one.sort]
    assert ordered
    for name in grouped:
        assert listing_for(admin, kind, {"group_by": name}).groups() == [], name
    for name in ordered:
        assert listing_for(admin, kind, {"sort": f"-{name}", "columns": [name]}).page(None, 10).items == [], (
            name
        )
