"""What the API makes of requests: preconditions, idempotency keys, unknown words, bodies that are no JSON."""

import json

import pytest
from django.utils import translation
from ninja import Schema

from bandhu.customers.tests.cast import make_company, make_contact
from bandhu.identity.actions.tokens import create_token, revoke_token
from bandhu.identity.tests.cast import make_user
from bandhu.interactions.actions import log_interaction
from bandhu.platform.models import IdempotentAnswer
from bandhu.platform.rest import Given
from config.api import api

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    return make_user("Rupa", role="administrator")


@pytest.fixture
def token(rupa):
    return create_token(rupa, actor=rupa)


@pytest.fixture
def call(client, token):
    def call(method, path, body=None, content_type="application/json", **headers):
        sent = body if isinstance(body, str) else "" if body is None else json.dumps(body)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.generic(
            method, f"/api/v1{path}", sent, content_type=content_type,
            headers={"Authorization": f"Bearer {token[1]}", **headers},
        )  # fmt: skip

    return call


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ('"v1"', 200), ('W/"v1"', 200), ("*", 200), ('"v7", "v1"', 200), ('"v1","garbage"', 200), ('"garbage" , "v1",', 200),
        ('"garbage"', 412), ('"v1-x"', 412), ('"1"', 412), ('""', 412), ('"v2"', 412), ('"v2", "v3"', 412), ('"v999999999999"', 412),
        ("garbage", 400), ("v1", 400), ('"v1', 400), ('"v1" "v2"', 400), ('*, "v1"', 400), ('"v1", v2', 400),
    ],
)  # fmt: skip
def test_if_match_is_kept_by_every_change_of_a_record(call, rupa, header, status):
    contact = make_contact("Rahima", by=rupa)
    changed = call("PATCH", f"/contacts/{contact.pk}", {"job_title": "Buyer"}, If_Match=header)
    assert changed.status_code == status
    assert changed.headers["Content-Type"].startswith(
        "application/json" if status == 200 else "application/problem+json"
    )
    contact.refresh_from_db()
    assert contact.job_title == ("Buyer" if status == 200 else "")


@pytest.mark.parametrize("kind", ["contacts", "companies"])
def test_deleting_and_restoring_honour_if_match(call, rupa, kind):
    record = make_contact("Rahima", by=rupa) if kind == "contacts" else make_company("Padma", by=rupa)
    path = f"/{kind}/{record.pk}"
    call("PATCH", path, {"note": "Somebody else was here"})
    assert call("DELETE", path, If_Match='"v1"').status_code == 412
    assert call("DELETE", path, If_Match="v2").status_code == 400
    assert call("GET", path).headers["ETag"] == '"v2"'
    assert call("DELETE", path, If_Match='"v2"').status_code == 204
    assert call("POST", f"{path}/restoration", If_Match='"v2"').status_code == 412
    assert call("POST", f"{path}/restoration", If_Match='"v3"').status_code == 200


def test_what_hangs_on_a_record_honours_its_version(call, rupa):
    contact, other = make_contact("Rahima", by=rupa), make_contact("Salma", by=rupa)
    path = f"/contacts/{contact.pk}/relations"
    sent = {"role": "household", "contact_id": str(other.pk)}
    assert call("POST", path, sent, If_Match='"v9"').status_code == 412
    made = call("POST", path, sent)
    assert made.status_code == 201, made.content
    gone = f"{path}/{made.json()['id']}"
    assert call("DELETE", gone, If_Match='"v99"').status_code == 412
    assert call("DELETE", gone).status_code == 204


def test_records_without_a_version_are_known_by_what_they_show(call, rupa):
    made = call("POST", "/tags", {"name": "Wholesale"})
    path, read = f"/tags/{made.json()['id']}", made.headers["ETag"]
    assert call("GET", path).headers["ETag"] == read
    changed = call("PATCH", path, {"name": "Retail"}, If_Match=read)
    assert changed.status_code == 200
    assert call("PATCH", path, {"name": "Export"}, If_Match=read).status_code == 412
    assert call("GET", path).json()["name"] == "Retail"
    assert call("PATCH", path, {"name": "Export"}, If_Match=changed.headers["ETag"]).status_code == 200


@pytest.mark.parametrize(
    ("path", "sent", "change"),
    [
        (
            "/fields",
            {"kind": "contact", "labels": {"en": "Size"}, "type": "text"},
            {"labels": {"en": "Shoe size"}},
        ),
        ("/webhooks", {"name": "Till", "url": "https://example.com/hook"}, {"name": "Cash desk"}),
        ("/follow-ups", {"what": "Call back", "due_at": "2030-01-01T09:00:00Z"}, {"what": "Write"}),
    ],
)
def test_what_a_change_answers_names_what_a_reader_finds(call, rupa, path, sent, change):
    if path == "/follow-ups":
        sent = {**sent, "contact_id": str(make_contact("Rahima", by=rupa).pk)}
    made = call("POST", path, sent)
    assert made.status_code == 201, made.content
    one = f"{path}/{made.json()['id']}"
    assert call("GET", one).headers["ETag"] == made.headers["ETag"]
    changed = call("PATCH", one, change, If_Match=made.headers["ETag"])
    assert changed.status_code == 200, changed.content
    assert call("GET", one).headers["ETag"] == changed.headers["ETag"] != made.headers["ETag"]


def test_a_follow_up_changed_in_between_is_not_written_over(call, rupa):
    contact = make_contact("Rahima", by=rupa)
    sent = {"contact_id": str(contact.pk), "what": "Call back", "due_at": "2030-01-01T09:00:00Z"}
    path = f"/follow-ups/{call('POST', '/follow-ups', sent).json()['id']}"
    read = call("GET", path).headers["ETag"]
    assert call("PATCH", path, {"what": "Write"}).status_code == 200
    assert call("PATCH", path, {"state": "done"}, If_Match=read).status_code == 412
    assert call("GET", path).json()["state"] == "open"


def test_every_event_a_webhook_can_hear_is_listed(call, rupa):
    listed = {one["name"]: one["sentence"] for one in call("GET", "/webhook-events").json()["items"]}
    assert listed["customers.contact_created"] and all(listed.values())
    sent = {"name": "Shop", "url": "https://example.com/hook", "events": ["contact.created"]}
    refused = call("POST", "/webhooks", sent)
    assert refused.status_code == 422 and "webhook-events" in refused.content.decode()


def test_a_key_answers_again_with_its_headers(call):
    first = call("POST", "/contacts", {"full_name": "Rahima"}, Idempotency_Key="one")
    again = call("POST", "/contacts", {"full_name": "Rahima"}, Idempotency_Key="one")
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["ETag"] == first.headers["ETag"] == '"v1"'
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert again.headers["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first.headers


def test_a_key_answers_nobody_whose_token_is_revoked_or_account_closed(call, rupa, token):
    sent = {"full_name": "Rahima Khatun"}
    assert call("POST", "/contacts", sent, Idempotency_Key="one").status_code == 201
    rupa.is_active = False
    rupa.save()
    closed = call("POST", "/contacts", sent, Idempotency_Key="one")
    assert closed.status_code == 401 and b"Rahima" not in closed.content
    rupa.is_active = True
    rupa.save()
    assert call("POST", "/contacts", sent, Idempotency_Key="one").status_code == 201
    revoke_token(token[0], actor=rupa)
    for body in (sent, {"full_name": "Another"}):
        refused = call("POST", "/contacts", body, Idempotency_Key="one")
        assert refused.status_code == 401 and b"Rahima" not in refused.content
    assert IdempotentAnswer.objects.count() == 1


def test_a_key_of_a_session_asks_for_the_csrf_token_again(rupa):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(rupa)
    token = "a" * 32
    client.cookies["csrftoken"] = token
    sent = {"data": json.dumps({"full_name": "Rahima"}), "content_type": "application/json"}
    headers = {"Idempotency-Key": "one", "X-CSRFToken": token}
    assert client.post("/api/v1/contacts", **sent, headers=headers).status_code == 201
    assert client.post("/api/v1/contacts", **sent, headers=headers).headers["Idempotency-Replayed"]
    assert client.post("/api/v1/contacts", **sent, headers={"Idempotency-Key": "one"}).status_code == 403


def test_unknown_parameters_are_named_and_refused(call, rupa):
    contact, other = make_contact("Rahima", by=rupa), make_contact("Salma", by=rupa)
    for one in (contact, other):
        log_interaction(one, actor=rupa, kind="note", body="Hello")
    for path in (
        f"/interactions?customer={contact.pk}",
        "/contacts?lifecylce=lead",
        "/tags?x=1",
        f"/contacts/{contact.pk}?full=1",
    ):
        name = path.partition("?")[2].partition("=")[0]
        refused = call("GET", path)
        assert refused.status_code == 422, path
        assert list(refused.json()["errors"]) == [name]
    assert call("GET", f"/contacts/{contact.pk}/timeline?limit=5").status_code == 200
    assert call("GET", "/contacts?q=Rahima&limit=5&sort=-full_name").status_code == 200
    before = call("GET", f"/contacts/{contact.pk}").json()["version"]
    assert call("PATCH", f"/contacts/{contact.pk}?dry_run=1", {"note": "x"}).status_code == 422
    assert call("GET", f"/contacts/{contact.pk}").json()["version"] == before


def test_unknown_keys_are_named_and_refused(call, rupa):
    contact = make_contact("Rahima", by=rupa)
    for method, path, body, place in (
        ("POST", "/contacts", {"full_name": "A", "fullname": "B"}, "fullname"),
        ("PATCH", f"/contacts/{contact.pk}", {"jobtitle": "B"}, "jobtitle"),
        (
            "POST",
            "/contacts",
            {"full_name": "A", "phones": [{"number": "01712345678", "kind": "x"}]},
            "phones.0.kind",
        ),
        ("POST", "/tags", {"name": "A", "colour": "red"}, "colour"),
    ):
        refused = call(method, path, body)
        assert refused.status_code == 422, refused.content
        assert list(refused.json()["errors"]) == [place]


def test_no_body_of_the_api_drops_what_it_does_not_know():
    """Each schema a body is made of refuses unknown keys."""
    document = api.get_openapi_schema()
    waiting = [
        body["content"][kind]["schema"]
        for operations in document["paths"].values() for operation in operations.values()
        if (body := operation.get("requestBody")) for kind in body["content"] if kind == "application/json"
    ]  # fmt: skip
    seen = set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            waiting += [value for name, value in one.items() if isinstance(value, dict | list)]
            name = one.get("$ref", "").rpartition("/")[2]
            if name and name not in seen:
                seen.add(name)
                waiting.append(document["components"]["schemas"][name])
    assert len(seen) > 20
    loose = [
        name for name in seen
        if (shape := document["components"]["schemas"][name]).get("type") == "object" and shape.get("additionalProperties") is not False
    ]  # fmt: skip
    assert loose == []
    assert issubclass(Given, Schema)


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/octet-stream"]
)
def test_a_body_that_does_not_say_it_is_json_is_415(call, content_type):
    refused = call("POST", "/contacts", {"full_name": "Rahima"}, content_type=content_type)
    assert refused.status_code == 415
    assert refused.headers["Content-Type"].startswith("application/problem+json")
    assert (
        call(
            "POST", "/contacts", {"full_name": "R"}, content_type="application/json; charset=utf-8"
        ).status_code
        == 201
    )
    assert call("POST", "/contacts", "[1]").status_code == 400


@pytest.mark.parametrize("country", ["ZZ", "XX", "EU", "UK", "Bangladesh"])
def test_letters_that_name_no_country_are_refused(call, country):
    refused = call("POST", "/contacts", {"full_name": "R", "addresses": [{"country": country, "city": "X"}]})
    assert refused.status_code == 422
    assert list(refused.json()["errors"]) == ["addresses.0"]


def test_problems_are_told_in_the_language_of_the_caller(client, rupa, monkeypatch):
    """Titles and sentences go through the catalogue: one that answers in brackets shows it."""
    from django.utils.translation import trans_real

    known = trans_real.DjangoTranslation.gettext
    monkeypatch.setattr(trans_real.DjangoTranslation, "gettext", lambda self, text: f"[{known(self, text)}]")
    with translation.override("en"):
        for headers in ({}, {"Idempotency-Key": "x" * 300}):
            told = client.post(
                "/api/v1/contacts", "{}", content_type="application/json", headers=headers
            ).json()
            assert told["title"].startswith("[") and told["detail"].startswith("["), told
        lost = client.get("/api/v1/nothing").json()
        assert lost["title"].startswith("[") and lost["type"].endswith(":not-found")
