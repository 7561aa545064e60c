"""Rules every operation of the API keeps, tried on the smallest ones."""

import pytest

from bandhu.identity.actions.tokens import create_token
from bandhu.identity.tests.cast import make_user
from bandhu.platform.models import IdempotentAnswer

pytestmark = pytest.mark.django_db


@pytest.fixture
def headers():
    rupa = make_user("Rupa", role="administrator")
    return {"Authorization": f"Bearer {create_token(rupa, actor=rupa)[1]}"}


def test_the_document_is_openapi_3_1_and_is_read_without_signing_in(client):
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert "/api/v1/me" in document["paths"]


def test_the_documentation_page_opens(client):
    assert client.get("/api/v1/docs").status_code == 200


def test_reading_with_an_idempotency_key_keeps_nothing(client, headers):
    client.get("/api/v1/me", headers={**headers, "Idempotency-Key": "one"})
    assert not IdempotentAnswer.objects.exists()


def test_an_unknown_path_is_a_problem_document_too(client, headers):
    assert client.get("/api/v1/nothing", headers=headers).status_code == 404
