"""Many lines at once: what comes out of a spreadsheet, a letter, another country's figures, and what no spreadsheet makes."""

import pytest

from bandhu.catalog.pasted_lines import rows_added, rows_pasted
from bandhu.catalog.tests.cast import make_administrator, make_money, make_product
from bandhu.catalog.totals import MOST_LINES

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller():
    return make_money(make_administrator("Asha"))


@pytest.fixture
def chair(seller):
    return make_product(seller, "CHR-01", names={"en": "Chair", "bn": "চেয়ার"})


def shown(rows, *names):
    return [
        tuple(row.values[name] for name in names or ("name", "quantity", "unit_price", "discount"))
        for row in rows
    ]


def test_codes_names_and_free_lines_below_a_heading(seller, chair):
    text = "Code\tQuantity\tPrice\tDiscount\nchr-01\t12\t\t5%\nChair\t2\nDelivery, by hand\t1\t250.50\n\n"
    rows = rows_pasted(seller, text)
    assert shown(rows) == [
        ("Chair", "12", "", "5"),
        ("Chair", "2", "", ""),
        ("Delivery, by hand", "1", "250.50", ""),
    ]
    assert [row.values["product"] for row in rows] == [str(chair.pk), str(chair.pk), ""]
    assert rows[0].code == "CHR-01"


def test_a_word_in_the_second_place_is_the_name(seller, chair):
    rows = rows_pasted(seller, "CHR-01;Chair, blue;4;1200\nX-9;Table;1;90", "en")
    assert shown(rows, "name", "quantity", "unit_price") == [
        ("Chair, blue", "4", "1200"),
        ("X-9 Table", "1", "90"),
    ]
    assert rows[0].values["product"] == str(chair.pk)


def test_figures_and_names_of_the_language(seller, chair):
    rows = rows_pasted(seller, "চেয়ার\t১২\t১,২০০.৫০\nCHR-01\t৩", "bn")
    assert shown(rows, "name", "quantity", "unit_price") == [("চেয়ার", "১২", "১,২০০.৫০"), ("চেয়ার", "৩", "")]
    assert all(row.values["product"] == str(chair.pk) for row in rows)


def test_a_product_out_of_use_is_no_longer_found(seller):
    make_product(seller, "OLD", names={"en": "Stool"}, is_active=False)
    assert shown(rows_pasted(seller, "OLD\t1"), "product", "name") == [("", "OLD")]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('"Table\n2 m"\t1\nLamp\t1', ["Table 2 m", "Lamp"]),
        ('Pipe 5"\t1\nLamp\t1', ['Pipe 5"', "Lamp"]),
        ('"Unclosed\t1\nLamp\t1', ['"Unclosed', "Lamp"]),
        ("One line only", ["One line only"]),
        ("a\x00b\t1", ["ab"]),
        ("\r\nTable\r\n \t \r\nLamp\r\n", ["Table", "Lamp"]),
        ("x" * 200_000, ["x" * 20_000]),
    ],
)
def test_bad_and_odd_text_keeps_its_lines(seller, text, names):
    added = rows_added(seller, {"do": "paste", "pasted": text}, [])
    assert [row.values["name"] for row in added.rows] == names


def test_what_is_told_and_what_is_too_much(seller, chair):
    said = rows_added(seller, {"do": "paste", "pasted": "CHR-01\t1\nOther\t1\t5"}, []).told
    assert said == (
        "2 lines are put in; they are kept when you save. 1 is a free line: no product has its code or name."
    )
    assert rows_added(seller, {"do": "paste", "pasted": " \n"}, []).problems
    many = "Line\t1\n" * (MOST_LINES + 1)
    refused = rows_added(seller, {"do": "paste", "pasted": many}, [])
    assert refused.status == 422 and refused.rows == [] and refused.text == many
    assert rows_added(seller, {"do": "save"}, []) is None
