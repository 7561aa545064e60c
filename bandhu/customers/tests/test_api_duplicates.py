"""REST: duplicates, merges and scans."""

import uuid

import pytest

from bandhu.customers import actions, book_records
from bandhu.customers.models import Contact, DuplicatePair
from bandhu.customers.tests.cast import make_agent, make_company, make_contact
from bandhu.customers.tests.test_api import Caller
from bandhu.identity.tests.cast import make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa():
    book_records._samples.clear()
    return make_agent("Rupa", role="supervisor", team=make_team("Dhaka"))


@pytest.fixture
def call(rupa):
    return Caller(rupa)


@pytest.fixture
def both(rupa):
    make_contact("Kamal Uddin", by=rupa)
    known = {"phones": ["01899111222"], "birthday": "1980-02-03"}
    return make_contact("Abdur Rahman", by=rupa, **known), make_contact("আব্দুর রহমান", by=rupa, **known)


def test_a_scan_is_started_and_its_pairs_are_read_and_judged(call, both):
    started = call("POST", "/duplicates/scans", {}, status=202)
    assert started["state"] == "waiting"
    actions.run_scan(uuid.UUID(started["id"]))
    assert call("GET", "/duplicates/scans")["items"][0]["state"] == "done"
    pair = call("GET", "/duplicates")["items"][0]
    assert {pair["first_id"], pair["second_id"]} == {str(one.pk) for one in both}
    assert "same_phone" in pair["reasons"]
    assert call("GET", f"/duplicates/{pair['id']}") == pair
    judged = call("POST", f"/duplicates/{pair['id']}/judgement", {"different": True})
    assert judged["state"] == "different"
    assert call("GET", "/duplicates")["items"] == []
    assert call("GET", "/duplicates?state=different")["items"][0]["id"] == pair["id"]


def test_a_merge_is_made_read_and_taken_back(call, both):
    winner, loser = both
    merge = call(
        "POST",
        "/merges",
        {"winner_id": str(winner.pk), "loser_id": str(loser.pk), "choices": {"full_name": "loser"}},
        status=201,
    )
    assert call("GET", f"/contacts/{winner.pk}")["full_name"] == "আব্দুর রহমান"
    call("GET", f"/contacts/{loser.pk}", status=404)
    assert call("GET", "/merges")["items"] == [merge]
    call("DELETE", f"/merges/{merge['id']}", status=204)
    assert call("GET", f"/contacts/{winner.pk}")["full_name"] == "Abdur Rahman"
    assert call("GET", f"/contacts/{loser.pk}")["full_name"] == "আব্দুর রহমান"
    assert call("GET", f"/merges/{merge['id']}")["undone_at"]
    call("DELETE", f"/merges/{merge['id']}", status=422)


def test_companies_are_merged_too(call, rupa):
    one, other = make_company("Padma", by=rupa), make_company("Padma Ltd", by=rupa)
    call(
        "POST",
        "/merges",
        {"kind": "company", "winner_id": str(one.pk), "loser_id": str(other.pk)},
        status=201,
    )
    call("GET", f"/companies/{other.pk}", status=404)
    other.refresh_from_db()
    assert other.merged_into_id == one.pk and other.deleted_at
    assert [item["name"] for item in call("GET", "/companies")["items"]] == ["Padma"]


def test_who_may_be_the_same_is_asked_before_entering(call, both):
    found = call("POST", "/duplicates/search", {"name": "A. Rahman", "phones": ["01899-111222"]})["items"]
    assert {one["id"] for one in found} == {str(one.pk) for one in both}
    assert found[0]["score"] > 0.5
    assert call("POST", "/duplicates/search", {})["items"] == []
    call("POST", "/duplicates/search", {"phones": ["1"] * 21}, status=422)


@pytest.mark.parametrize("choices", [{"full_name": "nobody"}, {"id": "loser"}])
def test_a_merge_that_makes_no_sense_is_refused(call, both, choices):
    sent = {"winner_id": str(both[0].pk), "loser_id": str(both[1].pk), "choices": choices}
    call("POST", "/merges", sent, status=422)
    call("POST", "/merges", {"winner_id": str(both[0].pk), "loser_id": str(both[0].pk)}, status=422)
    assert Contact.objects.filter(deleted_at=None).count() == 3


def test_out_of_reach_is_404_and_without_the_right_403(rupa, call, both):
    pair = actions.judge_pair(*both, actor=rupa, different=True)
    merge = {"winner_id": str(both[0].pk), "loser_id": str(both[1].pk)}
    stranger = Caller(make_user("Stranger", role="sales", team=make_team("Elsewhere")))
    stranger("POST", "/merges", merge, status=404)
    stranger("GET", f"/duplicates/{pair.pk}", status=404)
    stranger("POST", f"/duplicates/{pair.pk}/judgement", {}, status=404)
    assert stranger("GET", "/duplicates")["items"] == []
    assert stranger("POST", "/duplicates/search", {"phones": ["01899111222"]})["items"] == []
    reader = Caller(make_user("Reader", role="read_only", team=rupa.team))
    reader("POST", "/merges", merge, status=403)
    reader("GET", "/duplicates", status=403)
    reader("POST", f"/duplicates/{pair.pk}/judgement", {"different": False}, status=403)
    assert DuplicatePair.objects.get().state == "different"
