import json

import pytest

from bandhu.identity.actions.tokens import create_token, revoke_token
from bandhu.identity.models import Role
from bandhu.identity.tests.cast import make_user

pytestmark = pytest.mark.django_db


def _document(client, secret=""):
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    return client.get("/api/v1/me", headers=headers)


def test_a_token_signs_its_user_in_until_it_is_revoked(client):
    rupa = make_user("Rupa", role="administrator")
    token, secret = create_token(rupa, actor=rupa)
    assert _document(client, secret).json()["email"] == "rupa@example.com"
    revoke_token(token, actor=rupa)
    answer = _document(client, secret)
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["status"] == 401


def test_a_token_may_carry_less_than_its_user_never_more(client):
    rupa = make_user("Rupa", role="administrator")
    rupa.roles.add(Role.objects.get(key="read_only"))
    _token, secret = create_token(rupa, actor=rupa, role=Role.objects.get(key="read_only"))
    held = _document(client, secret).json()["permissions"]
    assert "customers.view_contact" in held and "customers.change_contact" not in held


def test_strangers_and_wrong_tokens_learn_nothing(client):
    assert _document(client).status_code == 401
    assert _document(client, "bandhu_wrong").status_code == 401
