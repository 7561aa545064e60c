"""REST: imports and exports from the first byte to the undo."""

import csv
import io
import json
import random
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from bandhu.customers.actions.exports import export_records, run_export
from bandhu.customers.actions.import_runs import run_import, run_undo
from bandhu.customers.models import Contact, Export, Import
from bandhu.customers.tests.importing import bring_in
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.platform.models import AuditEntry, SavedView
from bandhu.platform.origin import coming_from

pytestmark = pytest.mark.django_db
API = "/api/v1"
PEOPLE = "Name,Mail,Land,Born\nAsha,a@x.example,Korea,25/12/1990\nBen,not a mail,,\nCid,c@x.example,India,12/25/1990\n"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def rupa():
    return make_user("Rupa", role="administrator", time_zone="UTC", team=make_team("Dhaka"))


@pytest.fixture
def client(rupa):
    return signed_in(rupa)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def send(client, content, name="people.csv", **more):
    data = content if isinstance(content, bytes) else content.encode()
    headers = more.pop("headers", {})
    return client.post(f"{API}/imports", {"file": SimpleUploadedFile(name, data), **more}, headers=headers)


def ask(client, method, path, payload=None):
    return client.generic(method, f"{API}{path}", json.dumps(payload or {}), content_type="application/json")


def test_an_import_goes_its_whole_way(client):
    made = send(client, PEOPLE, kind="contacts")
    assert made.status_code == 201
    one = made.json()
    path = f"/imports/{one['id']}"
    assert (one["state"], one["header"], one["doubts"]) == ("draft", ["Name", "Mail", "Land", "Born"], [])
    assert {column["column"]: column["target"] for column in one["columns"]}["Mail"] == "email"
    columns = [{"column": "Land", "target": "address_country"}, {"column": "Born", "target": "birthday"}]
    settled = ask(client, "PATCH", path, {"columns": columns, "options": {"source": "crm", "tags": ["fair"]}})
    assert settled.status_code == 200 and settled.json()["options"]["tags"] == ["fair"]
    tried = ask(client, "POST", f"{path}/trial").json()
    assert (tried["preview"]["created"], tried["preview"]["failed"]) == (
        2,
        1,
    ) and not Contact.objects.exists()
    assert tried["preview"]["dates"]["Born"]["is_mixed"]
    assert ask(client, "POST", f"{path}/start").json()["state"] == "waiting"
    assert ask(client, "POST", f"{path}/pause").json()["state"] == "paused"
    assert ask(client, "POST", f"{path}/continuation").json()["state"] == "waiting"
    assert ask(client, "PATCH", path, {"options": {"tags": []}}).status_code == 422
    run_import(one["id"])
    done = client.get(API + path).json()
    assert (done["state"], done["done_rows"], done["created"], done["failed"], done["warned"]) == (
        "done",
        3,
        2,
        1,
        1,
    )
    failed = client.get(f"{API}{path}/failed-rows").json()
    assert failed["items"][0]["line"] == 3 and "not a mail address" in failed["items"][0]["reasons"][0]
    warned = client.get(f"{API}{path}/warnings").json()["items"]
    assert warned[0]["row"] == 1 and "South Korea" in warned[0]["reasons"][0]
    sheet = b"".join(client.get(f"{API}{path}/failed-rows/file").streaming_content).decode("utf-8-sig")
    mended = send(client, sheet.replace("not a mail", "b@x.example"), kind="contacts").json()
    ask(client, "POST", f"/imports/{mended['id']}/start")
    run_import(mended["id"])
    assert set(Contact.objects.values_list("full_name", flat=True)) == {"Asha", "Ben", "Cid"}
    assert ask(client, "POST", f"{path}/undoing").json()["state"] == "undoing"
    run_undo(one["id"])
    assert client.get(API + path).json()["state"] == "undone"
    assert list(Contact.objects.values_list("full_name", flat=True)) == ["Ben"]


def test_lists_are_paged_by_cursor(client, rupa):
    for number in range(3):
        bring_in(rupa, f"Name,Mail\nA{number},bad@\nB{number},worse@\n", kind="contacts")
    first = client.get(f"{API}/imports?limit=2").json()
    rest = client.get(f"{API}/imports", {"limit": 2, "cursor": first["next"]}).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    path = f"{API}/imports/{rest['items'][0]['id']}/failed-rows"
    page = client.get(f"{path}?limit=1").json()
    assert page["items"][0]["row"] == 1
    assert client.get(path, {"limit": 1, "cursor": page["next"]}).json()["items"][0]["row"] == 2


def test_the_same_upload_under_one_key_is_one_import(client):
    key = {"Idempotency-Key": "upload-1"}
    request = {"path": f"{API}/imports", "content_type": "multipart/form-data; boundary=XX", "headers": key}
    body = b'--XX\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nName\nAsha\n\r\n--XX--\r\n'
    first, again = (client.post(data=body, **request) for _time in range(2))
    assert first.status_code == again.status_code == 201 and first.json()["id"] == again.json()["id"]
    assert Import.objects.count() == 1 and again["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("nothing.csv", b"", None),
        ("bytes.csv", random.Random(1).randbytes(5_000), "no_table"),
        ("letter.pdf", b"%PDF-1.7 \xff\xfe", "no_table"),
        ("half.xlsx", b"PK\x03\x04garbage", "no_workbook"),
        ("wide.csv", b",".join(b"c%d" % n for n in range(5_000)) + b"\n1\n", "too_many_columns"),
    ],
)
def test_a_hostile_file_is_refused_with_a_sentence_and_nothing_is_kept(client, tmp_path, name, content, code):
    answer = send(client, content, name=name, kind="contacts")
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    problem = answer.json()
    assert (len(problem["detail"]) > 10 and problem.get("code") == code) or code is None
    assert not Import.objects.exists() and not any(one.is_file() for one in tmp_path.rglob("*"))


def test_an_upload_without_a_file_or_of_no_kind_is_refused(client):
    assert list(client.post(f"{API}/imports").json()["errors"]) == ["file"]
    assert send(client, PEOPLE, kind="deals").status_code == 422


@pytest.mark.parametrize(
    "payload",
    [
        {"reading": {"encoding": "rot13"}},
        {"reading": {"delimiter": '"'}},
        {"columns": [{"column": "Nowhere", "target": "name"}]},
        {"columns": [{"column": "Name", "target": "owner; DROP"}]},
        {"options": {"country": "Atlantis"}},
        {"options": {"owner": str(uuid.uuid4())}},
        {"options": {"on_match": "destroy"}},
        {"options": {"tags": ["x" * 200]}},
    ],
)
def test_a_choice_there_is_not_is_refused_and_changes_nothing(client, payload):
    one = send(client, PEOPLE, kind="contacts").json()
    answer = ask(client, "PATCH", f"/imports/{one['id']}", {"options": {"source": "crm"}, **payload})
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    now = client.get(f"{API}/imports/{one['id']}").json()
    assert (now["columns"], now["options"], now["reading"]) == (one["columns"], {}, one["reading"])


def test_characters_no_table_can_hold_do_no_harm(client):
    one = send(client, PEOPLE, kind="contacts").json()
    columns = [{"column": "Mail", "target": "email", "slot": "a\x02b", "label": "c\x01d"}]
    answer = ask(client, "PATCH", f"/imports/{one['id']}", {"columns": columns})
    assert answer.status_code == 200 and answer.json()["columns"][1]["slot"] == "ab"
    columns[0]["slot"] = "a\x00b"
    refused = ask(client, "PATCH", f"/imports/{one['id']}", {"columns": columns})
    assert refused.status_code == 422 and "columns" in refused.json()["errors"]


def test_another_ones_import_and_export_are_not_there(client, rupa):
    run = bring_in(rupa, PEOPLE, kind="contacts")
    made = ask(client, "POST", "/exports").json()
    other = signed_in(make_user("Other", role="sales", team=make_team("Chennai")))
    for path in ("", "/failed-rows", "/failed-rows/file", "/warnings"):
        assert other.get(f"{API}/imports/{run.pk}{path}").status_code == 404
    for path in ("trial", "start", "pause", "continuation", "stop", "undoing"):
        assert ask(other, "POST", f"/imports/{run.pk}/{path}").status_code == 404
    assert ask(other, "PATCH", f"/imports/{run.pk}").status_code == 404
    # Even who reaches everything does not get the file somebody else asked for.
    chief = signed_in(make_user("Chief", role="administrator"))
    for one in (other, chief):
        assert one.get(f"{API}/exports/{made['id']}").status_code in (403, 404)
        assert one.get(f"{API}/exports/{made['id']}/file").status_code in (403, 404)
    assert chief.get(f"{API}/exports/{made['id']}").status_code == 404


def rows_of(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_an_export_is_asked_for_watched_and_fetched(client, rupa):
    bring_in(rupa, PEOPLE.replace("not a mail", "b@x.example"), kind="contacts")
    asked = ask(client, "POST", "/exports", {"kind": "contact", "format": "csv"})
    assert asked.status_code == 202
    path = f"{API}/exports/{asked.json()['id']}"
    assert client.get(path).json()["state"] == "waiting" and client.get(f"{path}/file").status_code == 409
    run_export(asked.json()["id"])
    done = client.get(path).json()
    assert (done["state"], done["total_rows"], done["done_rows"]) == ("done", 3, 3)
    fetched = client.get(f"{path}/file")
    assert fetched["Content-Disposition"].startswith("attachment")
    data = b"".join(fetched.streaming_content)
    assert data == b"".join(export_records(actor=rupa, kind="contact", file_format="csv"))
    assert AuditEntry.objects.filter(verb="exported").count() == 2
    assert client.get(f"{API}/exports").json()["items"][0]["id"] == asked.json()["id"]


def test_a_view_or_a_filter_decides_what_goes_out(client, rupa):
    bring_in(rupa, PEOPLE, kind="contacts")
    one = {"field": "full_name", "op": "contains", "value": "Asha"}
    view = SavedView.objects.create(record_kind="contact", name="A", owner=rupa, definition={"filter": one, "columns": ["full_name"]})  # fmt: skip
    for payload in ({"filter": one, "columns": ["full_name"]}, {"view_id": str(view.pk)}):
        made = ask(client, "POST", "/exports", {**payload, "extent": "view"}).json()
        run_export(made["id"])
        rows = rows_of(client.get(f"{API}/exports/{made['id']}/file"))
        assert [list(row.values()) for row in rows] == [["Asha"]]
    whole = ask(client, "POST", "/exports", {"view_id": str(view.pk)}).json()
    run_export(whole["id"])
    (row,) = rows_of(client.get(f"{API}/exports/{whole['id']}/file"))
    assert row["E-mail 1 - Value"] == "a@x.example"
    for payload in ({"view_id": str(uuid.uuid4())}, {"sort": "nonsense"}, {"kind": "company", "format": "vcf"}, {"filter": {"field": "x"}}):  # fmt: skip
        answer = ask(client, "POST", "/exports", payload)
        assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")


def test_an_export_that_fails_says_why(client, rupa, monkeypatch):
    from bandhu.customers.actions import exports

    def break_down(*given, **named):
        raise ZeroDivisionError("deep inside")

    monkeypatch.setattr(exports, "whole_table", break_down)
    made = ask(client, "POST", "/exports").json()
    run_export(made["id"])
    one = client.get(f"{API}/exports/{made['id']}").json()
    assert one["state"] == "failed" and "ZeroDivisionError" in one["error"]
    assert Export.objects.get().finished_at


def test_an_export_stands_in_the_trail_under_the_call_that_asked_for_it(client, rupa):
    ask(client, "POST", "/exports", {"kind": "contact", "format": "csv"})
    job = ProcrastinateJob.objects.filter(task_name="customers.make_export").latest("id")
    with coming_from("command"):  # as the worker runs
        app.tasks[job.task_name](**job.args)
    assert AuditEntry.objects.get(verb="exported").origin == {"via": "api", "address": "127.0.0.1"}
