"""Months of moves that were counted once give what the moves themselves give, whatever is changed afterwards."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F
from django.utils import timezone

from bandhu.catalog.tests.cast import make_money
from bandhu.customers.tests.cast import make_company
from bandhu.identity.tests.cast import make_team
from bandhu.platform.listing import listing_for
from bandhu.sales import actions
from bandhu.sales.models import ChangedMonth, MonthOfMoves, Opportunity, StageMove
from bandhu.sales.queries.move_counts import MoveCounts, count_into, move_counts, moves_within
from bandhu.sales.queries.pipelines import VIEW
from bandhu.sales.tests.cast import make_opportunity, make_seller, ready_pipeline, stage_named
from bandhu.sales.tests.test_analysis import tell, write

pytestmark = pytest.mark.django_db
STAGES = ("Qualifying", "Needs understood", "Quoted", "Negotiating", "Won", "Lost")


@pytest.fixture
def told(reader, seller):
    """A hundred opportunities of anybody and nobody that moved through the first eight months of 2024, at any minute of any day."""
    rng, firm, made = random.Random(7), make_company("Padma", by=reader), []
    owners, teams = [reader, seller, None], [reader.team, seller.team, None]
    stages = [stage_named(name) for name in STAGES]
    for _number in range(100):
        day = date(2024, 1, 1) + timedelta(days=rng.randrange(200))
        steps = []
        for stage in rng.sample(stages[:4], rng.randrange(1, 4)) + rng.sample(stages[4:], rng.randrange(2)):
            steps.append((stage, day))
            day += timedelta(days=rng.randrange(1, 40))
        owner, team = rng.choice(owners), rng.choice(teams)
        one, moves = tell(owner, firm, steps, taka=rng.randrange(1, 500), team=team)
        for move in moves:
            move.at += timedelta(minutes=rng.randrange(24 * 60))
        made.append((one, moves))
    write(made)
    return rng


@pytest.fixture
def reader():
    make_money()
    return make_seller("Root", role="administrator", team=make_team("Dhaka"))


@pytest.fixture
def seller():
    """Sees what is their own and their team's."""
    return make_seller("Rupa", role="sales", team=make_team("Khulna"))


def plain(counts: MoveCounts):
    return counts.flows, {left: dict(hours) for left, hours in counts.stays.items() if hours}


def both_ways(user, begin, end):
    """(with what was counted once, from the moves alone)"""
    listing, pipeline, alone = listing_for(user, "opportunity", {}), ready_pipeline(), MoveCounts()
    count_into(alone, moves_within(listing, pipeline, begin, end), timed=True)
    return plain(move_counts(listing, pipeline, begin, end, timed=True)), plain(alone)


def moment(rng) -> datetime:
    zone = ZoneInfo(rng.choice(("Asia/Dhaka", "Asia/Kathmandu", "America/New_York", "UTC")))
    return datetime(2024, rng.randrange(1, 9), rng.choice((1, 1, 2, 15, 28)), tzinfo=zone)


def test_any_period_is_counted_the_same_both_ways(reader, seller, told):
    assert actions.count_months(fewest=1) >= 6
    for _number in range(40):
        begin, end = sorted((moment(told), moment(told)))
        for user in (reader, seller):
            counted, alone = both_ways(user, begin, end)
            assert counted == alone


def test_months_are_really_read_instead_of_their_moves(reader, told):
    """What was counted is believed: a figure nobody would count shows up."""
    actions.count_months(fewest=1)
    ready = MonthOfMoves.objects.get(month=date(2024, 3, 1), is_whole=True)
    ready.flows[0][2] += 1000
    ready.save()
    counted, alone = both_ways(reader, datetime(2024, 2, 10, tzinfo=UTC), datetime(2024, 4, 10, tzinfo=UTC))
    assert counted != alone
    counted, alone = both_ways(reader, datetime(2024, 3, 1, 1, tzinfo=UTC), datetime(2024, 4, 10, tzinfo=UTC))
    assert counted == alone


def binned(one, reader):
    actions.delete_opportunity(one, actor=reader)


def restored(one, reader):
    actions.delete_opportunity(one, actor=reader)
    actions.count_months(fewest=1)
    actions.restore_opportunity(Opportunity.objects.get(pk=one.pk), actor=reader)


def erased(one, _reader):
    one.delete()


def told_later(one, _reader):
    first = one.moves.order_by("at").first()
    at = first.at + timedelta(hours=1)
    StageMove.objects.create(
        opportunity=one, pipeline=one.pipeline, to_stage=first.to_stage, at=at, seconds=9
    )


def put_right(one, _reader):
    one.moves.update(at=datetime(2022, 5, 31, 23, 59, tzinfo=UTC))


def worth_more(one, _reader):
    one.moves.update(base_amount_minor=77_777)


def handed_over(one, reader):
    actions.change_opportunity(one, actor=reader, owner=reader, team=reader.team)


CHANGES = [binned, restored, erased, told_later, put_right, worth_more, handed_over]


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_afterwards_is_counted_at_once_and_again_by_the_job(reader, seller, told, change):
    actions.count_months(fewest=1)
    whole = datetime(2023, 12, 1, tzinfo=UTC), datetime(2024, 10, 1, tzinfo=UTC)
    for one in told.sample(list(Opportunity.objects.filter(owner=seller)), 2):
        before = both_ways(seller, *whole)[0]
        change(one, reader)
        for user in (reader, seller):
            counted, alone = both_ways(user, *whole)
            assert counted == alone
        assert change is restored or counted != before
    assert actions.count_months(fewest=1) > 0
    assert not ChangedMonth.objects.exists()
    for user in (reader, seller):
        counted, alone = both_ways(user, *whole)
        assert counted == alone


def test_another_owner_leaves_the_whole_as_it_was_counted(reader, seller, told):
    actions.count_months(fewest=1)
    handed_over(Opportunity.objects.filter(owner=seller).first(), reader)
    assert set(ChangedMonth.objects.values_list("only_parts", flat=True)) == {True}


def test_moves_of_today_mark_nothing(reader):
    made = make_opportunity(by=reader)
    actions.move_opportunity(made, actor=reader, stage=stage_named("Quoted"))
    assert StageMove.objects.count() == 2 and not ChangedMonth.objects.exists()


def test_small_months_are_read_and_the_running_one_is_never_counted(reader, told):
    made = make_opportunity(by=reader)
    assert actions.count_months(fewest=1000) == 0
    assert not ChangedMonth.objects.exists()  # the marks of small months are swept away
    actions.count_months(fewest=1)
    this_month = timezone.now().date().replace(day=1)
    assert made.moves.exists() and not MonthOfMoves.objects.filter(month__gte=this_month).exists()


def of_their_opportunities(user):
    """The moves a user sees, by whose the opportunities are."""
    return set(
        StageMove.objects.filter(opportunity__in=Opportunity.objects.visible_to(user)).values_list(
            "pk", flat=True
        )
    )


def test_moves_are_whose_the_opportunity_is_whatever_happens_to_it(reader, seller, told):
    def seen(user):
        return set(StageMove.objects.visible_to(user, VIEW).values_list("pk", flat=True))

    assert 0 < len(seen(seller)) < StageMove.objects.count()
    assert seen(seller) == of_their_opportunities(seller)
    handed_over(Opportunity.objects.filter(owner=seller).first(), reader)
    assert seen(seller) == of_their_opportunities(seller)
    Opportunity.objects.filter(owner=None, team=None).update(owner=seller)
    assert seen(seller) == of_their_opportunities(seller)
    # Somebody writes a move with what they once read of it, or with nonsense.
    old = StageMove.objects.filter(opportunity__owner=seller).first()
    old.owner, old.team = reader, None
    old.save()
    StageMove.objects.filter(opportunity__owner=reader).update(owner=seller)
    assert seen(seller) == of_their_opportunities(seller)
    passing = make_team("Passing")
    Opportunity.objects.filter(owner=seller).update(team=passing)
    assert seen(seller) == of_their_opportunities(seller)
    passing.delete()
    assert seen(seller) == of_their_opportunities(seller)
    assert not StageMove.objects.exclude(owner=F("opportunity__owner")).filter(owner__isnull=False).exists()
    assert not StageMove.objects.filter(team__isnull=False, opportunity__team__isnull=True).exists()


def test_who_filters_is_answered_from_the_moves(reader, told):
    actions.count_months(fewest=1)
    span = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 9, 1, tzinfo=UTC)
    cheap = {"filter": {"all": [{"field": "amount", "op": "less", "value": "1"}]}}
    some, everything = (
        move_counts(
            listing_for(reader, "opportunity", definition), ready_pipeline(), *span, timed=False
        ).flows
        for definition in (cheap, {})
    )
    assert 0 < sum(n for n, _worth in some.values()) < sum(n for n, _worth in everything.values())
