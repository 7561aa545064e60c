"""What is drawn right is also read right: copied, searched, read aloud."""

import re
import unicodedata

import pypdfium2
import pytest
from babel.messages.pofile import read_po
from django.conf import settings

from bandhu.platform.pdf import pdf_of

_LETTERS = {"bn": "[\u0980-\u09ff]{2,}", "ta": "[\u0b80-\u0bff]{2,}"}
_TEMPLATE = """#let data = json("data.json")
#set text(font: ("Bandhu Bengali", "Bandhu Tamil"), lang: data.lang)
#data.words.join(linebreak())
"""


def words_of(language: str) -> list[str]:
    """Every word of the language's catalogue, once."""
    with (settings.LOCALE_PATHS[0] / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        said = [str(message.string) for message in read_po(file, locale=language)]
    found = re.findall(_LETTERS[language], unicodedata.normalize("NFC", " ".join(said)))
    return sorted(set(found))


# Typst splits a cluster at a sign that stands higher or lower than its letter; see config/print_fonts.py.
@pytest.mark.parametrize(("language", "least"), [("bn", 0.95), ("ta", 0.99)])
def test_words_are_read_from_the_paper_as_they_were_written(tmp_path, language, least):
    template = tmp_path / "words.typ"
    template.write_text(_TEMPLATE)
    words = words_of(language)
    pages = pypdfium2.PdfDocument(pdf_of(template, {"lang": language, "words": words}))
    read = " ".join(page.get_textpage().get_text_range() for page in pages)
    found = set(unicodedata.normalize("NFC", read).split())
    lost = [word for word in words if word not in found]
    assert len(words) > 1_000 and len(lost) <= len(words) * (1 - least), lost[:20]
