"""Our own export comes into another installation as it was, and into the same one as nothing new."""

import csv
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.urls import reverse

from bandhu.customers.actions.exports import export_records
from bandhu.customers.importing import chunks
from bandhu.customers.models import Company, Contact, ExternalId, Import, ImportedRow, Relation, Tag
from bandhu.customers.tests.importing import bring_in
from bandhu.identity.tests.cast import make_user
from bandhu.platform.actions.custom_fields import create_field
from bandhu.platform.models import AuditEntry, CustomField
from bandhu.platform.tests.data_sets import data_set
from config.commands.frame import run as command
from config.commands.log_file import log_path

pytestmark = pytest.mark.django_db
COMPANIES = """id,Name,Legal name,Website,Parent company id,Parent company,Note,Tags,Country,Mobile rank,Owner
1,Padma Textiles,Padma Ltd,padma.example,2,Meghna Group,"Two
lines",vip,Bangladesh,3,Somebody Else
2,Meghna Group,,,,,,"vip, holding",India,,
"""
CONTACTS = """id,Name,Job title,Birthday,Email,Email 2,Phone,Company,Company id,City,Country,Tags,Note,Source,Points
10,রহমান আলী,=Head,1980-02-29,r@padma.example,r2@home.example,+8801712345678,Padma Textiles,1,Dhaka,Bangladesh,"vip, friend","-5 degrees",Fair,12
11,Kumar Sen,,,k@x.example,,017,Meghna Group,2,,India,,,,
12,No Firm,,,,,,,,,,,,,
"""


@pytest.fixture
def rupa(client):
    user = make_user("Rupa", role="administrator", time_zone="UTC")
    client.force_login(user)
    return user


def book(rupa):
    """Two companies, one below the other; people with points, tags, a second employer; own fields called like ours."""
    create_field(actor=rupa, kind="contact", type="text", labels={"en": "Source"}, helps={})
    bring_in(rupa, COMPANIES, kind="companies", source="crm", company_source="crm", owner="nobody")
    bring_in(rupa, CONTACTS, kind="contacts", source="crm", company_source="crm", owner="nobody")
    rahman = Contact.objects.get(full_name="রহমান আলী")
    rahman.custom["extra"] = ""
    Relation.objects.create(
        from_contact=rahman, to_company=Company.objects.get(name="Meghna Group"), role=Relation.Role.WORKS_FOR
    )


def whole(user, kind):
    return b"".join(export_records(actor=user, kind=kind, file_format="csv"))


def records(data):
    """The export without ids and without columns that nothing is in."""
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    found = [
        {name: text for name, text in row.items() if text and not name.casefold().endswith(" id") and name != "Id in bandhu"}
        for row in rows
    ]  # fmt: skip
    return [{name: text for name, text in row.items() if not name.endswith("- Id")} for row in found]


def empty_the_book():
    """As another installation is: no records, no own fields."""
    for model in (ImportedRow, Relation, ExternalId, Contact, Company, Tag, CustomField):
        model.objects.all().delete()


def by_command(client, kind, data, folder):
    path = folder / f"{kind}.csv"
    path.write_bytes(data)
    assert command(["import", kind, str(path), "--yes", "--json"]) == 0
    return Import.objects.latest("created_at")


def by_engine(client, kind, data, folder):
    return bring_in(Import.objects.latest("created_at").actor, data, kind=kind, owner="nobody")


@pytest.mark.parametrize("way", [by_command, by_engine])
def test_an_export_comes_into_an_empty_book_and_goes_out_equal(client, rupa, tmp_path, way):
    book(rupa)
    first = {kind: whole(rupa, kind) for kind in ("company", "contact")}
    assert {"Source", "Source (own field)"} <= set(first["contact"].decode("utf-8-sig").splitlines()[0].replace('"', "").split(","))  # fmt: skip
    empty_the_book()
    runs = [way(client, kind, first[name], tmp_path) for kind, name in (("companies", "company"), ("contacts", "contact"))]  # fmt: skip
    assert [(run.state, run.created, run.failed, run.companies_created) for run in runs] == [
        ("done", 2, 0, 0),
        ("done", 3, 0, 0),
    ]
    second = {kind: whole(rupa, kind) for kind in ("company", "contact")}
    assert records(second["company"]) == records(first["company"])
    assert records(second["contact"]) == records(first["contact"])
    assert Company.objects.get(name="Padma Textiles").parent.name == "Meghna Group"
    rahman = Contact.objects.get(full_name="রহমান আলী")
    assert rahman.company.name == "Padma Textiles"
    assert Relation.objects.get(from_contact=rahman).to_company.name == "Meghna Group"
    for kind, data in (("companies", first["company"]), ("contacts", first["contact"]), ("companies", second["company"]), ("contacts", second["contact"])):  # fmt: skip
        run = way(client, kind, data, tmp_path)
        assert (run.created, run.updated, run.failed, run.companies_created) == (0, 0, 0, 0)
    assert {kind: whole(rupa, kind) for kind in first} == second


def test_what_the_page_exports_whole_is_what_the_command_exports(client, rupa):
    book(rupa)
    page = client.post(reverse("customers:export"), {"kind": "contact", "format": "csv", "extent": "whole"})
    assert b"".join(page.streaming_content) == whole(rupa, "contact")
    one = {"field": "full_name", "op": "contains", "value": "Kumar"}
    some = {
        "kind": "contact",
        "format": "csv",
        "extent": "whole",
        "filter": json.dumps(one),
        "columns": "full_name",
    }
    page = client.post(reverse("customers:export"), some)
    names = [row["Name"] for row in csv.DictReader(io.StringIO(b"".join(page.streaming_content).decode("utf-8-sig")))]  # fmt: skip
    assert names == ["Kumar Sen"]
    data = {"kind": "company", "format": "csv", "extent": "whole"}
    out = b"".join(client.post(reverse("customers:export"), data).streaming_content)
    empty_the_book()
    client.post(
        reverse("customers:imports"), {"file": SimpleUploadedFile("co.csv", out), "kind": "companies"}
    )
    run = Import.objects.latest("created_at")
    assert run.layout == "bandhu_companies"


def test_an_id_that_a_company_in_the_bin_carries_stops_nothing(rupa):
    bring_in(rupa, "id,name\n1,Padma\n", kind="companies", source="crm")
    Company.objects.update(deleted_at="2026-01-01T00:00:00Z")
    run = bring_in(rupa, "id,name,company,company id\n7,Asha,Padma,1\n", kind="contacts", source="crm", company_source="crm")  # fmt: skip
    assert (run.state, run.created, run.companies_created) == ("done", 1, 1)


def test_an_error_nobody_foresaw_ends_the_import_with_a_sentence(
    rupa, monkeypatch, tmp_path, capsys, settings
):
    def break_down(*given):
        raise IntegrityError("duplicate key value violates unique constraint")

    monkeypatch.setenv("BANDHU_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(chunks, "write_records", break_down)
    file = tmp_path / "people.csv"
    file.write_text("name,email\nAsha,a@x.example\n")
    assert command(["import", "contacts", str(file), "--yes", "--json"]) == 1
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert (told["state"], told["error_code"], told["exit_code"]) == ("failed", "unforeseen", 1)
    assert "IntegrityError" in told["error"] and "Traceback" not in out + err
    assert "duplicate key value" in log_path().read_text()
    assert not Contact.objects.exists() and not AuditEntry.objects.filter(record_kind="contact").exists()


def test_the_second_coming_of_a_file_turns_nothing_round(rupa):
    people = "CONTACTID,First Name,Last Name,Email,Lead Source,Contact Owner\n1,Asha,Sen,a@x.example,Partner,David Love\n"  # fmt: skip
    leads = "LEADID,First Name,Last Name,Email,Lead Source,Lead Owner,Lead Status\n9,Asha,Sen,a@x.example,Cold Call,Tina Thomas,New\n"  # fmt: skip
    for data in (people, leads):
        bring_in(rupa, data, kind="contacts")
    before = whole(rupa, "contact")
    for data in (people, leads, people):
        run = bring_in(rupa, data, kind="contacts")
        assert (run.created, run.updated) == (0, 0)
    assert whole(rupa, "contact") == before
    asha = Contact.objects.get()
    assert (asha.source, asha.note) == ("Cold Call", "Lead Source: Partner")


def test_an_owner_who_has_come_to_the_house_is_the_owner(rupa):
    file = "CONTACTID,Last Name,Contact Owner,Account Id\n1,Sen,David Love,\n"
    bring_in(rupa, file, kind="contacts", owner="nobody")
    david = make_user("David Love")
    bring_in(rupa, file, kind="contacts", owner="nobody")
    assert Contact.objects.get().owner == david


def test_a_whole_crm_in_its_second_coming_changes_nothing(rupa):
    folder = data_set("zoho_crm_demo_export")
    files = [("companies", "Accounts"), ("contacts", "Contacts"), ("contacts", "Leads")]
    for kind, name in files:
        bring_in(rupa, (folder / f"{name}.csv").read_bytes(), kind=kind, country="US")
    before = {kind: whole(rupa, kind) for kind in ("company", "contact")}
    for kind, name in files:
        run = bring_in(rupa, (folder / f"{name}.csv").read_bytes(), kind=kind, country="US")
        assert (run.state, run.created, run.updated, run.failed) == ("done", 0, 0, 0), name
    assert {kind: whole(rupa, kind) for kind in before} == before
