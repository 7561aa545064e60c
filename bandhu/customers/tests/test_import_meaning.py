"""What columns and cells mean: layouts of other programs, headers in three languages, values, and tables going out."""

import csv
import datetime as dt
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandhu.customers.imports import neutral
from bandhu.customers.imports.dates import date_order, read_date
from bandhu.customers.imports.layouts import recognise_layout
from bandhu.customers.imports.mapping import propose_mapping, share_mapped
from bandhu.customers.imports.problems import ValueProblem
from bandhu.customers.imports.records import ReadingOptions, RowReader
from bandhu.customers.imports.sources import detect_reading, open_source
from bandhu.customers.imports.values import (
    clean_text,
    decimal_mark,
    read_email,
    read_money,
    read_number,
    read_phone,
    read_phones,
    read_tags,
    read_yes_no,
)
from bandhu.platform.tests.data_sets import data_set

LAYOUTS = {
    "headers/google_contacts_new_2024.csv": "google",
    "headers/google_contacts_old_2010s.csv": "google_old",
    "headers/outlook_desktop_classic.csv": "outlook_desktop",
    "headers/outlook_com_webmail.csv": "outlook_web",
    "headers/hubspot_contacts.csv": "hubspot",
    "headers/hubspot_companies.csv": "hubspot_companies",
    "chatwoot/spec/assets/contacts.csv": "chatwoot",
    "mautic/app/bundles/LeadBundle/DataFixtures/ORM/fakeleaddata.csv": "mautic",
}


@pytest.mark.parametrize(("name", "layout"), LAYOUTS.items())
def test_layouts_of_other_programs_are_recognised(name, layout):
    path = data_set("contacts_import_layouts") / name
    source = open_source(path, detect_reading(path))
    found = recognise_layout(source.header)
    assert found and found.key == layout
    proposals = propose_mapping(source.header, source.sample(), {}, found.kind)
    assert [proposal.column for proposal in proposals] == source.header
    assert share_mapped(proposals) >= 0.55


def mapped(*headers, rows=(), fields=None, kind="contacts"):
    return {one.column: one.target for one in propose_mapping(list(headers), rows, fields, kind)}


def test_headers_in_three_languages():
    assert mapped("নাম", "মোবাইল নম্বর", "ইমেইল", "শহর") == {
        "নাম": "name", "মোবাইল নম্বর": "phone", "ইমেইল": "email", "শহর": "address_city",
    }  # fmt: skip
    assert mapped("பெயர்", "தொலைபேசி எண்", "நிறுவனம்")["தொலைபேசி எண்"] == "phone"
    assert mapped("First Nmae", "Adress line 1") == {
        "First Nmae": "given_name",
        "Adress line 1": "address_street",
    }


def test_values_speak_where_headers_do_not():
    rows = [
        ["ann@example.org", "+8801712345678", "1224", "12"],
        ["ben@example.org", "+8801712345679", "7", "x"],
    ]
    found = mapped("a1", "b2", "company", "zzz", rows=rows)
    assert found == {"a1": "email", "b2": "phone", "company": "company_external_id", "zzz": "custom"}


def test_a_day_no_calendar_has_is_no_telephone():
    (column,) = propose_mapping(["Geburtstag"], [["14.04.1990"], ["31.02.1991"], ["01.12.1985"]])
    assert column.target == "custom"


def test_a_custom_field_that_exists_is_found_by_its_title():
    assert mapped("Blood  group", fields={"Blood Group": "fabc"}) == {"Blood  group": "field:fabc"}


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("16 Apr, 2021 00:02:00", "dmy", dt.datetime(2021, 4, 16, 0, 2)),
        ("2021-04-16T10:20:30Z", "dmy", dt.datetime(2021, 4, 16, 10, 20, 30, tzinfo=dt.UTC)),
        ("03/04/2021", "dmy", dt.date(2021, 4, 3)),
        ("03/04/2021", "mdy", dt.date(2021, 3, 4)),
        ("April 16, 2021", "dmy", dt.date(2021, 4, 16)),
        ("১৬/০৪/২০২১", "dmy", dt.date(2021, 4, 16)),
        ("১৬ এপ্রিল ২০২১", "dmy", dt.date(2021, 4, 16)),
        ("16 ஏப்ரல் 2021", "dmy", dt.date(2021, 4, 16)),
        ("19800321", "dmy", dt.date(1980, 3, 21)),
        ("3/4/2021 11:05 PM", "mdy", dt.datetime(2021, 3, 4, 23, 5)),
    ],
)
def test_dates_in_many_notations(text, order, expected):
    assert read_date(text, order) == expected


@pytest.mark.parametrize("text", ["31/02/2021", "yesterday", "0000-00-00", "12", "", "99/99/9999"])
def test_what_is_no_date(text):
    with pytest.raises(ValueError):
        read_date(text)


@settings(max_examples=200)
@given(st.lists(st.dates(dt.date(1950, 1, 1), dt.date(2040, 12, 31)), min_size=1, max_size=20), st.booleans())
def test_the_column_decides_which_is_the_day(dates, american):
    pattern = "%m/%d/%Y" if american else "%d/%m/%Y"
    texts = [day.strftime(pattern) for day in dates]
    order = date_order(texts)
    assert not order.is_mixed
    if not (order.day_first or order.month_first):
        assert all(day.day <= 12 for day in dates)
    else:
        assert order.wins() == ("mdy" if american else "dmy")
        assert [read_date(text, order.wins()) for text in texts] == dates


@pytest.mark.parametrize("digits", ["0123456789", "০১২৩৪৫৬৭৮৯", "௦௧௨௩௪௫௬௭௮௯"])
def test_dates_that_can_be_read_one_way_only_are_read_so_in_any_column(digits):
    def written(text):
        return text.translate(str.maketrans("0123456789", digits))

    texts = [written(text) for text in ("25/12/1990", "12/25/1990", "26/12/1990", "03/04/1990")]
    order = date_order(texts)
    assert (order, order.wins()) == ((2, 1, 1), "dmy")
    christmas = dt.date(1990, 12, 25)
    assert [read_date(text, order.wins()) for text in texts] == [
        christmas, christmas, dt.date(1990, 12, 26), dt.date(1990, 4, 3),
    ]  # fmt: skip
    assert date_order([written("02/03/2020"), written("12/25/1990")]).wins() == "mdy"
    with pytest.raises(ValueError):
        read_date(written("25/25/1990"), "dmy")


def test_numbers_and_money():
    assert read_number("১২,৩৪,৫৬৭") == "1234567"
    assert read_money("$22,700.00") == ("22700.00", "USD")
    assert read_money("৳ ১,২০০.৫০") == ("1200.50", "BDT")
    assert decimal_mark(["1.234,56", "7,5"]) == ","
    assert read_number("1.234,56 EUR", ",") == "1234.56"
    assert read_number("(3)") == "-3"
    for text in ("twelve", "1.2.3", "--1", ""):
        with pytest.raises(ValueProblem):
            read_number(text)


def test_telephones():
    assert read_phone("০১৭১২-৩৪৫৬৭৮", "BD") == ("+8801712345678", "", "")
    assert read_phone("918080808080", "BD")[0] == "+918080808080"
    assert read_phones("+880 1712 345678 / 01812345678", "BD") == [
        ("+8801712345678", "", ""),
        ("+8801812345678", "", ""),
    ]
    assert read_phone("805-247-8982", "BD") == ("8052478982", "", "805-247-8982")
    with pytest.raises(ValueProblem):
        read_phone("BusinessPhone", "US")


def test_mails_yes_and_tags():
    assert read_email("Ann Lee <Ann.Lee@Example.ORG>") == "Ann.Lee@example.org"
    for text in ("no mail", "a@b", "@example.org", "a@exa mple.org"):
        with pytest.raises(ValueProblem):
            read_email(text)
    assert [read_yes_no(text) for text in ("হ্যাঁ", "ஆம்", "Yes", "no", "না")] == [True, True, True, False, False]
    assert read_tags("* myContacts ::: Friends") == ["myContacts", "Friends"]


def test_naughty_strings_are_kept_or_refused_and_never_break():
    strings = json.loads((data_set("blns") / "blns.json").read_text())
    mapping = propose_mapping(["Name", "Email", "Phone", "Birthday", "City", "Notes", "Website", "Tags"])
    reader = RowReader(mapping, "contacts", ReadingOptions(country="BD", bad_cells="note"))
    for text in strings:
        record = reader.read(1, 2, ["Somebody", "", "", "", text, text, "", ""])
        stored = " ".join(
            [*record.notes, *(value for address in record.addresses for value in address.values())]
        )
        assert not record.problems and (not text.strip() or clean_text(neutral.restored(text)) in stored)
        reader.read(1, 2, [text] * 8)


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    " =1",
    "'=1",
    "''@x",
    "=cmd|'/C calc'!A0",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_leave_as_text_and_come_back(text):
    safe = neutral.neutral(text)
    assert safe.startswith("'") and safe != text
    assert neutral.restored(safe) == text


@settings(max_examples=500)
@given(st.text(max_size=20) | st.sampled_from(FORMULAS).flatmap(lambda text: st.just("'" + text)))
def test_neutralising_is_undone_exactly(text):
    assert neutral.restored(neutral.neutral(text)) == text
    assert not neutral.FORMULA.match(neutral.neutral(text)) or neutral.neutral(text).startswith("'")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1, max_size=6))
def test_an_exported_table_reads_back_equal(cells):
    text = "".join(neutral.csv_lines([f"c{n}" for n in range(len(cells))], [cells]))
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert [neutral.restored(cell) for cell in rows[1]] == cells


def test_a_workbook_holds_texts_and_no_formula(tmp_path):
    path = tmp_path / "out.xlsx"
    with path.open("wb") as file:
        neutral.write_xlsx(file, ["name", "n"], [["=1+1", "রহমান"], ["https://example.org", 5]])
    source = open_source(path, detect_reading(path))
    assert [row.cells for row in source.rows()] == [["=1+1", "রহমান"], ["https://example.org", "5"]]
