"""Where the clock is put on or back, a day has 23 or 25 hours: what happened in it counts in it, and time in a stage is real time."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from bandhu.catalog.tests.cast import make_money
from bandhu.customers.tests.cast import make_company
from bandhu.identity.tests.cast import make_user
from bandhu.platform.listing import listing_for
from bandhu.sales import queries
from bandhu.sales.tests.cast import ready_pipeline, stage_named
from bandhu.sales.tests.stories import tell, write

pytestmark = pytest.mark.django_db
AUTUMN, SPRING = date(2026, 10, 25), date(2026, 3, 29)


@pytest.fixture
def rupa():
    make_money()
    ready_pipeline()
    return make_user("Rupa", role="administrator", time_zone="Europe/Berlin")


def sold(rupa, *moments):
    """One opportunity, created at the first of these moments (UTC) and won at the second, if there is one."""
    firm = make_company("Spree", by=rupa)
    stages = [stage_named("Qualifying"), stage_named("Won")][: len(moments)]
    made, moves = tell(rupa, firm, [(stage, AUTUMN) for stage in stages])
    at = [datetime.fromisoformat(f"{text}:00+00:00") for text in moments]
    made.created_at, made.stage_entered_at, made.closed_at = at[0], at[-1], at[1] if len(at) > 1 else None
    for place, move in enumerate(moves):
        move.at, move.left_at = at[place], at[place + 1] if place + 1 < len(at) else None
        move.seconds = int((at[place] - at[place - 1]).total_seconds()) if place else None
    write([(made, moves)])


def entered(rupa, day):
    with timezone.override("Europe/Berlin"):
        found = queries.analysis(
            ready_pipeline(), listing_for(rupa, "opportunity", {}), queries.Span(day, day)
        )
    return found.flows[0]


@pytest.mark.parametrize(
    ("day", "within", "outside"),
    [
        (
            AUTUMN,
            ["2026-10-24T22:00", "2026-10-25T00:30", "2026-10-25T01:30", "2026-10-25T22:59"],
            ["2026-10-24T21:59", "2026-10-25T23:00"],
        ),
        (
            SPRING,
            ["2026-03-28T23:00", "2026-03-29T00:59", "2026-03-29T01:00", "2026-03-29T21:59"],
            ["2026-03-28T22:59", "2026-03-29T22:00"],
        ),
    ],
)
def test_a_day_of_25_or_23_hours_holds_what_happened_in_it(rupa, day, within, outside):
    for moment in (*within, *outside):
        sold(rupa, moment)
    assert entered(rupa, day).counts["entered"] == len(within)


def test_an_hour_that_comes_twice_is_an_hour(rupa):
    sold(rupa, "2026-10-25T00:30", "2026-10-25T01:30")  # half past two, and half past two again
    found = entered(rupa, AUTUMN)
    assert found.counts["left"] == 1 and found.median == timedelta(hours=1)
