"""REST: contacts, companies, tags, and what hangs on them."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from bandhu.customers.api.schemas import CompanyOut, ContactOut
from bandhu.customers.models import Contact
from bandhu.customers.tests.cast import make_agent, make_company, make_contact
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.platform.rest import PageOf

pytestmark = pytest.mark.django_db


class Caller:
    """A signed-in client that speaks JSON."""

    def __init__(self, user):
        self.client = Client()
        self.client.force_login(user)

    def __call__(self, method, path, payload=None, status=200, **headers):
        answer = self.client.generic(
            method, f"/api/v1{path}", json.dumps(payload) if payload is not None else "",
            content_type="application/json", headers=headers,
        )  # fmt: skip
        assert answer.status_code == status, answer.content.decode()[:2000]
        self.answer = answer
        return json.loads(answer.content) if answer.content else None


@pytest.fixture
def rupa():
    return make_agent("Rupa", team=make_team("Dhaka"))


@pytest.fixture
def call(rupa):
    return Caller(rupa)


def test_a_contact_is_made_read_changed_deleted_and_restored(call, rupa):
    company = make_company("Padma", by=rupa)
    made = call(
        "POST", "/contacts",
        {
            "full_name": "রহিমা খাতুন", "company_id": str(company.pk), "phones": [{"number": "০১৭১২৩৪৫৬৭৮"}],
            "mails": [{"address": "rahima@example.com"}], "tags": ["VIP"], "birthday": "1990-04-14",
            "addresses": [{"country": "BD", "city": "Dhaka"}],
        }, status=201,
    )  # fmt: skip
    assert made["phones"][0]["number"] == "+8801712345678"
    assert (made["company_name"], made["tags"], made["owner_id"]) == ("Padma", ["VIP"], str(rupa.pk))
    path = f"/contacts/{made['id']}"
    assert call("GET", path)["birthday"] == "1990-04-14"
    assert call.answer["ETag"] == '"v1"'
    assert call("PATCH", path, {"job_title": "Teacher"})["version"] == 2
    call("DELETE", path, status=204)
    call("GET", path, status=404)
    assert call("POST", f"{path}/restoration")["job_title"] == "Teacher"


def test_a_stale_version_is_refused_with_412(call, rupa):
    contact = make_contact(by=rupa)
    call("PATCH", f"/contacts/{contact.pk}", {"job_title": "A"}, **{"If-Match": '"v1"'})
    problem = call("PATCH", f"/contacts/{contact.pk}", {"job_title": "B"}, status=412, **{"If-Match": '"v1"'})
    assert problem["version"] == 2
    contact.refresh_from_db()
    assert contact.job_title == "A"


def test_nothing_is_deleted_that_changed_since_it_was_read():
    boss = Caller(make_user("Boss", role="administrator"))
    hook = {"name": "Till", "url": "https://example.com/hook", "events": ["customers.contact_created"]}
    field = {"kind": "contact", "type": "text", "labels": {"en": "Size"}}
    for path, given, change in (
        ("/tags", {"name": "VIP"}, {"name": "Very important"}),
        ("/fields", field, {"labels": {"en": "Shoe size"}}),
        ("/webhooks", hook, {"name": "Shop"}),
    ):
        one = f"{path}/{boss('POST', path, given, status=201)['id']}"
        boss("GET", one)
        read = boss.answer["ETag"]
        boss("PATCH", one, change, **{"If-Match": read})
        boss("DELETE", one, status=412, **{"If-Match": read})
        boss("GET", one)
        boss("DELETE", one, status=204, **{"If-Match": boss.answer["ETag"]})


def test_sorted_by_days_without_contact_the_longest_come_last_and_with_minus_first(call, rupa):
    now = datetime(2026, 11, 22, tzinfo=UTC)
    for name, days in (("Lately", 2), ("Long ago", 200)):
        Contact.objects.filter(pk=make_contact(name, by=rupa).pk).update(
            last_touched_at=now - timedelta(days=days)
        )
    found = [
        [one["full_name"] for one in call("GET", f"/contacts?sort={sort}")["items"]]
        for sort in ("days_without_contact", "-days_without_contact")
    ]
    assert found == [["Lately", "Long ago"], ["Long ago", "Lately"]]


def test_what_is_wrong_is_said_by_field(call):
    problem = call(
        "POST",
        "/contacts",
        {"full_name": "", "phones": [{"number": "12"}], "language": "klingonish"},
        status=422,
    )
    assert set(problem["errors"]) == {"full_name", "phones.0", "language"}
    assert not Contact.objects.exists()


def test_lists_are_paged_filtered_sorted_and_searched(call, rupa):
    for name in ("Anwar", "Bina", "Chandan"):
        make_contact(name, by=rupa, lifecycle="lead" if name == "Bina" else "customer")
    first = call("GET", "/contacts?limit=2")
    assert [one["full_name"] for one in first["items"]] == ["Anwar", "Bina"]
    rest = call("GET", f"/contacts?limit=2&cursor={first['next']}")
    assert ([one["full_name"] for one in rest["items"]], rest["next"]) == (["Chandan"], None)
    wanted = json.dumps({"all": [{"field": "lifecycle", "op": "in", "value": ["lead"]}]})
    assert [one["full_name"] for one in call("GET", f"/contacts?filter={wanted}")["items"]] == ["Bina"]
    backwards = call("GET", "/contacts?sort=-full_name")["items"]
    assert [one["full_name"] for one in backwards] == ["Chandan", "Bina", "Anwar"]
    found = call("GET", "/contacts?q=chand")["items"]
    assert found[0]["full_name"] == "Chandan" and found[0]["matched"]
    call("GET", "/contacts?filter=nonsense", status=422)
    call("GET", "/contacts?sort=nonsense", status=422)
    call("GET", "/contacts?cursor=nonsense", status=422)


def test_a_page_of_contacts_takes_few_statements(call, rupa, django_assert_max_num_queries):
    for place in range(20):
        make_contact(
            f"C{place}", by=rupa, phones=["01712345678"], mails=[f"c{place}@example.com"], tags=["VIP"]
        )
    call("GET", "/contacts")
    with django_assert_max_num_queries(12):
        assert len(call("GET", "/contacts")["items"]) == 20


@pytest.mark.parametrize(
    ("make", "path", "out"),
    [(make_contact, "/contacts", ContactOut), (make_company, "/companies", CompanyOut)],
)
@pytest.mark.parametrize("asked", ["", "?q=Padma"])
def test_a_list_answers_what_its_schema_declares_and_what_the_record_itself_answers(
    call, rupa, make, path, out, asked
):
    """Lists are written without pydantic's help: every value must be of the declared kind all the same."""
    make("Empty Padma", by=rupa)
    full = make(
        "Padma", by=rupa, phones=["01712345678", "01812345678"], mails=["p@example.com"], tags=["VIP", "Early"],
        addresses=[{"country": "BD", "city": "Dhaka", "street": "Road 7"}], note="নোট",
        socials=[{"network": "facebook", "handle": "padma"}], other_names=[{"name": "পদ্মা", "kind": "other_script"}],
        external_ids=[{"source": "old", "external_id": "7"}],
        **({"company": make_company("Meghna", by=rupa), "national_id": "1234567890"} if make is make_contact else {}),
    )  # fmt: skip
    answer = call("GET", path + asked)
    PageOf[out].model_validate(answer)
    found = {one["id"]: one for one in answer["items"]}
    assert all(set(one) == set(out.model_fields) for one in answer["items"])
    assert found[str(full.pk)] | {"matched": None} == call("GET", f"{path}/{full.pk}")
    assert found[str(full.pk)]["tags"] == ["Early", "VIP"]
    out.model_validate(found[str(full.pk)])
    assert call.answer.headers["ETag"] == f'"v{full.version}"'


def test_points_below_a_contact(call, rupa):
    contact = make_contact(by=rupa)
    path = f"/contacts/{contact.pk}/phones"
    made = call("POST", path, {"number": "01712345678", "label": "work"}, status=201)
    assert (made["number"], made["is_primary"]) == ("+8801712345678", True)
    call("POST", path, {"number": "12"}, status=422)
    changed = call("PATCH", f"{path}/{made['id']}", {"label": "home"})
    assert (changed["number"], changed["label"]) == ("+8801712345678", "home")
    call("DELETE", f"{path}/{made['id']}", status=204)
    assert call("GET", path)["items"] == []
    call("DELETE", f"{path}/{made['id']}", status=404)


def test_every_list_of_a_company(call, rupa):
    path = f"/companies/{make_company(by=rupa).pk}"
    for name, payload in {
        "mails": {"address": "info@example.com"}, "addresses": {"country": "IN", "city": "Chennai", "postcode": "600002"},
        "socials": {"network": "linkedin", "handle": "padma"}, "other-names": {"name": "পদ্মা"},
        "external-ids": {"source": "zoho", "external_id": "1"},
    }.items():  # fmt: skip
        made = call("POST", f"{path}/{name}", payload, status=201)
        assert call("GET", f"{path}/{name}")["items"] == [made]


def test_relations_read_from_both_sides(call, rupa):
    contact, company = make_contact("Rahima", by=rupa), make_company("Padma", by=rupa)
    sent = {"role": "works_for", "company_id": str(company.pk), "title": "Driver"}
    made = call("POST", f"/contacts/{contact.pk}/relations", sent, status=201)
    [seen] = call("GET", f"/companies/{company.pk}/relations")["items"]
    assert (seen["reads"], seen["other_name"], seen["outgoing"]) == ("employs", "Rahima", False)
    call("DELETE", f"/companies/{company.pk}/relations/{made['id']}", status=204)
    call("POST", f"/contacts/{contact.pk}/relations", {"role": "works_for"}, status=422)


def test_tags(call, rupa):
    gold, silver = (call("POST", "/tags", {"name": name}, status=201) for name in ("Gold", "Silver"))
    call("POST", "/tags", {"name": "gold"}, status=422)
    make_contact(by=rupa, tags=["Silver"])
    assert call("POST", f"/tags/{silver['id']}/merges", {"into": gold["id"]})["name"] == "Gold"
    assert [one["name"] for one in call("GET", "/tags")["items"]] == ["Gold"]
    assert call("GET", "/contacts")["items"][0]["tags"] == ["Gold"]
    assert call("PATCH", f"/tags/{gold['id']}", {"tone": "warning"})["tone"] == "warning"
    call("DELETE", f"/tags/{gold['id']}", status=204)


def test_out_of_reach_is_not_found_and_masks_hold(rupa):
    contact = make_contact("Rahima", by=rupa, phones=["01712345678"], national_id="1990123456789")
    stranger = Caller(make_user("Arjun", role="sales", team=make_team("Chennai")))
    for method, path in (
        ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/phones"), ("POST", "/phones"), ("GET", "/relations"),
    ):  # fmt: skip
        stranger(
            method, f"/contacts/{contact.pk}{path}", {} if method in ("PATCH", "POST") else None, status=404
        )
    assert stranger("GET", "/contacts")["items"] == []
    marketer = Caller(make_user("Meena", role="marketing"))
    shown = marketer("GET", f"/contacts/{contact.pk}")
    assert shown["phones"][0]["masked"] and "345678" not in shown["phones"][0]["number"]
    assert "1990" not in shown["national_id"]
    marketer("PATCH", f"/contacts/{contact.pk}", {"job_title": "X"}, status=403)
    marketer("POST", "/contacts", {"full_name": "X"}, status=403)


def test_a_number_one_sees_covered_can_be_sorted_but_not_erased_or_replaced(rupa):
    contact = make_contact("Rahima", by=rupa, phones=["01712345678", "01812345678"])
    helper = make_user("Helper")
    for permission in ("customers.view_contact", "customers.change_contact"):
        grant(helper, permission)
    path, theirs = f"/contacts/{contact.pk}", Caller(helper)
    first, second = [one["id"] for one in theirs("GET", path)["phones"]]
    theirs("PATCH", path, {"phones": []}, status=422)
    theirs("PATCH", path, {"phones": [{"id": first}]}, status=422)
    theirs("PATCH", path, {"phones": [{"id": first, "number": "01912345678"}, {"id": second}]}, status=422)
    theirs("DELETE", f"{path}/phones/{first}", status=422)
    theirs("POST", f"{path}/phones", {"number": "01912345678"}, status=201)
    theirs("PATCH", path, {"job_title": "Buyer"})
    kept = {one.number for one in contact.phones.all()}
    assert kept == {"+8801712345678", "+8801812345678", "+8801912345678"}


def test_consents(call, rupa):
    contact = make_contact(by=rupa)
    ask = f"/contacts/{contact.pk}/permissions/marketing?channel=mail"
    assert not call("GET", ask)["allowed"]
    sent = {"contact_id": str(contact.pk), "purpose": "marketing", "state": "given", "method": "form"}
    call("POST", "/consents", sent, status=201)
    assert call("GET", ask)["allowed"]
    call("POST", "/consents", sent | {"method": "telepathy"}, status=422)
    call("POST", "/consents", sent | {"purpose": "unknown"}, status=404)
    assert [one["state"] for one in call("GET", f"/consents?contact_id={contact.pk}")["items"]] == ["given"]
    assert {one["key"] for one in call("GET", "/purposes")["items"]} >= {"service", "marketing"}


@pytest.mark.parametrize("text", ["a\ud800b", "a\x00b"])
def test_what_cannot_be_stored_is_refused_and_not_dropped(call, text):
    assert "full_name" in call("POST", "/contacts", {"full_name": text}, status=422)["errors"]
    sent = {"full_name": "Rahima", "phones": [{"number": "01712345678", "label": text}]}
    assert "phones" in call("POST", "/contacts", sent, status=422)["errors"]
    assert not Contact.objects.exists()


@pytest.mark.parametrize("name", ["\u200b\u200d", "\u3164", "\u2800 \u2800", "\u0301"])
def test_a_name_of_which_nothing_can_be_seen_is_refused(call, name):
    assert "full_name" in call("POST", "/contacts", {"full_name": name}, status=422)["errors"]
    call("POST", "/contacts", {"full_name": f"র\u200c{name}"}, status=201)
