"""Fields and webhooks through the API."""

import json

import pytest

from bandhu.identity.actions.tokens import create_token
from bandhu.identity.tests.cast import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(client):
    def caller(role):
        user = make_user(role.title(), role=role)
        system = make_user(f"Maker {role}", role="administrator")
        headers = {"Authorization": f"Bearer {create_token(user, actor=system)[1]}"}

        def call(method, path, body=None, **more):
            return client.generic(
                method.upper(), f"/api/v1{path}", data=(body and json.dumps(body)) or "",
                content_type="application/json", headers=headers | more.get("headers", {}),
            )  # fmt: skip

        return call

    return caller


FIELD = {"kind": "contact", "type": "choice", "labels": {"en": "Tier"}, "choices": [{"key": "gold"}]}


def test_a_field_is_added_renamed_and_hidden(api):
    call = api("administrator")
    made = call("post", "/fields", FIELD)
    assert made.status_code == 201
    pk = made.json()["id"]
    renamed = call("patch", f"/fields/{pk}", {"labels": {"en": "Level", "bn": "স্তর"}})
    assert renamed.json()["labels"]["bn"] == "স্তর"
    assert [one["id"] for one in call("get", "/fields?kind=contact").json()["items"]] == [pk]
    assert call("delete", f"/fields/{pk}").status_code == 204
    assert call("get", "/fields?kind=contact").json()["items"] == []


@pytest.mark.parametrize("kind", ["lead", "opportunity", "invoice", "meeting", "ticket"])
def test_every_kind_of_record_with_own_fields_gets_them_by_the_api(api, kind):
    call = api("administrator")
    made = call("post", "/fields", FIELD | {"kind": kind})
    assert made.status_code == 201
    assert [one["id"] for one in call("get", f"/fields?kind={kind}").json()["items"]] == [made.json()["id"]]


@pytest.mark.parametrize(
    "wrong",
    [{"type": "dream"}, {"labels": {}}, {"choices": []}, {"kind": "planet"}, {"choices": [{"key": "A B"}]}],
)
def test_what_cannot_be_is_a_422_with_its_place(api, wrong):
    answer = api("administrator")("post", "/fields", FIELD | wrong)
    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_only_who_may_manage_adds_fields(api):
    assert api("sales")("post", "/fields", FIELD).status_code == 403


def test_the_same_key_makes_one_webhook(api):
    call = api("administrator")
    body = {"name": "ERP", "url": "https://example.com/hook"}
    first = call("post", "/webhooks", body, headers={"Idempotency-Key": "k1"})
    again = call("post", "/webhooks", body, headers={"Idempotency-Key": "k1"})
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json() and again.headers["Idempotency-Replayed"] == "true"
    assert len(call("get", "/webhooks").json()["items"]) == 1
    other = call("post", "/webhooks", body | {"name": "X"}, headers={"Idempotency-Key": "k1"})
    assert other.status_code == 422


def test_an_address_inside_is_refused(api):
    answer = api("administrator")("post", "/webhooks", {"name": "In", "url": "http://169.254.169.254/"})
    assert answer.status_code == 422 and "url" in answer.json()["errors"]
