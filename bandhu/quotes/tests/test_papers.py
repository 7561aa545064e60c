"""Quotes on paper: each language's letters and figures, long ones, and texts that would be markup if they were read as such."""

import re
import struct
import zlib

import pytest
from django.utils import translation

from bandhu.customers.tests.cast import make_company
from bandhu.platform.files import store_file
from bandhu.quotes.documents import document_of, hash_of
from bandhu.quotes.models import QuoteTemplate
from bandhu.quotes.papers import paper_of, quote_pdf, quote_pictures
from bandhu.quotes.tests.cast import free_line, make_quote, make_shop, paper, sent_quote

pytestmark = pytest.mark.django_db

# What Typst would obey if it were markup or code.
HOSTILE = (
    '#panic("x") #read("/etc/passwd") *bold* _it_ $x^2$ `raw` @ref <label> = head \\ ] } // --- "quoted"'
)


def _chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


# The smallest PNG there is: one black pixel.
ONE_PIXEL = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\x00\x00"))
    + _chunk(b"IEND", b"")
)


@pytest.fixture
def shop():
    return make_shop()


def document(quote):
    return document_of(quote, paper(quote))


def texts_of(quote):
    with translation.override(quote.language):
        return paper_of(document(quote))


@pytest.mark.parametrize(
    ("language", "country", "expected"),
    [
        ("en", "BD", "৳1,41,98,147.50"),
        ("bn", "BD", "১,৪১,৯৮,১৪৭.৫০৳"),
        ("ta", "LK", "৳1,41,98,147.50"),
        ("en", "US", "৳14,198,147.50"),
    ],
)
def test_figures_are_grouped_as_the_place_groups_them(shop, language, country, expected):
    quote = make_quote(
        shop[0],
        [free_line(price="14198147.50", tax_class="")],
        language=language,
        country=country,
        currency="BDT",
    )
    assert texts_of(quote)["total"][1].replace("\xa0", " ") == expected


def test_every_language_becomes_a_pdf(shop):
    lines = [free_line("স্ত্রী ও ক্ষুদ্র শিল্প · ஸ்ரீ கொள்கை · شركة"), free_line("Delivery", discount="12.5")]
    for language in ("en", "bn", "ta", "ar"):
        quote = make_quote(shop[0], lines, language=language)
        assert quote_pdf(document(quote)).startswith(b"%PDF-")


def glyphs_of(pdf):
    """How many glyphs are drawn: two bytes for each in the strings that the text operators show."""
    drawn = 0
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            content = zlib.decompress(packed)
        except zlib.error:
            continue  # a picture, or a font as it is
        for shown in re.findall(rb"\bBT\b(.*?)\bET\b", content, re.DOTALL):
            for text in re.findall(rb"\(((?:\\.|[^\\)])*)\)", shown, re.DOTALL):
                drawn += len(re.sub(rb"\\(?:[0-7]{3}|.)", b"x", text, flags=re.DOTALL)) // 2
    return drawn


@pytest.mark.parametrize(
    ("language", "letter", "word", "apart", "most"),
    [
        # Sa, ta and ra become one sign; the vowel stands beside it. A joiner that parts them leaves them letters.
        ("bn", "স", "স্ত্রী", "স্\u200cত্\u200cরী", 3),
        ("bn", "ক", "ক্ষ", "ক্\u200cষ", 1),
        # The one ligature Tamil always has.
        ("ta", "ஸ", "ஸ்ரீ", "ஸ்\u200cரீ", 1),
    ],
)
def test_letters_join_as_their_script_writes_them(shop, language, letter, word, apart, most):
    one, joined, parted = (
        glyphs_of(quote_pdf(document(make_quote(shop[0], [free_line(name)], language=language))))
        for name in (letter, word, apart)
    )
    assert one > 20, "the other words of the paper are counted too"
    assert joined - one + 1 <= most < len(word)
    assert parted > joined


def test_four_hundred_lines_fill_pages_with_their_own_heads(shop):
    quote = make_quote(shop[0], [free_line(f"Line {number}") for number in range(400)])
    assert len(quote_pictures(document(quote), ppi=10)) > 8


def test_hostile_texts_are_printed_and_never_obeyed(shop):
    admin = shop[0]
    company = make_company(HOSTILE, by=admin, addresses=[{"city": HOSTILE[:100], "country": "BD"}])
    QuoteTemplate.objects.create(
        name="T", is_default=True, sender=HOSTILE, footers={"en": HOSTILE}, colour="#000000"
    )
    quote = make_quote(
        admin, [free_line(HOSTILE, description=HOSTILE)], company=company, title=HOSTILE, terms=HOSTILE,
        introduction=HOSTILE, language="en",
    )  # fmt: skip
    found = document(quote)
    assert quote_pdf(found).startswith(b"%PDF-")
    assert paper_of(found)["lines"][0]["name"] == HOSTILE


def test_a_logo_stands_on_the_paper_and_a_lost_one_does_not_stop_it(shop):
    template = QuoteTemplate.objects.create(name="T", is_default=True)
    content = [ONE_PIXEL]
    template.logo = store_file(
        record_kind="quote_template",
        record_id=template.pk,
        name="logo.png",
        content=content,
        created_by=shop[0],
    )
    template.save()
    found = document(make_quote(shop[0], [free_line()]))
    assert b"/Subtype/Image" in quote_pdf(found)
    assert quote_pdf(found | {"logo": str(template.pk)}).startswith(b"%PDF-")


def test_what_was_sent_stays_as_it_was(shop):
    quote = sent_quote(shop[0], title="Forty chairs")
    before = document(quote)
    company = quote.company
    company.name = "Another name"
    company.save()
    assert document(quote) == before
    assert hash_of(before) == paper(quote).document_hash


def test_the_hash_is_of_every_word(shop):
    quote = sent_quote(shop[0])
    found = document(quote)
    line = found["lines"][0] | {"unit_price_minor": 1}
    assert hash_of(found | {"lines": [line]}) != hash_of(found)


def test_merge_fields_are_filled_once(shop):
    company = make_company("{total}", by=shop[0], addresses=[{"city": "Dhaka", "country": "BD"}])
    quote = make_quote(
        shop[0],
        [free_line()],
        company=company,
        language="en",
        introduction="Dear {customer}, {number}: {total} {nothing}",
    )
    text = document(quote)["introduction"]
    assert text == f"Dear {{total}}, {quote.number}: ৳115.00 {{nothing}}"
