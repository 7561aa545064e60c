"""Numbers, money, dates and lists as each place writes them (CLDR through Babel).

Pure functions of a value and a `Reader`: who reads it. The template filters in `templatetags/formats.py` take the reader of the request.
"""

import re
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from math import floor
from typing import Literal

from babel import Locale
from babel.core import UnknownLocaleError, get_global
from babel.dates import TIMEDELTA_UNITS, format_date, format_skeleton, format_time, format_timedelta
from babel.lists import format_list
from babel.numbers import NumberPattern, format_compact_decimal, format_decimal, format_percent, parse_pattern
from django.utils import timezone, translation
from django.utils.translation import gettext

from .digits import SYSTEMS, default_system, to_latin, to_system

# Countries whose English is not in CLDR, written as the English of the country that groups alike.
_ENGLISH_LIKE = {"BD": "IN", "NP": "IN"}
# ISO 4217 (list one): currencies whose minor unit is not a hundredth.
_EXPONENTS = dict.fromkeys(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ],
    0,
)
_EXPONENTS |= dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3) | {"CLF": 4, "UYW": 4}
# CLDR has these signs only as "narrow" ones, which Babel does not read.
_SIGNS = {"BDT": "৳"}
_NUMBER = re.compile(r"\d(?:[\d.,\s]*\d)?")
_LETTER_AT_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=[^\W\d_]\.)(?=\d)|(?<=\d)(?=[^\W\d_])")
# Languages that say the part of the day ("দুপুর ২:০৫") rather than AM and PM.
_DAY_PERIOD_LANGUAGES = {"bn", "ta"}
_LAKH, _CRORE = 100_000, 10_000_000
# CLDR counts Tamil in thousands and millions; people count in lakhs and crores.
_TAMIL_COMPACT: tuple[tuple[int, str], ...] = ((_CRORE, "கோடி"), (_LAKH, "லட்சம்"))


@dataclass(frozen=True)
class Reader:
    """Who reads: language ("bn", "en-IN"), zone, digits ("auto" for the language's own, or a numbering system), country ("" if unknown)."""

    language: str = "en"
    zone: tzinfo = UTC
    digits: str = "auto"
    country: str = ""

    @property
    def locale(self) -> Locale:
        return locale_of(self.language, self.country)

    @property
    def system(self) -> str:
        """The numbering system the reader reads."""
        return self.digits if self.digits in SYSTEMS else default_system(self.language)

    def in_digits(self, text: str) -> str:
        """The text with its Latin digits in the reader's digits."""
        return to_system(text, self.system)


_digits: ContextVar[str] = ContextVar("reader_digits", default="auto")
_country: ContextVar[str] = ContextVar("reader_country", default="")


def set_reader(*, digits: str = "auto", country: str = "") -> None:
    """What Django does not keep about a reader; to be called at the start of each request and of each job that writes for somebody.

    `digits`: a numbering system, "latin", or "auto" (also "native") for the language's own. `country`: ISO letters; "" reads it off the zone.
    """
    _digits.set("latn" if digits == "latin" else digits)
    _country.set(country)


def current_reader() -> Reader:
    """The reader of this request: language and zone as Django has them active, digits and country as `set_reader` was told."""
    zone = timezone.get_current_timezone()
    country = _country.get() or country_of_zone(str(zone))
    return Reader(translation.get_language() or "en", zone, _digits.get(), country)


def country_of_zone(zone: str) -> str:
    """The country a time zone lies in ("Asia/Dhaka" → "BD"); "" for UTC and unknown ones."""
    country = get_global("zone_territories").get(zone, "")
    return country if country.isalpha() and len(country) == 2 else ""


@cache
def locale_of(language: str, country: str = "") -> Locale:
    """The CLDR locale nearest to a language and a country; English where neither is known."""
    name = language.replace("-", "_")
    if country and "_" not in name:
        near = _ENGLISH_LIKE.get(country, country) if name == "en" else country
        candidates = [f"{name}_{near}", name, "en"]
    else:
        candidates = [name, name.split("_")[0], "en"]
    for candidate in candidates:
        try:
            return Locale.parse(candidate)
        except (UnknownLocaleError, ValueError):
            continue
    raise UnknownLocaleError(name)


# Numbers


def number(value: int | float | Decimal, reader: Reader, *, places: int | None = None) -> str:
    """Grouped as the reader's place does (12,34,567.5), with at most three decimals or exactly `places`."""
    if places is not None:
        value = round(Decimal(str(value)), places)
        pattern = _pattern(reader.locale.decimal_formats[None].pattern, places)
        return reader.in_digits(pattern.apply(value, reader.locale))
    return reader.in_digits(format_decimal(value, locale=reader.locale))


def exact(value: Decimal, reader: Reader) -> str:
    """A number with all the decimals it has, as an exchange rate is read: 0.4077."""
    exponent = value.normalize().as_tuple().exponent
    return number(value, reader, places=max(0, -exponent) if isinstance(exponent, int) else None)


def country(code: str, reader: Reader) -> str:
    """A country by its name in the reader's language; letters that are no country as they are."""
    return reader.locale.territories.get(code.upper(), code)


def percent(share: float | Decimal, reader: Reader, *, places: int = 0) -> str:
    """A share of one (0.125) as a percentage ("12.5%" with one place)."""
    pattern = _pattern(reader.locale.percent_formats[None].pattern, places)
    return reader.in_digits(format_percent(share, format=pattern, locale=reader.locale))


def sureness(probability: float, reader: Reader) -> str:
    """A probability in whole percent, cut and not rounded: 0.9998 is "99%". Empty below one percent."""
    whole = floor(100 * probability + 1e-9)
    return percent(Decimal(whole) / 100, reader) if whole else ""


def compact(value: int | float | Decimal, reader: Reader) -> str:
    """A large number in few letters: "1.5M", "১.৫ কোটি", "1.5 கோடி"."""
    locale = reader.locale
    if locale.language == "ta":
        for size, name in _TAMIL_COMPACT:
            amount = Decimal(str(value)) / size
            if abs(amount) >= 1:
                return f"{number(round(amount, 1).normalize(), reader)} {name}"
    style: Literal["long", "short"] = "long" if locale.language == "bn" else "short"
    return reader.in_digits(
        format_compact_decimal(value, format_type=style, locale=locale, fraction_digits=1)
    )


def money(minor_units: int, currency: str, reader: Reader) -> str:
    """An amount in minor units (paisa, cents; as many to the unit as ISO 4217 says) with its sign in the place's position.

    Between a digit and a sign that is a word where they meet ("LKR", "Rs.") stands a no-break space (CLDR, currencySpacing).
    """
    exponent = currency_exponent(currency)
    pattern = _pattern(reader.locale.currency_formats["standard"].pattern, exponent)
    amount = Decimal(minor_units).scaleb(-exponent)
    written = pattern.apply(amount, reader.locale, currency=currency, currency_digits=False)
    signed = written.replace(currency, _SIGNS.get(currency, currency))
    return reader.in_digits(_LETTER_AT_DIGIT.sub("\u00a0", signed))


def compact_money(minor_units: int, currency: str, reader: Reader) -> str:
    """An amount in few letters with its sign in the place's position: "৳1.5Cr", "১.৫ কোটি ৳"."""
    exponent = currency_exponent(currency)
    shown = compact(Decimal(abs(minor_units)).scaleb(-exponent), reader)
    before, after = _NUMBER.split(money(-1 if minor_units < 0 else 1, currency, reader), maxsplit=1)
    gap = "\u00a0" if after and after[0] != "\u00a0" and not shown[-1].isdigit() else ""
    return f"{before}{shown}{gap}{after}"


def currency_exponent(currency: str) -> int:
    """How many decimals the currency has: BDT 2, JPY 0, KWD 3 (ISO 4217)."""
    return _EXPONENTS.get(currency, 2)


def parse_number(text: str, reader: Reader) -> Decimal:
    """A number as people type it: any script's digits, the place's grouping or none. Raises ValueError when it is not one."""
    symbols = reader.locale.number_symbols["latn"]
    plain = to_latin(text).strip().replace("−", "-")
    for separator in {symbols["group"], " ", "\xa0", "\u202f", "'", "’"} - {symbols["decimal"]}:
        plain = plain.replace(separator, "")
    plain = plain.replace(symbols["decimal"], ".").replace("٫", ".")
    try:
        found = Decimal(plain)
    except InvalidOperation:
        raise ValueError("not a number") from None
    if not found.is_finite():
        raise ValueError("not a number")
    return found


@cache
def _pattern(pattern: str, places: int) -> NumberPattern:
    parsed = parse_pattern(pattern)
    return NumberPattern(
        parsed.pattern,
        parsed.prefix,
        parsed.suffix,
        parsed.grouping,
        parsed.int_prec,
        (places, places),
        parsed.exp_prec,
        parsed.exp_plus,
    )


# Dates and times


def day(value: date | datetime, reader: Reader, style: str = "medium") -> str:
    """A date, or the date of a moment in the reader's zone; style "short", "medium", "long" or "full"."""
    return _day(_local_date(value, reader), reader.locale, style, reader.system)


def month_and_day(value: date | datetime, reader: Reader) -> str:
    """Day and month without the year ("22 Nov")."""
    return _month_and_day(_local_date(value, reader), reader.locale, reader.system)


def weekday_and_day(value: date, reader: Reader) -> str:
    """The head of a calendar's column: "Mon 23", as the place writes it."""
    written = format_skeleton("Ed", datetime(value.year, value.month, value.day), locale=reader.locale)
    return reader.in_digits(written)


def clock(value: datetime | time, reader: Reader) -> str:
    """The time of day, of a moment in the reader's zone: "2:05 PM", "দুপুর ২:০৫", "14:05" where people count 24 hours."""
    if isinstance(value, datetime):
        value = _local(value, reader).time()
    return _clock(value.hour, value.minute, reader.locale, reader.system)


def when(value: datetime, reader: Reader, *, style: str = "medium") -> str:
    """Date and time of a moment in the reader's zone, joined as the language joins them."""
    local, locale, system = _local(value, reader), reader.locale, reader.system
    joined = _joined(locale)
    on_the_clock = _clock(local.hour, local.minute, locale, system)
    return joined.replace("{0}", on_the_clock).replace("{1}", _day(local.date(), locale, style, system))


def brief(value: datetime, reader: Reader, now: datetime | None = None) -> str:
    """As little as tells it apart: the time for today, day and month for this year, else the date."""
    now = _local(now or datetime.now(UTC), reader)
    local = _local(value, reader)
    if local.date() == now.date():
        return clock(value, reader)
    return month_and_day(value, reader) if local.year == now.year else day(value, reader)


def ago(value: datetime | date, reader: Reader, now: datetime | None = None) -> str:
    """How far from now: "3 days ago", "in 2 hours". A date without time is counted in whole days of the reader's zone."""
    now = now or datetime.now(UTC)
    smallest: Literal["second", "day"]
    if isinstance(value, datetime):
        distance, smallest = _aware(value) - now, "second"
    else:
        distance, smallest = value - _local(now, reader).date(), "day"
        if abs(distance.days) <= 1:
            return _near_day(distance.days, reader)
    return _ago(_in_whole_units(distance, smallest), reader.locale, reader.system)


def duration(value: timedelta, reader: Reader, *, short: bool = False) -> str:
    """A length of time in its largest unit: "5 minutes"; "5 min" when short."""
    written = format_timedelta(value, threshold=1, format="short" if short else "long", locale=reader.locale)
    return reader.in_digits(written)


def listing(
    words: Iterable[str], reader: Reader, style: Literal["standard", "or", "unit"] = "standard"
) -> str:
    """ "a, b and c" as the language joins; style "or" for alternatives."""
    return format_list(list(words), style=style, locale=reader.locale)


def first_weekday(reader: Reader) -> int:
    """Monday 0 to Sunday 6, by the reader's country, whatever language is read there."""
    return locale_of("und", reader.country).first_week_day if reader.country else reader.locale.first_week_day


def text_direction(language: str) -> str:
    """ "rtl" for Arabic, Urdu and their like, else "ltr"."""
    return "rtl" if locale_of(language).text_direction == "rtl" else "ltr"


# A list shows the same few days and minutes again and again; Babel walks its patterns each time.


@lru_cache(maxsize=4_096)
def _day(value: date, locale: Locale, style: str, system: str) -> str:
    return to_system(format_date(value, format=style, locale=locale), system)


@lru_cache(maxsize=1_024)
def _month_and_day(value: date, locale: Locale, system: str) -> str:
    return to_system(
        format_skeleton("MMMd", datetime(value.year, value.month, value.day), locale=locale), system
    )


@cache
def _joined(locale: Locale) -> str:
    """How the language puts a time {0} and a date {1} together."""
    return str(locale.datetime_formats["medium"])


@lru_cache(maxsize=4_096)
def _clock(hour: int, minute: int, locale: Locale, system: str) -> str:
    twelve_hours = "a" in locale.time_formats["short"].pattern
    spoken = twelve_hours and locale.language in _DAY_PERIOD_LANGUAGES
    return to_system(
        format_time(time(hour, minute), format="B h:mm" if spoken else "short", locale=locale), system
    )


def _in_whole_units(distance: timedelta, smallest: str) -> timedelta:
    """The distance in its largest unit, rounded: what is written of it. 3 days and 5 hours are 3 days."""
    seconds = distance // timedelta(seconds=1)
    for unit, length in TIMEDELTA_UNITS:
        if abs(seconds) >= length or unit == smallest:
            return timedelta(seconds=round(seconds / length) * length)
    return distance


# Babel's threshold of 0.85 would call 26 days a month.
@lru_cache(maxsize=2_048)
def _ago(distance: timedelta, locale: Locale, system: str) -> str:
    written = format_timedelta(distance, granularity="second", threshold=1, add_direction=True, locale=locale)
    if locale.language in _ONE_WORD_FOR_AGO:
        written = written.replace(*_ONE_WORD_FOR_AGO[locale.language])
    return to_system(written, system)


# CLDR says "ago" in Bengali with one word of seconds and years and with another of everything between.
_ONE_WORD_FOR_AGO = {"bn": ("পূর্বে", "আগে")}


def _local(value: datetime, reader: Reader) -> datetime:
    return _aware(value).astimezone(reader.zone)


def _aware(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _local_date(value: date | datetime, reader: Reader) -> date:
    return _local(value, reader).date() if isinstance(value, datetime) else value


def _near_day(days: int, reader: Reader) -> str:
    with translation.override(reader.language):
        return {-1: gettext("yesterday"), 0: gettext("today"), 1: gettext("tomorrow")}[days]
