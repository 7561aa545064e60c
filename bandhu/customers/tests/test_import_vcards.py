"""vCard in and out: every version, as programs write them."""

import io

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from bandhu.customers.imports.sources import detect_reading, open_source
from bandhu.customers.imports.vcards import Card, parse_cards, read_cards, write_card
from bandhu.platform.tests.data_sets import data_set

FILES = {
    "John_Doe_ANDROID.vcf": 6, "John_Doe_EVOLUTION.vcf": 1, "John_Doe_IPHONE.vcf": 1, "John_Doe_MAC_ADDRESS_BOOK.vcf": 1,
    "fullcontact.vcf": 1, "gmail-single.vcf": 1, "issue114.vcf": 1, "outlook-2003.vcf": 1, "rfc2426-example.vcf": 2,
    "thunderbird-MoreFunctionsForAddressBook-extension.vcf": 1,
}  # fmt: skip


def again(card):
    return list(parse_cards(io.StringIO(write_card(card))))


@pytest.mark.parametrize(("name", "count"), FILES.items())
def test_cards_of_every_program_survive_the_round_trip(name, count):
    cards = list(read_cards(data_set("vcard") / name))
    assert len(cards) == count
    for card in cards:
        assert card.name and (card.emails or card.phones or card.company)
        assert again(card) == [card]
        assert next(vobject.readComponents(write_card(card))).fn.value == card.name


def test_a_card_of_outlook_in_full():
    card = next(read_cards(data_set("vcard") / "outlook-2003.vcf"))
    assert card.notes == ["This is the note field!!\nSecond line\n\nThird line is empty"]
    assert card.phones[3] == ("work fax", "BusinessFaxPhone")
    assert (card.company, card.department) == ("Company, The", "TheDepartment")
    assert card.addresses[0]["country"] == "United States of America"


def test_cards_become_a_table_with_a_column_for_everything():
    path = data_set("vcard") / "John_Doe_IPHONE.vcf"
    reading = detect_reading(path)
    assert reading.kind == "vcard"


def test_several_cards_and_broken_lines(tmp_path):
    path = tmp_path / "cards.vcf"
    path.write_text(
        "BEGIN:VCARD\nVERSION:3.0\nFN:রহমান আলী\nTEL;TYPE=CELL:০১৭১২৩৪৫৬৭৮\nPHOTO;ENCODING=b:AAAA\n AAAA\nno property\n"
        "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E0=AE=AE=E0=AF=81;;;;\nEMAIL:m@example.org\nEND:VCARD\n"
    )
    source = open_source(path, detect_reading(path), tmp_path / "cards.csv")
    rows = [dict(zip(source.header, row.cells, strict=True)) for row in source.rows()]
    assert [row["Name"] for row in rows] == ["রহমান আলী", "மு"]
    assert rows[0]["Phone 1 - Label"] == "mobile"
    assert rows[1]["E-mail 1 - Value"] == "m@example.org"


WORDS = (
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=30)
    .map(str.strip)
    .filter(bool)
)
LABELS = st.sampled_from(["", "home", "work", "mobile", "work fax", "Büro"])


@settings(max_examples=150, deadline=None)
@given(
    st.builds(
        Card,
        name=WORDS,
        fields=st.fixed_dictionaries(
            {},
            optional={
                "given_name": WORDS.filter(lambda w: "," not in w),
                "job_title": WORDS,
                "nickname": WORDS,
            },
        ),
        company=WORDS,
        emails=st.lists(st.tuples(st.sampled_from(["", "home", "work", "Büro"]), WORDS), max_size=3),
        phones=st.lists(st.tuples(LABELS, st.from_regex(r"\+[0-9]{6,14}", fullmatch=True)), max_size=3),
        notes=st.lists(WORDS, max_size=2),
        tags=st.lists(WORDS.filter(lambda w: not set(w) & {",", "\\"}), max_size=3, unique=True),
        social=st.lists(st.tuples(st.sampled_from(["skype", "icq", "x"]), WORDS), max_size=2),
    )
)
def test_any_card_reads_back_equal(card):
    assert again(card) == [card]


def test_a_file_names_no_codec_of_pythons():
    card = (
        "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET={0};ENCODING=QUOTED-PRINTABLE:R=C3=A9mi\\\\u0041\nEND:VCARD\n"
    )
    names = [
        next(iter(parse_cards(io.StringIO(card.format(one))))).name
        for one in ("UTF-8", "unicode_escape", "punycode")
    ]
    assert len(set(names)) == 1 and names[0].startswith("Rémi")
