import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandhu.platform.card_numbers import has_card_number, mask_card_numbers, passes_luhn
from bandhu.ui.digits import SYSTEMS, to_system

# The card brands publish these for tests.
CARDS = [
    "4111111111111111",
    "5555555555554444",
    "378282246310005",
    "6011111111111117",
    "3530111333300000",
    "30569309025904",
]


@pytest.mark.parametrize("system", sorted(SYSTEMS))
@pytest.mark.parametrize("card", CARDS)
def test_a_card_number_is_covered_but_for_its_end_in_any_digits(card, system):
    written = to_system(" ".join(card[at : at + 4] for at in range(0, len(card), 4)), system)
    masked = mask_card_numbers(f"কার্ড: {written}।")
    assert written not in masked
    assert to_system(card[:-4], system) not in masked.replace(" ", "")
    assert masked.replace(" ", "").endswith(to_system(card[-4:], system) + "।")
    assert masked.count("•") == len(card) - 4


@pytest.mark.parametrize(
    "text",
    [
        "+880 1712 345678",
        "4111111111111112",
        "0000000000000000",
        "order 20261122000123",
        "1234 5678",
        "01712345678 01812345678",
        "",
    ],
)
def test_other_numbers_stay(text):
    assert mask_card_numbers(text) == text
    assert not has_card_number(text)


def test_the_text_around_stays():
    assert mask_card_numbers("pay 4111-1111-1111-1111, thanks") == "pay ••••-••••-••••-1111, thanks"


@given(st.text(alphabet="0123456789", min_size=12, max_size=18))
def test_exactly_one_check_digit_fits(start):
    assert [passes_luhn(start + digit) for digit in "0123456789"].count(True) == 1


@given(st.text(max_size=200))
def test_masking_twice_changes_nothing_and_keeps_the_length(text):
    once = mask_card_numbers(text)
    assert mask_card_numbers(once) == once
    assert len(once) == len(text)
    assert not has_card_number(once)
