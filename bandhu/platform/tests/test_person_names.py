import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandhu.platform.person_names import (
    NameParts,
    forms_of_address,
    initials,
    salutation,
    suggest_parts,
    tidy_name,
)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Rahim Uddin", NameParts(given="Rahim", family="Uddin")),
        ("Md. Abdur Rahman Khan", NameParts("Md.", "Abdur Rahman", "Khan")),
        ("মোঃ আব্দুর রহমান", NameParts("মোঃ", "আব্দুর", "রহমান")),
        ("Dr. Md. Karim", NameParts("Dr. Md.", "Karim", "")),
        ("R. Kumar", NameParts(given="R. Kumar")),
        ("S.P. Balasubrahmanyam", NameParts(given="S.P. Balasubrahmanyam")),
        ("Kumar R", NameParts(given="Kumar R")),
        ("முருகன் செல்வராஜ்", NameParts(given="முருகன் செல்வராஜ்")),
        ("Chatterjee, Ananya", NameParts(given="Ananya", family="Chatterjee")),
        ("Smith, Jr.", NameParts(given="Smith", suffix="Jr.")),
        ("Suharto", NameParts(given="Suharto")),
        ("王小明", NameParts(given="王小明")),
        ("Md", NameParts(given="Md")),
        ("", NameParts()),
    ],
)
def test_parts_are_suggested_and_a_family_name_never_invented(name, parts):
    assert suggest_parts(name) == parts


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Abdul Karim", "AK"),
        ("Md. Abdur Rahman Khan", "AK"),
        ("মোঃ রহিম উদ্দিন", "রউ"),
        ("ক্ষিতীশ মুখোপাধ্যায়", "ক্ষিমু"),
        ("முருகன்", "மு"),
        ("R. Kumar", "RK"),
        ("(Anna) 'Bo", "AB"),
        ("--", ""),
        ("", ""),
    ],
)
def test_initials_are_whole_letters_of_telling_words(name, letters):
    assert initials(name) == letters


def test_greetings_are_sentences():
    assert salutation("Abdul Karim") == "Dear Abdul Karim,"
    assert salutation("Abdul Karim", form="mr", family="Karim") == "Dear Mr Karim,"
    assert salutation("R. Kumar", form="mr") == "Dear Mr R. Kumar,"
    assert salutation("Abdul Karim", form="informal", given="Abdul") == "Hello Abdul,"
    assert salutation("Abdul Karim", form="Alhaj") == "Dear Alhaj Abdul Karim,"
    assert salutation("50% off %(x)s", form="100%") == "Dear 100% 50% off %(x)s,"
    assert salutation(" ") == "Dear customer,"


def test_every_form_of_address_has_a_label_and_a_sentence():
    for key, label in forms_of_address():
        assert str(label)
        assert "Karim" in salutation("Karim", form=key)


def test_a_name_is_kept_in_one_form():
    assert tidy_name("  Abdul\t\u202eKarim\n") == "Abdul Karim"
    assert tidy_name("বড়ুয়া") == tidy_name("বড়ুয়া")
    assert tidy_name("শ্রী\u200dমতী") == "শ্রী\u200dমতী"


@given(st.text(max_size=80))
def test_no_name_breaks_anything_and_no_word_is_lost(name):
    parts = suggest_parts(name)
    words = sorted(
        " ".join([parts.prefix, parts.given, parts.family, parts.suffix]).replace(",", " ").split()
    )
    assert words == sorted(tidy_name(name).replace(",", " ").split())
    assert len(initials(name)) <= len(name) * 3
    assert salutation(name)
