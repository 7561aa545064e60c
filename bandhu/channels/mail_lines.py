"""The lines of a mail as a person sees them, of plain text and of HTML alike, each with the place in the source where it begins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

# Of a line that long its beginning tells what it is.
MOST_OF_LINE = 600
_BLOCKS = {
    "address", "blockquote", "br", "caption", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "table", "tr", "ul",
}  # fmt: skip
# What stands apart from the line above it, as a paragraph does.
_APART = {"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "table", "ul"}


@dataclass(frozen=True)
class Line:
    """`start` is its place in the source; `is_apart`: an empty line or the beginning of a paragraph divides it from the one above."""

    text: str
    start: int
    is_quoted: bool = False
    is_apart: bool = False


def lines_of_text(text: str) -> list[Line]:
    found: list[Line] = []
    start, is_apart = 0, True
    for line in text.splitlines(keepends=True):
        shown = line.rstrip("\r\n")[:MOST_OF_LINE]
        found.append(Line(shown, start, line.lstrip().startswith(">"), is_apart))
        is_apart = not shown.strip()
        start += len(line)
    return found


def lines_of_html(source: str) -> list[Line]:
    """Lines of a list begin with a bullet, as they are shown."""
    reader = _Reader(source)
    reader.feed(source)
    reader.close()
    return reader.finished()


class _Reader(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.lines: list[Line] = []
        self._starts = _offsets(source)
        self._pieces: list[str] = []
        self._begin: int | None = None
        self._depth = 0
        self._is_apart, self._is_item = True, False

    def finished(self) -> list[Line]:
        self._break()
        return self.lines

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _BLOCKS:
            # A break with nothing before it is an empty line.
            self._is_apart = (self._begin is None and tag == "br") or self._is_apart
            self._break()
            self._is_apart = self._is_apart or tag in _APART
            if tag == "blockquote":
                self._depth += 1
            if tag == "hr":
                self.lines.append(Line("-----", self._here(), self._depth > 0, is_apart=True))
                return
            self._is_item = tag == "li"
        if self._begin is None and tag != "br":
            self._begin = self._here()

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._break()
            self._is_apart = self._is_apart or tag in _APART
            if tag == "blockquote":
                self._depth = max(0, self._depth - 1)

    def handle_data(self, data: str) -> None:
        # Spaces between two blocks are shown nowhere.
        if self._begin is not None or data.strip(" \t\r\n"):
            self._take(data)

    def _take(self, data: str) -> None:
        if self._begin is None:
            self._begin = self._here()
        self._pieces.append(" ".join(data.split("\n")))

    def handle_entityref(self, name: str) -> None:
        self._take({"nbsp": " ", "lt": "<", "gt": ">", "amp": "&", "quot": '"'}.get(name, f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self._take(" " if name in ("160", "xa0") else f"&#{name};")

    def _here(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def _break(self) -> None:
        text = " ".join("".join(self._pieces).split())
        if self._begin is not None:
            is_quoted = self._depth > 0 or text.startswith(">")
            shown = f"• {text}" if text and self._is_item else text
            self.lines.append(Line(shown[:MOST_OF_LINE], self._begin, is_quoted, self._is_apart))
            self._is_apart = not text
            self._is_item = self._is_item and not text
        self._pieces, self._begin = [], None


def _offsets(source: str) -> list[int]:
    """Where each line of the source begins, as HTMLParser counts lines."""
    return [0, *(match.end() for match in re.finditer("\n", source))]
