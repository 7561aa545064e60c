"""Articles' HTML as Markdown and back. What Markdown has no sign for (tables with merged cells, sub- and superscript) stays HTML, as Markdown allows."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

from markdown_it import MarkdownIt

_ESCAPED = re.compile(r"([\\`*_\[\]<>#])")
_BACKSLASHED = r"\\\1"
_EMPTY_LINES = re.compile(r"\n{3,}")
_INLINE = {"strong": "**", "b": "**", "em": "*", "i": "*", "code": "`", "s": "~~", "del": "~~"}
_KEPT = frozenset(["table", "sub", "sup", "u", "ins", "abbr", "dl", "small"])
_OWN_LINES = frozenset(["table", "dl"])
_READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def html_of(markdown: str) -> str:
    """The HTML of a Markdown text; not cleaned: the action that keeps it does."""
    return str(_READER.render(markdown))


def markdown_of(body: str) -> str:
    """A cleaned body as Markdown."""
    writer = _Writer()
    writer.feed(body)
    writer.close()
    return _EMPTY_LINES.sub("\n\n", "".join(writer.pieces)).strip() + "\n"


class _Writer(HTMLParser):
    """Writes signs as it reads tags; within what Markdown cannot say it copies."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._lists: list[list[int | None]] = []
        self._links: list[str] = []
        self._copied = 0
        self._quoted = 0
        self._pre = self._code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if self._copied or tag in _KEPT:
            if not self._copied and tag in _OWN_LINES:
                self.pieces.append("\n\n")
            self._copied += tag in _KEPT
            self.pieces.append(self.get_starttag_text() or "")
        elif tag == "pre":
            self._pre = True
            self.pieces.append("\n\n```\n")
        elif tag in _INLINE and not self._pre:
            self._code ^= tag == "code"
            self.pieces.append(_INLINE[tag])
        elif tag == "a":
            self._links.append(values.get("href") or "")
            self.pieces.append("[")
        elif tag == "img":
            self.pieces.append(
                f"\n\n![{_ESCAPED.sub(_BACKSLASHED, values.get('alt') or '')}](<{values.get('src') or ''}>)\n\n"
            )
        elif tag in ("ul", "ol"):
            self._lists.append([None if tag == "ul" else int(values.get("start") or 1)])
            self.pieces.append("\n")
        else:
            self._begin_block(tag)

    def _begin_block(self, tag: str) -> None:
        if tag == "li":
            counter = self._lists[-1] if self._lists else [None]
            mark = "-" if counter[0] is None else f"{counter[0]}."
            if counter[0] is not None:
                counter[0] += 1
            self.pieces.append(f"\n{'   ' * max(0, len(self._lists) - 1)}{mark} ")
        elif tag in ("h2", "h3", "h4", "h5", "h6"):
            self.pieces.append(f"\n\n{'#' * int(tag[1])} ")
        elif tag == "blockquote":
            self._quoted += 1
            self.pieces.append("\n\n")
        elif tag == "br":
            self.pieces.append("  \n" + self._indent())
        elif tag == "hr":
            self.pieces.append("\n\n---\n\n")
        elif tag == "p" and not self._lists:
            self.pieces.append("\n\n" + "> " * self._quoted)

    def handle_endtag(self, tag: str) -> None:
        if self._copied:
            self.pieces.append(f"</{tag}>")
            self._copied -= tag in _KEPT
            if not self._copied and tag in _OWN_LINES:
                self.pieces.append("\n\n")
        elif tag == "pre":
            self._pre = False
            self.pieces.append("\n```\n\n")
        elif tag in _INLINE and not self._pre:
            self._code ^= tag == "code"
            self.pieces.append(_INLINE[tag])
        elif tag == "a" and self._links:
            self.pieces.append(f"](<{self._links.pop()}>)")
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            self.pieces.append("\n" if self._lists else "\n\n")
        elif tag == "blockquote":
            self._quoted = max(0, self._quoted - 1)
            self.pieces.append("\n\n")
        elif tag in ("h2", "h3", "h4", "h5", "h6"):
            self.pieces.append("\n\n")

    def handle_data(self, data: str) -> None:
        if self._pre or self._code:
            self.pieces.append(data)
        elif self._copied:
            self.pieces.append(html.escape(data, quote=False))
        else:
            self.pieces.append(_ESCAPED.sub(r"\\\1", re.sub(r"\s+", " ", data)))

    def _indent(self) -> str:
        return "   " * len(self._lists) if self._lists else "> " * self._quoted
