import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandhu.ui.graphemes import graphemes, shorten


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("রহিম", ["র", "হি", "ম"]),
        ("ক্ষমা", ["ক্ষ", "মা"]),
        ("চট্টোপাধ্যায়", ["চ", "ট্টো", "পা", "ধ্যা", "য়"]),
        ("முருகன்", ["மு", "ரு", "க", "ன்"]),
        ("க்ஷ", ["க்", "ஷ"]),
        ("e\u0301a", ["e\u0301", "a"]),
        ("🇧🇩🇮🇳", ["🇧🇩", "🇮🇳"]),
        ("👩‍👧x", ["👩‍👧", "x"]),
        ("a\r\nb", ["a", "\r\n", "b"]),
        ("", []),
    ],
)
def test_letters_as_people_see_them(text, pieces):
    assert graphemes(text) == pieces


def test_cutting_keeps_letters_and_prefers_words():
    assert shorten("রহমান", 10) == "রহমান"
    assert shorten("চট্টোপাধ্যায়", 8) == "চট্টোপা…"
    assert shorten("one two three four", 15) == "one two three…"


@given(st.text(max_size=80), st.integers(1, 60))
def test_nothing_is_lost_and_nothing_grows(text, most):
    assert "".join(graphemes(text)) == text
    short = shorten(text, most)
    assert len(short) <= max(most, 1)
    if short != text:
        assert short.endswith("…") and text.startswith(short[:-1])
