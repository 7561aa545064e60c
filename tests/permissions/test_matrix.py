"""The matrix of matrix.py holds, and nothing is missing from it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from bandhu.identity import account_urls
from bandhu.identity.models import Grant
from bandhu.platform.registries import permissions
from config.api import api
from tests.permissions.matrix import LEFT_OUT, MATRIX, PARTS
from tests.permissions.rows import OPEN, OWN, SIGNED_IN, Row
from tests.permissions.world import INNER_SECRET, SECRET, allow, make_world

API = "/api/v1"
ACCOUNT_PAGES = {str(pattern.pattern) for pattern in account_urls.urlpatterns}
_CHANGING_BY_ITSELF = {
    # what each person may do is set before each try; their number is compared
    "identity_grant",
    "django_session",
    "usersessions_usersession",
    "platform_ratelimit",
    "platform_presence",
    "django_migrations",
}


def test_every_page_has_a_row():
    listed = {row.name for row in MATRIX} | set(LEFT_OUT)
    missing = sorted(name for name in _names() if name not in listed)
    assert missing == [], "add rows to tests/permissions/matrix.py (its top says how)"


def test_every_operation_of_the_api_has_a_row():
    listed = {str(row) for row in MATRIX if row.is_api}
    assert sorted(_operations() - listed) == [], "add rows to tests/permissions/matrix.py"


def test_no_row_speaks_of_what_is_gone():
    known = set(_names()) | {operation.split(" ", 1)[1] for operation in _operations()}
    assert sorted({row.name for row in MATRIX} - known) == []
    assert {str(row) for row in MATRIX if row.is_api} <= _operations()
    doubled = [str(row) for number, row in enumerate(MATRIX) if str(row) in map(str, MATRIX[:number])]
    assert doubled == []


@pytest.fixture
def tables(db: None) -> Iterator[str]:
    """One query that sees a change of any row of any table, or a job queued; planned once, as planning takes most of its time."""
    names = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    existing = set(connection.introspection.table_names()) & (names - _CHANGING_BY_ITSELF)
    sums = " UNION ALL ".join(
        f"SELECT '{name}', md5(coalesce(string_agg(one::text, '|' ORDER BY one::text), '')) FROM {name} one"
        for name in sorted(existing)
    )
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute(f"PREPARE every_row AS {sums}")
        yield "EXECUTE every_row"
        cursor.execute("DEALLOCATE every_row")


@pytest.mark.parametrize("part", PARTS)
def test_the_matrix_holds(part: str, tables: str, monkeypatch: pytest.MonkeyPatch):
    # Thousands of refusals are the point of it.
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)
    world = make_world()
    keys = {name: _session_of(world[name]) for name in ("nobody", "viewer", "elsewhere", "holder")}
    before = set(_rows(tables))
    wrong = [f"{row}: {fault}" for row in PARTS[part] for fault in _faults(row, world, keys, tables, before)]
    assert not wrong, "\n" + "\n".join(wrong)


def _faults(
    row: Row, world: dict[str, Any], keys: dict[str, str], tables: str, before: set[Any]
) -> Iterator[str]:
    needed = () if row.permission in (OPEN, SIGNED_IN, OWN) else tuple(row.permission.split())
    powers = {
        "nobody": ((), "everyone"),
        "viewer": (row.sees, "everyone"),
        "elsewhere": (row.sees + needed, "own"),
        "holder": (row.sees + needed, "everyone"),
    }
    for who in _who_tries(row):
        with transaction.atomic():
            if who in powers:
                allow(world[who], *powers[who])
            grants = Grant.objects.count()
            answer = _request(_client(keys.get(who)), row, world)
            # Reads are trusted not to write: looking at every table twelve hundred times would take a minute.
            changed = set(_rows(tables)) ^ before if row.writes and who != "holder" else set()
            if Grant.objects.count() != grants:
                changed.add(("identity_grant", ""))
            transaction.set_rollback(True)
        if fault := _fault(row, who, answer):
            yield f"{who} {fault}"
        if changed and who != "holder" and row.permission not in (OPEN, SIGNED_IN):
            yield f"{who} changed {', '.join(sorted({name for name, _sum in changed}))}"


def _who_tries(row: Row) -> list[str]:
    if row.permission == OPEN:
        return ["stranger", "holder"]
    if row.permission == SIGNED_IN:
        return ["stranger", "nobody", "holder"]
    if row.permission == OWN:
        return ["stranger", "nobody", "viewer", "holder"]
    reaching = not row.anywhere and all(has_reach(one) for one in row.permission.split())
    return ["stranger", "nobody", "viewer", *(["elsewhere"] if reaching else []), "holder"]


def has_reach(permission: str) -> bool:
    assert permission in permissions, f"no such permission: {permission}"
    return permissions[permission].has_reach


def _fault(row: Row, who: str, answer: Any) -> str:
    status = answer.status_code
    if status >= 500:
        return f"breaks it: {status}"
    if who == "stranger" and row.permission != OPEN:
        sent_to_sign_in = status == 302 and answer.url.startswith("/accounts/login/")
        return "" if (status == 401 if row.is_api else sent_to_sign_in) else f"is let in: {status}"
    if who == "holder" or row.permission in (OPEN, SIGNED_IN):
        if row.permission != OPEN and status == 302 and answer.url.startswith("/accounts/login/"):
            return "is sent to sign in"
        return "" if status < 400 or status == 422 or status in row.answers else f"is refused: {status}"
    if status in (403, 404):
        return ""
    shown = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if row.writes:
        return f"is not refused: {status}"
    # Who has `sees` may see the names of customers, not what hangs on them.
    secret = INNER_SECRET if who == "viewer" and row.sees else SECRET
    return f"sees a secret ({status})" if secret.encode() in shown else ""


def _request(client: Client, row: Row, world: dict[str, Any]) -> Any:
    filled = {
        name: value if name == "kind" else _filled(value, world) for name, value in row.arguments.items()
    }
    url = API + row.name.format(**filled) if row.is_api else reverse(row.name, kwargs=filled)
    data = {name: _named(value, world) for name, value in row.data.items()}
    query = {"QUERY_STRING": row.query.format_map(_Ids(world))} if row.query else {}
    if row.is_api and row.writes:
        return client.generic(row.method, url, json.dumps(data), "application/json", **query)
    if row.writes:
        return client.post(url, data, **query)
    return client.get(url, **query)


class _Ids(dict):
    """The ids of the world's things by name."""

    def __getitem__(self, name: str) -> str:
        return str(super().__getitem__(name).pk)


def _filled(value: str, world: dict[str, Any]) -> str:
    return str(world[value].pk) if value in world else value


def _named(value: Any, world: dict[str, Any]) -> Any:
    """ "{contact}" is the id of the world's contact, in lists too."""
    if isinstance(value, list):
        return [_named(one, world) for one in value]
    return value.format_map(_Ids(world)) if isinstance(value, str) else value


def _session_of(user: Any) -> str:
    client = Client()
    client.force_login(user)
    return str(client.session.session_key)


def _client(session: str | None) -> Client:
    """A fresh browser, signed in when there is a session: what one request does to its cookies, the next does not feel."""
    client = Client(raise_request_exception=False)
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    return client


def _rows(tables: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(tables)
        return cursor.fetchall()


def _names() -> list[str]:
    return [name for name, _pattern in _patterns(get_resolver().url_patterns) if not name.endswith(":None")]


def _patterns(patterns: list[Any], namespace: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns, pattern.namespace or namespace)
        elif pattern.name is None:
            # Without a name: only what takes the place of allauth's pages, and refuses or leads elsewhere.
            assert str(pattern.pattern) in ACCOUNT_PAGES
        elif namespace != "api":
            yield (f"{namespace}:{pattern.name}" if namespace else pattern.name), pattern


def _operations() -> set[str]:
    """ "GET /contacts/{contact_id}" for each operation of the OpenAPI document."""
    return {
        f"{method.upper()} {path.removeprefix(API)}"
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method in methods
    }
