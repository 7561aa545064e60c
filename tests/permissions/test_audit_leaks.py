"""The right to read the audit trail opens no record: what is out of reach is neither shown, found nor paged over."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from bandhu.customers import actions, queries
from bandhu.customers.importing.claims import Claims
from bandhu.customers.importing.lookup import find_records
from bandhu.customers.importing.pending import Pending
from bandhu.customers.models import Contact, DuplicatePair, ExternalId, Import
from bandhu.identity.queries.audit import AuditFilter, audit_trail
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.interactions.actions import log_interaction, plan_follow_up
from bandhu.platform import audit
from bandhu.platform.ids import new_id

pytestmark = pytest.mark.django_db
SECRET = "Zaheerunnissa"


@pytest.fixture
def book():
    """A manager of Dhaka with the ready-made role; one contact of Dhaka, one of Chennai, everything of both written down."""
    boss = make_user("Boss", role="administrator")
    rupa = make_user("Rupa", role="manager", team=make_team("Dhaka"))
    arjun = make_user("Arjun", role="manager", team=make_team("Chennai"))
    mine = actions.create_contact(actor=rupa, full_name="Rahima Khatun")
    firm = actions.create_company(actor=boss, name=f"{SECRET} Traders", team=arjun.team, owner=arjun)
    theirs = actions.create_contact(actor=boss, full_name=f"{SECRET} Begum", team=arjun.team, owner=arjun)
    actions.change_contact(mine, actor=boss, company=firm)
    log_interaction(theirs, actor=arjun, kind="note", subject=SECRET, body=SECRET)
    plan_follow_up(theirs, actor=arjun, what=f"Call {SECRET}", due_at=timezone.now())
    run = Import.objects.create(actor=arjun, file_name=f"{SECRET}.csv")
    audit.record_change("import started", actor=arjun, kind="import", record_id=run.pk, title=run.file_name)
    audit.record_change("exported", actor=arjun, kind="contact", title=f"{SECRET}.csv")
    gone = actions.create_contact(actor=arjun, full_name=f"{SECRET} the elder")
    actions.purge_contact(actions.delete_contact(gone, actor=arjun), actor=boss)
    return {"boss": boss, "rupa": rupa, "arjun": arjun, "mine": mine, "theirs": theirs, "run": run}


def _page(user, **asked):
    client = Client()
    client.force_login(user)
    answer = client.get("/settings/audit/", asked)
    assert answer.status_code == 200
    return answer


def test_nothing_of_a_record_out_of_reach_is_shown(book):
    page = _page(book["rupa"]).content.decode()
    assert SECRET not in page
    assert "Rahima Khatun" in page and "•••" in page, "the change of the company is told, not its name"
    titles = {line.entry.record_title for line in _page(book["boss"]).context["lines"]}
    assert {f"{SECRET} Begum", f"{SECRET} Traders", f"{SECRET}.csv", f"{SECRET} the elder"} <= titles


def test_nor_found_nor_filtered(book):
    for asked in (
        {"q": SECRET},
        {"q": SECRET[:5]},
        {"kind": "import"},
        {"kind": "interaction"},
        {"kind": "follow_up"},
        {"kind": "company"},
        {"verb": "purged"},
    ):
        assert _page(book["rupa"], **asked).context["lines"] == [], asked
        assert _page(book["boss"], **asked).context["lines"], asked
    client = Client()
    client.force_login(book["rupa"])
    for kind, one in (("contact", book["theirs"]), ("import", book["run"])):
        answer = client.get(f"/settings/audit/{kind}/{one.pk}/")
        assert answer.status_code == 404 or not answer.context["lines"]


def test_pages_go_on_as_if_the_others_were_not_there(book):
    for _number in range(60):
        audit.record_change(
            "changed", actor=book["boss"], kind="contact", record_id=book["theirs"].pk, title=SECRET
        )
    seen, before = [], None
    while True:
        lines, before = audit_trail(book["rupa"], AuditFilter(kind="contact"), before)
        seen += [line.entry.record_title for line in lines]
        if before is None:
            break
    assert set(seen) == {"Rahima Khatun"} and len(seen) == 2


def test_what_is_in_the_bin_and_what_is_no_record_is_still_told(book):
    actions.delete_contact(book["mine"], actor=book["boss"])
    audit.record_change("exported", actor=book["rupa"], kind="contact", title="contact.csv")
    audit.record_change(
        "signed_in", actor=book["arjun"], kind="user", record_id=book["arjun"].pk, title="Arjun"
    )
    told = {(line.entry.verb, line.entry.record_title) for line in _page(book["rupa"]).context["lines"]}
    assert {("deleted", "Rahima Khatun"), ("exported", "contact.csv"), ("signed_in", "Arjun")} <= told


def test_imports_of_others_are_out_of_reach(book):
    client = Client()
    client.force_login(book["rupa"])
    assert SECRET not in client.get("/imports/").content.decode()
    assert client.get(f"/imports/{book['run'].pk}/").status_code == 404
    assert client.post(f"/imports/{book['run'].pk}/stop/", {}).status_code == 404
    client.force_login(book["arjun"])
    assert SECRET in client.get("/imports/").content.decode()
    client.force_login(book["boss"])
    assert SECRET in client.get("/imports/").content.decode()


def test_an_id_of_another_system_answers_alike_whether_a_hidden_record_has_it(book):
    actions.change_contact(
        book["theirs"], actor=book["boss"], external_ids=[{"source": "erp", "external_id": "X-77"}]
    )
    client = Client()
    client.force_login(book["rupa"])

    def post(number, path="/contacts", **more):
        sent = {
            "external_ids": [{"source": "erp", "external_id": number}],
            **(more or {"full_name": "Somebody new"}),
        }
        return client.post(f"/api/v1{path}", json.dumps(sent), content_type="application/json")

    taken, free = post("X-77"), post("X-78")
    assert taken.status_code == free.status_code == 201
    shapes = [
        json.dumps({k: v for k, v in one.json()["external_ids"][0].items() if k != "id"})
        for one in (taken, free)
    ]
    assert shapes[0].replace("77", "78") == shapes[1]
    assert post("X-78").status_code == 422, "a record in reach is named as before"
    [pair] = DuplicatePair.objects.filter(reasons=["same_external_id"])
    assert str(book["theirs"].pk) in (str(pair.first_id), str(pair.second_id))
    assert not queries.open_pairs(book["rupa"]).exists() and queries.open_pairs(book["boss"]).get() == pair
    made = Contact.objects.get(pk=taken.json()["id"])
    actions.change_contact(
        made, actor=book["rupa"], job_title="Buyer", external_ids=[{"source": "erp", "external_id": "X-77"}]
    )
    assert (
        ExternalId.objects.filter(source="erp", external_id="X-77", is_disputed=False).get().contact
        == book["theirs"]
    )
    actions.merge_records(made, book["theirs"], actor=book["boss"])
    assert (
        ExternalId.objects.filter(source="erp", external_id="X-77", is_disputed=False).get().contact == made
    )
    company = {"name": "Firm"}
    actions.create_company(
        actor=book["boss"], name="Hidden firm", external_ids=[{"source": "erp", "external_id": "F-1"}]
    )
    assert [post(number, "/companies", **company).status_code for number in ("F-1", "F-2")] == [201, 201]


def test_an_import_is_told_no_more(book):
    actions.change_contact(
        book["theirs"], actor=book["boss"], external_ids=[{"source": "erp", "external_id": "X-77"}]
    )
    asked = {"source": "erp", "external_ids": ["X-77"], "pairs": [("erp", "X-77")]}
    told = find_records("contact", book["rupa"], **asked)
    assert (told.taken_ids, told.by_external_id, told.by_pair) == (set(), {}, {})
    pending = Pending("contact", new_id(), True, 1)
    pending.external_ids[("erp", "X-77")] = None
    assert Claims([pending]).rows(pending) == [{"source": "erp", "external_id": "X-77", "is_disputed": True}]
