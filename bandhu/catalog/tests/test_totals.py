from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandhu.catalog.totals import Line, LineError, Tax, Totals, totals_of
from bandhu.platform.money import CurrencyMismatch, Money, Rounding, rounded

VAT = Tax("VAT", Decimal(15))
VAT_INSIDE = Tax("VAT", Decimal(15), is_inclusive=True)
GST = Tax("GST", Decimal("7.5"))
quantities = st.decimals(-1000, 1000, places=3).filter(bool)
percents = st.decimals(0, 100, places=2)
taxes = st.sampled_from([None, VAT, VAT_INSIDE, GST, Tax("Zero", Decimal(0))])
rounding_modes = st.sampled_from(list(Rounding))


@st.composite
def orders(draw, most=30):
    currency = draw(st.sampled_from(["BDT", "JPY", "BHD"]))
    lines = st.builds(
        Line, st.builds(Money, st.integers(0, 10**9), st.just(currency)), quantities, percents, taxes
    )
    return draw(st.lists(lines, max_size=most)), currency


def _add_up(found: Totals):
    def summed(name):
        return sum(getattr(line, name).minor for line in found.lines)

    for name in ("amount", "discount", "net", "tax", "total"):
        assert getattr(found, name).minor == summed(name), name
    assert found.net + found.tax == found.total
    assert sum(one.amount.minor for one in found.taxes) == found.tax.minor
    for line in found.lines:
        assert line.net + line.tax == line.total


@given(orders(), rounding_modes)
def test_lines_and_tax_are_the_total_to_the_unit(order, rounding):
    lines, currency = order
    found = totals_of(lines, currency, rounding)
    _add_up(found)
    for one in found.taxes:
        asked = sum(
            (reckoned.amount - reckoned.discount).minor
            for line, reckoned in zip(lines, found.lines, strict=True)
            if line.tax == one.tax
        )
        assert one.amount.minor == rounded(asked * one.tax.share, rounding), "one rounding for the whole tax"


@given(orders(most=8))
def test_no_line_is_more_than_a_unit_off_its_own_tax(order):
    lines, currency = order
    for line, reckoned in zip(lines, totals_of(lines, currency).lines, strict=True):
        share = line.tax.share if line.tax else Fraction(0)
        assert abs(reckoned.tax.minor - (reckoned.amount - reckoned.discount).minor * share) <= 1


@given(orders(most=8), rounding_modes)
def test_taking_everything_back_is_the_same_with_the_other_sign(order, rounding):
    lines, currency = order
    back = [Line(one.unit_price, -one.quantity, one.discount, one.tax) for one in lines]
    sold, returned = totals_of(lines, currency, rounding), totals_of(back, currency, rounding)
    assert returned.total == -sold.total and returned.tax == -sold.tax


@settings(max_examples=20)
@given(st.integers(1, 10**7), taxes, st.sampled_from(["JPY", "BDT", "BHD"]))
def test_four_hundred_equal_lines_cost_what_one_of_four_hundred_costs(price, tax, currency):
    one = Line(Money(price, currency), Decimal(1), tax=tax)
    many = totals_of([one] * 400, currency)
    whole = totals_of([Line(Money(price, currency), Decimal(400), tax=tax)], currency)
    assert (many.net, many.tax, many.total) == (whole.net, whole.tax, whole.total)
    _add_up(many)


def _order(currency, price, quantity, tax, discount="0"):
    line = Line(Money.of(price, currency), Decimal(quantity), Decimal(discount), tax)
    found = totals_of([line], currency)
    return str(found.net.amount), str(found.tax.amount), str(found.total.amount)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("JPY", "999", "1", Tax("Consumption tax", Decimal(10))), ("999", "100", "1099")),
        (("JPY", "999", "1", Tax("Consumption tax", Decimal(10), True)), ("908", "91", "999")),
        (("BHD", "0.005", "3", Tax("VAT", Decimal(10))), ("0.015", "0.002", "0.017")),
        (("BDT", "19.99", "3", VAT), ("59.97", "9.00", "68.97")),
        (("BDT", "115", "1", VAT_INSIDE), ("100.00", "15.00", "115.00")),
        (("BDT", "0.01", "1", VAT_INSIDE), ("0.01", "0.00", "0.01")),
        (("BDT", "100", "1.5", VAT, "33.33"), ("100.00", "15.00", "115.00")),
        (("BDT", "100", "-2", VAT), ("-200.00", "-30.00", "-230.00")),
        (("BDT", "100", "1", None, "100"), ("0.00", "0.00", "0.00")),
    ],
)
def test_traps_of_rounding(given, expected):
    assert _order(*given) == expected


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (Line(Money(100, "BDT"), Decimal(0)), "zero_quantity"),
        (Line(Money(100, "BDT"), Decimal("NaN")), "zero_quantity"),
        (Line(Money(100, "BDT"), Decimal(1), Decimal("100.01")), "discount"),
        (Line(Money(100, "BDT"), Decimal(1), Decimal(-1)), "discount"),
        (Line(Money(100, "BDT"), Decimal(1), tax=Tax("VAT", Decimal(-1))), "tax"),
    ],
)
def test_lines_that_cannot_be_reckoned_with_are_refused(line, code):
    with pytest.raises(LineError) as refusal:
        totals_of([line], "BDT")
    assert refusal.value.code == code


def test_one_currency_and_a_bounded_number_of_lines():
    with pytest.raises(CurrencyMismatch):
        totals_of([Line(Money(1, "USD"), Decimal(1))], "BDT")
    with pytest.raises(LineError):
        totals_of([Line(Money(1, "BDT"), Decimal(1))] * 1001, "BDT")
    assert totals_of([], "JPY").total == Money(0, "JPY")
