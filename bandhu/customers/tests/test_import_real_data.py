"""Exports of other systems come in whole, are found, and go out again equal."""

import csv
import io
import json

import pytest

from bandhu.customers.actions.exports import export_records
from bandhu.customers.importing.setup import mapping_of
from bandhu.customers.imports.layouts import likely_kind
from bandhu.customers.imports.mapping import share_mapped
from bandhu.customers.imports.sources import detect_reading, open_source
from bandhu.customers.imports.values import domain_of
from bandhu.customers.models import Company, Contact, ExternalId
from bandhu.customers.tests.importing import bring_in, take_back
from bandhu.identity.tests.cast import make_user
from bandhu.platform.queries import search
from bandhu.platform.tests.data_sets import data_set
from bandhu.platform.texts import fold

pytestmark = pytest.mark.django_db
LAYOUTS = {
    "chatwoot/public/downloads/import-contacts-sample.csv": 25,
    "chatwoot/spec/assets/contacts.csv": 25,
    "chatwoot/spec/fixtures/data_import/invalid_bytes.csv": 2,
    "chatwoot/spec/fixtures/data_import/with_emoji.csv": 1,
    "mautic/app/bundles/LeadBundle/DataFixtures/ORM/fakecompanydata.csv": 4,
    "mautic/app/bundles/LeadBundle/DataFixtures/ORM/fakeleaddata.csv": 54,
    "mautic/app/bundles/LeadBundle/Tests/Fixtures/contacts.csv": 2,
    "mautic/tests/_data/10contacts.csv": 10,
}
HEADERS = ["google_contacts_new_2024", "google_contacts_old_2010s", "hubspot_companies", "hubspot_contacts",
           "outlook_com_webmail", "outlook_desktop_classic"]  # fmt: skip


@pytest.fixture
def rupa():
    return make_user("Rupa", role="administrator", time_zone="UTC")


def rows_of(path):
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8", "replace"), newline="")))


def exported(user, kind):
    """What goes out: one dictionary per record, by the id the record has in the other system."""
    lines = b"".join(export_records(actor=user, kind=kind, file_format="jsonl")).decode().splitlines()
    return [json.loads(line) for line in lines]


def by_id(records, source):
    return {record[f"Id in {source}"]: record for record in records if record.get(f"Id in {source}")}


def test_a_whole_crm_comes_in_with_every_row_and_every_link(rupa):
    folder = data_set("zoho_crm_demo_export")
    files = {name: (folder / f"{name}.csv") for name in ("Accounts", "Contacts", "Leads")}
    rows = {name: rows_of(path) for name, path in files.items()}
    for name, path in files.items():
        run = bring_in(rupa, path.read_bytes(), name=path.name, country="US")
        assert (run.state, run.failed, run.total_rows) == ("done", 0, len(rows[name])), name
    assert ExternalId.objects.filter(source="zoho.account").count() == len(rows["Accounts"])
    assert ExternalId.objects.filter(source="zoho.contact").count() == len(rows["Contacts"])
    assert ExternalId.objects.filter(source="zoho.lead").count() == len(rows["Leads"])

    link = "contact__company__external_ids__external_id"
    links = set(ExternalId.objects.filter(source="zoho.contact").values_list("external_id", link))
    assert links >= {(row["CONTACTID"], row["Account Id"]) for row in rows["Contacts"]}
    # Where a lead names another firm than the contact of the same mail has, the account stays and the firm is related.
    names = ("contact__company__name", "contact__relations_out__to_company__name")
    leads = ExternalId.objects.filter(source="zoho.lead")
    firms = {
        (one, fold(firm)) for name in names for one, firm in leads.values_list("external_id", name) if firm
    }
    assert firms >= {(row["LEADID"], fold(row["Company"])) for row in rows["Leads"]}
    _accounts_go_out_equal(rupa, rows["Accounts"])
    _people_go_out_equal(rupa, rows["Contacts"], rows["Leads"])
    for row in (rows["Leads"][7], rows["Contacts"][500]):
        found = [hit.record_id for hit in search(rupa, row["Email"])]
        assert Contact.objects.filter(pk__in=found, primary_mail__iexact=row["Email"]).exists()


def _accounts_go_out_equal(user, rows):
    out = by_id(exported(user, "company"), "zoho.account")
    assert len(out) == len(rows)
    for row in rows:
        mine = out[row["ACCOUNTID"]]
        # One account of the export has no name: it goes by its domain.
        assert mine["Company name"] == (" ".join(row["Account Name"].split()) or domain_of(row["Website"]))
        assert domain_of(mine["Website"] or "") == domain_of(row["Website"])
        assert (mine["Industry"] or "") == row["Industry"]
        for column in (
            "Account Owner",
            "Account Owner Id",
            "Account Type",
            "Tasks Involved",
            "Activities Involved",
        ):
            assert mine[column] == row[column], column


def _people_go_out_equal(user, contacts, leads):
    out = exported(user, "contact")
    people, prospects = by_id(out, "zoho.contact"), by_id(out, "zoho.lead")
    for row in contacts:
        mine = people[row["CONTACTID"]]
        assert mine["Last Name"] == row["Last Name"]
        assert row["Email"].lower() in {(mine.get(f"E-mail {n} - Value") or "").lower() for n in (1, 2, 3)}
        digits = "".join(filter(str.isdigit, row["Mobile"]))
        assert any(
            "".join(filter(str.isdigit, mine.get(f"Phone {n} - Value") or "")).endswith(digits)
            for n in (1, 2, 3)
        )
        assert mine["Contact Owner"] == row["Contact Owner"]
    for row in leads:
        mine = prospects[row["LEADID"]]
        for column in ("Lead Status", "CONVERTED", "Industry", "Lead Owner"):
            assert (mine[column] or "") == row[column], column
        assert row["Email"].lower() in {(mine.get(f"E-mail {n} - Value") or "").lower() for n in (1, 2, 3)}


def test_accounts_with_parents_and_figures(rupa):
    path = data_set("b2b_pipeline_maven") / "accounts.csv"
    rows = rows_of(path)
    run = bring_in(rupa, path.read_bytes(), name="accounts.csv")
    assert (run.created, run.failed, Company.objects.count()) == (len(rows), 0, len(rows))
    out = {record["Company name"]: record for record in exported(rupa, "company")}
    for row in rows:
        mine = out[row["account"]]
        assert (mine["Industry"], mine["Parent company"] or "") == (row["sector"], row["subsidiary_of"])
        assert (str(mine["Employees"]), mine["year_established"]) == (
            row["employees"],
            row["year_established"],
        )
        assert mine["revenue"] == row["revenue"]
    assert [hit.title for hit in search(rupa, "Betasoloin")][:1] == ["Betasoloin"]


@pytest.mark.parametrize(("name", "count"), LAYOUTS.items())
def test_every_layout_comes_in_with_no_row_lost_and_leaves_no_trace(rupa, name, count):
    path = data_set("contacts_import_layouts") / name
    run = bring_in(rupa, path.read_bytes(), name=path.name, country="US")
    assert (run.state, run.failed, run.total_rows) == ("done", 0, count)
    assert run.created + run.updated + run.skipped == count
    model = Company if run.kind == "companies" else Contact
    texts = json.dumps(
        exported(rupa, "company" if model is Company else "contact"), ensure_ascii=False, default=str
    )
    source = open_source(path, detect_reading(path))
    for row in source.rows():
        for column, cell in zip(mapping_of(run), row.cells, strict=True):
            if (
                cell.strip()
                and column.target in ("name", "given_name", "family_name", "company_name", "job_title")
            ) or column.target.startswith("field:"):
                assert cell.strip() in texts, (column.column, cell)
    take_back(run, rupa)
    assert (run.kept, model.objects.count(), Company.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("name", HEADERS)
def test_a_full_row_of_every_header_loses_no_cell(rupa, name):
    """The headers come without rows: each column gets a value of its own, and every one must be in the record."""
    header = (data_set("contacts_import_layouts") / "headers" / f"{name}.csv").read_text().strip().split(",")
    kind = likely_kind(header)
    cells = [_value_for(column, place) for place, column in enumerate(header)]
    buffer = io.StringIO()
    csv.writer(buffer).writerows([header, cells])
    run = bring_in(rupa, buffer.getvalue(), country="US")
    assert (run.state, run.created, run.failed) == ("done", 1, 0), run.failed_rows.values_list(
        "problems", flat=True
    )
    text = json.dumps(
        exported(rupa, "company" if kind == "companies" else "contact"), ensure_ascii=False
    ).lower()
    for column, cell in zip(mapping_of(run), cells, strict=True):
        wanted = cell.lower().removeprefix("www.")
        assert column.target == "skip" or wanted in text or _digits(cell) in _digits(text), column
    assert share_mapped(mapping_of(run)) > 0.5


def _value_for(column, place):
    low = column.lower()
    if "label" in low or (low.endswith("type") and "e-mail" not in low) or low.endswith("service"):
        return f"label{place}"
    if ("e-mail" in low and "display" not in low and "type" not in low) or low == "email":
        return f"mail{place}@example.org"
    if "birthday" in low or ("date" in low and "busy" not in low):
        return "1990-04-14"
    if any(word in low for word in ("phone", "fax", "pager", "telex", "isdn", "callback")):
        return f"+1202555{place:04d}"
    if low.startswith("web") and not low.endswith("label"):
        return f"www.site{place}.org"
    if "country" in low:
        return "India" if place % 2 else "Sri Lanka"
    return f"value{place}"


def _digits(text):
    return "".join(char for char in text if char.isdigit()) or "none"
