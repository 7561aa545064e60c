"""Mails as enemies and old programs write them: nothing raises, nothing dangerous comes through, what is readable is read."""

import codecs
import time
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandhu.channels.automatic import is_automatic, report_in
from bandhu.channels.charsets import MAX_BYTES, codec_of, text_of_bytes
from bandhu.channels.mime import MAX_PARTS, parse_mail
from bandhu.platform.html_cleaning import clean_html, plain_text

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def parsed(raw: bytes | str):
    return parse_mail(raw.encode() if isinstance(raw, str) else raw, NOW)


@pytest.mark.parametrize(
    ("head", "subject"),
    [
        (b"Subject: =?utf-8?B?4KaG4Kaq4Kao4Ka+4Kaw?= =?utf-8?B?IOCmmuCmvuCmsg==?=", "আপনার চাল"),
        (b"Subject: =?iso-8859-1?Q?R=E9sum=E9?=", "Résumé"),
        (b"Subject: =?x-unknown?Q?caf=C3=A9?=", "café"),
        (b"Subject: =?utf-8?Q?broken", "=?utf-8?Q?broken"),
        ("Subject: অরক্ষিত".encode(), "অরক্ষিত"),
        (b"Subject: caf\xe9 au lait", "café au lait"),
        (b"Subject: =?utf-7?Q?+AGE-?=", "a"),
        (b"Subject: one\r\n two\x00\x07 three", "one two three"),
        (b"", ""),
    ],
)
def test_subjects(head, subject):
    assert parsed(head + b"\r\n\r\nText").subject == subject


@pytest.mark.parametrize(
    "charset, content, text",
    [
        ("utf-8", "চাল".encode(), "চাল"),
        ("utf-8", b"caf\xe9 and more words in French", "café and more words in French"),
        ("iso-2022-jp", "お米".encode("iso-2022-jp"), "お米"),
        ("gb2312", "大米".encode("gb18030"), "大米"),
        ("no-such-charset", b"plain", "plain"),
        ("'; drop", b"plain", "plain"),
    ],
)
def test_charsets(charset, content, text):
    raw = f'Content-Type: text/plain; charset="{charset}"\r\n\r\n'.encode() + content
    assert parsed(raw).text == text


_CODECS = ("punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "rot13", "x" * 500)


@pytest.mark.parametrize("charset", _CODECS)
def test_a_stranger_names_no_codec_of_pythons(charset, monkeypatch):
    """Neither for a text, nor for a word of a header, a file's name or a boundary: all are read as if they had named none."""
    asked = []
    real = codecs.lookup
    monkeypatch.setattr(codecs, "lookup", lambda name: asked.append(name) or real(name))
    raw = (
        f"From: =?{charset}?Q?R=5Cu0061hima?= <r@example.org>\r\nSubject: =?{charset}?Q?caf=C3=A9-?=\r\n"
        f"Content-Type: multipart/mixed; boundary*={charset}''b-b\r\n\r\n"
        f"--b-b\r\nContent-Type: text/plain; charset={charset}\r\n\r\nbcher-kva \\u0041\r\n"
        f"--b-b\r\nContent-Type: text/plain; charset*={charset}''utf-8-\r\n\r\nmore\r\n"
        f"--b-b\r\nContent-Disposition: attachment; filename*={charset}''bcher-kva.txt\r\n\r\nx\r\n--b-b--\r\n"
    )
    found = parsed(raw)
    assert (found.subject, found.sender_name) == ("café-", "R\\u0061hima")
    assert found.text.split() == ["bcher-kva", "\\u0041", "more"]
    assert [one.name for one in found.files] == ["bcher-kva.txt"]
    assert codec_of(charset) == "" and charset not in asked


@pytest.mark.parametrize("place", ["text", "subject", "boundary", "file", "charset"])
def test_no_charset_keeps_it_busy(place):
    long = "a" * 400_000 + "-" + "b" * 400_000
    raw = {
        "text": f"Content-Type: text/plain; charset=punycode\r\n\r\n{long}",
        "subject": f"Subject: =?punycode?Q?{long}?=\r\n\r\nx",
        "boundary": f"Content-Type: multipart/mixed; boundary*=punycode''{long}\r\n\r\nx",
        "file": f"Content-Type: image/png\r\nContent-Disposition: attachment; filename*=punycode''{long}\r\n\r\nx",
        "charset": f"Content-Type: text/plain; charset*=punycode''{long}\r\n\r\nx",
    }[place]
    began = time.process_time()
    found = parsed(raw)
    assert time.process_time() - began < 20 and (found.text or found.subject or found.files)


@pytest.mark.parametrize(
    "head", ["Content-Type: text/plain" + ";" * 2_000_000, 'Content-Type: x; a="' + ";" * 900_000]
)
def test_no_header_keeps_it_busy(head):
    began = time.process_time()
    assert parsed(f"{head}\r\nSubject: Rice\r\n\r\nText").subject == "Rice"
    assert time.process_time() - began < 30


def test_a_text_that_is_cut_ends_within_no_letter():
    long = "চ" * 1_400_000
    assert text_of_bytes(long.encode(), "utf-8") == "চ" * (MAX_BYTES // 3)
    assert text_of_bytes(("x" + long).encode("utf-16-be"), "utf-16-be") == "x" + long


@pytest.mark.parametrize(
    "name",
    [
        "utf-8",
        "UTF8",
        "us-ascii",
        "ISO-8859-1",
        "iso_8859-15",
        "iso-8859-8-i",
        "koi8-r",
        "KOI8-U",
        "euc-kr",
        "ks_c_5601-1987",
        "windows-1251",
        "cp1252",
        "windows-874",
        "tis-620",
        "iso-2022-jp",
        "Shift_JIS",
        "x-sjis",
        "big5",
        "gb2312",
        "gbk",
        "gb18030",
        "hz-gb-2312",
        "utf-16",
        "utf-16le",
        "utf-7",
        "macintosh",
        "ibm850",
    ],
)
def test_charsets_of_mail_are_taken(name):
    assert codec_of(name)


@pytest.mark.parametrize("mark", ["(", "<", '"', ",", ":", "(a"])
def test_comments_within_comments(mark):
    found = parsed(
        f"From: {mark * 5_000}\r\nReply-To: r@example.org\r\nSubject: Rice\r\n\r\nTwo hundred sacks"
    )
    assert (found.subject, found.text) == ("Rice", "Two hundred sacks")


def test_a_lone_surrogate_and_a_nul_cannot_reach_the_database():
    found = parsed(b"Subject: x\r\nContent-Type: text/plain; charset=utf-16\r\n\r\n\x00\xd8\x41\x00")
    found.text.encode("utf-8")
    assert "\x00" not in found.text


@pytest.mark.parametrize(
    "date",
    [
        "Mon, 99 Foo 2026 99:99:99 +9999",
        "Tue, 01 Jan 1901 00:00:00 +0000",
        "Fri, 01 Jan 2199 00:00:00 +0000",
        "yesterday",
        "",
        "Thu, 1 Jan 99999 00:00 +0000",
    ],
)
def test_dates_that_cannot_be_right(date):
    found = parsed(f"Date: {date}\r\n\r\nText")
    assert found.written_at == NOW and "wrong_date" in found.troubles


def test_a_date_in_another_zone():
    found = parsed("Date: Sat, 21 Nov 2026 18:00:00 +0600\r\n\r\nText")
    assert found.written_at == datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_scripts_and_pictures_from_outside():
    raw = (
        "Content-Type: text/html\r\n\r\n"
        '<p onclick="x()">Hi</p><script>alert(1)</script><img src="https://spy.example/p.gif" width=1>'
        '<a href="javascript:x()">a</a><svg onload=x()><iframe src=//spy.example></iframe><style>p{}</style>'
    )
    found = parsed(raw)
    cleaned = clean_html(found.html)
    assert "remote_pictures" in found.troubles
    for danger in ("script", "onclick", "spy.example", "javascript", "onload", "iframe", "style"):
        assert danger not in cleaned
    assert "Hi" in cleaned


@pytest.mark.parametrize(
    "line",
    ["<img", "<img src", "<img src= ", "<img src='", " src= ", "<", "<!--", "<a href='", "&", "<img alt='"],
)
def test_no_page_keeps_it_busy(line):
    head = b"Content-Type: text/html\r\n\r\n<img src="
    began = time.process_time()
    found = parsed(head + (line * 1_000_000)[:1_000_000].encode())
    plain_text(clean_html(found.html))
    assert time.process_time() - began < 30 and found.html


@pytest.mark.parametrize(
    ("picture", "is_remote"),
    [
        ("<img src=https://spy.example/p.gif>", True),
        ("<IMG width=1\nsrc = ' HTTP://spy.example/p.gif'>", True),
        ('<img alt="a < b" src="//spy.example/p.gif">', True),
        ("<img <img src=//spy.example/p.gif>", True),
        ("<img src=cid:1> https://example.org", False),
        ("<img alt=x> src=https://example.org", False),
    ],
)
def test_which_pictures_come_from_outside(picture, is_remote):
    found = parsed(f"Content-Type: text/html\r\n\r\n<p>Hi</p>{picture}")
    assert ("remote_pictures" in found.troubles) is is_remote


def test_nested_without_end():
    raw = b""
    for number in range(2_000):
        raw += f'Content-Type: multipart/mixed; boundary="b{number}"\r\n\r\n--b{number}\r\n'.encode()
    found = parsed(b"Subject: deep\r\n" + raw)
    assert found.subject == "deep" and found.troubles


def test_parts_without_number():
    parts = b"".join(b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" for _number in range(MAX_PARTS * 3))
    found = parsed(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts + b"--b--")
    assert "too_many_parts" in found.troubles and found.text


def test_files_of_every_kind():
    message = EmailMessage()
    message["From"], message["Subject"] = "a@example.org", "Files"
    message.set_content("See below.")
    message.add_attachment(
        b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="../../etc/passwd.ics"
    )
    message.add_attachment(b"x", maintype="application", subtype="ms-tnef", filename="winmail.dat")
    message.add_attachment("চাল".encode(), maintype="text", subtype="plain", filename="চালান.txt")
    inner = EmailMessage()
    inner["Subject"] = "Inner"
    inner.set_content("forwarded")
    message.add_attachment(inner)
    found = parsed(message.as_bytes())
    assert [one.name for one in found.files] == ["../../etc/passwd.ics", "winmail.dat", "চালান.txt", "mail.eml"]
    assert found.files[2].content == "চাল".encode() and b"forwarded" in found.files[3].content
    assert found.text == "See below." and "winmail" in found.troubles


@pytest.mark.parametrize(
    ("head", "automatic"),
    [
        ("Auto-Submitted: auto-replied", True),
        ("Auto-Submitted: auto-generated; owner=x", True),
        ("Auto-Submitted: no", False),
        ("Precedence: bulk", True),
        ("X-Auto-Response-Suppress: All", True),
        ("X-Auto-Response-Suppress: OOF", False),
        ("List-Id: <rice.example.org>", True),
        ("Return-Path: <>", True),
        ("Return-Path: <a@example.org>", False),
        ("From: No Reply <noreply@example.org>", True),
        ("From: Norma <norma@example.org>", False),
    ],
)
def test_what_no_person_wrote(head, automatic):
    assert is_automatic(parsed(f"{head}\r\n\r\nText")) is automatic


def test_ids_and_addresses():
    found = parsed(
        'From: "Khatun, Rahima" <Rahima@Example.org>, b@example.org\r\nTo: not an address, <c@example.org>\r\n'
        "References: <a@x> junk <b@x>\r\nIn-Reply-To: <b@x> <c@x>\r\nMessage-ID: nothing\r\n\r\nText"
    )
    assert (found.sender_key, found.sender_name) == ("rahima@example.org", "Khatun, Rahima")
    assert [one.address for one in found.people] == ["c@example.org"]
    assert found.references == ["<a@x>", "<b@x>", "<c@x>"]
    assert found.message_id.endswith("@without-id.invalid>")
    assert (
        found.message_id
        == parsed(
            'From: "Khatun, Rahima" <Rahima@Example.org>, b@example.org\r\nTo: not an address, <c@example.org>\r\n'
            "References: <a@x> junk <b@x>\r\nIn-Reply-To: <b@x> <c@x>\r\nMessage-ID: nothing\r\n\r\nText"
        ).message_id
    )


_LINES = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=b", b"Content-Type: text/html; charset=", b"--b", b"--b--", b"",
        b"Content-Transfer-Encoding: base64", b"Content-Disposition: attachment; filename*0*=utf-8''%zz; filename*2=x",
        b"Content-Type: message/rfc822", b"Content-Type: message/delivery-status", b"From: =?utf-8?b?=?= <a@b",
        b"Date: Mon, 1 Jan 0000 00:00:00 -9999999", b"Subject: =?a?b?c?=", b"To: ,,<>,@", b"Content-Type: ;;;=",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b", b"Final-Recipient: ;", b"Action: failed",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(_LINES, st.binary(max_size=40)), max_size=25))
def test_nothing_raises(lines):
    found = parsed(b"\r\n".join(lines))
    is_automatic(found)
    report_in(found)
    for text in (
        found.subject,
        found.text,
        found.html,
        found.sender_name,
        *(one.name for one in found.files),
    ):
        assert "\x00" not in text
        text.encode()
