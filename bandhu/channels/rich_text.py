"""Rich text of Outlook, unpacked ([MS-OXRTFCP]) and read: its words, or the page that was packed into it ([MS-OXRTFEX]).

Whatever the bytes are, nothing here raises, and what is made of them stays within MOST_BYTES. Libraries that were looked at either copy all they
have made with every byte, or do not know pages packed into rich text and show each of their words twice.
"""

from __future__ import annotations

import html
import re
import struct
from dataclasses import dataclass, field, replace

from bandhu.channels.charsets import codec_of

MOST_BYTES = 2_000_000
_MOST_DEPTH = 1_000
_PACKED, _PLAIN = b"LZFu", b"MELA"
_HEAD = struct.Struct("<II4sI")
# What every window begins with, as the protocol gives it.
_BEGIN = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New "
    b"RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,9})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)", re.DOTALL
)
_ASIDE = frozenset(
    b"fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr footerf footnote "
    b"listtable listoverridetable rsidtbl generator themedata datastore latentstyles xmlnstbl private fldinst nonshppict".split()
)
_MARKS = {
    b"par": "\n", b"line": "\n", b"sect": "\n", b"page": "\n", b"row": "\n", b"tab": "\t", b"cell": "\t", b"lquote": "‘",
    b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"emdash": "—", b"endash": "–", b"bullet": "•", b"zwj": "\u200d", b"zwnj": "\u200c",
}  # fmt: skip
_SIGNS = {b"~": "\xa0", b"_": "\u2011", b"\\": "\\", b"{": "{", b"}": "}", b"\n": "\n", b"\r": "\n"}
# Charsets of fonts that are no code page of the same number.
_CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "cp936", 136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip


def unpacked(content: bytes) -> bytes:
    """Rich text out of its packing, MOST_BYTES at most; empty where it is none. What is cut off gives what is there."""
    if len(content) < _HEAD.size:
        return b""
    _size, length, kind, _sum = _HEAD.unpack_from(content)
    body = content[_HEAD.size :]
    if kind == _PLAIN:
        return body[: min(length, MOST_BYTES)]
    return _unpack(body, min(length, MOST_BYTES)) if kind == _PACKED else b""


def _unpack(body: bytes, most: int) -> bytes:
    window = bytearray(_BEGIN.ljust(4096, b" "))
    found, write, place, flags = bytearray(), len(_BEGIN), 0, 1
    while len(found) < most and place < len(body):
        if flags == 1:  # eight tokens are done
            flags, place = body[place] | 0x100, place + 1
            continue
        is_reference, flags = flags & 1, flags >> 1
        piece = bytearray()
        if not is_reference:
            piece += body[place : place + 1]
            place += 1
        else:
            if place + 2 > len(body):
                break
            (pair,) = struct.unpack_from(">H", body, place)
            place += 2
            start, length = pair >> 4, (pair & 15) + 2
            if start == write:
                break  # the end, as the protocol marks it
            # A reference may run into what it is writing itself.
            for number in range(length):
                window[(write + number) % 4096] = one = window[(start + number) % 4096]
                piece.append(one)
        for number, one in enumerate(piece):
            window[(write + number) % 4096] = one
        write = (write + len(piece)) % 4096
        found += piece
    return bytes(found[:most])


@dataclass(frozen=True)
class RichText:
    """What rich text says: a page where one was packed into it, else its words."""

    text: str = ""
    html: str = ""


def read_rich_text(content: bytes) -> RichText:
    """Read MOST_BYTES of rich text at most; nothing where it is none."""
    content = content[:MOST_BYTES]
    if not content.lstrip().startswith(b"{\\rtf"):
        return RichText()
    reader = _Reader(is_page=b"\\fromhtml" in content[:4_000])
    said = reader.read(content).strip()
    return RichText(html=said) if reader.is_page else RichText(text=said)


@dataclass(frozen=True)
class _Group:
    """What holds until the group ends."""

    is_aside: bool = False
    is_tag: bool = False
    is_repeated: bool = False
    font: int | None = None
    skips: int = 1


@dataclass
class _Reader:
    is_page: bool
    codec: str = "cp1252"
    fonts: dict[int, str] = field(default_factory=dict)
    pieces: list[str] = field(default_factory=list)
    waiting: bytearray = field(default_factory=bytearray)
    group: _Group = field(default_factory=_Group)
    may_be_left: bool = False  # behind \*: a group that who does not know it leaves out
    in_fonts: bool = False
    to_skip: int = 0

    def read(self, content: bytes) -> str:
        around: list[_Group] = []
        for match in _TOKEN.finditer(content):
            word, number, code, sign, brace, text = match.groups()
            if brace:
                self._flush()
                self.to_skip, self.may_be_left = 0, False
                if brace == b"{" and len(around) < _MOST_DEPTH:
                    around.append(self.group)
                elif brace == b"}" and around:
                    self.group = around.pop()
                    self.in_fonts = self.in_fonts and self.group.is_aside
            elif word:
                self._word(word, int(number) if number else None)
            elif sign:
                self._sign(sign)
            else:
                self._bytes(bytes.fromhex(code.decode()) if code else text)
        self._flush()
        # Characters beyond the first plane come in halves; half ones are nothing.
        said = "".join(self.pieces).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
        return said.replace("\x00", "")

    def _word(self, word: bytes, number: int | None) -> None:
        may_be_left, self.may_be_left = self.may_be_left, False
        if word == b"htmltag" and self.is_page and may_be_left:
            self._hold(is_tag=True)
        elif may_be_left or word in _ASIDE:
            self._hold(is_aside=True)
            self.in_fonts = self.in_fonts or word == b"fonttbl"
        elif word == b"htmlrtf":
            self._hold(is_repeated=number != 0)
        elif word == b"ansicpg":
            self.codec = codec_of(f"cp{number}") or self.codec
        elif word == b"f":
            self._hold(font=number)
        elif word == b"fcharset" and self.in_fonts:
            if self.group.font is not None and len(self.fonts) < 500:
                self.fonts[self.group.font] = _CHARSETS.get(number or 0, self.codec)
        elif word == b"uc":
            self._hold(skips=min(max(number or 0, 0), 10))
        elif word == b"u" and number is not None:
            self._say(chr(number % 0x10000))
            self.to_skip = self.group.skips
        elif word in _MARKS:
            self._say(_MARKS[word])

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self.may_be_left = True
        elif self.to_skip:
            self.to_skip -= 1
        elif sign in _SIGNS:
            self._say(_SIGNS[sign])

    def _hold(self, **changes: object) -> None:
        self._flush()
        self.group = replace(self.group, **changes)  # type: ignore[arg-type]

    def _bytes(self, given: bytes) -> None:
        self.may_be_left = False
        if self.to_skip:
            left = given[self.to_skip :]
            self.to_skip, given = max(self.to_skip - len(given), 0), left
        self.waiting += given

    def _say(self, text: str) -> None:
        self._flush()
        if not self.group.is_aside and not (self.is_page and self.group.is_repeated):
            self.pieces.append(
                html.escape(text, quote=False) if self.is_page and not self.group.is_tag else text
            )

    def _flush(self) -> None:
        if self.waiting:
            codec = self.fonts.get(self.group.font, self.codec) if self.group.font is not None else self.codec
            text, self.waiting = self.waiting.decode(codec, "replace"), bytearray()
            self._say(text)
