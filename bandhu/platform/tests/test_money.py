from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandhu.platform.models.amounts import WithAmount
from bandhu.platform.money import (
    MAX_MINOR,
    Converted,
    CurrencyMismatch,
    Money,
    MoneyError,
    Rounding,
    currencies,
    rounded,
    total,
)
from bandhu.ui.formats import Reader

minors = st.integers(-(10**14), 10**14)
codes = st.sampled_from(["BDT", "JPY", "BHD", "USD", "LKR"])
amounts = st.builds(Money, minors, codes)


@pytest.mark.parametrize(("currency", "minor"), [("JPY", 1235), ("BDT", 123450), ("BHD", 1234500)])
def test_each_currency_has_its_own_minor_unit(currency, minor):
    assert Money.of("1234.5", currency, Rounding.HALF_UP).minor == minor


def test_more_decimals_than_the_currency_has_are_refused_unless_rounding_is_asked_for():
    with pytest.raises(MoneyError) as refusal:
        Money.of("10.5", "JPY")
    assert refusal.value.code == "no_decimals" and "JPY" in refusal.value.message
    with pytest.raises(MoneyError) as refusal:
        Money.of("10.005", "BDT")
    assert refusal.value.code == "decimals"
    assert Money.of("10.005", "BDT", Rounding.HALF_EVEN) == Money(1000, "BDT")


@given(amounts)
def test_units_and_minor_units_are_the_same_amount(amount):
    assert Money.of(amount.amount, amount.currency) == amount


@given(st.lists(minors, max_size=30), codes)
def test_a_sum_is_the_sum_of_its_minor_units(values, currency):
    assert total([Money(value, currency) for value in values], currency).minor == sum(values)


def test_different_currencies_never_meet():
    for meeting in [
        lambda: Money(1, "BDT") + Money(1, "USD"),
        lambda: Money(1, "BDT") - Money(1, "USD"),
        lambda: Money(1, "BDT") < Money(1, "USD"),
        lambda: total([Money(1, "USD")], "BDT"),
    ]:
        with pytest.raises(CurrencyMismatch) as refusal:
            meeting()
        assert "BDT" in refusal.value.message and "USD" in refusal.value.message
    assert Money(1, "BDT") != Money(1, "USD")
    with pytest.raises(TypeError):
        Money(1, "BDT") + 1


weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=50).filter(any)


@given(amounts, weights)
def test_shares_lose_nothing_and_are_never_a_unit_off(amount, parts):
    shares = amount.allocate(parts)
    assert sum(share.minor for share in shares) == amount.minor
    for share, part in zip(shares, parts, strict=True):
        assert abs(share.minor - Fraction(amount.minor) * part / sum(parts)) < 1


def test_left_over_units_go_to_the_largest_remainders_and_then_to_the_first():
    assert [share.minor for share in Money(100, "BDT").allocate([1, 1, 1])] == [34, 33, 33]
    assert [share.minor for share in Money(-100, "JPY").allocate([1, 1, 1])] == [-34, -33, -33]
    assert [share.minor for share in Money(10, "BDT").allocate([1, 0, 5])] == [2, 0, 8]


@pytest.mark.parametrize("parts", [[], [0, 0], [2, -1]])
def test_shares_need_weights(parts):
    with pytest.raises(ValueError, match="weights"):
        Money(100, "BDT").allocate(parts)


@given(st.fractions(), st.sampled_from(list(Rounding)))
def test_rounding_is_near_and_symmetrical(value, rounding):
    whole = rounded(value, rounding)
    assert abs(whole - value) < 1
    assert rounded(-value, rounding) == -whole


def test_rounding_modes_at_the_half():
    half, rest = Fraction(5, 2), Fraction(1, 1000)
    assert [rounded(half, mode) for mode in Rounding] == [3, 2, 2, 3]
    assert [rounded(half + rest, mode) for mode in Rounding] == [3, 3, 2, 3]


def test_an_amount_converts_exactly_and_rounds_once():
    assert Money(1999, "USD").converted(Decimal("122.37"), "BDT") == Money(244618, "BDT")
    assert Money(1000, "JPY").converted(Decimal("0.002461"), "BHD") == Money(2461, "BHD")
    huge = Money(MAX_MINOR, "BDT")
    assert huge.converted(Decimal("1.000000000000"), "BDT") == huge


@pytest.mark.parametrize("bad", ["XYZ", "bdt", "", "XAU", "DEM"])
def test_only_money_in_use_is_a_currency(bad):
    with pytest.raises(MoneyError) as refusal:
        Money(1, bad)
    assert refusal.value.code == "unknown_currency"
    assert {"BDT", "INR", "LKR", "JPY", "BHD", "EUR"} <= currencies()


@pytest.mark.parametrize("bad", ["1e400", "1e17", "NaN", "Infinity"])
def test_amounts_stay_within_bounds(bad):
    with pytest.raises(MoneyError):
        Money.of(bad, "BDT")
    with pytest.raises(MoneyError):
        Money(MAX_MINOR, "BDT") + Money(1, "BDT")


def test_amounts_are_written_as_the_place_does():
    amount = Money(123456750, "BDT")
    assert amount.written(Reader("bn", country="BD")) == "১২,৩৪,৫৬৭.৫০৳"
    assert amount.written(Reader("en", country="US")) == "৳1,234,567.50"
    assert str(amount) == "1234567.50 BDT"


class Offer(WithAmount):
    class Meta:
        app_label = "platform_tests"
        managed = False


def test_a_record_keeps_amount_and_conversion_together():
    offer = Offer()
    assert offer.amount is None
    offer.keep_amount(Money(0, "USD"), Converted(Money(0, "BDT"), Decimal("122.37"), date(2026, 11, 20)))
    assert offer.amount == Money(0, "USD")
    assert (offer.base_amount_minor, offer.rate_date) == (0, date(2026, 11, 20))
    with pytest.raises(ValueError, match="together"):
        offer.keep_amount(Money(1, "USD"), None)
    offer.keep_amount(None, None)
    assert (offer.amount, offer.currency, offer.base_amount_minor, offer.rate) == (None, "", None, None)
