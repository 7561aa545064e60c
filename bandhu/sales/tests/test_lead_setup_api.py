"""What decides what becomes of an enquiry, set up by programs: sources, reasons, absences, rules, web forms."""

import json

import pytest
from django.test import Client

from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.sales.models import AssignmentRule, LeadReason, LeadSource, ScoreRule, WebForm
from bandhu.sales.tests.cast import make_lead, make_seller, make_web_form

pytestmark = pytest.mark.django_db
NOBODY = "0190a0a0-0000-7000-8000-000000000000"
EMPTY = {"all": [{"field": "message", "op": "empty"}]}


@pytest.fixture
def asha():
    return make_user("Asha", role="administrator", team=make_team("Dhaka"))


def caller(user):
    client = Client()
    client.force_login(user)

    def ask(method, path, data=None, **headers):
        answer = client.generic(
            method, f"/api/v1{path}", json.dumps(data or {}), "application/json", headers=headers
        )
        return answer.status_code, answer.json() if answer.content else None, answer.headers.get("ETag")

    return ask


@pytest.fixture
def call(asha):
    return caller(asha)


@pytest.mark.parametrize(
    ("path", "extra", "other"),
    [
        ("/lead-sources", {"respond_within_hours": 4}, {"respond_within_hours": None}),
        ("/lead-reasons", {}, {}),
    ],
)
def test_sources_and_reasons_are_made_changed_and_taken_away(call, path, extra, other):
    status, made, tag = call("POST", path, {"name": "Fair", "names": {"bn": "মেলা"}, **extra})
    assert status == 201 and made.items() >= {"name": "Fair", "names": {"bn": "মেলা"}, "is_active": True, **extra}.items()  # fmt: skip
    one = f"{path}/{made['id']}"
    assert call("GET", one) == (200, made, tag)
    status, changed, _tag = call("PATCH", one, {"is_active": False, **other}, **{"If-Match": tag})
    assert (status, changed) == (200, made | {"is_active": False} | other)
    assert call("PATCH", one, {"name": "X"}, **{"If-Match": tag})[0] == 412
    assert changed in call("GET", path)[1]["items"]
    for wrong in ({"name": ""}, {"names": {"xx": "A"}}, {"name": "x" * 121}, {"is_active": 1}, {"kind": "A"}):
        assert call("PATCH", one, wrong)[0] == 422
    assert call("DELETE", one)[0] == 204
    assert call("PATCH", one, {"name": "X"})[0] == 404


def test_what_leads_have_stays(call, asha):
    lead = make_lead(by=asha, source=LeadSource.objects.get(name="Website"))
    assert call("DELETE", f"/lead-sources/{lead.source_id}")[0] == 422
    assert call("POST", "/lead-sources", {"name": "Fair", "respond_within_hours": 1441})[0] == 422
    assert call("PATCH", f"/lead-sources/{lead.source_id}", {"respond_within_hours": "4"})[0] == 422


def test_absences(call):
    mina = make_user("Mina")
    days = {"first_day": "2098-01-01", "last_day": "2098-01-05"}
    status, made, _tag = call("POST", "/absences", {"user_id": str(mina.pk), **days})
    assert (status, made) == (201, {"id": made["id"], "user_id": str(mina.pk), **days})
    assert call("GET", "/absences")[1]["items"] == [made]
    assert call("POST", "/absences", {"user_id": str(mina.pk), **days, "last_day": "2097-01-01"})[0] == 422
    assert call("POST", "/absences", {"user_id": NOBODY, **days})[0] == 422
    assert call("DELETE", f"/absences/{made['id']}")[0] == 204
    assert call("DELETE", f"/absences/{made['id']}")[0] == 404


def test_a_rule_of_assignment_is_tried_saved_changed_and_deleted(call, asha):
    rupa = make_seller("Rupa", role="sales")
    lead = make_lead(by=asha, owner=asha)
    sent = {"name": "Empty ones", "people": [{"user_id": str(rupa.pk), "most_open": 3}], "filter": EMPTY}
    status, tried, _tag = call("POST", "/assignment-rules/simulation", {"rule": sent})
    trial = next(one for one in tried["items"] if one["lead_id"] == str(lead.pk))
    assert (status, trial["user_id"], trial["by_this"], trial["rule_id"]) == (200, str(rupa.pk), True, None)
    assert not AssignmentRule.objects.exists()
    status, made, tag = call("POST", "/assignment-rules", sent)
    assert status == 201 and made.items() >= {**sent, "way": "round_robin", "team_id": None}.items()
    one = f"/assignment-rules/{made['id']}"
    saved = call("POST", "/assignment-rules/simulation", {})[1]["items"][0]
    assert (saved["rule_id"], saved["by_this"]) == (made["id"], False)
    off = {"rule_id": made["id"], "rule": {"name": "Off", "is_active": False}}
    assert call("POST", "/assignment-rules/simulation", off)[1]["items"][0]["user_id"] is None
    wanted = {"way": "team", "team_id": str(asha.team_id), "people": []}
    status, changed, _tag = call("PATCH", one, wanted, **{"If-Match": tag})
    assert (status, changed) == (200, made | wanted)
    assert call("PATCH", one, {"name": "X"}, **{"If-Match": tag})[0] == 412
    assert call("PATCH", one, {"team_id": None})[0] == 422
    assert call("GET", one)[1] == changed
    assert call("DELETE", one)[0] == 204
    assert call("GET", one)[0] == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"way": "by_lot"}, "way"),
        ({"people": []}, "people"),
        ({"people": [{"user_id": NOBODY}]}, ""),
        ({"people": [{"user_id": "{mina}", "most_open": 0}]}, "people.0.most_open"),
        ({"team_id": NOBODY}, ""),
        ({"filter": {"all": [{"field": "shoe_size", "op": "is", "value": 1}]}}, "filter"),
        ({"filter": []}, "filter"),
        ({"order": 1}, "order"),
    ],
)
def test_what_is_no_rule_is_refused_by_field(call, wrong, field):
    mina = make_user("Mina")
    sent = {"name": "All", "people": [{"user_id": str(mina.pk)}], **wrong}
    sent = json.loads(json.dumps(sent).replace("{mina}", str(mina.pk)))
    status, problem, _tag = call("POST", "/assignment-rules", sent)
    assert (status, list(problem["errors"])) == (422, [field])
    assert not AssignmentRule.objects.exists()


def test_rules_are_asked_in_the_order_that_is_put(call):
    mina = {"people": [{"user_id": str(make_user("Mina").pk)}]}
    ids = [call("POST", "/assignment-rules", {"name": name, **mina})[1]["id"] for name in "ABC"]
    turned = [ids[2], ids[0], ids[1]]
    assert [
        one["id"] for one in call("PUT", "/assignment-rules/order", {"ids": turned})[1]["items"]
    ] == turned
    assert call("PUT", "/assignment-rules/order", {"ids": ids[:2]})[0] == 422
    assert [str(one.pk) for one in AssignmentRule.objects.all()] == turned


def test_points_for_leads(call):
    sent = {"name": "Says nothing", "points": -10, "filter": EMPTY}
    status, made, tag = call("POST", "/score-rules", sent)
    assert status == 201 and made.items() >= sent.items()
    one = f"/score-rules/{made['id']}"
    assert call("PATCH", one, {"points": 5}, **{"If-Match": tag})[1] == made | {"points": 5}
    assert call("PATCH", one, {"points": 6}, **{"If-Match": tag})[0] == 412
    for wrong in ({"points": 0}, {"points": 1001}, {"points": "5"}, {"filter": {}}, {"filter": {"any": 3}}):
        assert call("PATCH", one, wrong)[0] == 422
    assert ScoreRule.objects.get().points == 5
    assert call("GET", "/score-rules")[1]["items"] == [made | {"points": 5}]
    assert call("DELETE", one)[0] == 204
    assert call("GET", one)[0] == 404


def test_a_web_form_is_made_and_changed(call, asha):
    source = str(LeadSource.objects.get(name="Website").pk)
    asks = [{"name": "mail", "required": True}, {"name": "message", "required": False}]
    sent = {"name": "Ask us", "source_id": source, "asks_for": asks, "languages": ["en", "bn"]}
    status, made, tag = call("POST", "/web-forms", sent)
    assert status == 201 and made.items() >= {**sent, "slug": "ask-us", "is_active": True}.items()
    assert made["address"].endswith("/f/ask-us/")
    one = f"/web-forms/{made['id']}"
    consent = {"purpose": "marketing", "wordings": {"en": "You may send news."}, "is_required": True}
    make_web_form("Offer", by=asha)  # the purposes are there
    wanted = {"consents": [consent], "thanks": {"bn": "ধন্যবাদ!"}, "team_id": str(asha.team_id)}
    status, changed, _tag = call("PATCH", one, wanted, **{"If-Match": tag})
    assert (status, changed) == (200, made | wanted)
    assert call("PATCH", one, {"name": "X"}, **{"If-Match": tag})[0] == 412
    assert call("PATCH", one, {"team_id": None, "is_active": False})[1] == changed | {"team_id": None, "is_active": False}  # fmt: skip
    assert Client().get("/f/ask-us/").status_code == 404
    assert call("GET", one)[1]["consents"] == [consent]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"source_id": NOBODY}, ""),
        ({"slug": "offer"}, "slug"),
        ({"languages": ["en", "xx"]}, "languages"),
        ({"languages": []}, "languages"),
        ({"asks_for": [{"name": "full_name"}]}, "asks_for"),
        ({"asks_for": [{"name": "mail"}, {"name": "password"}]}, "asks_for"),
        ({"asks_for": [{"name": "mail"}, {"name": "mail"}]}, "asks_for"),
        ({"titles": {"xx": "A"}}, "languages"),
        ({"thanks_url": "javascript:alert(1)"}, "thanks_url"),
        ({"consents": [{"purpose": "spying", "wordings": {"en": "Yes"}}]}, "consents"),
        ({"consents": [{"purpose": "marketing", "wordings": {"en": "Yes"}}] * 2}, "consents"),
        ({"refused": 0}, "refused"),
    ],
)
def test_what_is_no_web_form_is_refused_by_field(call, asha, wrong, field):
    make_web_form("Offer", by=asha)
    source = str(LeadSource.objects.get(name="Website").pk)
    sent = {"name": "Ask us", "source_id": source, "asks_for": [{"name": "mail"}], **wrong}
    status, problem, _tag = call("POST", "/web-forms", sent)
    assert (status, list(problem["errors"])) == (422, [field])
    assert WebForm.objects.count() == 1


def test_who_works_on_leads_sets_nothing_up():
    mina = make_user("Mina")
    grant(mina, "sales.view_lead")
    ask, reason = caller(mina), LeadReason.objects.get(name="Spam")
    assert ask("GET", f"/lead-reasons/{reason.pk}")[0] == 200
    assert ask("PATCH", f"/lead-reasons/{reason.pk}", {"name": "Other"})[0] == 403
    for path in ("/web-forms", "/assignment-rules", "/score-rules", "/absences"):
        assert ask("GET", path)[0] == 403
