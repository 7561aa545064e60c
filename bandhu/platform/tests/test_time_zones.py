from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandhu.platform.languages import customer_languages, interface_languages, is_known_language, language
from bandhu.platform.sort_keys import sort_key
from bandhu.platform.time_zones import (
    AllowedHours,
    allowed_hours,
    candidate_zones,
    is_allowed_at,
    next_allowed,
    zone_choices,
    zone_choices_from,
    zone_label,
    zone_named,
    zones_of_country,
)

DAY = AllowedHours(time(9), time(20))


def test_zones_of_countries_have_the_names_of_today():
    assert zones_of_country("BD") == ["Asia/Dhaka"]
    assert zones_of_country("IN") == ["Asia/Kolkata"]
    assert zones_of_country("NP") == ["Asia/Kathmandu"]
    assert "America/New_York" in zones_of_country("US")
    assert zones_of_country("XX") == []


def test_choices_are_grouped_by_country_in_the_readers_language():
    assert dict(zone_choices("bn"))["বাংলাদেশ"] == [("Asia/Dhaka", "ঢাকা")]


@pytest.mark.parametrize("language", ["en", "bn", "ta"])
def test_places_are_towns_sorted_as_they_are_read(language):
    groups = zone_choices(language)
    assert not [
        label for _country, places in groups for _name, label in places if "/" in label or "_" in label
    ]
    for _country, places in groups:
        assert places == sorted(places, key=lambda one: sort_key(one[1]))


def test_the_country_of_the_chosen_zone_stands_first():
    assert zone_label("America/Argentina/Buenos_Aires", "ta") == "ப்யூனோஸ் ஏர்ஸ்"
    assert zone_label("Asia/Kolkata", "bn") == "কোলকাতা" and zone_label("Asia/Kathmandu", "ta") == "காத்மாண்டு"
    assert zone_label("Asia/Kolkata", "en") == "Kolkata"
    for reader in ("bn", "ta"):
        places = [place for _country, zones in zone_choices(reader) for _name, place in zones]
        assert [place for place in places if place.isascii()] == []
    first, second, *_others = zone_choices_from("Asia/Dhaka", "en")
    assert (first[0], second[0]) == ("Bangladesh", "Afghanistan")
    assert zone_choices_from("UTC", "en") == zone_choices("en")


def test_an_unknown_zone_must_fit_all_zones_of_the_country():
    morning_in_new_york = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
    assert is_allowed_at(morning_in_new_york, allowed_hours("US"), candidate_zones("America/New_York"))
    assert not is_allowed_at(morning_in_new_york, allowed_hours("US"), candidate_zones("", "US"))
    assert not is_allowed_at(morning_in_new_york, DAY, candidate_zones("nonsense", ""))
    assert not is_allowed_at(morning_in_new_york, DAY, [])


def test_half_and_quarter_hours_and_the_change_of_clocks():
    kolkata, kathmandu, berlin = (
        ZoneInfo("Asia/Kolkata"),
        ZoneInfo("Asia/Kathmandu"),
        ZoneInfo("Europe/Berlin"),
    )
    assert next_allowed(datetime(2026, 11, 23, 1, tzinfo=UTC), DAY, [kolkata]) == datetime(
        2026, 11, 23, 3, 30, tzinfo=UTC
    )
    assert next_allowed(datetime(2026, 11, 23, 1, tzinfo=UTC), DAY, [kathmandu]) == datetime(
        2026, 11, 23, 3, 15, tzinfo=UTC
    )
    before, after = datetime(2026, 3, 28, 8, tzinfo=UTC), datetime(2026, 3, 29, 7, tzinfo=UTC)
    assert is_allowed_at(before, DAY, [berlin]) and is_allowed_at(after, DAY, [berlin])
    assert not is_allowed_at(before.replace(hour=7), DAY, [berlin])


def test_hours_may_run_past_midnight_and_leave_out_days():
    night = AllowedHours(time(22), time(2), frozenset({4}))
    utc = [ZoneInfo("UTC")]
    assert is_allowed_at(datetime(2026, 11, 27, 23, tzinfo=UTC), night, utc)
    assert is_allowed_at(datetime(2026, 11, 28, 1, tzinfo=UTC), night, utc)
    assert not is_allowed_at(datetime(2026, 11, 28, 23, tzinfo=UTC), night, utc)
    assert next_allowed(datetime(2026, 11, 23, tzinfo=UTC), AllowedHours(time(9), time(9)), utc) is None


@given(st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))
def test_the_next_allowed_moment_is_allowed_and_not_before(moment):
    for zones in (candidate_zones("Asia/Kathmandu"), candidate_zones("", "US")):
        found = next_allowed(moment, DAY, zones)
        assert found is not None and found >= moment
        assert is_allowed_at(found, DAY, zones)


@given(st.text(max_size=30))
def test_any_text_is_a_zone_or_none(name):
    assert zone_named(name) is None or str(zone_named(name)) == name
    assert zone_named("../../etc/passwd") is None


def test_languages_have_their_own_names_and_direction():
    assert (language("bn", "en").own_name, language("bn", "en").name) == ("বাংলা", "Bangla")
    assert language("ur").direction == "rtl"
    assert language("zz").own_name == "zz"
    assert [one.code for one in customer_languages()[:2]] == [one.code for one in interface_languages()[:2]]
    assert is_known_language("bn-IN") and not is_known_language("zz") and not is_known_language("")
