"""Files with faults that once passed in silence: each is told, in the row or for the file, and nothing is lost."""

import io
import json
import random
import re
import zipfile

import pytest
import xlsxwriter
from django.urls import reverse

from bandhu.customers.actions.imports import try_import
from bandhu.customers.imports.csv_files import detect_dialect
from bandhu.customers.imports.problems import SourceProblem, sentence_of
from bandhu.customers.imports.sources import Reading, detect_reading, open_source
from bandhu.customers.models import Contact
from bandhu.customers.queries.imports import failed_file
from bandhu.customers.tests.importing import bring_in, set_up
from bandhu.identity.tests.cast import make_user
from config.commands.frame import run as command

pytestmark = pytest.mark.django_db
BENGALI = "name,email\nরহমান,r@x.example\n"


@pytest.fixture
def rupa(client):
    user = make_user("Rupa", role="administrator", time_zone="UTC")
    client.force_login(user)
    return user


def written(tmp_path, content, name="file.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def reasons(run):
    return {row.number: [sentence_of(one) for one in row.problems] for row in run.failed_rows.all()}


@pytest.mark.parametrize(
    "content",
    [
        (BENGALI + "রহি").encode()[:-1],
        b"name,email\n" + "José,j@x.example\n".encode("latin-1") + "রহিম,r@x.example\n".encode(),
        b"name,email\n" + "José,j@x.example\n".encode("latin-1") * 40 + "রহিম,r@x.example\n".encode(),
        "name,email\nJosé,j@x.example\n".encode() + "Zoë,z@x.example\n".encode("latin-1"),
    ],
)
def test_utf8_with_faults_is_utf8_and_its_bad_rows_are_put_aside(rupa, tmp_path, content):
    dialect = detect_dialect(written(tmp_path, content))
    assert (dialect.encoding, dialect.certain) == ("utf-8", False) and dialect.broken_bytes
    run = bring_in(rupa, content, kind="contacts")
    assert run.failed >= 1 and run.created == 1 and run.created + run.failed == run.total_rows
    assert all("bytes that are not of the chosen encoding" in one[0] for one in reasons(run).values())
    out = b"".join(failed_file(rupa, run))
    assert any(line.split(b",")[0] in out for line in content.splitlines()[1:])


@pytest.mark.parametrize(("encoding", "words"), [
    ("cp874", "ชื่อลูกค้า สมชาย ใจดี กรุงเทพมหานคร เขตบางรัก"), ("cp1251", "Наталья Кузнецова Москва улица"),
    ("gb18030", "王小明 北京市朝阳区 张伟 上海"), ("shift_jis", "山田太郎 東京都千代田区 カタカナ"), ("euc-kr", "김철수 서울특별시 강남구"),
    ("cp1252", "Jürgen Müßig Köln François Lefèvre Orléans"),
])  # fmt: skip
def test_older_encodings_are_still_not_taken_for_utf8(tmp_path, encoding, words):
    content = ("name,city\n" + "".join(f"{words} {n},{words}\n" for n in range(20))).encode(encoding)
    dialect = detect_dialect(written(tmp_path, content))
    assert dialect.encoding != "utf-8" and not dialect.certain and dialect.confidence < 0.8


UNCLOSED = {
    "at the end of the file": 'name,email,n\nA,a@x.example,7\n"unclosed,c@x.example,1\nD,d@x.example,2\n',
    "in the last line": 'name,email,n\nA,a@x.example,7\nD,d@x.example,2\n"unclosed,c@x.example,1',
    "at the next mark": 'name,email,n\nA,a@x.example,7\n"unclosed,c@x.example,1\nD,"d@x.example",2\n',
    "in the last cell": 'name,n,email\nA,7,a@x.example\nunclosed,1,"c@x.example\nD,2,"d@x.example"\n',
    "closed by another": 'name,email,n\nA,a@x.example,7\n"unclosed,c@x.example,1\nD,d@x.example",2\n',
}


@pytest.mark.parametrize("text", UNCLOSED.values(), ids=UNCLOSED)
def test_a_quotation_mark_that_does_not_close_costs_its_own_row_only(rupa, text):
    run = bring_in(rupa, text, kind="contacts")
    names = set(Contact.objects.values_list("full_name", flat=True))
    # Where the mark stands before a line end, it is a fault of the second row too.
    assert (names, run.failed) == (({"A"}, 2) if text == UNCLOSED["closed by another"] else ({"A", "D"}, 1))
    assert re.search(r"does not close \(lines \d", next(iter(reasons(run).values()))[0])
    assert b"unclosed" in b"".join(failed_file(rupa, run))


GENUINE = [
    'name,note,n\n"Ann","first line\nsecond, with a comma\nthird",1\nBen,short,2\n',
    'name,note\n"Ann\nLee","Dear A,\nyours, B"\nBen,"x\n"\n',
    'name,note,n\nAnn,"he says ""hi, you""\nand well, goes",1\nBen,"",2',
    'name,note,n\r\n"Ann","a\r\nb",1\r\n"Ben","c","2"',
    'name,note,n\nAnn,"sloppy\nwith "quotes" inside but closed",1\nBen,b,2\n',
]


@pytest.mark.parametrize("text", GENUINE)
def test_cells_of_several_lines_are_still_one(tmp_path, text):
    path = written(tmp_path, text)
    rows = list(open_source(path, Reading("csv", detect_dialect(path))).rows())
    assert len(rows) == 2 and [row.fault for row in rows] == ["", ""]
    assert rows[0].cells[0][:3] == "Ann" and "\n" in "".join(rows[0].cells) and rows[1].cells[0] == "Ben"


def test_a_row_that_holds_whole_rows_is_taken_with_a_warning(rupa):
    text = 'name,email,note\nA,a@x.example,"unclosed\nB,b@x.example,ok"\nC,c@x.example,\n'
    run = bring_in(rupa, text, kind="contacts")
    assert (run.created, run.failed, run.warned) == (2, 0, 1)


def test_dates_both_ways_are_read_and_the_doubtful_ones_are_told(rupa):
    text = (
        "name,birthday\nA,25/12/1990\nB,12/25/1990\nC,২৫/১২/১৯৯০\nD,03/04/1990\nE,1990-13-01\nF,௨௬/௧௨/௧௯௯௦\n"
    )
    run = set_up(rupa, text, kind="contacts")
    preview = try_import(run, actor=rupa, at_once=True).preview
    assert preview["dates"]["birthday"] == {
        "day_first": 3, "month_first": 1, "either": 1, "is_mixed": True, "order": "dmy"
    }  # fmt: skip
    run = bring_in(rupa, text, kind="contacts")
    born = {one.full_name: str(one.birthday) for one in Contact.objects.all()}
    assert born == {
        "A": "1990-12-25",
        "B": "1990-12-25",
        "C": "1990-12-25",
        "D": "1990-04-03",
        "F": "1990-12-26",
    }
    assert reasons(run) == {5: ["“1990-13-01” is not a date."]} and run.warned == 1
    Contact.objects.all().delete()
    run = bring_in(rupa, text, kind="contacts", date_order="mdy")
    assert str(Contact.objects.get(full_name="D").birthday) == "1990-03-04"
    assert str(Contact.objects.get(full_name="A").birthday) == "1990-12-25"


def test_a_birthday_to_come_is_refused_as_everywhere(rupa):
    run = bring_in(rupa, "name,birthday\nA,2090-01-01\nB,1849-12-31\nC,1990-01-01\n", kind="contacts")
    assert (run.created, run.failed) == (1, 2)
    assert all("lies in the past" in one[0] for one in reasons(run).values())


def uncomputed(cells):
    """A workbook as programs leave it that write formulas and compute nothing."""
    made, file = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for (row, column), text in cells.items():
            (sheet.write_formula if text.startswith("=") else sheet.write_string)(row, column, text)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(file, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(
                name, re.sub(rb"</f><v>0</v>", b"</f><v></v>", data) if "sheet1" in name else data
            )
    return file.getvalue()


def test_a_formula_without_a_result_is_told(rupa):
    book = uncomputed({
        (1, 1): "name", (1, 2): "email", (1, 3): "note", (2, 1): "Ann", (2, 2): "a@x.example", (2, 3): "=1+1",
        (3, 1): "=1+2", (3, 2): "b@x.example", (4, 1): "Cid", (4, 3): "fine", (5, 0): "=A1", (5, 1): "=UPPER(A1)",
    })  # fmt: skip
    run = bring_in(rupa, book, name="book.xlsx", kind="contacts")
    assert (run.created, run.failed) == (1, 3)
    assert "holds the formula “=1+1”, whose result is not in the file" in reasons(run)[1][0]
    assert "“=1+2”" in reasons(run)[2][0]
    assert b'"\'=1+2"' in b"".join(failed_file(rupa, run))
    kept = bring_in(rupa, book, name="book.xlsx", kind="contacts", bad_cells="note")
    assert reasons(kept).keys() == {4} and "note: =1+1" in Contact.objects.get(full_name="Ann").note


def test_a_cell_that_shows_an_error_is_told(rupa):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for column, text in enumerate(("name", "email")):
            sheet.write_string(0, column, text)
        sheet.write_formula(1, 0, "=Gone!A1", value="#REF!")
        sheet.write_string(1, 1, "a@x.example")
        sheet.write_string(2, 0, "Bob")
        sheet.write_string(2, 1, "b@x.example")
    run = bring_in(rupa, file.getvalue(), name="book.xlsx", kind="contacts")
    assert (run.created, run.failed) == (1, 1)
    assert "shows the error “#REF!”" in reasons(run)[1][0]


def without_references(book):
    """The same workbook with rows and cells that do not say where they stand, as the format allows."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(file, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            bare = re.sub(rb'<(row|c)( [^>]*?)? r="[A-Z]*[0-9]+"', rb"<\1\2", data)
            target.writestr(name, bare if "sheet1" in name else data)
    return file.getvalue()


def test_a_formula_is_told_in_a_cell_that_does_not_say_where_it_stands(rupa):
    book = without_references(uncomputed({
        (0, 0): "name", (0, 1): "email", (0, 2): "note", (1, 0): "=1+1", (1, 1): "a@x.example", (1, 2): "fine",
        (2, 0): "Bob", (2, 1): "b@x.example", (2, 2): "=1+2",
    }))  # fmt: skip
    run = bring_in(rupa, book, name="book.xlsx", kind="contacts")
    assert (run.created, run.failed) == (0, 2)
    assert "“=1+1”" in reasons(run)[1][0] and "“=1+2”" in reasons(run)[2][0]
    kept = bring_in(rupa, book, name="book.xlsx", kind="contacts", bad_cells="note")
    assert kept.created and Contact.objects.get(full_name="Bob").primary_mail == "b@x.example"


def test_what_a_country_was_understood_as_is_told(rupa):
    run = bring_in(rupa, "name,country\nA,Korea\nB,South Korea\nC,USA\n", kind="contacts")
    assert (run.created, run.warned) == (3, 1)


def test_the_wizard_and_the_command_say_which_rows_were_warned_and_why(client, rupa, tmp_path, capsys):
    text = "name,country,phone\nA,Korea,\nB,Bangladesh,123\nC,India,\n"
    run = bring_in(rupa, text, kind="contacts")
    page = client.get(reverse("customers:import", args=[run.pk])).content.decode()
    assert "“Korea” was understood as South Korea." in page and "“123” is no number in use" in page
    sheet = client.get(reverse("customers:import_warnings", args=[run.pk]))
    lines = b"".join(sheet.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [['"1"', '"2"'], ['"2"', '"3"']]
    warnings = tmp_path / "warnings.csv"
    path = written(tmp_path, text.replace("A,", "D,").replace("B,", "E,"))
    assert command(["import", "contacts", str(path), "--yes", "--json", "--warned-rows", str(warnings)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["row"] for one in told["warned_rows"]] == [1, 2] and "South Korea" in told["warned_rows"][0][
        "why"
    ][0]
    assert len(warnings.read_text().splitlines()) == 3
    preview = try_import(set_up(rupa, text, kind="contacts"), actor=rupa, at_once=True).preview
    assert [one["line"] for one in preview["doubts"]] == [2, 3]


def test_a_guessed_encoding_is_shown_with_the_others_and_warned_of(client, rupa, tmp_path, capsys):
    thai = ("name,city\n" + "สมชาย ใจดี,กรุงเทพมหานคร\nชื่อลูกค้า,เขตบางรัก\n" * 10).encode("cp874")
    run = set_up(rupa, thai, kind="contacts")
    page = client.get(reverse("customers:import_look", args=[run.pk])).content.decode()
    assert "is a guess" in page and "Read it like this" in page and 'value="cp1252"' in page
    client.post(
        reverse("customers:import_look", args=[run.pk]),
        {"encoding": "cp1252", "encoding_before": "cp874", "kind": "contacts", "has_header": "on"},
    )
    run.refresh_from_db()
    assert run.reading["dialect"]["encoding"] == "cp1252" and run.header == ["name", "city"]
    assert command(["import", "contacts", str(written(tmp_path, thai)), "--yes", "--json"]) == 0
    out, err = capsys.readouterr()
    assert "is a guess" in json.loads(out)["warnings"][0] and err.startswith("Warning: ")


def test_a_file_of_bytes_is_refused_as_a_whole(tmp_path):
    path = written(tmp_path, random.Random(1).randbytes(5_000))
    with pytest.raises(SourceProblem) as refused:
        detect_reading(path)
    assert refused.value.code == "no_table"
    assert detect_reading(written(tmp_path, b"name,email\nA\x00B\x01,a@x.example\n")).kind == "csv"


def test_a_name_of_which_nothing_can_be_seen_is_none(rupa):
    text = "name,email\n\u200b\u200d,a@x.example\n\u3164,\nBen,b@x.example\n"
    run = bring_in(rupa, text, kind="contacts")
    assert (run.created, run.failed) == (2, 1)
    assert set(Contact.objects.values_list("full_name", flat=True)) == {"a@x.example", "Ben"}
