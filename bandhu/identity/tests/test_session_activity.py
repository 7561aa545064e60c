"""A session's last use is noted, but not with every request."""

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bandhu.identity.tests.cast import make_user

pytestmark = pytest.mark.django_db


def writes(client, **headers):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get("/accounts/login/", **headers)
    return [
        query["sql"]
        for query in queries
        if "usersessions" in query["sql"] and query["sql"].startswith(("UPDATE", "INSERT"))
    ]


def test_a_second_request_within_the_minute_writes_nothing_and_another_address_does(client):
    client.force_login(make_user("Karim"))
    client.get("/accounts/login/")
    assert UserSession.objects.count() == 1
    assert writes(client) == []
    assert writes(client, REMOTE_ADDR="192.0.2.7")
    assert str(UserSession.objects.get().ip) == "192.0.2.7"
