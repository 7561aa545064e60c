"""What is masked for a user on a record is in no export, filter, search, comparison, import or bulk preview of theirs either."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bandhu.customers import actions, queries
from bandhu.customers.actions.exports import export_records
from bandhu.customers.importing.lookup import find_records
from bandhu.customers.models import DuplicatePair
from bandhu.customers.queries.history import history_of_record
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.platform import bulk
from bandhu.platform.custom_fields import all_fields
from bandhu.platform.filters import operators_of
from bandhu.platform.listing import listing_for
from bandhu.platform.models import AuditEntry
from bandhu.platform.queries import search
from bandhu.platform.record_kinds import record_kinds

pytestmark = pytest.mark.django_db
MINE, THEIRS = "01712345678", "01899111222"
MY_ID, THEIR_ID = "1990123456789", "1985987654321"


@pytest.fixture
def book():
    """Arjun sees everybody, whole telephone numbers and national ids only of his own."""
    boss = make_user("Boss", role="administrator")
    arjun = make_user("Arjun", team=make_team("Chennai"))
    for permission in (
        "view_contact",
        "view_company",
        "change_contact",
        "export_contacts",
        "create_contact",
        "merge_contact",
    ):
        grant(arjun, f"customers.{permission}")
    for permission in ("see_phones", "see_national_ids"):
        grant(arjun, f"customers.{permission}", "own")
    mine = actions.create_contact(
        actor=boss, full_name="Murugan", owner=arjun, phones=[MINE], national_id=MY_ID
    )
    theirs = actions.create_contact(
        actor=boss, full_name="Selvaraj", owner=boss, phones=[THEIRS, "01899111333"], national_id=THEIR_ID
    )
    firm = actions.create_company(actor=boss, name="Padma Traders", owner=boss, phones=["01611555777"])
    return {"boss": boss, "arjun": arjun, "mine": mine, "theirs": theirs, "firm": firm}


def _names(user, field, op, value=None):
    tree = {"all": [{"field": field, "op": op, "value": value}]}
    return {one.full_name for one in listing_for(user, "contact", {"filter": tree}).all()}


@pytest.mark.parametrize("file_format", ["csv", "jsonl", "vcf"])
@pytest.mark.parametrize("definition", [None, {"columns": ["full_name", "phone", "national_id"]}])
def test_an_export_has_only_what_may_be_seen(book, file_format, definition):
    sent = b"".join(
        export_records(actor=book["arjun"], kind="contact", file_format=file_format, definition=definition)
    ).decode()
    assert MINE[1:] in sent and (MY_ID in sent or file_format == "vcf")
    assert "Selvaraj" in sent
    assert not [hidden for hidden in (THEIRS[1:], "1899111333", THEIR_ID, "•") if hidden in sent]
    if file_format == "csv" and definition is None:
        assert "Phone 2" not in sent, "nor how many numbers there are"


@pytest.mark.parametrize("file_format", ["csv", "vcf"])
@pytest.mark.parametrize("definition", [None, {"columns": ["full_name", "phone", "national_id"]}])
def test_what_goes_out_in_clear_stands_in_the_history_of_each_record(book, file_format, definition):
    arjun = book["arjun"]
    b"".join(export_records(actor=arjun, kind="contact", file_format=file_format, definition=definition))
    [entry] = AuditEntry.objects.filter(verb="exported", record_id__isnull=False)
    assert (entry.record_id, entry.actor_id, entry.record_title) == (book["mine"].pk, arjun.pk, "Murugan")
    assert set(entry.changes) == ({"phones"} if file_format == "vcf" else {"phones", "national_id"})
    assert MINE[1:] not in json.dumps(entry.changes) and MY_ID not in json.dumps(entry.changes)
    lines, _more = history_of_record(book["boss"], book["mine"], "contact")
    assert "export" in str(lines[0].what) and lines[0].who == "Arjun"
    assert "export" not in str(history_of_record(book["boss"], book["theirs"], "contact")[0][0].what)


def test_the_trail_of_a_large_export_is_written_in_few_statements(book):
    for number in range(30):
        actions.create_contact(
            actor=book["boss"], full_name=f"Contact {number}", phones=[f"+88017120000{number:02d}"]
        )
    with CaptureQueriesContext(
        connection,
    ) as few:
        b"".join(export_records(actor=book["boss"], kind="contact", file_format="csv"))
    assert len(few) < 45
    assert AuditEntry.objects.filter(verb="exported", record_id__isnull=False).count() == 32


def test_filters_answer_only_where_the_value_is_seen(book):
    arjun = book["arjun"]
    kind = record_kinds["contact"]
    for name, seen, hidden in (("phone", MINE, THEIRS), ("national_id", MY_ID, THEIR_ID)):
        for op, _words in operators_of(next(one for one in kind.fields if one.name == name)):
            if op not in ("empty", "filled"):
                assert "Selvaraj" not in _names(arjun, name, op, hidden), op
                assert "Selvaraj" not in _names(arjun, name, op, "7"), op
        assert _names(arjun, name, "contains", seen) == {"Murugan"}
        assert _names(arjun, name, "filled") == {"Murugan", "Selvaraj"}, "the mask itself tells that"
    assert _names(book["boss"], "phone", "contains", THEIRS) == {"Selvaraj"}


def test_nothing_masked_sorts_or_groups(book):
    for name in ("phone", "national_id"):
        for definition in ({"sort": name}, {"group_by": name}):
            with pytest.raises(ValidationError):
                listing_for(book["arjun"], "contact", definition)


def test_search_finds_by_numbers_that_are_seen(book):
    arjun = book["arjun"]
    assert [hit.title for hit in search(arjun, MINE)] == ["Murugan"]
    for typed in (THEIRS, "1899111222", "991112", "01611555777", "115557"):
        assert search(arjun, typed) == [], typed
        assert len(search(book["boss"], typed)) == 1, typed


def test_likeness_does_not_tell_of_masked_values(book):
    arjun, mine, theirs = book["arjun"], book["mine"], book["theirs"]
    client = Client()
    client.force_login(arjun)

    def asked(**body):
        answer = client.post("/api/v1/duplicates/search", json.dumps(body), content_type="application/json")
        assert answer.status_code == 200
        return {one["name"]: one["reasons"] for one in answer.json()["items"]}

    assert "same_phone" in asked(phones=[MINE])["Murugan"]
    assert asked(phones=[THEIRS]) == {} and asked(national_id=THEIR_ID) == {}
    named = asked(name="Selvaraj", phones=[THEIRS], national_id=THEIR_ID)["Selvaraj"]
    assert not [reason for reason in named if "phone" in reason or "national_id" in reason]
    first, second = sorted((mine, theirs), key=lambda one: one.pk)
    pair = DuplicatePair.objects.create(
        first_contact=first, second_contact=second, score=0.9, reasons=["same_phone", "national_id_typo", "same_city"], found_by="scan",
    )  # fmt: skip
    assert client.get(f"/api/v1/duplicates/{pair.pk}").json()["reasons"] == ["same_city"]
    assert queries.reasons_of_pair(book["boss"], pair) == pair.reasons
    actions.change_contact(mine, actor=book["boss"], phones=[THEIRS])
    assert not [one for one in queries.score_of(arjun, "contact", mine, theirs)[1] if "phone" in one]
    assert "same_phone" in queries.score_of(book["boss"], "contact", mine, theirs)[1]


def test_an_import_recognises_nobody_by_a_masked_number(book):
    numbers = ["+8801712345678", "+8801899111222"]
    found = find_records("contact", book["arjun"], source="", phones=numbers).by_phone
    assert dict(found) == {numbers[0]: [book["mine"].pk]}
    assert len(find_records("contact", book["boss"], source="", phones=numbers).by_phone) == 2


def test_national_ids_stay_covered_in_lists_and_bulk_previews(book):
    client = Client()
    client.force_login(book["boss"])
    page = client.get("/contacts/", {"columns": "full_name,national_id"}).content.decode()
    assert "Murugan" in page and MY_ID not in page and THEIR_ID not in page
    kind = record_kinds["contact"]
    names = {one.name for one in bulk.editable_fields(kind, all_fields(book["boss"], kind))}
    assert "national_id" not in names and "job_title" in names
