"""After much was written, nothing waits before the indexes of words."""

import pytest
from django.db import connection

from bandhu.platform.ids import new_id
from bandhu.platform.models import SearchEntry
from bandhu.platform.table_statistics import refresh_statistics

pytestmark = pytest.mark.django_db


def still_waiting():
    """Pages that waited before the index of names until now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('search_by_keys')")
        return cursor.fetchone()[0]


def write_entries():
    SearchEntry.objects.bulk_create(
        SearchEntry(
            record_id=new_id(), kind="contact", title=f"Rahman {number}", keys=["rahman", f"w{number}"]
        )
        for number in range(200)
    )


def test_searches_read_through_nothing_after_much_was_written():
    write_entries()
    assert still_waiting() > 0
    write_entries()
    refresh_statistics()
    assert still_waiting() == 0


def test_less_waits_before_the_search_than_postgresql_would_allow():
    with connection.cursor() as cursor:
        cursor.execute("SHOW gin_pending_list_limit")
        assert cursor.fetchone() == ("256kB",)
