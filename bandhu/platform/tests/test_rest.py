"""Answers that are written without pydantic read the same as all others."""

import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest
from ninja.responses import NinjaJSONEncoder

from bandhu.platform.rest import ready

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DHAKA = timezone(timedelta(hours=6))


@pytest.mark.parametrize(
    "value",
    [
        NOON,
        NOON.replace(microsecond=999_999),
        NOON.replace(microsecond=1),
        NOON.astimezone(DHAKA),
        NOON.replace(microsecond=7_000, tzinfo=None),
        NOON.date(),
        uuid4(),
        timedelta(hours=1),
    ],
)
def test_values_are_written_as_everywhere_else(value):
    assert json.loads(ready({"value": value}).content) == json.loads(
        json.dumps({"value": value}, cls=NinjaJSONEncoder)
    )
