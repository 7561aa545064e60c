"""Stakeholders, competitors and sellers' parts of an opportunity for programs."""

import json

import pytest
from django.test import Client

from bandhu.catalog.tests.cast import make_money
from bandhu.customers.tests.cast import make_contact
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.platform.models import AuditEntry, EventRecord
from bandhu.sales.models import Split, Stakeholder
from bandhu.sales.tests.cast import make_opportunity, make_seller

pytestmark = pytest.mark.django_db
NOBODY = "0190a0a0-0000-7000-8000-000000000000"


@pytest.fixture
def rupa():
    make_money()
    return make_seller("Rupa", team=make_team("Dhaka"))


@pytest.fixture
def sale(rupa):
    return make_opportunity(by=rupa)


@pytest.fixture
def call(rupa, sale):
    client = Client()
    client.force_login(rupa)

    def called(method, part, body=None, **headers):
        path = f"/api/v1/opportunities/{sale.pk}/{part}"
        return getattr(client, method)(path, json.dumps(body or {}), "application/json", headers=headers)

    return called


@pytest.fixture
def get(rupa, sale):
    client = Client()
    client.force_login(rupa)
    return lambda part: client.get(f"/api/v1/opportunities/{sale.pk}/{part}")


def test_somebody_with_a_say_is_named_changed_and_taken_off(call, get, rupa):
    ben = make_contact("Ben", by=rupa)
    added = call(
        "post", "stakeholders", {"contact_id": str(ben.pk), "role": "blocks", "note": "Knows Jamuna"}
    )
    made = added.json()
    assert (added.status_code, added["ETag"], made["name"], made["role"]) == (201, '"v2"', "Ben", "blocks")
    assert get("stakeholders").json()["items"] == [made]
    changed = call("patch", f"stakeholders/{made['id']}", {"role": "supports"})
    assert (changed["ETag"], changed.json()) == ('"v3"', made | {"role": "supports"})
    told = AuditEntry.objects.filter(changes__has_key="stakeholders").latest("pk").changes["stakeholders"]
    assert told == ["Ben (blocks): Knows Jamuna", "Ben (supports): Knows Jamuna"]
    assert EventRecord.objects.filter(name="sales.opportunity_changed").latest("pk").payload["fields"] == ["stakeholders"]  # fmt: skip
    assert call("patch", f"stakeholders/{made['id']}", {"role": "supports"})["ETag"] == '"v3"'
    assert call("delete", f"stakeholders/{made['id']}").status_code == 204
    assert get("stakeholders").json()["items"] == []
    assert call("delete", f"stakeholders/{made['id']}").status_code == 404


def test_one_contact_plays_a_part_once(call, rupa):
    ben = str(make_contact("Ben", by=rupa).pk)
    first = call("post", "stakeholders", {"contact_id": ben, "role": "decides"}).json()
    again = call("post", "stakeholders", {"contact_id": ben, "role": "decides", "note": "Signs"}).json()
    assert (again["id"], again["note"]) == (first["id"], "Signs")
    other = call("post", "stakeholders", {"contact_id": ben, "role": "uses"}).json()
    refused = call("patch", f"stakeholders/{other['id']}", {"role": "decides"})
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["role"])
    assert sorted(Stakeholder.objects.values_list("role", flat=True)) == ["decides", "uses"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"contact_id": NOBODY, "role": "decides"}, 404),
        ({"contact_id": "Ben", "role": "decides"}, 422),
        ({"contact_id": "{ben}", "role": "commands"}, 422),
        ({"contact_id": "{ben}"}, 422),
        ({"contact_id": "{ben}", "role": "decides", "note": "x" * 301}, 422),
        ({"contact_id": "{ben}", "role": "decides", "power": 3}, 422),
        ({"contact_id": "{ben}", "role": "decides", "note": "a\x00b"}, 422),
    ],
)
def test_what_is_no_stakeholder_is_refused(call, rupa, sent, status):
    ben = make_contact("Ben", by=rupa)
    sent = {name: value.replace("{ben}", str(ben.pk)) if isinstance(value, str) else value for name, value in sent.items()}  # fmt: skip
    assert call("post", "stakeholders", sent).status_code == status
    assert not Stakeholder.objects.exists()


def test_contacts_out_of_reach_are_neither_shown_nor_touched(call, get, rupa, sale):
    ben = make_contact("Ben", by=rupa)
    made = call("post", "stakeholders", {"contact_id": str(ben.pk), "role": "decides"}).json()
    mina = make_user("Mina")
    grant(mina, "sales.view_opportunity")
    grant(mina, "sales.change_opportunity")
    other = Client()
    other.force_login(mina)
    path = f"/api/v1/opportunities/{sale.pk}/stakeholders"
    assert other.get(path).json()["items"] == []
    assert other.delete(f"{path}/{made['id']}").status_code == 404
    assert Stakeholder.objects.count() == 1


def test_competitors(call, get):
    made = call("post", "competitors", {"name": " Jamuna ", "note": "Cheaper"})
    assert (made.status_code, made.json()["name"]) == (201, "Jamuna")
    assert get("competitors").json()["items"] == [made.json()]
    assert call("post", "competitors", {"name": "  "}).status_code == 422
    assert call("post", "competitors", {"name": 3}).status_code == 422
    one = f"competitors/{made.json()['id']}"
    assert call("delete", one, **{"If-Match": '"v1"'}).status_code == 412
    assert call("delete", one, **{"If-Match": '"v2"'}).status_code == 204
    assert (get("competitors").json()["items"], get("competitors")["ETag"]) == ([], '"v3"')


def test_the_sellers_share_a_sale_as_a_whole(call, get, rupa):
    mina = make_user("Mina")
    parts = [{"user_id": str(rupa.pk), "percent": "60.50"}, {"user_id": str(mina.pk), "percent": "39.50"}]
    put = call("put", "splits", {"splits": parts}, **{"If-Match": '"v1"'})
    assert (put.status_code, put["ETag"], put.json()) == (200, '"v2"', {"splits": parts})
    assert get("splits").json() == {"splits": parts}
    assert call("put", "splits", {"splits": parts})["ETag"] == '"v2"'  # nothing was changed
    assert call("put", "splits", {"splits": []}, **{"If-Match": '"v1"'}).status_code == 412
    assert call("put", "splits", {"splits": []}).json() == {"splits": []}


@pytest.mark.parametrize(
    ("percents", "field"),
    [
        (["60", "39.99"], "splits"),
        (["100", "100"], "splits"),
        (["100", "0"], "splits.1.percent"),
        (["33.333", "66.667"], "splits.0.percent"),
        (["NaN", "50"], "splits.0.percent"),
        (["half", "50"], "splits.0.percent"),
    ],
)
def test_parts_that_do_not_make_a_whole_are_refused(call, rupa, percents, field):
    people = [rupa, make_user("Mina")]
    parts = [{"user_id": str(one.pk), "percent": share} for one, share in zip(people, percents, strict=True)]
    refused = call("put", "splits", {"splits": parts})
    assert (refused.status_code, field in refused.json()["errors"]) == (422, True), refused.json()
    assert not Split.objects.exists()


def test_a_seller_is_named_once_and_must_exist(call, rupa):
    for people in ([rupa.pk, rupa.pk], [rupa.pk, NOBODY]):
        parts = [{"user_id": str(one), "percent": 50} for one in people]
        assert call("put", "splits", {"splits": parts}).status_code == 422
    assert not Split.objects.exists()


def test_who_may_only_look_changes_nothing(sale):
    mina = make_user("Mina")
    grant(mina, "sales.view_opportunity")
    viewer = Client()
    viewer.force_login(mina)
    path = f"/api/v1/opportunities/{sale.pk}/splits"
    assert viewer.get(path).status_code == 200
    answer = viewer.put(path, json.dumps({"splits": []}), "application/json")
    assert answer.status_code == 403
