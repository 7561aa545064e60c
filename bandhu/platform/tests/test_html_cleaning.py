import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandhu.platform.html_cleaning import clean_html, html_of_text, plain_text


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' java\nscript:alert(1)'>x</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<form action=/x><input name=a></form>",
        "<style>body{background:url(https://example.com)}</style>",
        "<p style='position:fixed' onclick='alert(1)' class=modal id=x>x</p>",
        "<meta http-equiv=refresh content='0;url=https://example.com'>",
        "<base href=https://example.com>",
    ],
)
def test_nothing_that_acts_or_calls_home_stays(source):
    cleaned = clean_html(source).lower()
    for part in (
        "alert",
        "<script",
        "<img",
        "<svg",
        "<form",
        "<input",
        "<iframe",
        "style",
        "class",
        " id=",
        "http-equiv",
        "<base",
    ):
        assert part not in cleaned


def test_what_people_write_stays():
    source = '<p dir="rtl" lang="bn">নমস্কার <b>রহমান</b></p><ul><li>এক</li></ul><table><tr><td colspan="2">x</td></tr></table>'
    cleaned = clean_html(source)
    for part in ('dir="rtl"', 'lang="bn"', "<b>রহমান</b>", "<li>এক</li>", 'colspan="2"'):
        assert part in cleaned


def test_links_open_apart_and_tell_nothing():
    cleaned = clean_html('<a href="https://example.com/?a=1&amp;b=2">x</a>')
    assert 'target="_blank"' in cleaned and "noreferrer" in cleaned and "noopener" in cleaned


def test_the_text_keeps_its_lines():
    source = "<style>x</style><p>Dear  Karim,</p><p>one<br>two</p><ul><li>a</li><li>b</li></ul><table><tr><td>1</td><td>2</td></tr></table>"
    assert plain_text(source) == "Dear Karim,\n\none\ntwo\n\n• a\n\n• b\n\n1 2"
    assert plain_text("a &lt;b&gt; &amp; c") == "a <b> & c"


def test_text_becomes_paragraphs_with_nothing_to_run():
    assert html_of_text("a\nb\r\n\r\n<script>") == "<p>a<br>b</p><p>&lt;script&gt;</p>"
    assert plain_text(html_of_text("a\nb\n\nc")) == "a\nb\n\nc"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("See https://example.com/a?b=1&c=2.", "https://example.com/a?b=1&amp;c=2"),
        ("(https://example.com/x)", "https://example.com/x"),
        ("এখানে https://example.com/চাল।", "https://example.com/চাল"),
        ('<https://example.com/"onclick="x">', "https://example.com/"),
    ],
)
def test_addresses_in_plain_text_are_linked(text, address):
    made = html_of_text(text)
    assert f'<a href="{address}">{address}</a>' in made and 'onclick="' not in made
    assert plain_text(made) == text.strip()


def test_what_is_no_web_address_is_not_linked():
    assert "<a" not in html_of_text("javascript:alert(1) https:// ftp://x.example mailto:a@b")


@given(st.text(max_size=300) | st.text(alphabet="<>/=\"'& abscriptonerr:;!-", max_size=120))
def test_cleaning_twice_changes_nothing(source):
    once = clean_html(source)
    assert clean_html(once) == once
    assert "<script" not in once.lower()
