import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandhu.platform.file_types import content_disposition, may_be_shown, media_type_of, safe_file_name

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"


@pytest.mark.parametrize(
    ("head", "name", "media_type"),
    [
        (PNG, "picture.html", "image/png"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "x", "application/pdf"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "x.jpg", "image/jpeg"),
        (
            b"PK\x03\x04\x14\x00",
            "book.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (b"PK\x03\x04\x14\x00", "book.zip", "application/zip"),
        ("নাম,ফোন\nরহিম,1".encode(), "people.csv", "text/csv"),
        ("নাম".encode()[:-1], "x.txt", "text/plain"),
        (b"\xff\xfea\x00b\x00", "x.txt", "text/plain"),
        (b"", "x", "text/plain"),
        (bytes(range(256)), "x.txt", "application/octet-stream"),
    ],
)
def test_the_bytes_decide(head, name, media_type):
    assert media_type_of(head, name) == media_type


@pytest.mark.parametrize(
    "head",
    [
        b"<html><script>alert(1)</script>",
        b"\n\n <!DOCTYPE HTML>",
        b"\xef\xbb\xbf<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "<script>alert(1)</script>".encode("utf-16"),
        b"<?xml version='1.0'?><x:svg xmlns:x='http://www.w3.org/2000/svg'/>",
        b"hello <img src=x onerror=alert(1)>",
        b"<?xml version='1.0'?><?xml-stylesheet href='x'?><a/>",
        b"\x00<\x00h\x00t\x00m\x00l\x00>",
    ],
)
@pytest.mark.parametrize("name", ["photo.png", "letter.txt", "x.html", "x"])
def test_markup_is_never_shown_in_our_pages(head, name):
    media_type = media_type_of(head, name)
    assert not may_be_shown(media_type)
    assert content_disposition(media_type) == "attachment"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("চালান ২০২৬.pdf", "চালান ২০২৬.pdf"),
        ("ஸ்ரீ.pdf", "ஸ்ரீ.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\u200bb\ufeff.txt", "ab.txt"),
        ("con.txt", "_con.txt"),
        ("NUL", "_NUL"),
        ("a<b>:c|d?.txt", "a_b__c_d_.txt"),
        (".htaccess", "htaccess"),
        ("name. ", "name"),
        ("", "file"),
        ("...", "file"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie_ x"),
    ],
)
def test_names_lose_what_is_dangerous_and_nothing_else(name, safe):
    assert safe_file_name(name) == safe


def test_long_names_keep_their_ending():
    safe = safe_file_name("চট্টোপাধ্যায়" * 50 + ".pdf")
    assert len(safe.encode()) <= 200 and safe.endswith(".pdf")


@given(st.text(max_size=400))
def test_any_name_becomes_one_plain_name(name):
    safe = safe_file_name(name)
    assert safe and safe not in (".", "..") and not set(safe) & set('/\\:*?"<>|\x00\n\r')
    assert len(safe.encode()) <= 200
    assert not any(
        unicodedata.bidirectional(character) in ("RLO", "LRO", "RLE", "LRE", "PDF") for character in safe
    )
    assert safe_file_name(safe) == safe


@given(st.binary(max_size=300), st.text(max_size=10))
def test_any_bytes_have_a_type(head, name):
    assert "/" in media_type_of(head, name)
