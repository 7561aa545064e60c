"""The duplicates of a CSV file, as `bandhu duplicates contacts FILE.csv` finds them."""

import csv
import io

import pytest

from bandhu.customers.matching import scan
from bandhu.customers.matching.clusters import pairs_of
from bandhu.customers.matching.files import (
    FileProblem,
    columns_of,
    day_first_in,
    duplicates_in_file,
    write_pairs,
)
from bandhu.customers.matching.records import fold_birthday, fold_mail, fold_phone, split_street

ROWS = """rec_id, given_name, surname, date_of_birth, suburb, phone_number, email
r1, Mitchell, Green, 19560409, Cleveland, 02 5550 1234, mitchell.green@example.org
r2, Mitchel, Green, 19560409, Clevelnad, +61 2 5550 1234,
r3, Harley, McCarthy, 19080419, Marsden, 07 5550 8888, harley@example.net
r4, Green, Mitchell, 19560409, Cleveland, , mitchell.green@example.org
r5, Taylor, Hathaway, 19991207, Perth, 08 5550 7777, taylor@example.com
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(ROWS)
    return path


def test_duplicates_of_a_file_by_their_own_ids(file):
    pairs = duplicates_in_file(file)
    assert {(pair.one, pair.other) for pair in pairs} == {("r1", "r2"), ("r1", "r4"), ("r2", "r4")}
    assert all(0.5 <= pair.score <= 1 and pair.reasons for pair in pairs)


def test_two_processes_find_what_one_finds(file, monkeypatch):
    alone, seen = duplicates_in_file(file), []
    monkeypatch.setattr(scan, "MANY_PAIRS", 1)
    monkeypatch.setattr(scan.os, "cpu_count", lambda: 2)
    together = duplicates_in_file(file, progress=lambda step, share: seen.append((step, share)))
    assert together == alone
    assert seen[-1] == ("compare", 1.0)


def test_a_higher_bar_gives_a_part_of_the_pairs(file):
    everything = {(pair.one, pair.other) for pair in duplicates_in_file(file, 0.3)}
    surest = {(pair.one, pair.other) for pair in duplicates_in_file(file, 0.99)}
    assert surest <= everything


def test_the_pairs_are_written_as_csv(file):
    out = io.StringIO()
    assert write_pairs(duplicates_in_file(file), out) == 3
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert list(rows[0]) == ["id_1", "id_2", "score", "reasons"]
    assert "same_birthday" in rows[0]["reasons"].split()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators(tmp_path, encoding, separator):
    path = tmp_path / "people.csv"
    path.write_text(ROWS.replace(", ", separator), encoding=encoding)
    assert len(duplicates_in_file(path)) == 3


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", "file_is_empty"), (b"PK\x03\x04\0\0\0", "not_a_text_file")]
)
def test_a_file_that_is_none_is_refused_with_a_reason(tmp_path, content, reason):
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    with pytest.raises(FileProblem) as refused:
        duplicates_in_file(path)
    assert refused.value.reason == reason


@pytest.mark.parametrize("content", ["id,name\n", "id,name\n1,Anna\n", "name\n\n\n", '"broken, quote\n1,2\n'])
def test_files_with_hardly_anything_have_no_duplicates(tmp_path, content):
    path = tmp_path / "people.csv"
    path.write_text(content)
    assert duplicates_in_file(path) == []


@pytest.mark.parametrize(
    ("headers", "meanings"),
    [
        (["unique_id", "first_name", "surname", "dob", "city", "email"],
         ["id", "given", "family", "birthday", "city", "mails"]),
        (["id", "name", "addr", "city", "phone", "type"], ["id", "name", "street", "city", "phones", None]),
        (["External ID", "Last Name", "Mobile Phone", "Home Phone"], ["id", "family", "phones", "phones"]),
        (["Nr", "FullName", "X"], ["id", "name", None]),
    ],
)  # fmt: skip
def test_columns_are_known_by_their_headers(headers, meanings):
    columns = columns_of(headers)
    assert [columns.get(at) for at in range(len(headers))] == meanings


def test_a_column_of_addresses_is_known_by_its_values():
    assert columns_of(["a", "b"], [["1", "x@example.org"], ["2", "y@example.org"]]) == {0: "id", 1: "mails"}


def test_days_and_months_are_told_apart_by_the_file_itself():
    assert day_first_in(["03/04/1980", "25/04/1980"]) is True
    assert day_first_in(["03/04/1980", "04/25/1980"]) is False
    assert day_first_in(["1980-04-25"]) is None
    assert fold_birthday("04/03/1980", day_first=False) == "19800403"
    assert fold_birthday("০৪/০৩/১৯৮০") == "19800304"
    assert fold_birthday("yesterday") == ""


def test_values_are_folded():
    assert fold_phone("০১৭১২-৩৪৫৬৭৮ ext. 9") == "1712345678"
    assert fold_mail(" Anna+news@Example.org ") == "anna@example.org"
    assert split_street("435 S. La Cienega Blvd.") == ("435", "south la cienega boulevard")
    assert split_street("Lange Straße 5a") == ("5a", "lange strasse")


def test_a_chain_of_strangers_is_not_one_group():
    links = [(1, 2, 0.9), (2, 3, 0.9), (3, 4, 0.9)]
    near = {frozenset(link[:2]) for link in links}
    pairs = pairs_of(links, lambda one, other: 0.9 if frozenset((one, other)) in near else 0.0)
    assert (1, 4) not in pairs
    assert pairs_of(links, lambda one, other: 0.4)[(1, 4)] == 0.9


def test_the_owner_of_a_record_is_no_address_of_the_person(tmp_path):
    rows = [["Bandhu id", "Name", "Email", "Owner", "Team", "Created by"]]
    names = ["Rupa Ghosh", "Anwar Hossain", "Selvi Murugan", "Karim Uddin", "Meena Das"]
    for number, name in enumerate(names):
        mail = f"person{number}@x{number}.example"
        rows.append([f"c{number}", name, mail, "rupa@firm.example", "Dhaka", "sela@firm.example"])
    path = tmp_path / "export.csv"
    with path.open("w", newline="") as out:
        csv.writer(out).writerows(rows)
    assert columns_of(rows[0], rows[1:]) == {0: "id", 1: "name", 2: "mails"}
    assert duplicates_in_file(path) == []


@pytest.mark.parametrize("header", ["ইমেইল", "மின்னஞ்சல்", "Home email"])
def test_a_header_in_any_language_says_that_a_column_holds_mails(header):
    rows = [["1", "office@example.org"]] * 9
    assert columns_of(["id", header], rows)[1] == "mails"


def test_an_unknown_column_of_addresses_is_theirs_only_where_they_are_distinct():
    own, users = ([["1", f"p{number % some}@example.org"] for number in range(9)] for some in (9, 2))
    assert columns_of(["id", "Reachable at"], own)[1] == "mails"
    assert 1 not in columns_of(["id", "Reachable at"], users)
    assert 1 not in columns_of(["id", "Record owner"], own)
