"""Real files through the command and the wizard: every row, every link, every cell, out again and in again."""

import csv
import datetime as dt
import io
import json
import re
import zoneinfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bandhu.customers.actions.exports import export_records
from bandhu.customers.actions.import_runs import run_import
from bandhu.customers.importing.setup import mapping_of, policy_of
from bandhu.customers.imports.countries import country_code
from bandhu.customers.imports.dates import read_date
from bandhu.customers.imports.neutral import restored
from bandhu.customers.imports.sources import detect_reading, open_source
from bandhu.customers.models import Import
from bandhu.customers.tests.importing import bring_in
from bandhu.identity.tests.cast import make_user
from bandhu.platform.listing import listing_for
from bandhu.platform.queries import search
from bandhu.platform.tests.data_sets import data_set
from bandhu.platform.texts import fold
from config.commands.frame import run as command

pytestmark = pytest.mark.django_db
ZOHO = [("companies", "Accounts"), ("contacts", "Contacts"), ("contacts", "Leads")]
LAYOUTS = "contacts_import_layouts"
FILES = [
    ("companies", "b2b_pipeline_maven", "accounts.csv"),
    ("contacts", LAYOUTS, "chatwoot/public/downloads/import-contacts-sample.csv"),
    ("contacts", LAYOUTS, "chatwoot/spec/assets/contacts.csv"),
    ("contacts", LAYOUTS, "chatwoot/spec/fixtures/data_import/invalid_bytes.csv"),
    ("contacts", LAYOUTS, "chatwoot/spec/fixtures/data_import/with_emoji.csv"),
    ("companies", LAYOUTS, "mautic/app/bundles/LeadBundle/DataFixtures/ORM/fakecompanydata.csv"),
    ("contacts", LAYOUTS, "mautic/app/bundles/LeadBundle/DataFixtures/ORM/fakeleaddata.csv"),
    ("contacts", LAYOUTS, "mautic/app/bundles/LeadBundle/Tests/Fixtures/contacts.csv"),
    ("contacts", LAYOUTS, "mautic/tests/_data/10contacts.csv"),
]
RECORD = {"contacts": "contact", "companies": "company"}


@pytest.fixture
def rupa(client):
    user = make_user("Rupa", role="administrator", time_zone="UTC")
    client.force_login(user)
    return user


def by_command(client, kind, path):
    assert command(["import", kind, str(path), "--country", "US", "--yes", "--json"]) == 0
    return Import.objects.latest("created_at")


def by_wizard(client, kind, path):
    """The five pages as a browser sends them when nothing is changed."""
    client.post(
        reverse("customers:imports"), {"file": SimpleUploadedFile(path.name, path.read_bytes()), "kind": kind}
    )
    run = Import.objects.latest("created_at")
    page = {name: reverse(f"customers:{name}", args=[run.pk]) for name in
            ("import_look", "import_columns", "import_options", "import_start")}  # fmt: skip
    dialect = run.reading["dialect"]
    look = {name: dialect[name] for name in ("encoding", "delimiter", "quote", "skip_lines")}
    client.post(page["import_look"], {**look, "encoding_before": look["encoding"], "has_header": "on", "kind": run.kind, "next": "1"})  # fmt: skip
    columns = {f"target_{place}": one.target for place, one in enumerate(mapping_of(run))}
    client.post(page["import_columns"], columns)
    policy = policy_of(run)
    client.post(page["import_options"], {"match": list(policy.match), "on_match": "update", "overwrite": "yes", "country": "US"})  # fmt: skip
    client.post(page["import_start"])
    run_import(str(run.pk))
    run.refresh_from_db()
    return run


WAYS = pytest.mark.parametrize("way", [by_command, by_wizard])


def source_rows(path, encoding):
    """The file as the standard library reads it."""
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode(encoding), newline="")))


def exported(user, kind, file_format, folder=None):
    """The export as {column: text} per record, formulas restored: what another program would read."""
    data = b"".join(export_records(actor=user, kind=RECORD[kind], file_format=file_format))
    if file_format == "jsonl":
        lines = [json.loads(line) for line in data.decode().splitlines()]
        return [{name: _text(value) for name, value in line.items()} for line in lines]
    if file_format == "xlsx":
        path = folder / f"{kind}.xlsx"
        path.write_bytes(data)
        source = open_source(path, detect_reading(path))
        header, rows = source.header, [row.cells for row in source.rows()]
    else:
        header, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return [dict(zip(header, [restored(_text(cell)) for cell in row], strict=True)) for row in rows]


def _text(value):
    return "" if value is None else str(value)


# Where the value of a column stands in the export. Rules for what is not letter for letter the same: blanks around and
# doubled are one, telephones are compared by their digits, times in the
# zone of whoever brings them in, countries as countries.
PLACES = {
    "given_name": "First Name", "family_name": "Last Name", "name_prefix": "Name Prefix", "source": "Source",
    "company_name": "Company|Also works for .* - Name", "email": "E-mail .* - Value", "phone": "Phone .* - Value",
    "website": "Website|Social .* - Value", "social": "Social .* - Value", "industry": "Industry",
    "employees": "Employees", "parent_name": "Parent company", "created_at": "Created", "address_city": "Address .* - City",
    "address_street": "Address .* - Street", "address_region": "Address .* - Region",
    "address_postal_code": "Address .* - Postal Code", "address_country": "Address .* - Country",
}  # fmt: skip


def missing(run, rows, records, accounts=None):
    """Cells of the file that are in no place of their record where they belong: (row, column, text)."""
    policy, lost = policy_of(run), []
    find, zone = record_finder(run, records), zoneinfo.ZoneInfo(run.actor.time_zone)
    for number, row in enumerate(rows):
        record = find(row)
        for column in mapping_of(run):
            text = " ".join((row[column.column] or "").split())
            places = _places(column, policy, run.kind)
            values = [record[name] for name in record if re.fullmatch(places, name)]
            if column.target == "company_external_id":
                values = [accounts[record["Company id"]]]
            said = (
                f"{read_date(text, 'mdy'):%Y-%m-%d %H:%M}" if column.target == "created_at" and text else text
            )
            kept = f"{column.column}: {said}" in record["Note"].splitlines()
            if text and not kept and not any(_same(column.target, text, value, zone) for value in values):
                lost.append((number + 1, column.column, text))
    return lost


def _places(column, policy, kind):
    if column.target.startswith("field:") or column.fallback:
        return re.escape(column.column) + r"( \(own field\))?"
    if column.target == "external_id":
        return re.escape(f"Id in {policy.source}")
    if column.target == "name":
        return "Company name" if kind == "companies" else "Name"
    return PLACES.get(column.target, "")


def _same(target, text, value, zone):
    if target == "phone":
        return re.sub(r"\D", "", value).endswith(re.sub(r"\D", "", text))
    if target == "created_at":
        return bool(value) and dt.datetime.fromisoformat(value).astimezone(zone).replace(
            tzinfo=None
        ) == read_date(text, "mdy")
    if target == "address_country":
        return country_code(text) == country_code(value)
    if target in ("email", "website"):
        return value.casefold() == text.casefold()
    if target == "company_name":
        return fold(value) == fold(text)
    return " ".join(value.split()) == text


def record_finder(run, records):
    """A function from a row of the file to its record: by the id it has there, else by mail, telephone or name."""
    keys = {}
    for record in records:
        for name, value in record.items():
            if value and (name == f"Id in {policy_of(run).source}" or name in ("Name", "Company name")):
                keys[name, fold(value)] = record
            elif value and re.fullmatch("E-mail .* - Value", name):
                keys["email", value.casefold()] = record
    columns = {one.target: one.column for one in mapping_of(run)}

    def find(row):
        def cell(target):
            return (row.get(columns.get(target)) or "").strip()

        if cell("external_id"):
            return keys[f"Id in {policy_of(run).source}", fold(cell("external_id"))]
        if cell("email"):
            return keys["email", cell("email").casefold()]
        name = cell("name") or f"{cell('given_name')} {cell('family_name')}"
        # Who has no name goes by the address.
        name = fold(name) or fold(f"{cell('address_street')}, {cell('address_city')}")
        return keys["Company name" if run.kind == "companies" else "Name", name]

    return find


def is_found(user, run, row):
    """Whether the search box finds the row, and the list by its id in the other system."""
    columns = {one.target: one.column for one in mapping_of(run)}
    kind = RECORD[run.kind]
    keys = ("email", "name", "family_name", "phone")
    words = next(
        (row[columns[key]] for key in keys if key in columns and row[columns[key]].strip()), "Uitsig"
    )
    hits = {hit.record_id for hit in search(user, words, kinds=[kind])}
    if "external_id" in columns:
        one = {"field": "external_id", "op": "is", "value": row[columns["external_id"]]}
        listed = [record.pk for record in listing_for(user, kind, {"filter": one}).rows()]
        assert len(listed) >= 1, row
    return bool(hits)


def differences(one, other):
    """Cells in which two exports differ."""
    pairs = zip(one, other, strict=True)
    return [
        (name, mine[name], theirs[name])
        for mine, theirs in pairs
        for name in mine
        if mine[name] != theirs[name]
    ]


@WAYS
def test_a_whole_crm_comes_home(client, rupa, tmp_path, way):
    folder = data_set("zoho_crm_demo_export")
    done = []
    for kind, name in ZOHO:
        rows = source_rows(folder / f"{name}.csv", "utf-8")
        run = way(client, kind, folder / f"{name}.csv")
        assert (run.state, run.total_rows, run.failed, run.created + run.updated) == (
            "done",
            len(rows),
            0,
            len(rows),
        )
        done.append((run, rows))
    firms = {
        file_format: exported(rupa, "companies", file_format, tmp_path)
        for file_format in ("csv", "xlsx", "jsonl")
    }
    people = {
        file_format: exported(rupa, "contacts", file_format, tmp_path)
        for file_format in ("csv", "xlsx", "jsonl")
    }
    assert differences(firms["csv"], firms["xlsx"]) == differences(people["csv"], people["xlsx"]) == []
    for file_format in ("csv", "jsonl"):
        accounts = {firm["Bandhu id"]: firm["Id in zoho.account"] for firm in firms[file_format]}
        for run, rows in done:
            records = firms if run.kind == "companies" else people
            assert missing(run, rows, records[file_format], accounts) == []
    for run, rows in done:
        assert all(is_found(rupa, run, row) for row in rows[::97])
    assert again(rupa, "companies") == again(rupa, "contacts") == "nothing changed"


@WAYS
@pytest.mark.parametrize(("kind", "folder", "name"), FILES, ids=lambda text: text.rpartition("/")[2])
def test_every_layout_comes_home(client, rupa, tmp_path, way, kind, folder, name):
    path = data_set(folder) / name
    run = way(client, kind, path)
    rows = source_rows(path, run.reading["dialect"]["encoding"])
    assert (run.state, run.total_rows, run.failed, run.created + run.updated) == (
        "done",
        len(rows),
        0,
        len(rows),
    )
    records = exported(rupa, kind, "csv")
    assert missing(run, rows, records) == []
    assert differences(records, exported(rupa, kind, "xlsx", tmp_path)) == []
    assert all(is_found(rupa, run, row) for row in rows)
    assert again(rupa, kind) == "nothing changed"


def again(user, kind):
    """What a second import of our own export does."""
    data = b"".join(export_records(actor=user, kind=RECORD[kind], file_format="csv"))
    run = bring_in(user, data, kind=kind)
    assert (run.state, run.layout[:6]) == ("done", "bandhu")
    changes = (run.created, run.updated, run.failed, run.companies_created)
    return "nothing changed" if not any(changes) else changes
