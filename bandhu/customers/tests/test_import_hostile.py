"""Files made to do harm, through the whole way: a sentence, nothing half done, nothing lost."""

import csv
import io
import json
import zipfile

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bandhu.customers.actions.exports import export_records
from bandhu.customers.importing.setup import folder_of
from bandhu.customers.imports import sources, xlsx_files
from bandhu.customers.imports.neutral import restored
from bandhu.customers.models import Company, Contact, Import
from bandhu.customers.tests.importing import bring_in, take_back
from bandhu.identity.tests.cast import make_user
from bandhu.platform.tests.data_sets import data_set
from config.commands.frame import ExitCode
from config.commands.frame import run as command

pytestmark = pytest.mark.django_db


@pytest.fixture
def rupa(client):
    user = make_user("Rupa", role="administrator", time_zone="UTC")
    client.force_login(user)
    return user


def workbook(columns, rows):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(rows):
            for column in range(columns):
                sheet.write_string(row, column, f"c{column}")
    return file.getvalue()


def bomb():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (8 << 20))
    return file.getvalue()


HARMFUL = {
    "bomb.xlsx": bomb,
    "wide.xlsx": lambda: workbook(5_000, 2),
    "wide.csv": lambda: b",".join(b"c%d" % n for n in range(5_000)) + b"\n" + b"x," * 4_999 + b"x\n",
    "half.xlsx": lambda: workbook(3, 3)[:-200],
    "entities.xlsx": lambda: b'PK\x03\x04<!DOCTYPE x [<!ENTITY a "aaaa">]>',
    "letter.pdf": lambda: b"%PDF-1.7 \xff\xfe",
    "nothing.csv": lambda: b"",
}


@pytest.fixture
def files(tmp_path, monkeypatch, settings):
    """Where uploads are kept; the ceiling of what a workbook may unpack to is low, so that a small bomb passes it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(xlsx_files, "MAX_UNPACKED", 2 << 20)
    return settings.MEDIA_ROOT


def is_untouched(files):
    return not (
        Import.objects.exists()
        or Contact.objects.exists()
        or any(path.is_file() for path in files.rglob("*"))
    )


@pytest.mark.parametrize("name", HARMFUL)
def test_the_wizard_refuses_a_harmful_file_with_a_sentence(client, rupa, files, name):
    upload = SimpleUploadedFile(name, HARMFUL[name]())
    answer = client.post(reverse("customers:imports"), {"file": upload})
    assert answer.status_code == 422
    assert len(answer.context["error"]) > 20
    assert is_untouched(files)


@pytest.mark.parametrize("name", HARMFUL)
def test_the_command_refuses_a_harmful_file_with_a_sentence(rupa, files, name, tmp_path, capsys):
    (tmp_path / name).write_bytes(HARMFUL[name]())
    assert command(["import", "contacts", str(tmp_path / name), "--yes", "--json"]) == ExitCode.FAILED
    said = capsys.readouterr()
    assert said.err.startswith(f"Error: {name}: ") and "Traceback" not in said.err
    told = json.loads(said.out)
    assert told["exit_code"] == ExitCode.FAILED and said.err.strip() == f"Error: {told['error']}"
    assert is_untouched(files)


def test_naughty_strings_come_in_are_shown_go_out_and_are_taken_back(client, rupa):
    strings = [text for text in json.loads((data_set("blns") / "blns.json").read_text()) if text.strip()]
    file = io.StringIO()
    csv.writer(file).writerows(
        [["id", "Name", "Note"], *([n, text[:300], text] for n, text in enumerate(strings))]
    )
    run = bring_in(rupa, file.getvalue(), name="<script>alert(1)</script>.csv", kind="contacts")
    assert (run.state, run.created + run.failed) == ("done", len(strings))
    assert run.failed == run.failed_rows.count() and all(one.problems for one in run.failed_rows.all())
    assert client.get(reverse("customers:import", args=[run.pk])).status_code == 200
    page = client.get(reverse("customers:contacts")).content.decode()
    assert "<script>alert" not in page
    data = b"".join(export_records(actor=rupa, kind="contact", file_format="csv")).decode("utf-8-sig")
    out = {row["Id in import"]: row for row in csv.DictReader(io.StringIO(data, newline=""))}
    assert len(out) == run.created
    for row in out.values():
        assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())
    failed = set(run.failed_rows.values_list("number", flat=True))
    for number, text in enumerate(strings):
        if number + 1 not in failed:
            assert _plain(restored(out[str(number)]["Note"])) == _plain(text)
    take_back(run, rupa)
    assert not Contact.objects.exists()


def _plain(text):
    import unicodedata

    return " ".join(unicodedata.normalize("NFC", text.replace("\x00", "").replace("\ufeff", "")).split())


@pytest.mark.parametrize(
    "name",
    ["comma_in_quotes", "escaped_quotes", "json", "location_coordinates", "newlines", "newlines_crlf",
     "quotes_and_newlines", "simple", "simple_crlf", "utf8"],
)  # fmt: skip
def test_every_cell_of_the_csv_spectrum_is_in_the_record(rupa, name):
    path = data_set("csv_spectrum") / "csvs" / f"{name}.csv"
    run = bring_in(rupa, path.read_bytes(), name=path.name, kind="contacts", bad_cells="note", columns=None)
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))
    named = [row for row in rows[1:] if any(cell.strip() for cell in row)]
    assert run.state == "done" and run.created + run.updated + run.failed == len(named)
    kept = "".join(
        export.decode() for export in export_records(actor=rupa, kind="contact", file_format="jsonl")
    )
    texts = " ".join(str(value) for line in kept.splitlines() for value in json.loads(line).values())
    texts += " ".join(cell for one in run.failed_rows.all() for cell in json.loads(one.cells))
    for row in named:
        for cell in row:
            assert _plain(cell).casefold() in _plain(texts).casefold(), cell


def test_formulas_come_in_as_text_and_leave_as_text(rupa):
    bring_in(rupa, 'Name,Job title\n"=HYPERLINK(""http://x"")",@SUM(1+1)\n')
    contact = Contact.objects.get()
    assert (contact.full_name, contact.job_title) == ('=HYPERLINK("http://x")', "@SUM(1+1)")
    data = b"".join(export_records(actor=rupa, kind="contact", file_format="csv")).decode()
    assert "'=HYPERLINK" in data and "'@SUM" in data


def test_a_large_upload_is_kept_whole_and_tried_out_in_the_background(rupa, client, files):
    large = b"Name,Note\n" + b"Ann," + b"x" * (8 << 20) + b"\n"
    answer = client.post(reverse("customers:imports"), {"file": SimpleUploadedFile("large.csv", large)})
    run = Import.objects.get()
    assert answer.headers["Location"] == reverse("customers:import_look", args=[run.pk])
    assert run.file_size == len(large) == (folder_of(run) / "original").stat().st_size
    client.post(reverse("customers:import_trial", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == "checking" and not Company.objects.exists()


def test_a_file_above_the_ceiling_is_refused(rupa, client, files, monkeypatch):
    monkeypatch.setattr(sources, "MAX_FILE_BYTES", 1 << 20)
    upload = SimpleUploadedFile("huge.csv", b"Name\n" + b"Ann\n" * 300_000)
    answer = client.post(reverse("customers:imports"), {"file": upload})
    assert answer.status_code == 422 and "1" in answer.context["error"]
    assert is_untouched(files)
