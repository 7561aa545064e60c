"""Records out of JSON of any size: one document, or one a line. Never more than one record is held in memory.

Whoever made the file is not trusted: records that are no JSON, nested without end or larger than can be right come out as `Broken`.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from bandhu.customers.imports.problems import SourceProblem

MAX_RECORD_CHARS = 24 << 20
MOST_SHOWN = 2_000
_SPACE = " \t\r\n\ufeff"


@dataclass(frozen=True)
class Broken:
    """A record that cannot be read: how it begins."""

    text: str


class _Text:
    """Text that is read on as it is needed; `text` from `place` on is not read yet."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.blocks, self.decode = blocks, codecs.getincrementaldecoder("utf-8")("replace").decode
        self.text, self.place, self.ended = "", 0, False

    def more(self) -> bool:
        """Read on; False at the end."""
        if self.ended:
            return False
        block = next(self.blocks, None)
        self.ended = block is None
        self.text = self.text[self.place :] + self.decode(block or b"", block is None)
        self.place = 0
        return True

    def peek(self) -> str:
        """The next character that is no space; "" at the end."""
        while True:
            while self.place < len(self.text) and self.text[self.place] in _SPACE:
                self.place += 1
            if self.place < len(self.text):
                return self.text[self.place]
            if not self.more():
                return ""

    def take(self, *wanted: str) -> str:
        """The next character, one of those wanted. Raises ValueError."""
        found = self.peek()
        if found not in wanted or not found:
            raise ValueError(found)
        self.place += 1
        return found

    def value(self) -> Any:
        """The next JSON value. Raises ValueError, RecursionError."""
        self.peek()
        decoder = json.JSONDecoder()
        while True:
            try:
                found, end = decoder.raw_decode(self.text, self.place)
            except ValueError:
                if len(self.text) - self.place > MAX_RECORD_CHARS or not self._double():
                    raise
                continue
            # A number may go on in the next block.
            if end == len(self.text) and not isinstance(found, dict | list | str) and self.more():
                continue
            self.place = end
            return found

    def _double(self) -> bool:
        """Read on until there is twice as much, so that a long record is tried a few times and not at each block."""
        held, went_on = len(self.text) - self.place, False
        while len(self.text) - self.place <= 2 * held and self.more():
            went_on = True
        return went_on

    def line(self) -> str | None:
        """The rest of the line, left behind; None where it is longer than a record may be."""
        while (end := self.text.find("\n", self.place)) < 0:
            if len(self.text) - self.place > MAX_RECORD_CHARS:
                self._leave_line()
                return None
            if not self.more():
                end = len(self.text)
                break
        found, self.place = self.text[self.place : end], end + 1
        return found

    def _leave_line(self) -> None:
        while (end := self.text.find("\n", self.place)) < 0:
            self.place = len(self.text)
            if not self.more():
                return
        self.place = end + 1


def items_of(blocks: Iterator[bytes]) -> Iterator[tuple[str, Any]]:
    """(name, record) of every record: the name of the list it stands in, "" where the file is the list, or one record a line.

    Raises SourceProblem where a document breaks off: what came before has been told by then.
    """
    text = _Text(blocks)
    first = text.peek()
    if first == "[":
        yield from (("", one) for one in _whole(_list(text)))
    elif first == "{" and _is_document(text):
        yield from _whole(_lists(text))
    else:
        yield from (("", one) for one in _lines(text))


def _is_document(text: _Text) -> bool:
    """Whether the object that begins here holds lists of records, and is not one of them with others on lines of their own."""
    while (
        "\n" not in text.text[text.place :] and len(text.text) - text.place < MAX_RECORD_CHARS and text.more()
    ):
        pass
    rest = text.text[text.place :]
    line, newline, after = rest.partition("\n")
    try:
        whole = json.loads(line)
    except (ValueError, RecursionError):
        return line.strip(_SPACE) == "{" or not after.lstrip(_SPACE).startswith("{")
    has_lists = any(isinstance(one, list) and one and isinstance(one[0], dict) for one in whole.values())
    return has_lists and "id" not in whole and len(whole) > 0 and not (newline and after.strip(_SPACE))


def _whole(found: Iterator[Any]) -> Iterator[Any]:
    try:
        yield from found
    except (ValueError, RecursionError):
        raise SourceProblem(
            "broken_json",
            _("The file is no whole JSON: it breaks off, or was changed by hand. Export it once more."),
        ) from None


def _list(text: _Text) -> Iterator[Any]:
    text.take("[")
    if text.peek() == "]":
        text.take("]")
        return
    while True:
        yield text.value()
        if text.take(",", "]") == "]":
            return


def _lists(text: _Text) -> Iterator[tuple[str, Any]]:
    """The records of every list of an object; a single record under a name counts as a list of one."""
    text.take("{")
    if text.peek() == "}":
        return
    while True:
        name = text.value()
        text.take(":")
        if text.peek() == "[":
            yield from ((str(name), one) for one in _list(text))
        else:
            value = text.value()
            if isinstance(value, dict):
                yield str(name), value
        if text.take(",", "}") == "}":
            return


def _lines(text: _Text) -> Iterator[Any]:
    """One record a line; a line that is none is told as broken, and the next one read."""
    while text.peek():
        line = text.line()
        try:
            yield json.loads(line) if line is not None else Broken("")
        except (ValueError, RecursionError):
            yield Broken((line or "")[:MOST_SHOWN])
