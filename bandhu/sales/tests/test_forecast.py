"""The forecast of a period: lines, the tree of teams, quotas and adjustments."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bandhu.catalog.tests.cast import make_money
from bandhu.identity.results import Denied, OutOfReach
from bandhu.identity.tests.cast import make_team
from bandhu.platform.models import AuditEntry
from bandhu.platform.money import Money
from bandhu.sales import actions, queries
from bandhu.sales.models import Opportunity
from bandhu.sales.tests.cast import make_opportunity, make_seller, stage_named

pytestmark = pytest.mark.django_db
TAKA = 100


def taka(amount: int) -> Money:
    return Money(amount * TAKA, "BDT")


@pytest.fixture
def house():
    """A branch in Dhaka under the house, a manager over it, two sellers in it, and one in Chennai beside it."""
    make_money()
    top = make_team("House")
    dhaka, chennai = make_team("Dhaka", parent=top), make_team("Chennai", parent=top)
    mirpur = make_team("Mirpur", parent=dhaka)
    return {
        "top": top, "dhaka": dhaka, "mirpur": mirpur, "chennai": chennai,
        "boss": make_seller("Boss", team=top),
        "rupa": make_seller("Rupa", team=dhaka),
        "anik": make_seller("Anik", role="sales", team=mirpur),
        "mala": make_seller("Mala", role="sales", team=chennai),
    }  # fmt: skip


@pytest.fixture
def period():
    return queries.period_of("month", timezone.localdate())


def sale(by, taka="1000", stage="Qualifying", close=None, **values):
    made = make_opportunity(by=by, taka=taka, expected_close=close or timezone.localdate(), **values)
    return (
        actions.move_opportunity(made, actor=by, stage=stage_named(stage)) if stage != "Qualifying" else made
    )


def row_of(found, subject):
    return next(row for row in found.rows if subject in (row.user, row.team))


class TestLines:
    def test_the_stage_decides_until_the_seller_does(self, house, period):
        rupa = house["rupa"]
        first = sale(rupa, "1000", "Quoted")
        assert first.forecast_line == "best_case"
        actions.change_opportunity(first, actor=rupa, forecast="commit")
        sale(rupa, "200", "Negotiating")
        sale(rupa, "30", "Qualifying")
        left_out = sale(rupa, "4", "Qualifying", forecast="omitted")
        found = queries.forecast(rupa, period).total
        assert found.values == {"closed": 0, "commit": 120_000, "best_case": 0, "pipeline": 3_000}
        assert left_out.forecast_line == "omitted"

    def test_what_is_won_is_closed_whatever_was_said(self, house, period):
        rupa = house["rupa"]
        sale(rupa, "500", "Won", forecast="pipeline", close=timezone.localdate() + timedelta(days=400))
        found = queries.forecast(rupa, period).total
        assert (found.values["closed"], found.counts["closed"]) == (50_000, 1)

    def test_a_line_that_is_none_is_refused(self, house):
        made = sale(house["rupa"])
        with pytest.raises(ValidationError) as refused:
            actions.change_opportunity(made, actor=house["rupa"], forecast="closed")
        assert "forecast" in refused.value.message_dict

    def test_a_new_stage_gets_its_line_by_its_probability(self, house):
        admin = make_seller("Admin", role="administrator")
        pipeline = stage_named("Quoted").pipeline
        lines = {
            share: actions.add_stage(pipeline, actor=admin, name=f"At {share}", probability=share).forecast
            for share in ("0.2", "0.5", "0.9")
        }
        assert lines == {"0.2": "pipeline", "0.5": "best_case", "0.9": "commit"}

    def test_dates_decide_the_period_and_closing_is_read_in_the_readers_zone(self, house):
        rupa = house["rupa"]
        made = sale(rupa, "700", "Won")
        Opportunity.objects.filter(pk=made.pk).update(closed_at=datetime(2026, 3, 31, 20, tzinfo=UTC))
        with timezone.override("Asia/Dhaka"):  # where it was the first of April, two in the morning
            april = queries.forecast(rupa, queries.period_of("month", date(2026, 4, 15))).total
        with timezone.override("Europe/London"):
            march = queries.forecast(rupa, queries.period_of("month", date(2026, 3, 15))).total
        assert april.values["closed"] == march.values["closed"] == 70_000

    def test_open_ones_in_no_period_are_told(self, house, period):
        rupa = house["rupa"]
        sale(rupa, "100", close=timezone.localdate() - timedelta(days=1))
        make_opportunity(by=rupa, taka="50", name="Undated")
        found = queries.forecast(rupa, period).undated
        assert (found.past, found.past_value, found.missing, found.missing_value) == (1, 10_000, 1, 5_000)


class TestTree:
    def test_persons_roll_up_into_their_teams(self, house, period):
        sale(house["rupa"], "1000", "Negotiating")
        sale(house["anik"], "200", "Negotiating")
        sale(house["mala"], "30", "Negotiating")
        found = queries.forecast(house["boss"], period)
        commit = {str(row.user or row.team): (row.depth, row.values["commit"]) for row in found.rows}
        assert commit == {
            "House": (0, 123_000), "Dhaka": (1, 120_000), "Rupa": (2, 100_000), "Mirpur": (2, 20_000),
            "Anik": (3, 20_000), "Chennai": (1, 3_000), "Mala": (2, 3_000),
        }  # fmt: skip
        assert found.total.values["commit"] == 123_000

    def test_reach_is_respected(self, house, period):
        sale(house["rupa"], "1000", "Negotiating")
        sale(house["anik"], "200", "Negotiating")
        sale(house["mala"], "30", "Negotiating")
        seen = queries.forecast(house["mala"], period)
        assert [str(row.user or row.team) for row in seen.rows] == ["Chennai", "Mala"]
        branch = queries.forecast(house["rupa"], period)
        assert branch.total.values["commit"] == 120_000
        with pytest.raises(Denied):
            queries.forecast(make_seller("Guest", role="service"), period)

    def test_without_an_owner_it_counts_for_its_team(self, house, period):
        sale(house["rupa"], "100", "Negotiating", owner=None)
        found = queries.forecast(house["boss"], period)
        assert row_of(found, house["dhaka"]).values["commit"] == 10_000

    def test_statements_do_not_grow_with_sellers(self, house, period, django_assert_max_num_queries):
        for number in range(5):
            sale(make_seller(f"Seller {number}", team=make_team(f"Team {number}", parent=house["dhaka"])))
        with django_assert_max_num_queries(11):
            queries.forecast(house["boss"], period)


class TestQuotas:
    def test_a_quota_stands_beside_what_is_closed(self, house, period):
        sale(house["rupa"], "250", "Won")
        actions.set_quota(house["rupa"], actor=house["boss"], period=period, amount=taka(1000))
        row = row_of(queries.forecast(house["boss"], period), house["rupa"])
        assert (row.quota, row.attained, row.missing) == (100_000, 0.25, 75_000)

    def test_a_team_without_one_shows_the_sum_below_it(self, house, period):
        for name, amount in (("rupa", 1000), ("anik", 500)):
            actions.set_quota(house[name], actor=house["boss"], period=period, amount=taka(amount))
        row = row_of(queries.forecast(house["boss"], period), house["dhaka"])
        assert (row.quota, row.quota_is_sum) == (150_000, True)
        actions.set_quota(house["dhaka"], actor=house["boss"], period=period, amount=taka(2000))
        row = row_of(queries.forecast(house["boss"], period), house["dhaka"])
        assert (row.quota, row.quota_is_sum) == (200_000, False)

    def test_it_is_of_one_period_changed_in_place_and_audited(self, house, period):
        boss, rupa = house["boss"], house["rupa"]
        actions.set_quota(rupa, actor=boss, period=period, amount=taka(10))
        actions.set_quota(rupa, actor=boss, period=period, amount=taka(20))
        assert queries.quota_of(boss, period, rupa) == 2_000
        assert queries.quota_of(boss, period.moved(1), rupa) is None
        actions.set_quota(rupa, actor=boss, period=period, amount=None)
        assert queries.quota_of(boss, period, rupa) is None
        written = AuditEntry.objects.filter(record_kind="quota").order_by("pk")
        assert [one.changes["amount"] for one in written] == [
            [None, "10.00 BDT"], ["10.00 BDT", "20.00 BDT"], ["20.00 BDT", None],
        ]  # fmt: skip

    def test_only_over_whom_one_is_set(self, house, period):
        with pytest.raises(OutOfReach):
            actions.set_quota(house["mala"], actor=house["rupa"], period=period, amount=taka(10))
        with pytest.raises(Denied):
            actions.set_quota(house["anik"], actor=house["anik"], period=period, amount=taka(10))

    @pytest.mark.parametrize("amount", [Money(0, "BDT"), Money(100, "USD"), Money(-100, "BDT")])
    def test_amounts_that_are_no_quota(self, house, period, amount):
        with pytest.raises(ValidationError):
            actions.set_quota(house["rupa"], actor=house["boss"], period=period, amount=amount)


class TestAdjustments:
    def test_the_managers_figure_stands_beside_the_sellers(self, house, period):
        boss, rupa = house["boss"], house["rupa"]
        sale(rupa, "1000", "Negotiating")
        actions.adjust_forecast(
            rupa, actor=boss, period=period, line="commit", amount=taka(600), note="One will slip"
        )
        found = queries.forecast(boss, period)
        row = row_of(found, rupa)
        assert (row.values["commit"], row.expected_by_line["commit"]) == (100_000, 60_000)
        assert row_of(found, house["top"]).expected == 60_000

    def test_one_of_a_team_takes_the_place_of_the_sum_below(self, house, period):
        boss = house["boss"]
        sale(house["anik"], "1000", "Negotiating")
        actions.adjust_forecast(
            house["anik"], actor=boss, period=period, line="commit", amount=taka(100), note="No"
        )
        actions.adjust_forecast(
            house["dhaka"], actor=boss, period=period, line="commit", amount=taka(900), note="Yes"
        )
        found = queries.forecast(boss, period)
        assert row_of(found, house["mirpur"]).expected == 10_000
        assert row_of(found, house["top"]).expected == 90_000

    def test_history_stays_and_can_be_taken_back(self, house, period):
        boss, rupa = house["boss"], house["rupa"]
        sale(rupa, "1000", "Negotiating")
        for amount, note in ((taka(600), "Slips"), (taka(800), "Half of it"), (None, "They were right")):
            actions.adjust_forecast(rupa, actor=boss, period=period, line="commit", amount=amount, note=note)
        kept = queries.adjustments_of(boss, period, rupa)
        assert [(one.amount_minor, one.figure_minor, one.note) for one in kept] == [
            (None, 100_000, "They were right"), (80_000, 100_000, "Half of it"), (60_000, 100_000, "Slips"),
        ]  # fmt: skip
        assert row_of(queries.forecast(boss, period), rupa).expected == 100_000

    def test_it_says_why(self, house, period):
        with pytest.raises(ValidationError) as refused:
            actions.adjust_forecast(
                house["rupa"], actor=house["boss"], period=period, line="commit", amount=taka(1), note=" "
            )
        assert "note" in refused.value.message_dict


class TestPages:
    def test_every_number_opens_its_records(self, house, period):
        boss, rupa = house["boss"], house["rupa"]
        sale(rupa, "1000", "Negotiating", name="In the number")
        sale(rupa, "1000", "Quoted", name="In another line")
        sale(house["mala"], "1000", "Negotiating", name="Of another team")
        client = Client()
        client.force_login(boss)
        page = client.get(reverse("sales:forecast"), {"kind": "month"})
        rows = {str(row.user or row.team): cells for row, cells in page.context["rows"]}
        for who in ("Rupa", "Dhaka"):
            commit = next(cell for cell in rows[who] if cell.line == "commit")
            listed = client.get(commit.url).content.decode()
            assert "In the number" in listed
            assert "In another line" not in listed
            assert "Of another team" not in listed

    def test_quota_and_adjustment_by_dialog(self, house, period):
        client = Client()
        client.force_login(house["boss"])
        words = f"?user={house['rupa'].pk}&kind=month&begins={period.begins}"
        assert client.post(reverse("sales:forecast_quota") + words, {"amount": "৫,০০০"}).status_code == 204
        assert queries.quota_of(house["boss"], period, house["rupa"]) == 500_000
        adjusting = reverse("sales:forecast_adjustment") + words + "&line=commit"
        assert client.post(adjusting, {"amount": "10", "note": ""}).status_code == 422
        assert client.post(adjusting, {"amount": "ten", "note": "x"}).status_code == 422
        assert client.post(adjusting, {"amount": "10", "note": "Sure"}).status_code == 204
        assert "Sure" in client.get(adjusting).content.decode()

    @pytest.mark.parametrize(
        "words", ["?kind=week", "?begins=yesterday", "?begins=9999-99-99", "?begins=1300-01-01"]
    )
    def test_a_period_that_is_none_is_said(self, house, words):
        client = Client()
        client.force_login(house["boss"])
        assert client.get(reverse("sales:forecast") + words).status_code == 422
