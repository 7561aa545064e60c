import csv
import json

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, format_number

from bandhu.platform.phone_numbers import (
    PhoneNumberError,
    _formatted,
    _number,
    _plainly_stored,
    country_code_of,
    dial_link,
    digits_to_search,
    display_number,
    parse_phone_number,
    search_digits_of,
)
from bandhu.ui.digits import SYSTEMS, to_system

from .data_sets import data_set

NOTATIONS = [
    ("01712-345678", "BD"),
    ("০১৭১২-৩৪৫৬৭৮", "BD"),
    ("০১৭১২ ৩৪৫ ৬৭৮", "BD"),
    ("+880 1712 345678", ""),
    ("+880 (0) 1712-345678", ""),
    ("00880 1712 345678", "IN"),
    ("8801712345678", "BD"),
    ("tel:+880-1712-345678", ""),
    ("\u202a+880 1712‑345678\u202c", ""),
    ("+88 01712345678", ""),
]


@pytest.mark.parametrize(("text", "country"), NOTATIONS)
def test_one_number_in_any_notation_is_kept_the_same(text, country):
    number = parse_phone_number(text, country)
    assert (number.e164, number.country, number.kind) == ("+8801712345678", "BD", "mobile")
    assert number.search_digits == "1712345678"


def test_tamil_digits_extensions_and_letters():
    assert parse_phone_number("௯௮௭௬௫ ௪௩௨௧௦", "IN").e164 == "+919876543210"
    assert parse_phone_number("044 2345 6789 ext. 12", "IN") == parse_phone_number("+914423456789;ext=12")
    assert parse_phone_number("1-800-FLOWERS", "US").e164 == "+18003569377"


@pytest.mark.parametrize(
    ("text", "country", "code"),
    [
        ("", "BD", "empty"),
        (" \u200b ", "BD", "empty"),
        ("call me", "BD", "not_a_number"),
        ("01712345678", "", "country_needed"),
        ("0171234567", "BD", "not_in_use"),
        ("+880 1712", "", "too_short"),
        ("01712345678 / 01812345678", "BD", "too_long"),
        ("+999 1234567", "", "not_in_use"),
        ("5" * 500, "BD", "too_long"),
    ],
)
def test_refusals_say_why(text, country, code):
    with pytest.raises(PhoneNumberError) as refused:
        parse_phone_number(text, country)
    assert refused.value.code == code
    assert str(refused.value.message)


def test_display_depends_on_where_the_reader_is():
    assert display_number("+8801712345678", reader_country="BD") == "01712-345678"
    assert display_number("+8801712345678", reader_country="IN") == "+880 1712-345678"
    assert display_number("+914423456789", "12", "IN") == "044 2345 6789 #12"
    assert display_number("what stood there") == "what stood there"
    assert dial_link("+914423456789", "12") == "tel:+914423456789;ext=12"
    assert country_code_of("bd") == "+880"


def test_what_people_type_into_the_search_is_part_of_the_stored_digits():
    for text in ("01712-345", "০১৭১২ ৩৪", "+880 1712", "345678", "00880171", "01712345678 ext 5"):
        assert digits_to_search(text) in "8801712345678"
    assert digits_to_search("12") == digits_to_search("x") == ""


SETS = ("example_numbers_by_region.csv", "invalid_numbers_by_region.csv")


def rows(name):
    with (data_set("phone_numbers") / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_example_of_every_country_is_read_from_all_its_notations():
    wrong = []
    for row in rows("example_numbers_by_region.csv"):
        for notation in ("e164", "international", "national", "rfc3966"):
            for system in ("latn", "beng", "taml"):
                country = "" if row["region"] == "001" else row["region"]
                if notation == "national" and not country:
                    continue
                try:
                    found = parse_phone_number(to_system(row[notation], system), country).e164
                except PhoneNumberError as refused:
                    found = refused.code
                if found != row["e164"]:
                    wrong.append((row["region"], row["type"], notation, system, row[notation], found))
    assert wrong == []


def test_the_short_way_of_reading_stored_numbers_gives_what_the_long_way_does():
    stored = {row["e164"] for name in SETS for row in rows(name)}
    stored |= {number[:cut] + number[cut + 1 :] for number in list(stored) for cut in (2, 4, 6)}
    short = {number: found for number in stored if (found := _plainly_stored(number))}
    assert len(short) > len(stored) / 2
    assert {
        number for number, found in short.items() if _number(*found) != phonenumbers.parse(number)
    } == set()
    assert _plainly_stored("+390612345678") is None  # the zero of an Italian number counts


def test_the_short_way_of_writing_numbers_gives_what_the_long_way_does():
    numbers = {row["e164"] for name in SETS for row in rows(name)}
    numbers |= {number[:cut] + number[cut + 1 :] for number in list(numbers) for cut in (2, 4, 6)}
    short = [found for number in numbers if (found := _plainly_stored(number))]
    for style in (PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL):
        wrong = [
            found for found in short if _formatted(*found, style) != format_number(_number(*found), style)
        ]
        assert wrong == []


def test_every_invalid_number_is_refused():
    accepted = []
    for row in rows("invalid_numbers_by_region.csv"):
        try:
            accepted.append(parse_phone_number(row["e164"], row["region"]))
        except PhoneNumberError:
            continue
    assert accepted == []


def test_the_mobile_example_of_every_country_is_read_as_people_write_it():
    examples = json.loads((data_set("phone_numbers") / "examples.mobile.json").read_text(encoding="utf-8"))
    wrong = {
        country: digits
        for country, digits in examples.items()
        if parse_phone_number(country_code_of(country) + digits).e164 != country_code_of(country) + digits
    }
    assert wrong == {}


@given(st.text(max_size=250), st.sampled_from(["", "BD", "IN", "LK", "ZZ"]))
def test_any_text_is_read_or_refused_with_a_code(text, country):
    digits_to_search(text)
    display_number(text[:50])
    try:
        number = parse_phone_number(text, country)
    except PhoneNumberError as refused:
        assert refused.code
    else:
        assert parse_phone_number(number.e164).e164 == number.e164
        assert search_digits_of(number.e164) in number.e164


def test_all_offered_digit_systems_are_read():
    for system in SYSTEMS:
        assert parse_phone_number(to_system("01712345678", system), "BD").e164 == "+8801712345678"
