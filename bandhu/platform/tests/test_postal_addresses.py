import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandhu.platform.postal_addresses import (
    FIELDS,
    address_fields,
    address_lines,
    check_address,
    countries,
    country_name,
    tidy_address,
)

DHAKA = {
    "country": "BD",
    "street": "House 12, Road 5, Banani",
    "district": "Gulshan",
    "city": "Dhaka",
    "postcode": "1213",
}
CHENNAI = {
    "country": "IN",
    "street": "12 Usman Road",
    "city": "Chennai",
    "region": "Tamil Nadu",
    "postcode": "600017",
}


def test_the_form_has_the_fields_of_the_country_in_its_order():
    bangladesh = {field.name: field for field in address_fields("BD")}
    assert list(bangladesh) == ["street", "city", "postcode", "district", "region"]
    assert str(bangladesh["district"].label) == "Upazila or thana"
    assert bangladesh["city"].required and not bangladesh["postcode"].required
    assert ("Sylhet", "Sylhet") in bangladesh["region"].choices
    india = {field.name: field for field in address_fields("IN")}
    assert str(india["postcode"].label) == "PIN code"
    assert india["region"].required and ("Tamil Nadu", "Tamil Nadu") in india["region"].choices
    assert [field.name for field in address_fields("")] == list(FIELDS)


def test_lines_follow_the_country_and_name_it_for_readers_elsewhere():
    assert address_lines(DHAKA, reader_country="BD") == [
        "House 12, Road 5, Banani",
        "Gulshan",
        "Dhaka - 1213",
    ]
    assert address_lines(DHAKA, language="bn")[-1] == "বাংলাদেশ"
    assert address_lines(CHENNAI, reader_country="IN") == ["12 Usman Road", "Chennai 600017", "Tamil Nadu"]


def test_a_missing_part_leaves_no_dash_behind():
    assert address_lines(DHAKA | {"postcode": ""}, reader_country="BD")[-1] == "Dhaka"
    assert address_lines({"country": "BD"}, reader_country="BD") == []


def test_japan_begins_with_the_large_in_its_own_script_only():
    tokyo = {"country": "JP", "street": "丸の内1-1", "region": "東京都", "postcode": "100-0005"}
    assert address_lines(tokyo, reader_country="JP")[0] == "〒100-0005"
    latin = {"country": "JP", "street": "1-1 Marunouchi", "region": "Tokyo", "postcode": "100-0005"}
    assert address_lines(latin, reader_country="JP")[0] == "1-1 Marunouchi, Tokyo"


def test_a_complete_address_has_no_fault_in_any_digits():
    assert check_address(DHAKA) == {}
    assert check_address(DHAKA | {"postcode": "১২১৩"}) == {}
    assert check_address(CHENNAI) == {}
    assert check_address(CHENNAI | {"postcode": "௬௦௦௦௧௭"}) == {}


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"postcode": "60001"}, "postcode", "postcode"),
        ({"region": "Bavaria"}, "region", "region"),
        ({"street": " "}, "street", "required"),
        ({"country": "ZZ"}, "country", "unknown_country"),
        ({"country": ""}, "country", "required"),
    ],
)
def test_faults_name_the_field_and_the_reason(change, field, code):
    assert check_address(CHENNAI | change)[field].code == code


def test_the_postcode_fault_gives_an_example():
    assert "110034" in check_address(CHENNAI | {"postcode": "x"})["postcode"].message


def test_keeping_tidies():
    kept = tidy_address({"country": "bd ", "postcode": " ১২১৩", "street": " House 12 \n Road 5 "})
    assert (kept["country"], kept["postcode"], kept["street"], kept["city"]) == (
        "BD",
        "1213",
        "House 12\nRoad 5",
        "",
    )


def test_countries_have_names_in_the_language():
    assert ("BD", "বাংলাদেশ") in countries("bn")
    assert country_name("LK", "ta") == "இலங்கை"
    assert len(countries("en")) > 200


@given(
    st.fixed_dictionaries(
        {name: st.text(max_size=20) for name in FIELDS}
        | {"country": st.sampled_from(["BD", "IN", "LK", "US", "JP", "CN", "", "X"])}
    )
)
def test_no_part_of_an_address_is_ever_lost(address):
    check_address(address)
    printed = "".join("".join(address_lines(address)).split())
    for name in FIELDS:
        assert "".join(address[name].split()) in printed
