"""Bytes of mails as text, whatever charset they claim."""

from __future__ import annotations

from charset_normalizer import from_bytes

# Names seen in mails that Python does not know, or that mean a larger set than they say.
_MEANT = {
    "unicode-1-1-utf-7": "utf-7",
    "x-unknown": "utf-8",
    "unknown-8bit": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
}
# utf-7 hides markup from filters that read the bytes; a mail may use it, and is cleaned after decoding.
_GUESSED_FROM = 20_000
# Of a few letters any guess is as good as another: then what Western programs meant when they said nothing.
_TOO_SHORT = 200


def text_of_bytes(content: bytes, charset: str) -> str:
    """The text; what fits neither the charset named nor UTF-8 is guessed. Never raises; no NUL, no lone surrogates."""
    named = _MEANT.get(charset.strip().lower(), charset.strip().lower())
    for one in dict.fromkeys((named, "utf-8")):
        if one:
            try:
                return _storable(content.decode(one))
            except (LookupError, ValueError):
                continue
    guessed = from_bytes(content[:_GUESSED_FROM]).best() if len(content) >= _TOO_SHORT else None
    encoding = guessed.encoding if guessed is not None else "cp1252"
    return _storable(content.decode(encoding, "replace"))


def _storable(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n")
