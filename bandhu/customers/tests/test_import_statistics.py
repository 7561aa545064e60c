"""A book that has just come in is planned for as what it is, without waiting for PostgreSQL's housekeeping."""

import pytest
from django.db import connection

from bandhu.customers.models import Contact
from bandhu.customers.tests.importing import bring_in, take_back
from bandhu.identity.tests.cast import make_user

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 1_200


def believed(table):
    """How many rows the planner takes a table to have; -1 where nobody has looked yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::int FROM pg_class WHERE oid = %s::regclass", [table])
        return cursor.fetchone()[0]


def test_a_large_import_leaves_its_tables_known_and_so_does_its_undo():
    rupa = make_user("Rupa", role="administrator")
    lines = "\n".join(f"{n},Person {n},p{n}@example.org" for n in range(ROWS))
    run = bring_in(rupa, f"id,name,email\n{lines}\n")
    assert run.created == ROWS
    for table in ("customers_contact", "customers_emailaddress", "platform_searchentry"):
        assert believed(table) == ROWS
    first_page = Contact.objects.filter(deleted_at__isnull=True).order_by("sort_key", "id")[:50]
    assert "Sort" not in first_page.explain()
    take_back(run, rupa)
    assert believed("customers_contact") == 0


def test_a_small_import_leaves_it_to_the_housekeeping():
    rupa = make_user("Rupa", role="administrator")
    before = believed("customers_contact")
    bring_in(rupa, "id,name\n1,Ann Lee\n")
    assert believed("customers_contact") == before
