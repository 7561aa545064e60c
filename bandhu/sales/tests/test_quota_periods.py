"""Quotas of months, quarters and years of the house's fiscal year, and how parts make a whole."""

import json
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from bandhu.catalog import actions as catalog_actions
from bandhu.catalog.queries import fiscal_year_begins
from bandhu.catalog.tests.cast import make_administrator, make_money
from bandhu.identity.results import Denied
from bandhu.identity.tests.cast import make_team
from bandhu.platform.models import AuditEntry, EventRecord
from bandhu.platform.money import Money
from bandhu.sales import actions, queries
from bandhu.sales.models import Opportunity
from bandhu.sales.templatetags.sales_forecast import period_name
from bandhu.sales.tests.cast import make_opportunity, make_seller, stage_named

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    admin = make_administrator()
    make_money(admin)
    team = make_team("Dhaka")
    return SimpleNamespace(
        admin=admin, team=team, boss=make_seller("Boss", team=team), rupa=make_seller("Rupa", role="sales", team=team)
    )  # fmt: skip


def of(kind, day):
    return queries.period_of(kind, day)


def set_taka(house, subject, kind, day, taka):
    amount = None if taka is None else Money(taka * 100, "BDT")
    return actions.set_quota(subject, actor=house.boss, period=of(kind, day), amount=amount)


def row_of(house, subject, kind, day):
    found = queries.forecast(house.boss, of(kind, day))
    return next(row for row in found.rows if subject in (row.user, row.team))


def quota_of(house, subject, kind, day):
    row = row_of(house, subject, kind, day)
    return row.quota // 100, row.quota_from_parts


class TestFiscalYear:
    def test_periods_are_cut_by_it(self, house):
        assert of("year", "2026-11-23").begins == date(2026, 1, 1)
        catalog_actions.set_fiscal_year(4, actor=house.admin)
        year = of("year", "2027-03-31")
        assert (year.begins, year.ends) == (date(2026, 4, 1), date(2027, 3, 31))
        assert [part.begins.month for part in year.parts] == [4, 7, 10, 1]
        catalog_actions.set_fiscal_year(2, actor=house.admin)
        quarter = of("quarter", "2027-01-15")
        assert (quarter.begins, quarter.ends) == (date(2026, 11, 1), date(2027, 1, 31))
        assert (quarter.moved(1).begins, quarter.moved(-4).begins) == (date(2027, 2, 1), date(2025, 11, 1))
        assert of("month", "2027-01-15").begins == date(2027, 1, 1)

    def test_names_say_the_months_where_the_calendars_would_mislead(self, house):
        assert [period_name(of(kind, "2026-11-23")) for kind in ("quarter", "year")] == ["Q4 2026", "2026"]
        catalog_actions.set_fiscal_year(7, actor=house.admin)
        names = [period_name(of(kind, "2026-11-23")) for kind in ("month", "quarter", "year")]
        assert names[0] == "November 2026"
        assert "Oct" in names[1] and "Dec" in names[1] and "Q" not in names[1]
        assert "Jul" in names[2] and "2027" in names[2]

    @pytest.mark.parametrize("month", [0, 13, -1, None, "7"])
    def test_what_is_no_month_is_refused(self, house, month):
        with pytest.raises(ValidationError):
            catalog_actions.set_fiscal_year(month, actor=house.admin)
        assert fiscal_year_begins() == 1

    def test_it_is_audited_and_told_once(self, house):
        for _time in range(2):
            catalog_actions.set_fiscal_year(7, actor=house.admin)
        told = EventRecord.objects.filter(name="catalog.fiscal_year_set")
        assert [one.payload["month"] for one in told] == [7]
        assert AuditEntry.objects.get(record_title="catalog.fiscal_year").changes == {
            "fiscal_year_begins": [1, 7]
        }
        with pytest.raises(Denied):
            catalog_actions.set_fiscal_year(1, actor=house.rupa)

    def test_by_page_and_by_the_api(self, house):
        client = Client()
        client.force_login(house.admin)
        assert client.post(reverse("catalog:fiscal_year"), {"month": "13"}).status_code == 422
        assert client.post(reverse("catalog:fiscal_year"), {"month": "4"}).status_code == 302
        assert client.get("/api/v1/fiscal-year").json() == {"month": 4}
        sent = [client.put("/api/v1/fiscal-year", {"month": one}, "application/json") for one in (0, 7)]
        assert [one.status_code for one in sent] == [422, 200]
        assert fiscal_year_begins() == 7


class TestParts:
    def test_all_parts_make_the_whole_whatever_was_set_for_it(self, house):
        set_taka(house, house.rupa, "year", "2026-01-01", 5_000)
        for month in (1, 4, 7):
            set_taka(house, house.rupa, "quarter", date(2026, month, 1), 1_000)
        assert quota_of(house, house.rupa, "year", "2026-06-01") == (5_000, False)
        for month in (10, 11, 12):
            set_taka(house, house.rupa, "month", date(2026, month, 1), 400)
        assert quota_of(house, house.rupa, "quarter", "2026-10-01") == (1_200, True)
        assert quota_of(house, house.rupa, "year", "2026-06-01") == (4_200, True)

    def test_some_parts_are_summed_where_nothing_is_set_for_the_whole(self, house):
        set_taka(house, house.rupa, "month", "2026-02-01", 300)
        set_taka(house, house.rupa, "quarter", "2026-07-01", 1_000)
        assert quota_of(house, house.rupa, "quarter", "2026-01-01") == (300, True)
        assert quota_of(house, house.rupa, "year", "2026-01-01") == (1_300, True)
        assert quota_of(house, house.rupa, "month", "2026-02-01") == (300, False)
        # Not downwards: a quarter says nothing of its months.
        found = queries.forecast(house.boss, of("month", "2026-07-01"))
        assert all(row.quota is None for row in found.rows)

    def test_a_team_shows_the_years_of_those_below(self, house):
        for month in (1, 4, 7, 10):
            set_taka(house, house.rupa, "quarter", date(2026, month, 1), 100)
        set_taka(house, house.boss, "year", date(2026, 1, 1), 50)
        row = row_of(house, house.team, "year", "2026-01-01")
        assert (row.quota, row.quota_is_sum, row.quota_from_parts) == (45_000, True, False)

    def test_quarters_of_another_fiscal_year_are_no_parts(self, house):
        set_taka(house, house.rupa, "quarter", "2026-04-01", 1_000)
        catalog_actions.set_fiscal_year(2, actor=house.admin)
        assert all(one.quota is None for one in queries.forecast(house.boss, of("year", "2026-04-01")).rows)
        catalog_actions.set_fiscal_year(4, actor=house.admin)
        assert quota_of(house, house.rupa, "year", "2026-04-01") == (1_000, True)


def test_attainment_page_and_api_follow_the_year(house):
    """Won in two quarters of the fiscal year counts against the year's quota, nothing won before it."""
    catalog_actions.set_fiscal_year(7, actor=house.admin)
    for day in (datetime(2026, 6, 30, 6, tzinfo=UTC), datetime(2026, 7, 1, 6, tzinfo=UTC), datetime(2027, 6, 30, 6, tzinfo=UTC)):  # fmt: skip
        made = make_opportunity(by=house.rupa, taka="250")
        won = actions.move_opportunity(made, actor=house.rupa, stage=stage_named("Won"))
        Opportunity.objects.filter(pk=won.pk).update(closed_at=day)
    client = Client()
    client.force_login(house.boss)
    sent = {"user_id": str(house.rupa.pk), "kind": "year", "begins": "2026-11-23", "amount_minor": 100_000}
    set_one = client.put("/api/v1/forecast/quotas", json.dumps(sent), "application/json").json()
    assert set_one == {"kind": "year", "begins": "2026-07-01", "amount_minor": 100_000}
    found = client.get("/api/v1/forecast?kind=year&begins=2026-11-23").json()
    row = next(one for one in found["rows"] if one["user_id"] == str(house.rupa.pk))
    assert (found["begins"], found["ends"]) == ("2026-07-01", "2027-06-30")
    assert (row["quota"], row["quota_from_parts"], row["attained"]) == (100_000, False, 0.5)
    page = client.get(reverse("sales:forecast"), {"kind": "year", "begins": "2026-11-23"})
    assert page.status_code == 200 and "50%" in page.content.decode()
    set_taka(house, house.rupa, "month", "2026-08-01", 400)
    dialog = reverse("sales:forecast_quota") + f"?user={house.rupa.pk}&kind=quarter&begins=2026-07-01"
    assert "Parts of this period have a quota, together" in client.get(dialog).content.decode()


def test_the_trend_counts_by_the_fiscal_quarters(house):
    catalog_actions.set_fiscal_year(2, actor=house.admin)
    running = of("quarter", "")
    for back, taka in ((1, "10"), (2, "20")):
        made = make_opportunity(by=house.rupa, taka=taka)
        won = actions.move_opportunity(made, actor=house.rupa, stage=stage_named("Won"))
        last_day = running.moved(-back).ends
        Opportunity.objects.filter(pk=won.pk).update(
            closed_at=datetime.combine(last_day, datetime.min.time(), UTC).replace(hour=6)
        )
    past = queries.won_trend(house.boss, "quarter").past
    assert [(one.period.begins, one.value) for one in past] == [
        (running.moved(-2).begins, 2_000), (running.moved(-1).begins, 1_000),
    ]  # fmt: skip
