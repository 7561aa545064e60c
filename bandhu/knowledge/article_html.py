"""The HTML of an article: cleaned when it is written, its headings made a table of contents when it is read."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

from bandhu.platform.html_cleaning import clean_html, plain_text
from bandhu.platform.public_url import absolute
from bandhu.ui.graphemes import graphemes

_FIRST_HEADING = re.compile(r"<(/?)h1\b", re.IGNORECASE)
_HEADING = re.compile(r"<h([23])([^>]*)>(.*?)</h\1>", re.DOTALL)
_TAGS = re.compile(r"<[^>]+>")
_INLINE_TAGS = re.compile(r"</?(?:a|abbr|b|code|del|em|i|ins|q|s|small|span|strong|sub|sup|u)(?:\s[^>]*)?>")
# Our own pages open where the reader is; they are no stranger's, so search engines may follow.
_OWN_LINK = re.compile(r'(<a href="/(?!/)[^"]*")[^>]*>')
_OWN_ADDRESS = re.compile(r'(<a href=")(/(?!/)[^"]*)')
# Where pictures of articles lie: see views/help.py.
PICTURES = "/help/files/"
OWN_PICTURE = re.compile(re.escape(PICTURES) + r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/")
_SPLIT = re.compile(r"(<[^>]+>|\s+|[^\s<]+)")
_LONGEST_SLUG = 60
_MOST_WORDS_COMPARED = 20_000


@dataclass(frozen=True)
class Heading:
    """A line of the table of contents."""

    anchor: str
    words: str
    level: int


def clean_article(source: str) -> str:
    """What may stay of an article's HTML. The page has the only heading of the first order: those in the text become second."""
    cleaned = clean_html(_FIRST_HEADING.sub(r"<\1h2", source), pictures=OWN_PICTURE).strip()
    return _OWN_LINK.sub(r"\1>", cleaned)


def with_anchors(body: str) -> tuple[str, list[Heading]]:
    """A cleaned body whose headings can be linked to, and those headings."""
    found: list[Heading] = []

    def anchored(match: re.Match[str]) -> str:
        words = html.unescape(_TAGS.sub("", match[3])).strip()
        if not words:
            return match[0]
        heading = Heading(f"part-{len(found) + 1}", words, int(match[1]))
        found.append(heading)
        return f'<h{match[1]} id="{heading.anchor}"{match[2]}>{match[3]}</h{match[1]}>'

    # Below the first screen they are fetched when somebody gets there.
    return _HEADING.sub(anchored, body).replace("<img ", '<img loading="lazy" decoding="async" '), found


def words_of(body: str) -> str:
    """The running text of an article's body, which is clean already: reading its HTML with a parser would cost ten times as much."""
    return " ".join(html.unescape(_TAGS.sub(" ", _INLINE_TAGS.sub("", body))).split())


def slug_of(title: str) -> str:
    """A title as part of an address: letters with their signs of any script, hyphens between words."""
    letters = "".join(
        one if unicodedata.category(one)[0] in "LMN" or one in "\u200c\u200d" else " "
        for one in unicodedata.normalize("NFC", title.lower())
    )
    kept = ""
    for piece in graphemes("-".join(letters.split())):
        if len(kept) + len(piece) > _LONGEST_SLUG:
            break
        kept += piece
    return kept.strip("-")


def compared(before: str, after: str) -> list[tuple[str, str]]:
    """Two texts word by word: ("same" | "gone" | "new", words) in the order they are read. Markup is left out."""
    old, new = (_SPLIT.findall(plain_text(one))[:_MOST_WORDS_COMPARED] for one in (before, after))
    found: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("same", "".join(old[a:b])))
            continue
        if b > a:
            found.append(("gone", "".join(old[a:b])))
        if d > c:
            found.append(("new", "".join(new[c:d])))
    return found


def with_whole_links(body: str) -> str:
    """A cleaned body whose links to our own pages can be followed from a mail too."""
    return _OWN_ADDRESS.sub(lambda match: f"{match[1]}{absolute(match[2])}", body)
