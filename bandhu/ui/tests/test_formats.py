from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Engine
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from bandhu.ui import digits, formats
from bandhu.ui.formats import Reader

ENGLISH = Reader("en")
DHAKA = Reader("bn", ZoneInfo("Asia/Dhaka"), country="BD")
CHENNAI = Reader("ta", ZoneInfo("Asia/Kolkata"), country="IN")
JAFFNA = Reader("ta", ZoneInfo("Asia/Colombo"), country="LK")
MOMENT = datetime(2026, 11, 22, 8, 5, tzinfo=UTC)
NOW = datetime(2026, 11, 25, tzinfo=UTC)


@given(st.text(), st.sampled_from(sorted(digits.SYSTEMS)))
def test_digits_go_there_and_back(text, system):
    assert digits.to_latin(digits.to_system(text, system)) == digits.to_latin(text)
    assert len(digits.to_latin(text)) == len(text)


def test_digits_default_by_language_and_may_be_chosen():
    assert formats.number(2026, Reader("bn")) == "২,০২৬"
    assert formats.number(2026, Reader("ta")) == "2,026"
    assert formats.number(2026, Reader("ta", digits="taml")) == "௨,௦௨௬"
    assert formats.number(2026, Reader("bn", digits="latn")) == "2,026"


def test_grouping_follows_the_country():
    assert formats.number(1234567.5, ENGLISH) == "1,234,567.5"
    assert formats.number(1234567.5, Reader("en", country="BD")) == "12,34,567.5"
    assert formats.number(1234567.5, DHAKA) == "১২,৩৪,৫৬৭.৫"
    assert formats.number(1234567, Reader("ta", country="SG"), places=2) == "1,234,567.00"


def test_money_has_the_decimals_of_iso_4217_and_the_sign_in_its_place():
    assert formats.money(123456750, "BDT", DHAKA) == "১২,৩৪,৫৬৭.৫০৳"
    assert formats.money(123456750, "INR", CHENNAI) == "₹12,34,567.50"
    assert formats.money(123456750, "LKR", JAFFNA) == "Rs.\u00a012,34,567.50"
    assert formats.money(1500, "JPY", ENGLISH) == "¥1,500"
    assert formats.money(1500, "KWD", ENGLISH) == "KWD\u00a01.500"
    assert formats.money(-5, "BDT", ENGLISH) == "-৳0.05"


def test_large_money_in_few_letters_has_its_sign_in_its_place():
    assert formats.compact_money(6_900_000_000, "BDT", DHAKA) == "৬.৯ কোটি\u00a0৳"
    assert formats.compact_money(6_900_000_000, "BDT", Reader("en", country="BD")) == "৳6.9Cr"
    assert formats.compact_money(-250_000_00, "LKR", CHENNAI) == "-LKR\u00a02.5 லட்சம்"
    assert formats.compact_money(1500, "JPY", ENGLISH) == "¥1.5K"


def test_compact_and_percent():
    assert formats.compact(15_000_000, DHAKA) == "১.৫ কোটি"
    assert formats.compact(15_000_000, CHENNAI) == "1.5 கோடி"
    assert formats.compact(250_000, CHENNAI) == "2.5 லட்சம்"
    assert formats.percent(Decimal("0.125"), DHAKA, places=1) == "১২.৫%"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12))
def test_a_number_written_is_read_back(value):
    for reader in (ENGLISH, DHAKA, CHENNAI, Reader("ta", digits="taml"), Reader("de"), Reader("fr")):
        assert formats.parse_number(formats.number(value, reader, places=2), reader) == value


@pytest.mark.parametrize("text", ["", "abc", "1.2.3", "NaN", "Infinity", "৳"])
def test_what_is_not_a_number_is_refused(text):
    with pytest.raises(ValueError):
        formats.parse_number(text, ENGLISH)


def test_dates_and_times_stand_in_the_readers_zone():
    assert formats.day(MOMENT, DHAKA) == "২২ নভে, ২০২৬"
    assert formats.when(MOMENT, DHAKA) == "২২ নভে, ২০২৬ দুপুর ২:০৫"
    assert formats.clock(MOMENT, CHENNAI) == "மதியம் 1:35"
    assert formats.clock(MOMENT, JAFFNA) == "13:35"
    assert formats.clock(time(5, 30), DHAKA) == "ভোর ৫:৩০"
    assert formats.day(date(2026, 11, 22), ENGLISH, "long") == "November 22, 2026"
    assert formats.day(datetime(2026, 11, 22, 20, tzinfo=UTC), DHAKA) == "২৩ নভে, ২০২৬"


def test_brief_says_no_more_than_needed():
    assert formats.brief(MOMENT, DHAKA, MOMENT) == "দুপুর ২:০৫"
    assert formats.brief(MOMENT, DHAKA, NOW) == "২২ নভে"
    assert formats.brief(MOMENT, ENGLISH, NOW.replace(year=2027)) == "Nov 22, 2026"


def test_rates_keep_their_decimals_and_countries_have_names():
    assert formats.exact(Decimal("0.40770000"), DHAKA) == "০.৪০৭৭"
    assert formats.exact(Decimal("120.000"), ENGLISH) == "120"
    assert formats.exact(Decimal("1E+2"), ENGLISH) == "100"
    assert (formats.country("BD", DHAKA), formats.country("LK", CHENNAI)) == ("বাংলাদেশ", "இலங்கை")
    assert formats.country("??", DHAKA) == "??"


def test_addresses_break_between_their_words():
    page = Engine(libraries={"formats": "bandhu.ui.templatetags.formats"}).from_string(
        "{% load formats %}{{ text|web_address }}"
    )
    shown = page.render(Context({"text": "https://shop.example/f/?lang=bn&x=<b>"}))
    assert shown == "https://<wbr>shop.<wbr>example/<wbr>f/?<wbr>lang=<wbr>bn&amp;<wbr>x=<wbr>&lt;b&gt;"
    assert page.render(Context({"text": None})) == ""


def test_distance_from_now():
    assert formats.ago(MOMENT, ENGLISH, NOW) == "3 days ago"
    assert formats.ago(MOMENT, DHAKA, NOW) == "৩ দিন আগে"
    assert formats.ago(NOW - timedelta(seconds=14), DHAKA, NOW) == "১৪ সেকেন্ড আগে"
    assert formats.ago(NOW - timedelta(days=800), DHAKA, NOW) == "২ বছর আগে"
    assert formats.ago(NOW + timedelta(hours=2), CHENNAI, NOW) == "2 மணிநேரத்தில்"
    assert formats.ago(NOW - timedelta(minutes=59, seconds=40), ENGLISH, NOW) == "1 hour ago"
    assert formats.ago(NOW - timedelta(milliseconds=300), ENGLISH, NOW) == "1 second ago"
    assert formats.ago(date(2026, 11, 25), ENGLISH, NOW) == "today"
    assert formats.ago(date(2026, 11, 26), ENGLISH, NOW) == "tomorrow"
    assert formats.ago(date(2026, 11, 29), ENGLISH, NOW) == "in 4 days"


def test_lists_are_joined_by_the_language():
    assert formats.listing(["ঢাকা", "খুলনা", "সিলেট"], DHAKA) == "ঢাকা, খুলনা এবং সিলেট"
    assert formats.listing(["a", "b"], CHENNAI) == "a மற்றும் b"
    assert formats.listing([], ENGLISH) == ""


def test_an_unknown_language_is_written_as_english():
    assert formats.number(1234, Reader("xx-YY")) == "1,234"
    assert formats.text_direction("ar") == "rtl"
    assert formats.text_direction("xx") == "ltr"


def render(source, **values):
    engine = Engine(libraries={"formats": "bandhu.ui.templatetags.formats"})
    return engine.from_string("{% load formats %}" + source).render(Context(values))


def test_filters_write_for_the_reader_of_the_request():
    formats.set_reader(digits="auto", country="BD")
    with translation.override("bn"), timezone.override(ZoneInfo("Asia/Dhaka")):
        assert render(
            "{{ v|when }} · {{ v|day }} · {{ n|number }} · {{ n|money:'BDT' }}", v=MOMENT, n=123456
        ) == ("২২ নভে, ২০২৬ দুপুর ২:০৫ · ২২ নভে, ২০২৬ · ১,২৩,৪৫৬ · ১,২৩৪.৫৬৳")
        assert 'datetime="2026-11-22T08:05:00+00:00"' in render("{% moment v show='when' %}", v=MOMENT)
    formats.set_reader()


def test_filters_pass_over_nothing():
    assert (
        render(
            "{{ v|when }}{{ v|ago }}{{ v|number }}{{ v|money:'BDT' }}{{ v|listing }}{% moment v %}", v=None
        )
        == ""
    )


def test_the_country_is_read_off_the_zone():
    assert formats.country_of_zone("Asia/Dhaka") == "BD"
    assert formats.country_of_zone("Asia/Kolkata") == "IN"
    assert formats.country_of_zone("UTC") == formats.country_of_zone("Not/AZone") == ""
    with translation.override("en"), timezone.override(ZoneInfo("Asia/Dhaka")):
        assert render("{{ n|number }}", n=1234567) == "12,34,567"
