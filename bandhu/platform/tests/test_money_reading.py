import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandhu.platform.money import Money, MoneyError
from bandhu.platform.money_reading import parse_currency, parse_money
from bandhu.ui.formats import Reader

DHAKA = Reader("en", country="BD")
BANGLA = Reader("bn", country="BD")
NEW_YORK = Reader("en", country="US")
BERLIN = Reader("de", country="DE")
JAFFNA = Reader("ta", country="LK")
CHENNAI = Reader("ta", country="IN")


@pytest.mark.parametrize(
    ("text", "reader", "meant", "written"),
    [
        ("12,34,567.50", DHAKA, "BDT", "1234567.50 BDT"),
        ("1,234,567.5", DHAKA, "BDT", "1234567.50 BDT"),
        ("১২,৩৪,৫৬৭.৫০৳", BANGLA, "", "1234567.50 BDT"),
        ("௧௨.௩௪", JAFFNA, "LKR", "12.34 LKR"),
        ("Tk. 500", DHAKA, "", "500.00 BDT"),
        ("৫০০ টাকা", BANGLA, "", "500.00 BDT"),
        ("Rs.500", JAFFNA, "", "500.00 LKR"),
        ("Rs.500", CHENNAI, "", "500.00 INR"),
        ("Rs 500", NEW_YORK, "NPR", "500.00 NPR"),
        ("$.50", NEW_YORK, "", "0.50 USD"),
        ("US$5", BERLIN, "", "5.00 USD"),
        ("$5", NEW_YORK, "CAD", "5.00 CAD"),
        (".5", NEW_YORK, "USD", "0.50 USD"),
        ("-$5", NEW_YORK, "", "-5.00 USD"),
        ("$ −5", NEW_YORK, "", "-5.00 USD"),
        ("1.500,25 €", BERLIN, "", "1500.25 EUR"),
        ("1 234 567", BERLIN, "EUR", "1234567.00 EUR"),
        ("10.00", NEW_YORK, "JPY", "10 JPY"),
        ("1.234", NEW_YORK, "BHD", "1.234 BHD"),
        ("5 bdt", NEW_YORK, "USD", "5.00 BDT"),
        ("\u200e500\u200f", DHAKA, "BDT", "500.00 BDT"),
    ],
)
def test_what_people_type(text, reader, meant, written):
    assert str(parse_money(text, reader, currency=meant)) == written


@pytest.mark.parametrize(
    ("text", "meant", "code"),
    [
        ("", "USD", "empty"),
        ("   ", "USD", "empty"),
        ("abc", "USD", "not_an_amount"),
        ("--5", "USD", "not_an_amount"),
        ("1e5", "USD", "not_an_amount"),
        ("5 - 3", "USD", "not_an_amount"),
        ("9" * 100, "USD", "not_an_amount"),
        ("1,50", "USD", "grouping"),
        ("1234,567", "USD", "grouping"),
        ("5.5.5", "USD", "grouping"),
        ("10.5", "JPY", "no_decimals"),
        ("10.000", "JPY", "no_decimals"),
        ("10.005", "BDT", "decimals"),
        ("9" * 30, "USD", "too_large"),
        ("500", "", "currency_needed"),
        ("5%", "USD", "unknown_currency"),
        ("Rs. 5", "USD", "which_currency"),
        ("₹5 USD", "", "mixed"),
    ],
)
def test_what_is_not_clear_is_refused_with_a_sentence(text, meant, code):
    with pytest.raises(MoneyError) as refusal:
        parse_money(text, NEW_YORK, currency=meant)
    assert refusal.value.code == code
    assert "%(" not in refusal.value.message


readers = st.sampled_from([DHAKA, BANGLA, NEW_YORK, BERLIN, JAFFNA, CHENNAI])
amounts = st.builds(
    Money, st.integers(-(10**14), 10**14), st.sampled_from(["BDT", "INR", "LKR", "JPY", "BHD", "USD", "EUR"])
)


@given(amounts, readers)
def test_what_we_write_we_read(amount, reader):
    assert parse_money(amount.written(reader), reader, currency=amount.currency) == amount


@given(st.text(max_size=70), readers)
def test_any_text_is_an_amount_or_a_refusal(text, reader):
    try:
        found = parse_money(text, reader, currency="BDT")
    except MoneyError as refusal:
        assert refusal.message
    else:
        assert isinstance(found, Money)


def test_a_currency_alone():
    assert parse_currency("৳", DHAKA) == "BDT"
    assert parse_currency(" usd ", DHAKA) == "USD"
