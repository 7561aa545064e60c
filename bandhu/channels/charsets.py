"""Bytes of mails as text, whatever charset they claim."""

from __future__ import annotations

import codecs
from encodings import normalize_encoding
from encodings.aliases import aliases

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
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "iso8859-1": "cp1252",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "x-sjis": "shift_jis",
    "x-euc-jp": "euc_jp",
    "x-mac-roman": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "windows-31j": "cp932",
    "utf8mb4": "utf-8",
}
# The charsets of mail, as Python calls them: each reads any bytes once, from the first to the last. Python has codecs that do not
# (punycode, idna), and some that are no charsets (unicode_escape, the names of its own machine); a stranger names none of those.
# utf-7 hides markup from filters that read the bytes; a mail may use it, and is cleaned after decoding.
_NAMES = """
ascii utf_7 utf_8 utf_8_sig utf_16 utf_16_be utf_16_le utf_32 utf_32_be utf_32_le latin_1 koi8_r koi8_u koi8_t
iso8859_2 iso8859_3 iso8859_4 iso8859_5 iso8859_6 iso8859_7 iso8859_8 iso8859_9 iso8859_10 iso8859_11 iso8859_13 iso8859_14
iso8859_15 iso8859_16 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 ptcp154 kz1048 tis_620
big5 big5hkscs gb2312 gbk gb18030 hz cp932 cp949 cp950 euc_jp euc_jis_2004 euc_jisx0213 euc_kr johab shift_jis shift_jis_2004
shift_jisx0213 iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_2004 iso2022_jp_3 iso2022_jp_ext iso2022_kr
cp437 cp720 cp737 cp775 cp850 cp852 cp855 cp857 cp858 cp862 cp864 cp866 cp874 cp1125
mac_roman mac_cyrillic mac_greek mac_latin2 mac_turkish mac_croatian mac_farsi mac_iceland mac_romanian
"""
_TAKEN = frozenset(_NAMES.split())
_LONGEST_NAME = 40
_GUESSED_FROM = 20_000
# Of a few letters any guess is as good as another: then what Western programs meant when they said nothing.
_TOO_SHORT = 200
# As much as a mail's text takes at most, at four bytes a character.
MAX_BYTES = 4_000_000


def text_of_bytes(content: bytes, charset: str) -> str:
    """The text of at most `MAX_BYTES`; what fits neither the charset named nor UTF-8 is guessed. Never raises; no NUL, no lone surrogates."""
    is_whole = len(content) <= MAX_BYTES
    content = content[:MAX_BYTES]
    for one in dict.fromkeys((codec_of(charset), "utf-8")):
        if one:
            try:
                # What was cut may end within a character.
                return _storable(codecs.getincrementaldecoder(one)().decode(content, is_whole))
            except ValueError:
                continue
    guessed = from_bytes(content[:_GUESSED_FROM]).best() if len(content) >= _TOO_SHORT else None
    encoding = guessed.encoding if guessed is not None else "cp1252"
    return _storable(content.decode(encoding, "replace"))


def codec_of(charset: str) -> str:
    """What Python calls a charset of mail, by any of its names; "" for everything else."""
    given = charset.strip().lower()
    if len(given) > _LONGEST_NAME or not given.isascii():
        return ""
    # Python is not asked: it remembers every name it was ever asked for.
    name = normalize_encoding(_MEANT.get(given, given))
    name = aliases.get(name, aliases.get(name.replace(".", "_"), name))
    return name if name in _TAKEN else ""


def _storable(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n")
