import pytest

from bandhu.ui.faces import TINTS, face, first_grapheme, initials, tint


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Rupa Chakraborty", "RC"),
        ("Md. Karim Uddin", "KU"),
        ("রূপা চক্রবর্তী", "রূ"),
        ("ক্ষিতি মোহন", "ক্ষি"),
        ("মোঃ আব্দুল করিম", "আ"),
        ("முருகன் செல்வம்", "மு"),
        ("محمد عبد الرحمن", "م"),
        ("李小龙", "李"),
        ("O'Brien", "O"),
        ("mr", "M"),
        ("", "?"),
        ("…", "?"),
    ],
)
def test_initials_are_letters_as_readers_see_them(name: str, expected: str):
    assert initials(name) == expected


def test_a_grapheme_is_never_cut():
    assert first_grapheme("க்ஷேத்ரா") == "க்"
    assert first_grapheme("é") == "é"


def test_a_name_keeps_its_tint_whatever_its_case():
    assert tint("Rupa") == tint("rupa ")
    assert {tint(f"Person {number}") for number in range(200)} == set(range(TINTS))


def test_a_hostile_name_stays_text():
    assert "<b" not in face("<b>x</b> <i>")
