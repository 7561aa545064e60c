"""Follow-ups as records: their list, own fields, bulk changes, export, search, and the API with all of it."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.customers.actions.exports import export_records
from bandhu.customers.tests.cast import make_company
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import grant, make_user
from bandhu.interactions import actions
from bandhu.interactions.models import FollowUp
from bandhu.interactions.tests.cast import make_world
from bandhu.platform.actions.custom_fields import create_field
from bandhu.platform.bulk import run_bulk_change, start_bulk_change, undo_bulk_change
from bandhu.platform.conflicts import EditConflict
from bandhu.platform.listing import listing_for
from bandhu.platform.models import AuditEntry
from bandhu.platform.queries import search
from bandhu.platform.record_kinds import record_kinds

pytestmark = pytest.mark.django_db
KIND = "follow_up"


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def boss():
    return make_user("Boss", role="administrator", time_zone="Asia/Dhaka")


def plan(customer, actor, what="Call about the quote", hours=24, **facts):
    due = timezone.now() + timedelta(hours=hours)
    return actions.plan_follow_up(customer, actor=actor, what=what, due_at=due, **facts)


def field(by, type="text", label="Priority", **more):
    return create_field(actor=by, kind=KIND, type=type, labels={"en": label}, **more)


def asked(user, **condition):
    return listing_for(user, KIND, {"filter": {"all": [condition]}})


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_list_shows_filters_and_keeps_the_reach(world):
    rupa, arjun, contact = world
    step = plan(contact, rupa, note="Bring samples")
    plan(contact, rupa, "Visit the mill", kind="visit")
    page = signed_in(rupa).get(reverse("interactions:follow_up_list")).content.decode()
    assert "Call about the quote" in page and "Visit the mill" in page and "রহিমা খাতুন" in page
    assert reverse("interactions:follow_up", args=[step.pk]) in page
    assert [one.pk for one in asked(rupa, field="note", op="contains", value="samples").page().items] == [
        step.pk
    ]
    assert asked(rupa, field="kind", op="in", value=["visit"]).count() == (1, False)
    nobodys = signed_in(arjun).get(reverse("interactions:follow_up_list")).content.decode()
    assert "Call about the quote" not in nobodys
    broken = signed_in(rupa).get(reverse("interactions:follow_up_list"), {"filter": "{nonsense"})
    assert broken.status_code == 422


def test_whoever_owns_one_for_a_customer_out_of_reach_sees_it_without_the_customer(world):
    rupa, arjun, contact = world
    plan(contact, rupa, owner=arjun)
    (row,) = listing_for(arjun, KIND, {}).page().items
    assert row.contact is None
    page = signed_in(arjun).get(reverse("interactions:follow_up", args=[row.pk])).content.decode()
    assert "Call about the quote" in page and "রহিমা" not in page
    assert asked(arjun, field="contact", op="contains", value="রহিমা").count() == (0, False)


def test_own_fields_on_the_form_the_page_and_the_list(world, boss):
    rupa, _arjun, contact = world
    priority = field(boss, options={"max_length": 6})
    name, client = f"custom.{priority.key}", signed_in(rupa)
    due = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    sent = {
        "what": "Send prices",
        "kind": "mail",
        "due_at": due,
        "owner": str(rupa.pk),
        "note": "",
        name: "high",
    }
    address = reverse("interactions:contact_planning", args=[contact.pk])
    assert name in client.get(address).content.decode()
    assert client.post(address, sent | {name: "much too long"}).status_code == 422
    assert client.post(address, sent).status_code == 204
    step = FollowUp.objects.get()
    assert (step.what, step.custom) == ("Send prices", {priority.key: "high"})
    page = reverse("interactions:follow_up", args=[step.pk])
    assert "high" in client.get(page).content.decode()
    assert client.post(page, sent | {name: "low", "note": "By noon"}).status_code == 302
    step.refresh_from_db()
    assert (step.custom, step.note, step.version) == ({priority.key: "low"}, "By noon", 2)
    assert client.post(page, sent | {"what": " "}).status_code == 422
    entry = AuditEntry.objects.filter(record_id=step.pk, verb="changed").get()
    assert entry.changes[f"custom.{priority.key}"] == ["high", "low"]
    listed = client.get(reverse("interactions:follow_up_list"), {"columns": f"what,{name}"}).content.decode()
    assert "low" in listed
    assert asked(rupa, field=name, op="is", value="low").count() == (1, False)


def test_a_required_one_is_asked_of_people_alone(world, boss):
    rupa, _arjun, contact = world
    field(boss, is_required=True)
    with pytest.raises(ValidationError):
        plan(contact, rupa, custom={})
    assert plan(contact, rupa).custom == {}


def test_a_page_of_who_may_only_read_has_no_form(world):
    rupa, _arjun, contact = world
    step = plan(contact, rupa, note="Bring samples")
    reader = make_user("Reader", role="read_only")
    client, page = signed_in(reader), reverse("interactions:follow_up", args=[step.pk])
    shown = client.get(page).content.decode()
    assert "Bring samples" in shown and 'name="what"' not in shown
    assert client.post(page, {"what": "Mine"}).status_code == 403


def test_many_are_done_at_once_and_opened_again(world):
    rupa, _arjun, contact = world
    steps = [plan(contact, rupa, f"Step {number}") for number in range(3)]
    kind = record_kinds[KIND]
    change = start_bulk_change(
        actor=rupa, kind=kind, field=kind.field("state"), mode="set", value="done", words="Done",
        ids=[one.pk for one in steps],
    )  # fmt: skip
    run_bulk_change(change.pk)
    assert set(FollowUp.objects.values_list("state", flat=True)) == {"done"}
    contact.refresh_from_db()
    assert contact.next_step_due_at is None
    actions.change_follow_up(steps[0], actor=rupa, note="Somebody was here")
    change.refresh_from_db()
    undo_bulk_change(change, actor=rupa)
    run_bulk_change(change.pk)
    assert sorted(FollowUp.objects.values_list("state", flat=True)) == ["done", "open", "open"]


def test_nobody_is_no_owner(world):
    rupa, _arjun, contact = world
    step = plan(contact, rupa)
    with pytest.raises(ValidationError) as caught:
        actions.change_follow_up(step, actor=rupa, owner=None)
    assert list(caught.value.message_dict) == ["owner"]


def test_what_was_changed_meanwhile_stays(world):
    rupa, _arjun, contact = world
    step = plan(contact, rupa)
    stale = FollowUp.objects.get(pk=step.pk)
    actions.change_follow_up(step, actor=rupa, what="Call tomorrow")
    with pytest.raises(EditConflict):
        actions.revise_follow_up(stale, actor=rupa, expected_version=1, state="done")
    stale = FollowUp.objects.get(pk=step.pk)
    actions.change_follow_up(step, actor=rupa, what="Call on Friday")
    actions.complete_follow_up(stale, actor=rupa)
    step.refresh_from_db()
    assert (step.what, step.state) == ("Call on Friday", "done")


def test_they_go_out_as_a_file_as_far_as_one_may(world):
    rupa, _arjun, contact = world
    plan(contact, rupa, "=2+2")
    text = b"".join(
        export_records(actor=make_user("Boss", role="administrator"), kind=KIND, file_format="csv")
    )
    (row,) = csv.DictReader(io.StringIO(text.decode("utf-8-sig")))
    assert (row["What is to be done"], row["Contact"], row["Owner"]) == ("'=2+2", "রহিমা খাতুন", "Rupa")
    with pytest.raises(Denied):
        export_records(actor=make_user("Nobody"), kind=KIND, file_format="csv")
    grant(stranger := make_user("Stranger"), "customers.export_contacts")
    grant(stranger, "interactions.view_followup", reach="own")
    assert len(b"".join(export_records(actor=stranger, kind=KIND, file_format="csv")).splitlines()) <= 1


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("Send the price list", "price send"),
        ("চালের দর জানাতে হবে", "দর চালের"),
        ("விலைப் பட்டியல் அனுப்பு", "பட்டியல்"),
    ],
)
def test_the_search_finds_their_words_in_every_script(world, what, words):
    rupa, arjun, contact = world
    step = plan(contact, rupa, what)
    done = plan(contact, rupa, f"{what} 2", hours=48)
    actions.complete_follow_up(done, actor=rupa)
    hits = [hit for hit in search(rupa, words) if hit.kind == KIND]
    assert [hit.record_id for hit in hits] == [step.pk, done.pk]
    assert "রহিমা খাতুন" in hits[0].detail and "Done" in hits[1].detail
    assert not [hit for hit in search(arjun, words) if hit.kind == KIND]
    assert not [hit for hit in search(rupa, f"{words} nowhere") if hit.kind == KIND]
    assert listing_for(rupa, KIND, {}, text=words).count() == (2, False)


def test_the_api_has_filters_own_fields_and_versions(world, boss):
    rupa, arjun, contact = world
    priority = field(boss)
    secret = field(boss, label="Secret", visible_to_roles=["administrator"])
    client = signed_in(rupa)
    body = {
        "contact_id": str(contact.pk),
        "what": "Call",
        "due_at": "2030-01-01T10:00:00Z",
        "custom": {priority.key: "high"},
    }

    def send(method, address, **given):
        answer = getattr(client, method)(
            f"/api/v1{address}", json.dumps(given.pop("body")), content_type="application/json", **given
        )
        return answer.status_code, answer.json(), answer

    code, made, answer = send("post", "/follow-ups", body=body)
    assert (code, made["custom"], made["note"]) == (201, {priority.key: "high"}, "")
    FollowUp.objects.update(custom={priority.key: "high", secret.key: "hidden"})
    one = f"/follow-ups/{made['id']}"
    assert client.get(f"/api/v1{one}").json()["custom"] == {priority.key: "high"}
    wanted = {"all": [{"field": f"custom.{priority.key}", "op": "is", "value": "high"}]}
    for filter, found in ((wanted, 1), ({"all": [{"field": "kind", "op": "in", "value": ["visit"]}]}, 0)):
        listed = client.get("/api/v1/follow-ups", {"filter": json.dumps(filter)}).json()
        assert len(listed["items"]) == found
    assert (
        client.get("/api/v1/follow-ups", {"filter": '{"all": [{"field": "no", "op": "is"}]}'}).status_code
        == 422
    )
    assert client.get("/api/v1/follow-ups", {"state": "lost"}).status_code == 422
    assert send("patch", one, body={"custom": {secret.key: "mine"}})[0] == 422
    assert send("patch", one, body={"owner_id": str(contact.pk)})[0] == 422
    etag = answer.headers["ETag"]
    assert (
        send(
            "patch",
            one,
            body={"note": "By noon", "state": "done", "result": "Agreed"},
            headers={"If-Match": etag},
        )[0]
        == 200
    )
    assert send("patch", one, body={"note": "Mine"}, headers={"If-Match": etag})[0] == 412
    assert (
        client.get("/api/v1/follow-ups", {"state": "any", "q": "call"}).json()["items"][0]["result"]
        == "Agreed"
    )
    assert signed_in(arjun).get("/api/v1/follow-ups", {"whose": "all", "state": "any"}).json()["items"] == []


def test_one_for_a_company(world):
    rupa, _arjun, _contact = world
    company = make_company("Padma Traders", by=rupa)
    plan(company, rupa)
    assert asked(rupa, field="company", op="contains", value="padma").count() == (1, False)
