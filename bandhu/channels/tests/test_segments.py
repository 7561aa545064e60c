"""How many parts a text message is sent in, and what they cost."""

import pytest

from bandhu.channels.adapters.segments import cost_of, parts_of


@pytest.mark.parametrize(
    ("text", "encoding", "units", "count"),
    [
        ("", "GSM-7", 0, 0),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        # 153 is odd: a character of two septets is never torn, so 76 of them fit a part.
        ("€" * 153, "GSM-7", 306, 3),
        ("ক" * 70, "UCS-2", 70, 1),
        ("ক" * 71, "UCS-2", 71, 2),
        ("க" * 134, "UCS-2", 134, 2),
        ("க" * 135, "UCS-2", 135, 3),
        ("a" * 69 + "😀", "UCS-2", 71, 2),
        ("😀" * 35, "UCS-2", 70, 1),
        ("😀" * 67, "UCS-2", 134, 3),
    ],
)
def test_parts(text, encoding, units, count):
    parts = parts_of(text)
    assert (parts.encoding, parts.units, parts.count) == (encoding, units, count)


def test_cost_is_the_parts_times_the_price():
    assert (cost_of("ক" * 71, "0.35"), cost_of("hello", ""), cost_of("hello", "a lot")) == ("0.70", "", "")
