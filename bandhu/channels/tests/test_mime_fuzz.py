"""The parser against bytes nobody meant to send: it never raises, and what it gives can be stored."""

import struct
from datetime import UTC, datetime
from email.message import EmailMessage

from hypothesis import given, settings
from hypothesis import strategies as st

from bandhu.channels.automatic import is_automatic, receipt_in, report_in
from bandhu.channels.folding import folded
from bandhu.channels.mime import parse_mail
from bandhu.channels.winmail import files_in

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def whole():
    message = EmailMessage()
    message["From"], message["To"] = "রহিমা <rahima@example.org>", "office@example.com"
    message["Subject"], message["Message-ID"] = "চাল", "<rice@example.org>"
    message.set_content("Two hundred sacks.\n\nOn Monday, Rupa wrote:\n> Rice?")
    message.add_alternative("<p>Two hundred <b>sacks</b></p><blockquote>Rice?</blockquote>", subtype="html")
    message.add_attachment(tnef(), maintype="application", subtype="ms-tnef", filename="winmail.dat")
    return message.as_bytes()


def tnef(*files):
    def attribute(kind, value):
        return struct.pack("<BII", 2, kind, len(value)) + value + b"\x00\x00"

    raw = b"\x78\x9f\x3e\x22\x01\x00"
    for short, long, content in files or (("RICE~1.TXT", "চাল ও চিনি.txt", b"200 sacks"),):
        name = long.encode("utf-16-le")
        properties = b"\x01\x00\x00\x00\x1f\x00\x07\x37" + struct.pack("<II", 1, len(name)) + name
        raw += attribute(0x00069002, b"\x00" * 14) + attribute(0x00018010, short.encode() + b"\x00")
        raw += attribute(0x0006800F, content) + attribute(0x00069005, properties)
    return raw


def read(raw):
    found = parse_mail(raw, NOW)
    is_automatic(found), report_in(found), receipt_in(found)
    folded(found.text), folded(html=found.html)
    for text in (found.subject, found.text, found.html, found.message_id, *found.references):
        assert "\x00" not in text
        text.encode("utf-8")
    return found


def test_files_are_taken_out_of_winmail_dat():
    found = read(whole())
    assert [(one.name, one.content) for one in found.files] == [("চাল ও চিনি.txt", b"200 sacks")]
    assert "winmail" not in found.troubles
    assert [one.name for one in files_in(tnef(("A.TXT", "a.txt", b"1"), ("B.TXT", "", b"2")))] == [
        "a.txt",
        "B.TXT",
    ]
    assert files_in(tnef()[:30]) == [] and files_in(b"no tnef at all") == []


def test_a_mail_cut_off_anywhere_is_read():
    raw = whole()
    for end in range(0, len(raw), 7):
        read(raw[:end])


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 1200), st.binary(min_size=1, max_size=40))
def test_a_mail_with_other_bytes_inside_is_read(place, bytes_):
    raw = whole()
    read(raw[:place] + bytes_ + raw[place + len(bytes_) :])


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_are_read(raw):
    read(raw)
    files_in(b"\x78\x9f\x3e\x22\x00\x00" + raw)
