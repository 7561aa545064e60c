"""Cell text to typed values. What cannot be read raises ValueProblem with a sentence; nothing is guessed silently."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from bandhu.platform.phone_numbers import MAX_TEXT as MAX_PHONE_TEXT
from bandhu.ui.digits import to_latin

from .countries import country_code
from .dates import read_date
from .problems import ValueProblem

NON_DIGITS = re.compile(r"\D")
BROKEN = re.compile("[\ud800-\udfff]")
DAY_SHAPED = re.compile(r"\d{1,2}([./-])\d{1,2}\1\d{4}|\d{4}([./-])\d{1,2}\2\d{1,2}")
PLAIN_MAIL = re.compile(
    r"[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)
LIST_BREAK = re.compile(r"\s*(?::::|[;|\n\r]|,(?=\s*\S+@))\s*")
TAG_BREAK = re.compile(r"\s*(?::::|[,;|\n\r،，；])\s*")
YES = {"yes", "y", "true", "t", "1", "on", "x", "✓", "✔", "হ্যাঁ", "হ্যা", "ஆம்", "ja", "oui", "si", "sí", "हाँ"}
NO = {"no", "n", "false", "f", "0", "off", "", "না", "இல்லை", "nein", "non", "नहीं"}
CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "৳": "BDT", "₨": "LKR", "₩": "KRW", "₽": "RUB",
              "฿": "THB", "₺": "TRY", "₫": "VND", "₱": "PHP", "₦": "NGN", "US$": "USD", "A$": "AUD", "C$": "CAD",
              "R$": "BRL", "Tk": "BDT", "Tk.": "BDT", "Rs": "INR", "Rs.": "INR"}  # fmt: skip


def clean_text(text: str) -> str:
    """As it is stored: NFC, no NUL, no blanks around. Bytes broken in the file raise ValueProblem."""
    if text.isascii():
        return text.replace("\x00", "").strip()
    if BROKEN.search(text):
        raise ValueProblem("broken_bytes")
    return unicodedata.normalize("NFC", text.replace("\x00", "").strip().strip("\ufeff"))


@lru_cache(maxsize=4096)
def read_email(text: str) -> str:
    """One mail address, as written save for blanks and angle brackets; the domain in lower case."""
    address = text.strip().strip("<>").removeprefix("mailto:").strip()
    if "<" in address:
        address = address.rpartition("<")[2].strip()
    if PLAIN_MAIL.fullmatch(address) and len(address) <= 254 and address.index("@") <= 64:
        local, _at, domain = address.partition("@")
        return f"{local}@{domain.lower()}"
    try:
        checked = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValueProblem("not_a_mail") from error
    return checked.normalized


def read_emails(text: str) -> list[str]:
    """Every mail address in a cell: "a@x.org; b@x.org", Google's " ::: ", one a line."""
    return list(dict.fromkeys(read_email(part) for part in LIST_BREAK.split(text) if part.strip()))


@lru_cache(maxsize=16384)
def read_phone(text: str, country: str = "") -> tuple[str, str, str]:
    """(number, extension, as typed). What cannot be understood keeps its digits as the number and its text as typed.

    A text without at least three digits is no number at all and raises ValueProblem.
    """
    latin = to_latin(text).strip()
    found = _number_in_use(latin, country)
    if found is None and latin[:1] not in "+＋" and 11 <= len(NON_DIGITS.sub("", latin)) <= 15:
        # "918080808080": programs that store E.164 often drop the plus sign.
        found = _number_in_use("+" + latin, country)
    if found is not None:
        return (*found, "")
    digits = NON_DIGITS.sub("", latin)
    if len(digits) < 3 or len(text) > 60:
        raise ValueProblem("not_a_phone")
    return (("+" if latin[:1] in "+＋" else "") + digits)[:32], "", text


def _number_in_use(text: str, country: str) -> tuple[str, str] | None:
    """(E.164, extension), or None. As `platform.phone_numbers` reads it, without asking for region and kind, which is
    most of the time it takes and of no use for a hundred thousand rows."""
    if len(text) > MAX_PHONE_TEXT:
        return None
    try:
        number = phonenumbers.parse(text, country if country in phonenumbers.SUPPORTED_REGIONS else None)
    except phonenumbers.NumberParseException:
        return None
    # Nearly every number is of the country asked for; finding out of which of the 25 that share +1 takes ten times longer.
    in_country = bool(country) and phonenumbers.is_valid_number_for_region(number, country)
    if not in_country and not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), number.extension or ""


def read_phones(text: str, country: str = "") -> list[tuple[str, str, str]]:
    """Every number in a cell. A comma or slash parts numbers only when each side is long enough to be one."""
    parts = [part for part in LIST_BREAK.split(text) if part.strip()]
    found: list[tuple[str, str, str]] = []
    for part in parts:
        pieces = re.split(r"\s*[,/]\s*", part)
        several = len(pieces) > 1 and all(len(re.sub(r"\D", "", to_latin(piece))) >= 7 for piece in pieces)
        found += [read_phone(piece.strip(), country) for piece in (pieces if several else [part.strip()])]
    return list(dict.fromkeys(found))


def read_yes_no(text: str) -> bool:
    word = text.strip().casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueProblem("not_yes_or_no")


def read_tags(text: str, separator: str = "") -> list[str]:
    """The tags in a cell, each once; "* " before Google's own groups is dropped."""
    parts = text.split(separator) if separator and separator in text else TAG_BREAK.split(text)
    names = (part.strip().removeprefix("* ").lstrip("*").strip() for part in parts)
    return list(dict.fromkeys(name[:60] for name in names if name))


def decimal_mark(values: Iterable[str]) -> str:
    """ "." or ",": which one parts the fraction in this column, decided by the cells that leave no doubt."""
    comma = point = 0
    for value in values:
        digits = re.sub(r"[^\d.,]", "", to_latin(value))
        last = max(digits.rfind("."), digits.rfind(","))
        if last < 0:
            continue
        both = "." in digits and "," in digits
        tail = len(digits) - last - 1
        if both or (tail != 3 and digits.count(digits[last]) == 1):
            comma += digits[last] == ","
            point += digits[last] == "."
        elif digits.count(digits[last]) > 1:
            comma += digits[last] == "."
            point += digits[last] == ","
    return "," if comma > point else "."


_COMMA_PARTS = re.compile(r"^[^,]*\d,\d{1,2}$")


def read_number(text: str, mark: str = ".") -> str:
    """A number as plain decimal text: "$22,700.00" gives "22700.00", "(3)" gives "-3", "১২,৩৪,৫৬৭" gives "1234567", "12,50" gives "12.50".

    Nobody groups by one or two figures at the end: such a comma parts a fraction whatever `mark` says.
    """
    plain = to_latin(unicodedata.normalize("NFKC", text)).replace("\u2212", "-").strip()
    for sign in sorted(CURRENCIES, key=len, reverse=True):
        plain = plain.replace(sign, "")
    plain = re.sub(r"\b[A-Z]{3}\b", "", plain).strip()
    negative = plain.startswith("-") or plain.endswith("-") or (plain.startswith("(") and plain.endswith(")"))
    plain = re.sub(
        r"^\((.*)\)$|^[+-]\s*(.*)$|^(.*?)-$", lambda found: next(filter(None, found.groups()), ""), plain
    )
    plain = plain.replace("%", "").strip()
    if mark == "." and _COMMA_PARTS.search(plain):
        mark = ","
    group = "," if mark == "." else "."
    plain = re.sub(r"(?<=\d)[\s'’_\u00a0\u202f](?=\d)", "", plain).replace(group, "").replace(mark, ".")
    if not re.fullmatch(r"\d+(\.\d*)?|\.\d+", plain):
        raise ValueProblem("not_a_number")
    return ("-" if negative else "") + plain.rstrip(".")


def read_money(text: str, mark: str = ".") -> tuple[str, str]:
    """(amount as decimal text, ISO currency or "") of "$22,700.00", "1.234,50 EUR", "৳ ১,২০০"."""
    code = re.search(r"\b([A-Z]{3})\b", text)
    sign = next((CURRENCIES[s] for s in sorted(CURRENCIES, key=len, reverse=True) if s in text), "")
    return read_number(text, mark), code.group(1) if code else sign


def read_url(text: str) -> str:
    """An address of the web; a bare "example.com" stays bare. Other schemes than http are refused."""
    address = text.strip()
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", address)
    if (
        scheme
        and scheme.group(1).lower() not in ("http", "https")
        and not re.match(r"[^/]+:\d+(/|$)", address)
    ):
        raise ValueProblem("not_a_url")
    if " " in address or "." not in address:
        raise ValueProblem("not_a_url")
    return address


def domain_of(address: str) -> str:
    """ "example.org" of "https://www.Example.org/about" or of a mail address."""
    bare = address.rpartition("@")[2] if "@" in address and "/" not in address else address
    host = re.sub(r"^[a-z]+://", "", bare.strip().lower()).split("/")[0].split(":")[0].split("?")[0]
    return host.removeprefix("www.")[:253]


def guess_holds(values: list[str]) -> str:
    """What a column holds, going by most of its values: email, phone, date, url, yes_no, number, money, country or text."""
    sample = [value.strip() for value in values[:60] if value.strip()]
    if not sample:
        return "text"
    for holds in ("email", "yes_no", "url", "money", "number", "date", "phone", "country"):
        if sum(1 for value in sample if _is(holds, value)) >= 0.8 * len(sample):
            return holds
    return "text"


def _is(holds: str, value: str) -> bool:
    if len(value) > 200 or BROKEN.search(value):
        return False
    try:
        return bool(_TESTS[holds](value))
    except ValueError:
        return False


def _looks_like_phone(value: str) -> bool:
    digits = re.sub(r"\D", "", to_latin(value))
    if re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", value):
        return False  # an address of the internet
    if DAY_SHAPED.fullmatch(to_latin(value)):
        return False  # a day, even one that no calendar has
    written = re.fullmatch(r"[+＋(]?[\d\s().\-/–]{6,}(?:\s*(?:x|ext\.?)\s*\d+)?", to_latin(value))
    return bool(written) and 7 <= len(digits) <= 15 and (len(digits) >= 9 or digits != to_latin(value))


def _looks_like_money(value: str) -> bool:
    return bool(re.search(r"\d", value)) and bool(read_money(value)[1])


_TESTS: dict[str, Any] = {
    "email": lambda value: "@" in value and read_emails(value),
    "yes_no": lambda value: value.casefold() in (YES | NO) - {"1", "0", "x", "t", "f", "y", "n"},
    "url": lambda value: (
        "@" not in value
        and re.fullmatch(
            r"(https?://\S+|(www\.)?[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,12}(/\S*)?)", value.lower()
        )
    ),
    "money": _looks_like_money,
    "number": lambda value: len(value) < 9 and read_number(value),
    "date": lambda value: read_date(value, "dmy"),
    "phone": _looks_like_phone,
    "country": lambda value: len(value) > 1 and country_code(value),
}
