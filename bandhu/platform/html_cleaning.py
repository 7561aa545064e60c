"""What may stay of HTML that came from outside (mail, chat, editor, API), and its plain text."""

import html
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import nh3

MAX_HTML = 2_000_000
MAX_DEPTH = 2_000
ALLOWED_TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "caption",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "ins",
        "li",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
    ]
)
"""No images: a picture from outside tells its sender who read when; attached ones are shown as files."""
_ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
}
# Their text is no text for people.
_DROPPED_WITH_CONTENT = {
    "script",
    "style",
    "title",
    "noscript",
    "template",
    "iframe",
    "object",
    "svg",
    "math",
    "head",
    "textarea",
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_BLOCKS = frozenset(
    [
        "address",
        "blockquote",
        "br",
        "caption",
        "dd",
        "div",
        "dl",
        "dt",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "table",
        "tr",
        "ul",
    ]
)
_CELLS = frozenset(["td", "th"])
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]{0,20000}>")
# Programs leave these open by the thousand, and the parser closes them.
_WITHOUT_END = {
    "br",
    "hr",
    "img",
    "input",
    "meta",
    "link",
    "col",
    "wbr",
    "area",
    "p",
    "li",
    "td",
    "tr",
    "th",
    "dd",
    "dt",
    "option",
}
Pictures = re.Pattern[str] | Callable[[str], str | None]
# What is left of a picture from elsewhere.
_NO_PICTURE = re.compile(r"<img(?![^>]* src=)[^>]*>")
_PIXELS = re.compile(r"[1-9][0-9]{0,4}")
# Any element but a bare paragraph or line break.
_FORMAT = re.compile(r"<(?!/?p>|br ?/?>)[a-z/]")
_SPACES = re.compile(r"[ \t\r\f\v\xa0]+")
_EMPTY_LINES = re.compile(r"\n{3,}")
# In escaped text; a full stop, a danda or a bracket behind an address is none of it.
_ADDRESS = re.compile(
    r"https?://(?:(?!&gt;|&lt;|&quot;|&#x27;)[^\s<>\"'])*(?:(?!&gt;|&lt;|&quot;|&#x27;)[^\s<>\"'.,:;!?)\]।])"
)


def clean_html(source: str, *, pictures: Pictures | None = None) -> str:
    """HTML that can be shown inside our pages: no scripts, styles, images, forms; links only to web, mail and telephone, opened apart.

    Longer input is cut at MAX_HTML characters before cleaning. Cleaning what is clean changes nothing. `pictures` says which
    pictures are let in at all: those whose whole address it matches, or those whose address it turns into one of ours (None: it goes).
    """
    source = source[:MAX_HTML].replace("\x00", "")
    if _is_too_deep(source):
        return html_of_text(html.unescape(_TAG.sub(" ", source)))
    if pictures is None:
        return _cleaned(source)
    kept = _cleaned(source, pictures)
    return _NO_PICTURE.sub("", kept)


def _cleaned(source: str, pictures: Pictures | None = None) -> str:
    def checked(tag: str, name: str, value: str) -> str | None:
        if (tag, name) == ("img", "src"):
            if isinstance(pictures, re.Pattern):
                return value if pictures.fullmatch(value) else None
            return pictures(value.strip()) if pictures is not None else None
        return value if tag != "img" or name == "alt" or _PIXELS.fullmatch(value) else None

    return nh3.clean(
        source,
        tags=set(ALLOWED_TAGS) | ({"img"} if pictures else set()),
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=_ATTRIBUTES | ({"img": {"src", "alt", "width", "height"}} if pictures else {}),
        attribute_filter=checked if pictures else None,
        # What a mail calls its own enclosures by; only who turns addresses into ours is shown them.
        url_schemes=_SCHEMES | ({"cid"} if callable(pictures) else set()),
        link_rel="noopener noreferrer nofollow ugc",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        strip_comments=True,
    )


def _is_too_deep(source: str) -> bool:
    """Whether more elements stand in one another than any page has: cleaning takes the square of that, minutes for a mail made on purpose."""
    if source.count("<") <= MAX_DEPTH:
        return False
    depth = 0
    for found in _TAG.finditer(source):
        if found[2].lower() in _WITHOUT_END:
            continue
        depth = max(0, depth - 1) if found[1] else depth + 1
        if depth > MAX_DEPTH:
            return True
    return False


def plain_text(source: str, *, is_clean: bool = False) -> str:
    """The words of HTML as lines of text: for search, previews, mail in plain text. Safe to show escaped, never as HTML.

    `is_clean`: it comes from `clean_html` and is not cleaned again.
    """
    reader = _TextReader()
    reader.feed(source if is_clean else clean_html(source))
    reader.close()
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(reader.pieces).split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def formatted(source: str) -> str:
    """Cleaned HTML, or "" where it says no more than its plain text does: paragraphs and line breaks alone."""
    cleaned = clean_html(source).strip()
    return cleaned if _FORMAT.search(cleaned) else ""


def text_and_html(text: str, html: str) -> dict[str, Any]:
    """What somebody wrote, as {"text", "html"}: of `html` its words, and itself only where its formats say something."""
    return {"text": plain_text(html), "html": formatted(html)} if html else {"text": text, "html": ""}


def html_of_text(text: str) -> str:
    """Plain text as HTML paragraphs, its lines kept, its web addresses linked."""
    paragraphs = re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n").strip())
    return "".join(
        f"<p>{_linked(html.escape(paragraph)).replace(chr(10), '<br>')}</p>"
        for paragraph in paragraphs
        if paragraph
    )


def _linked(escaped: str) -> str:
    return _ADDRESS.sub(r'<a href="\g<0>">\g<0></a>', escaped)


class _TextReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _CELLS:
            self.pieces.append(" ")
        elif tag in _BLOCKS:
            self.pieces.append("\n")
        if tag == "li":
            self.pieces.append("• ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self.pieces.append("\n\n")
        elif tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)
