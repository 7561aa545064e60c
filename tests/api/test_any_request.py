"""Whatever is sent to the API, it answers as its OpenAPI document says, and never with a fault of its own.

Schemathesis makes the requests from the document: those at every limit of what is allowed, just beyond it, and
invented ones. They go to the real WSGI application with a real token and the real database; each is rolled back. Ids
that would lead nowhere are exchanged for those of the permission matrix's world.

    BANDHU_API_REQUESTS=500 BANDHU_API_SEED=7 make invent      more requests for each operation, other ones
"""

import json
import os
import random
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings, strategies
from ninja.responses import NinjaJSONEncoder
from schemathesis import GenerationMode, checks
from schemathesis.generation.feedback import NO_FEEDBACK
from schemathesis.specs.openapi import checks as openapi_checks

from bandhu.identity.actions.tokens import create_token
from bandhu.identity.tests.cast import make_user
from config.api import api
from config.wsgi import application
from tests.permissions.matrix import MATRIX
from tests.permissions.world import make_world

pytestmark = pytest.mark.django_db
# For each operation: so many of the limits, and a third as many invented requests.
REQUESTS = int(os.environ.get("BANDHU_API_REQUESTS", "8"))
SEED = int(os.environ.get("BANDHU_API_SEED", "1"))
BOTH = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
CHECKS = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.negative_data_rejection,
    openapi_checks.unsupported_method,
]
PREFIX = "/api/v1"
ARGUMENTS = {(row.method, row.name): row.arguments for row in MATRIX if row.is_api}
# Which thing of the world an id in a body or a query means.
MEANT = {
    "contact_id": "contact", "company_id": "company", "winner_id": "contact", "loser_id": "double",
    "into": "other_tag", "owner_id": "holder", "actor_id": "holder", "team_id": "team", "parent_id": "company",
}  # fmt: skip
# Made without a request: while tests are gathered, their database is not there yet.
DOCUMENT = json.loads(json.dumps(api.get_openapi_schema(), cls=NinjaJSONEncoder))
OPERATIONS = {
    operation["operationId"]: (path, method)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
}


@pytest.fixture(scope="module")
def document() -> Any:
    loaded = schemathesis.openapi.from_dict(DOCUMENT)
    loaded.app = application
    return loaded


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """Things of every kind, and the headers of an administrator's program."""
    # A request's end would close the connection, and with it the transaction that is rolled back here.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with django_db_blocker.unblock(), transaction.atomic():
        made = make_world()
        rupa = make_user("Rupa", role="administrator")
        token = create_token(rupa, actor=rupa)[1]
        made["headers"] = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        yield made
        transaction.set_rollback(True)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_every_operation_has_a_name_of_its_own():
    assert len(OPERATIONS) == sum(len(operations) for operations in DOCUMENT["paths"].values())


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_as_documented(name: str, document: Any, world: dict[str, Any]):
    path, method = OPERATIONS[name]
    operation = document[path][method]

    @settings(
        max_examples=-(-REQUESTS // 3),
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @seed(SEED)
    @given(strategies.one_of(*(operation.as_strategy(mode, feedback=NO_FEEDBACK) for mode in BOTH)))
    def invented(case: Any) -> None:
        _try(case, world)

    for case in _limits(document, operation):
        _try(case, world)
    invented()


def _limits(document: Any, operation: Any) -> list[Any]:
    """Requests at and just beyond what the document allows: a sample, the same for the same seed."""
    found = document.iter_coverage_cases(
        operation, generation_modes=BOTH, generation_config=document.config.generation
    )
    cases = list(found)
    return random.Random(SEED).sample(cases, min(REQUESTS, len(cases)))


def _try(case: Any, world: dict[str, Any]) -> None:
    _aim(case, world)
    with transaction.atomic():
        answer = case.call(headers=world["headers"])
        transaction.set_rollback(True)
    case.validate_response(answer, checks=CHECKS)


def _aim(case: Any, world: dict[str, Any]) -> None:
    """Exchange ids that are ids for those of things that are there; what is no id stays bad."""
    arguments = ARGUMENTS.get((case.method.upper(), case.path.removeprefix(PREFIX)), {})
    _exchange(case.path_parameters, arguments, world)
    _exchange(case.body, MEANT, world)
    _exchange(case.query, MEANT, world)


def _exchange(given: Any, names: dict[str, str], world: dict[str, Any]) -> None:
    if not isinstance(given, dict):
        return
    for name, value in given.items():
        with suppress(ValueError):
            # An id that stands in a row itself is of nothing that is there: the invented one does as well.
            if names.get(name) in world and isinstance(value, str) and UUID(value):
                given[name] = str(world[names[name]].pk)
