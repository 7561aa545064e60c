"""Layouts of other systems: no row and no cell is lost, and an undo leaves no trace. (`test_import_round_trip`: out again.)"""

import csv
import io
import json

import pytest

from bandhu.customers.actions.exports import export_records
from bandhu.customers.importing.setup import mapping_of
from bandhu.customers.imports.layouts import likely_kind
from bandhu.customers.imports.mapping import share_mapped
from bandhu.customers.imports.sources import detect_reading, open_source
from bandhu.customers.models import Company, Contact
from bandhu.customers.tests.importing import bring_in, take_back
from bandhu.identity.tests.cast import make_user
from bandhu.platform.tests.data_sets import data_set

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
