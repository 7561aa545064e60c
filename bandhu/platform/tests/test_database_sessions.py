"""Moments read by our own loader are those the driver reads."""

from datetime import UTC, datetime

import pytest
from django.db import DataError, connection
from psycopg.types.datetime import TimestamptzLoader

from bandhu.platform.database_sessions import MomentLoader

pytestmark = pytest.mark.django_db


def asked(text, zone="UTC"):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('TimeZone', %s, true)", [zone])
        cursor.execute("SELECT %s::timestamptz", [text])
        return cursor.fetchone()[0]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/St_Johns", "Africa/Monrovia"])
@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22 12:50:38.123456+00",
        "2026-11-22 12:50:38.1+05:30",
        "2026-11-22 12:50:38-03:30",
        "1919-04-01 00:00:00+00",
        "0001-01-02 00:00:00+00",
        "9999-12-30 23:59:59.999999+00",
    ],
)
def test_a_moment_is_the_same_in_every_zone_of_the_connection(text, zone):
    expected = datetime.fromisoformat(text).astimezone(UTC)
    found = asked(text, zone)
    assert found == expected
    assert found.tzinfo is UTC


@pytest.mark.parametrize("text", ["infinity", "-infinity", "10000-01-01 00:00:00+00", "0044-03-15 BC"])
def test_what_python_cannot_hold_is_refused_as_the_driver_refuses_it(text):
    with pytest.raises(DataError):
        asked(text)


def test_our_loader_is_the_one_in_use():
    oid = connection.connection.adapters.types["timestamptz"].oid
    loader = connection.connection.adapters.get_loader(oid, 0)
    assert loader is MomentLoader
    assert issubclass(MomentLoader, TimestamptzLoader)
