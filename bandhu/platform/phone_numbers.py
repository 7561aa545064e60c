"""Phone numbers: any notation in, E.164 kept, shown as the reader's country writes them."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import phonenumbers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    NumberParseException,
    PhoneMetadata,
    PhoneNumberFormat,
    PhoneNumberType,
    ValidationResult,
)

from bandhu.ui.digits import to_latin

MAX_TEXT = 100
SEARCH_DIGITS = 7
"""How many last digits are enough to look a number up by."""

ERRORS: dict[str, Promise] = {
    "empty": _("There is no phone number."),
    "not_a_number": _("This is not a phone number."),
    "country_needed": _("Write the number with its country code, for example +880 1712 345678."),
    "too_short": _("The phone number is too short."),
    "too_long": _("The phone number is too long, or there are two numbers in one field."),
    "not_in_use": _(
        "No phone number of this country begins like this. Check for a digit too few, too many or mistyped."
    ),
}
_KINDS = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "landline",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "mobile_or_landline",
    PhoneNumberType.TOLL_FREE: "free",
    PhoneNumberType.PREMIUM_RATE: "premium",
    PhoneNumberType.SHARED_COST: "shared_cost",
    PhoneNumberType.VOIP: "internet",
}
_CALLING_CODES = frozenset(COUNTRY_CODE_TO_REGION_CODE)
_LONGEST_NATIONAL = 17
_E164 = re.compile(r"\+[1-9][0-9]{3,}")
_FIRST_GROUP = re.compile(r"(\\\d)")
_NON_DIGITS = re.compile(r"[^0-9]+")
_EXTENSION = re.compile(r"(?:;ext=|\b(?:ext(?:ension|n)?|extn|x)\b|#)[\s.:=]*[0-9]*\s*$", re.IGNORECASE)


class PhoneNumberError(ValueError):
    """A text that is no phone number: `code` for programs (a key of ERRORS), `message` translated for people."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = ERRORS[code]


@dataclass(frozen=True)
class PhoneNumber:
    """A number as kept: `e164` with plus sign, `extension` of digits or "", `country` as ISO 3166 letters ("001" for international services)."""

    e164: str
    extension: str = ""
    country: str = ""
    kind: str = "other"

    @property
    def search_digits(self) -> str:
        """The national significant number: what all notations of the number end in."""
        return search_digits_of(self.e164)


def parse_phone_number(text: str, country: str = "") -> PhoneNumber:
    """Read a number in any notation: digits of any script, brackets, dots, "tel:", "00", extensions, letters on the dial.

    `country` (ISO letters) is where a number without country code is dialled from. Only numbers that can be in use are accepted;
    raises PhoneNumberError with a code of ERRORS otherwise.
    """
    cleaned = _cleaned(text)
    if not cleaned:
        raise PhoneNumberError("empty")
    number = _parsed(cleaned, country.upper())
    return PhoneNumber(
        e164=phonenumbers.format_number(number, PhoneNumberFormat.E164),
        extension=number.extension or "",
        country=phonenumbers.region_code_for_number(number) or "",
        kind=_KINDS.get(phonenumbers.number_type(number), "other"),
    )


@lru_cache(maxsize=20_000)
def display_number(e164: str, extension: str = "", reader_country: str = "") -> str:
    """The number for reading: in national notation for a reader in its country, else international. Digits stay Latin: people dial them."""
    plain = _plainly_stored(e164)
    if plain is None:
        number = _stored(e164)
        if number is None:
            return e164
        at_home = bool(reader_country) and phonenumbers.region_code_for_number(number) == reader_country
        written = phonenumbers.format_number(number, _style(at_home))
    else:
        written = _formatted(*plain, _style(_is_of(*plain, reader_country)))
    return f"{written} #{extension}" if extension else written


def dial_link(e164: str, extension: str = "") -> str:
    """A tel: address (RFC 3966)."""
    return f"tel:{e164};ext={extension}" if extension else f"tel:{e164}"


def search_digits_of(e164: str) -> str:
    """The national significant number of a stored number."""
    number = _stored(e164)
    return phonenumbers.national_significant_number(number) if number else _NON_DIGITS.sub("", to_latin(e164))


def digits_to_search(text: str) -> str:
    """What to look for when somebody types part of a number: digits in Latin, without trunk zeros, "00" and extension; "" if under three.

    A stored number matches when its E.164 digits contain this.
    """
    digits = _NON_DIGITS.sub("", _EXTENSION.sub("", to_latin(text[:MAX_TEXT]))).lstrip("0")
    return digits if len(digits) >= 3 else ""


def country_code_of(country: str) -> str:
    """ "+880" for "BD"; "" for a country without one."""
    code = phonenumbers.country_code_for_region(country.upper())
    return f"+{code}" if code else ""


def _cleaned(text: str) -> str:
    latin = to_latin(text[: MAX_TEXT * 2])
    return "".join(character for character in latin if character.isprintable()).strip()


def _parsed(text: str, country: str) -> phonenumbers.PhoneNumber:
    if len(text) > MAX_TEXT:
        raise PhoneNumberError("too_long")
    known = country if country in phonenumbers.SUPPORTED_REGIONS else None
    try:
        number = phonenumbers.parse(text, known)
    except NumberParseException as error:
        raise PhoneNumberError(_parse_code(error, text, known)) from None
    if phonenumbers.is_valid_number(number):
        return number
    raise PhoneNumberError(_refusal(number))


def _parse_code(error: NumberParseException, text: str, country: str | None) -> str:
    if error.error_type == NumberParseException.INVALID_COUNTRY_CODE:
        return "not_in_use" if country or text.startswith(("+", "＋")) else "country_needed"
    if error.error_type in (NumberParseException.TOO_SHORT_AFTER_IDD, NumberParseException.TOO_SHORT_NSN):
        return "too_short"
    if error.error_type == NumberParseException.TOO_LONG:
        return "too_long"
    return "not_a_number"


def _refusal(number: phonenumbers.PhoneNumber) -> str:
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason == ValidationResult.TOO_SHORT:
        return "too_short"
    if reason == ValidationResult.TOO_LONG:
        return "too_long"
    return "not_in_use"


@lru_cache(maxsize=5_000)
def _stored(e164: str) -> phonenumbers.PhoneNumber | None:
    plain = _plainly_stored(e164)
    if plain is not None:
        return _number(*plain)
    try:
        return phonenumbers.parse(e164, None)
    except NumberParseException:
        return None


def _number(country_code: int, national: str) -> phonenumbers.PhoneNumber:
    return phonenumbers.PhoneNumber(country_code=country_code, national_number=int(national))


def _plainly_stored(e164: str) -> tuple[int, str] | None:
    """Country code and national number that phonenumbers.parse reads in a clean E.164 number, in a tenth of its time; None where it would read more into it.

    That is: leading zeros that count (Italy), and beginnings it may take for a national prefix.
    """
    if not _E164.fullmatch(e164):
        return None
    digits = e164[1:]
    country_code = next((code for size in (1, 2, 3) if (code := int(digits[:size])) in _CALLING_CODES), None)
    if country_code is None:
        return None
    national = digits[len(str(country_code)) :]
    prefix = _national_prefix(country_code)
    if (
        not 2 <= len(national) <= _LONGEST_NATIONAL
        or national[0] == "0"
        or (prefix and prefix.match(national))
    ):
        return None
    return country_code, national


@cache
def _national_prefix(country_code: int) -> re.Pattern[str] | None:
    metadata = _metadata(country_code)
    prefix = metadata.national_prefix_for_parsing if metadata else None
    return re.compile(prefix) if prefix else None


def _metadata(country_code: int) -> PhoneMetadata | None:
    region = phonenumbers.region_code_for_country_code(country_code)
    return PhoneMetadata.metadata_for_region_or_calling_code(country_code, region)


def _style(at_home: bool) -> int:
    return PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL


def _is_of(country_code: int, national: str, country: str) -> bool:
    """Whether the number belongs to the country (ISO letters); some countries share their code."""
    sharing = COUNTRY_CODE_TO_REGION_CODE[country_code]
    if country not in sharing:
        return False
    return (
        len(sharing) == 1 or phonenumbers.region_code_for_number(_number(country_code, national)) == country
    )


def _formatted(country_code: int, national: str, style: int) -> str:
    """What phonenumbers.format_number writes, in a fraction of its time: it looks every pattern up again for every number."""
    fitting = (one for one in _notations(country_code, style) if one.fits(national))
    notation = next(fitting, None)
    written = notation.shape.sub(notation.written, national) if notation else national
    return written if style == PhoneNumberFormat.NATIONAL else f"+{country_code} {written}"


@dataclass(frozen=True)
class _Notation:
    """One way of writing numbers of a country: those that begin with `leading` and are of this `shape`."""

    leading: re.Pattern[str]
    shape: re.Pattern[str]
    written: str

    def fits(self, national: str) -> bool:
        return bool(self.leading.match(national) and self.shape.fullmatch(national))


@cache
def _notations(country_code: int, style: int) -> list[_Notation]:
    """The notations of a country in the order they are tried; the last of the leading patterns is the most exact."""
    metadata = _metadata(country_code)
    if metadata is None:
        return []
    at_home = style == PhoneNumberFormat.NATIONAL
    return [
        _Notation(
            leading=re.compile(one.leading_digits_pattern[-1] if one.leading_digits_pattern else ""),
            shape=re.compile(one.pattern),
            written=_FIRST_GROUP.sub(one.national_prefix_formatting_rule, one.format, count=1)
            if at_home and one.national_prefix_formatting_rule
            else one.format,
        )
        for one in (
            metadata.number_format if at_home else metadata.intl_number_format or metadata.number_format
        )
    ]
