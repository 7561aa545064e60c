from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandhu.platform.ids import new_id, time_of


def test_ids_of_now_are_version_7_increasing_and_distinct():
    made = [new_id() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {"specified in RFC 4122"}


def test_ids_of_one_past_moment_keep_the_order_of_making():
    at = datetime(2024, 2, 29, 12, 30, 15, 123_456, tzinfo=UTC)
    made = [new_id(at) for _ in range(5_000)]
    assert made == sorted(made)
    assert {time_of(one) for one in made} == {at.replace(microsecond=123_000)}


@given(
    st.datetimes(
        datetime(1970, 1, 2), datetime(9000, 1, 1), timezones=st.sampled_from([UTC, ZoneInfo("Asia/Dhaka")])
    )
)
def test_an_id_gives_its_moment_back(at):
    assert abs(time_of(new_id(at)) - at) < timedelta(milliseconds=1)


@given(
    st.lists(st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)), min_size=2, max_size=20, unique=True)
)
def test_later_moments_sort_later_to_the_microsecond(moments):
    ordered = sorted(moment.replace(tzinfo=UTC) for moment in moments)
    ids = [new_id(moment) for moment in ordered]
    assert ids == sorted(ids)


def test_threads_never_share_an_id():
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: new_id(), range(8_000)))
    assert len(set(made)) == len(made)


def test_what_cannot_carry_a_moment_is_refused():
    with pytest.raises(ValueError):
        new_id(datetime(2024, 1, 1))
    with pytest.raises(ValueError):
        new_id(datetime(1969, 12, 31, tzinfo=UTC))
    with pytest.raises(ValueError):
        time_of(uuid4())


def test_ids_for_given_moments_leave_those_of_a_set_back_clock_in_order(monkeypatch):
    new_id()
    monkeypatch.setattr("bandhu.platform.ids.time.time_ns", lambda: 1_000_000)
    made = []
    for hour in range(50):
        made.append(new_id())
        new_id(datetime(2026, 1, 1, hour % 24, tzinfo=UTC))
    assert made == sorted(set(made))
