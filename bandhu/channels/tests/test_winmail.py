"""What a mail says that Outlook packed into winmail.dat: as plain words, as a page, as rich text; and bytes nobody should believe."""

import struct
import time
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandhu.channels.mime import parse_mail
from bandhu.channels.rich_text import MOST_BYTES, RichText, read_rich_text, unpacked
from bandhu.channels.winmail import said_in

NOW = datetime(2026, 11, 22, tzinfo=UTC)
# The example of [MS-OXRTFCP] 4.1.1.
PACKED = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
WORDS = (
    rb"{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0\fcharset0 Arial;}{\f1\fnil\fcharset204 X;}}{\*\generator Out;}{\pict 89504e47}"
    rb"\pard Dear Ann,\par 200 sacks of \u2458?\u2494?\u2482? {\b now}, \f1\'cf\'f0\f0\'e9 \u-10179?\u-8704? \{x\}\u-10179?\par}"
)
PAGE = (
    rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}}{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Rice & sugar "
    rb"{\*\htmltag84 <b>}\htmlrtf {\b \htmlrtf0 now{\*\htmltag92 </b>}\htmlrtf }\htmlrtf0 {\*\htmltag84 &nbsp;}\htmlrtf \'a0\htmlrtf0 "
    rb"\'e9\htmlrtf\par}\htmlrtf0 {\*\htmltag72 </p>}}"
)


def plain_packed(rich):
    return struct.pack("<II4sI", len(rich) + 12, len(rich), b"MELA", 0) + rich


def of_mail(*properties):
    """Properties as (type, number, value); a named one and one of many values stand before them, as Outlook writes."""
    raw = struct.pack("<I", len(properties) + 2)
    raw += (
        struct.pack("<HH", 0x0003, 0x8001)
        + b"g" * 16
        + struct.pack("<II", 1, 6)
        + b"Kb\0\0\0\0"
        + b"\0\0"
        + struct.pack("<I", 7)
    )
    raw += struct.pack("<HHI", 0x101F, 0x3001, 2) + (struct.pack("<I", 4) + "a\0".encode("utf-16-le")) * 2
    for kind, number, value in properties:
        raw += struct.pack("<HH", kind, number)
        raw += value if kind == 3 else struct.pack("<II", 1, len(value)) + value + b"\0" * (-len(value) % 4)
    return raw


def tnef(*properties, body=b"", code_page=0):
    def attribute(kind, value):
        return struct.pack("<BII", 1, kind, len(value)) + value + b"\0\0"

    raw = b"\x78\x9f\x3e\x22\x01\x00"
    raw += attribute(0x00069007, struct.pack("<II", code_page, 0)) if code_page else b""
    raw += attribute(0x0002800C, body) if body else b""
    return raw + (attribute(0x00069003, of_mail(*properties)) if properties else b"")


def mail(packed, text="", name="winmail.dat"):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ann@example.org", "office@example.com", "Rice"
    if text:
        message.set_content(text)
    message.add_attachment(packed, maintype="application", subtype="ms-tnef", filename=name)
    return parse_mail(message.as_bytes(), NOW)


def test_rich_text_is_unpacked_as_the_protocol_shows():
    assert unpacked(PACKED) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    # Its second example: a reference into what it writes itself.
    crossing = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
    assert unpacked(crossing) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
    assert unpacked(plain_packed(WORDS)) == WORDS
    assert unpacked(b"") == unpacked(b"RTFu" * 8) == b""


def test_the_words_of_rich_text_and_the_page_in_it():
    assert read_rich_text(WORDS) == RichText(text="Dear Ann,\n200 sacks of চাল now, Прé 😀 {x}")
    assert read_rich_text(PAGE) == RichText(html="<p>Rice &amp; sugar <b>now</b>&nbsp;é</p>")
    assert read_rich_text(b"no rich text") == RichText()


@pytest.mark.parametrize(
    ("packed", "text", "html"),
    [
        (tnef((0x001F, 0x1000, "চাল\0".encode("utf-16-le"))), "চাল", ""),
        (tnef((0x001E, 0x1000, "Приве́т".encode("cp1251", "ignore")), code_page=1251), "Привет", ""),
        (tnef(body=b"Two hundred sacks.\0"), "Two hundred sacks.", ""),
        (
            tnef((3, 0x3FDE, struct.pack("<I", 65001)), (0x0102, 0x1013, "<p>চাল</p>".encode())),
            "",
            "<p>চাল</p>",
        ),
        (tnef((0x0102, 0x1009, PACKED)), "hello world", ""),
        (tnef((0x0102, 0x1009, plain_packed(PAGE))), "", "<p>Rice &amp; sugar <b>now</b>&nbsp;é</p>"),
    ],
)
def test_what_the_packing_says_is_what_the_mail_says(packed, text, html):
    found = mail(packed)
    assert (found.text, found.html) == (text, html)
    assert found.files == [] and "winmail" not in found.troubles


def test_what_the_mail_says_itself_counts():
    found = mail(tnef((0x001F, 0x1000, "Other".encode("utf-16-le"))), text="Of its own.")
    assert (found.text, found.html) == ("Of its own.", "") and "winmail" not in found.troubles


def test_it_is_known_by_its_kind_too_and_pictures_in_it_are_told():
    page = b'<p>Rice <img src="https://tracker.example/x.png"></p>'
    found = mail(tnef((0x0102, 0x1013, page)), name="noname")
    assert "Rice" in found.html and "remote_pictures" in found.troubles


def test_what_cannot_be_read_stays_as_it_is():
    found = mail(b"\x78\x9f\x3e\x22\x01\x00 nothing here")
    assert [one.name for one in found.files] == ["winmail.dat"] and "winmail" in found.troubles


@pytest.mark.parametrize(
    "rich",
    [
        b"{\\rtf1" + b"{" * MOST_BYTES,
        b"{\\rtf1" + b"}" * MOST_BYTES,
        b"{\\rtf1" + b"\\u1 " * 400_000,
        b"{\\rtf1" + b"\\f1 a" * 400_000,
        b"{\\rtf1 \\ansicpg99999999 \\uc-5 \\f-99999 \\u999999999 x\\'",
    ],
)
def test_hostile_rich_text_costs_seconds_at_most(rich):
    begun = time.process_time()
    said = read_rich_text(rich * 3)
    assert time.process_time() - begun < 20
    assert len(said.text) <= MOST_BYTES


def test_what_swells_is_cut_off():
    body = (b"\xff" + b"\x00\x0e" * 8) * 30_000
    assert len(unpacked(struct.pack("<II4sI", 9, 2**32 - 1, b"LZFu", 0) + body)) == MOST_BYTES
    endless = struct.pack("<I", 2**32 - 1) + struct.pack("<HHI", 0x1002, 0x3001, 2**32 - 1) + b"\0" * 4_000
    assert (
        said_in(b"\x78\x9f\x3e\x22\x01\x00" + struct.pack("<BII", 1, 0x00069003, len(endless)) + endless)
        == RichText()
    )


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 900), st.binary(min_size=1, max_size=40))
def test_other_bytes_inside_are_read(place, bytes_):
    raw = tnef((0x0102, 0x1009, plain_packed(WORDS)), (0x001F, 0x1000, b"a\0"), body=b"x", code_page=1252)
    found = mail(raw[:place] + bytes_ + raw[place + len(bytes_) :])
    for text in (found.text, found.html):
        assert "\x00" not in text
        text.encode("utf-8")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_rich_text_is_read(bytes_):
    said = read_rich_text(b"{\\rtf1" + bytes_)
    (said.text + said.html).encode("utf-8")
    unpacked(struct.pack("<II4sI", 9, 4_000, b"LZFu", 0) + bytes_)
