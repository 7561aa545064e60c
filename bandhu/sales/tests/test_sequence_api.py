"""Sequences, learned chances and the selection for programs."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import grant, make_user
from bandhu.sales.actions import set_sequence
from bandhu.sales.models import Enrolment, LearnedModel
from bandhu.sales.tests.cast import make_lead

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def asha():
    return make_user("Asha", role="administrator")


@pytest.fixture
def client(asha):
    found = Client()
    found.force_login(asha)
    return found


def send(client, method, path, body=None):
    answer = getattr(client, method)(f"{API}{path}", json.dumps(body or {}), content_type="application/json")
    return answer.status_code, answer.json() if answer.content else None


def test_a_sequence_is_made_read_and_changed_as_a_whole(client):
    steps = [{"task": "Call them"}, {"task": "Write", "wait_days": 3}]
    status, made = send(client, "post", "/sequences", {"name": "After a fair", "steps": steps})
    assert status == 201 and [one["wait_days"] for one in made["steps"]] == [0, 3]
    status, changed = send(
        client, "put", f"/sequences/{made['id']}", {"name": "After", "steps": steps[:1], "is_active": False}
    )
    assert (status, changed["name"], len(changed["steps"]), changed["is_active"]) == (200, "After", 1, False)
    assert client.get(f"{API}/sequences/{made['id']}").json() == changed
    assert [one["name"] for one in client.get(f"{API}/sequences").json()["items"]] == ["After"]


def test_a_sequence_changes_only_as_it_was_read(client, asha):
    made = set_sequence(None, actor=asha, name="After", steps=[{"task": "Call"}])
    address, body = f"{API}/sequences/{made.pk}", {"name": "After", "steps": [{"task": "Visit"}]}
    tag = client.get(address).headers["ETag"]
    again = {"name": "After", "steps": [{"task": "Write"}]}

    def put(body, **headers):
        return client.put(address, json.dumps(body), content_type="application/json", headers=headers)

    first = put(body, if_match=tag)
    assert (first.status_code, first.json()["steps"][0]["task"]) == (200, "Visit")
    assert put(again, if_match=tag).status_code == 412
    assert put(again, if_match=first.headers["ETag"]).status_code == 200
    assert put(body).status_code == 200


@pytest.mark.parametrize(
    "step",
    [
        {"task": "", "wait_days": 1},
        {"task": "Call", "template_id": "0190a0a0-0000-7000-8000-000000000000"},
        {"template_id": "0190a0a0-0000-7000-8000-000000000000"},
        {"task": "Call", "wait_days": 251},
    ],
)
def test_a_step_that_is_none_is_refused(client, step):
    status, told = send(client, "post", "/sequences", {"name": "After", "steps": [step]})
    assert status == 422, told


def test_a_contact_goes_in_pauses_goes_on_and_comes_out(client, asha):
    sequence = set_sequence(None, actor=asha, name="After", steps=[{"task": "Call"}])
    ben = make_contact("Ben", by=asha, mails=[{"address": "ben@example.org"}])
    path = f"/sequences/{sequence.pk}/enrolments"
    status, made = send(client, "post", path, {"contact_id": str(ben.pk)})
    assert status == 201 and (made["state"], made["contact_id"]) == ("running", str(ben.pk))
    assert send(client, "post", path, {"contact_id": str(ben.pk)})[0] == 422
    one = f"/enrolments/{made['id']}"
    assert send(client, "post", f"{one}/pause")[1]["state"] == "paused"
    assert send(client, "post", f"{one}/pause")[0] == 422
    assert send(client, "post", f"{one}/resumption")[1]["state"] == "running"
    assert send(client, "post", f"{one}/stop")[1]["reason"] == "by_hand"
    assert (
        client.get(f"{API}{path}").json()["items"]
        == client.get(f"{API}/contacts/{ben.pk}/enrolments").json()["items"]
    )
    assert client.get(f"{API}{one}").json()["state"] == "stopped"


def test_a_contact_out_of_reach_is_not_named(client, asha):
    sequence = set_sequence(None, actor=asha, name="After", steps=[{"task": "Call"}])
    ben = make_contact("Ben", by=asha, mails=[{"address": "ben@example.org"}])
    send(client, "post", f"/sequences/{sequence.pk}/enrolments", {"contact_id": str(ben.pk)})
    mina = make_user("Mina")
    grant(mina, "sales.view_enrolment")
    stranger = Client()
    stranger.force_login(mina)
    told = stranger.get(f"{API}/sequences/{sequence.pk}/enrolments").json()["items"]
    assert [one["contact_id"] for one in told] == [None]
    assert stranger.get(f"{API}/enrolments/{told[0]['id']}").json()["contact_id"] is None


def test_a_lead_of_somebody_else_is_refused(client, asha):
    sequence = set_sequence(None, actor=asha, name="After", steps=[{"task": "Call"}])
    ben = make_contact("Ben", by=asha, mails=[{"address": "ben@example.org"}])
    lead = make_lead(by=asha)
    sent = {"contact_id": str(ben.pk), "lead_id": str(lead.pk)}
    assert send(client, "post", f"/sequences/{sequence.pk}/enrolments", sent)[0] == 422
    assert not Enrolment.objects.exists()


def test_learned_chances_are_read_asked_for_and_switched(client, asha):
    assert client.get(f"{API}/learned-models").json()["items"] == []
    assert send(client, "post", "/learned-models", {"subject": "lead"})[0] == 202
    assert send(client, "post", "/learned-models", {"subject": "lead", "own_fields": ["status"]})[0] == 422
    refused = LearnedModel.objects.create(
        subject="lead",
        evaluation={"rows": 3, "refusal": "too_little"},
        trained_at=timezone.now(),
        trained_by=asha,
    )
    told = client.get(f"{API}/learned-models", {"subject": "lead"}).json()["items"][0]
    assert (told["id"], told["is_refused"], told["is_on"]) == (str(refused.pk), True, False)
    assert send(client, "patch", f"/learned-models/{refused.pk}", {"is_on": True})[0] == 422


def test_the_selection_says_why_there_is_none(client):
    told = client.get(f"{API}/selection").json()
    assert (told["refusal"], told["companies"], told["buyers"]) == ("too_little", [], 0)
