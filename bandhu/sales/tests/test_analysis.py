"""The analysis of a pipeline: exact on a small story, equal to plain Python on the public pipeline file, and within reach."""

import csv
import json
import re
from collections import Counter
from datetime import date, datetime, timedelta
from html import unescape
from statistics import median, quantiles
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from bandhu.catalog.tests.cast import make_money
from bandhu.customers.tests.cast import make_company
from bandhu.identity.tests.cast import grant, make_team, make_user
from bandhu.platform.listing import listing_for
from bandhu.platform.tests.data_sets import data_set
from bandhu.sales import actions, queries
from bandhu.sales.models import Opportunity, StageMove
from bandhu.sales.tests.cast import make_opportunity, make_seller, ready_pipeline, reason_named, stage_named
from bandhu.sales.tests.stories import moment, tell, write

pytestmark = pytest.mark.django_db


def analysed(user, since, until, **definition):
    listing = listing_for(user, "opportunity", definition)
    return queries.analysis(ready_pipeline(), listing, queries.Span(since, until))


def flow_of(found, name):
    return next(flow for flow in found.flows if flow.stage.name == name)


@pytest.fixture
def rupa():
    make_money()
    return make_seller("Rupa", team=make_team("Dhaka"))


@pytest.fixture
def story(rupa):
    """June 2026: four enter, one passes two stages and is won, one is lost, one goes back, one stays; one closed in May."""
    firm, june = make_company("Padma", by=rupa), lambda day: date(2026, 6, day)
    new, quoted, talks = stage_named("Qualifying"), stage_named("Quoted"), stage_named("Negotiating")
    won, lost = stage_named("Won"), stage_named("Lost")
    dear = reason_named("Too expensive")
    may = date(2026, 5, 20)
    write([
        tell(rupa, firm, [(new, june(1)), (quoted, june(3)), (won, june(7))], taka=900),
        tell(rupa, firm, [(new, june(2)), (lost, june(6))], taka=500, reason=dear),
        tell(rupa, firm, [(new, june(5)), (talks, june(11)), (quoted, june(12))], taka=100),
        tell(rupa, firm, [(new, june(30))], taka=50),
        tell(rupa, firm, [(new, date(2026, 5, 1)), (lost, may)], taka=7000),
    ])  # fmt: skip
    return rupa


JUNE = (date(2026, 6, 1), date(2026, 6, 30))


def test_a_small_story_is_counted_to_the_last_move(story):
    found = analysed(story, *JUNE)
    first, quoted, talks = (flow_of(found, name) for name in ("Qualifying", "Quoted", "Negotiating"))
    assert first.counts == {"entered": 4, "left": 3, "passed": 2, "lost": 1, "back": 0}
    assert first.values["entered"] == 1550 and first.values["lost"] == 500
    assert (first.median, first.slowest) == (timedelta(days=4), timedelta(days=5.6))
    assert quoted.counts == {"entered": 2, "left": 1, "passed": 1, "lost": 0, "back": 0}
    assert talks.counts == {"entered": 1, "left": 1, "passed": 0, "lost": 0, "back": 1}
    assert first.conversion == 2 / 3 and first.before.conversion == 0 and not first.narrows
    results = found.results
    assert (results.won, results.won_value, results.lost, results.lost_value) == (1, 900, 1, 500)
    assert (results.open, results.open_value, results.cycle) == (2, 150, timedelta(days=6))
    assert results.velocity == round(2 * 0.5 * 900 / 6)
    assert [(str(one.reason), one.count, one.value) for one in found.losses] == [("Too expensive", 1, 500)]
    assert [(one.month, one.counts, one.won_value) for one in found.cohorts] == [
        (date(2026, 6, 1), {"open": 2, "won": 1, "lost": 1}, 900)
    ]


def test_what_is_in_the_bin_or_out_of_reach_does_not_count(story):
    Opportunity.objects.filter(base_amount_minor=900).update(deleted_at=moment(date(2026, 7, 1)))
    admin = make_seller("Root", role="administrator")
    for reader in (story, admin):
        assert flow_of(analysed(reader, *JUNE), "Qualifying").counts["entered"] == 3
    stranger = make_user("Kamal", team=make_team("Sylhet"))
    grant(stranger, "sales.view_opportunity", "own")
    found = analysed(stranger, *JUNE)
    assert not any(sum(flow.counts.values()) for flow in found.flows)
    assert found.results == type(found.results)() and not found.cohorts and not found.losses


def test_a_stage_narrows_only_beyond_chance(rupa):
    firm, first, won, lost = make_company("Padma", by=rupa), *map(stage_named, ("Qualifying", "Won", "Lost"))
    said = date(2026, 5, 5), date(2026, 6, 5)
    told = [
        tell(rupa, firm, [(first, day - timedelta(days=1)), (won if number < good else lost, day)])
        for day, good in zip(said, (40, 24), strict=True)
        for number in range(60)
    ]
    write(told)
    flow = flow_of(analysed(rupa, *JUNE), "Qualifying")
    # 40 of 60 against 24 of 60: z = 2.93; 40 against 33 would be z = 1.31.
    assert flow.narrows and flow.change == pytest.approx(-16 / 60)
    changed = [made.pk for made, _moves in told[60:] if made.state == "lost"][:9]
    StageMove.objects.filter(opportunity__in=changed, to_stage=lost).update(to_stage=won)
    assert not flow_of(analysed(rupa, *JUNE), "Qualifying").narrows


@pytest.mark.parametrize("way", queries.WAYS)
def test_each_number_of_a_stage_opens_its_moves(story, way):
    client, stage = Client(), stage_named("Qualifying")
    client.force_login(story)
    words = {"since": "2026-06-01", "until": "2026-06-30"}
    count = flow_of(analysed(story, *JUNE), "Qualifying").counts[way]
    listing = listing_for(story, "opportunity", {})
    assert queries.moves_behind(stage, listing, queries.Span(*JUNE), way).count() == count
    answer = client.get(reverse("sales:analysis_moves", args=[stage.pk]), {**words, "way": way})
    assert answer.content.decode().count('class="row-link"') == count


def test_every_other_number_opens_the_list_that_has_as_many(story):
    client = Client()
    client.force_login(story)
    found = analysed(story, *JUNE)
    answer = client.get(reverse("sales:analysis"), {"since": "2026-06-01", "until": "2026-06-30"})
    assert answer.status_code == 200
    to = answer.context["to"]
    expected = [
        (to.won(), found.results.won), (to.lost(), found.results.lost), (to.open(), found.results.open),
        (to.earning(), found.results.open + found.results.won + found.results.lost),
        *((url, one.count) for one, url in answer.context["losses"]),
        *((url, one.total) for one, url, _states, _closed in answer.context["cohorts"]),
        *(pair[::-1] for _one, _url, states, _closed in answer.context["cohorts"] for pair in states),
        *((url, one.counts["won"] + one.counts["lost"]) for one, _url, _states, url in answer.context["cohorts"]),
        (to.of_reason(None), 0),
    ]  # fmt: skip
    for url, count in expected:
        tree = json.loads(parse_qs(urlsplit(url).query)["filter"][0])
        assert listing_for(story, "opportunity", {"filter": tree}).count() == (count, False)
        assert client.get(url).status_code == 200


def test_times_shares_and_values_open_what_they_are_made_of(story):
    client = Client()
    client.force_login(story)
    page = client.get(reverse("sales:analysis"), {"since": "2026-06-01", "until": "2026-06-30"})
    page = page.content.decode()
    stage = reverse("sales:analysis_moves", args=[stage_named("Qualifying").pk])
    found = [unescape(one) for one in re.findall(rf'href="({stage}[^"]*)"', page)]
    words = [dict(parse_qsl(urlsplit(one).query)) for one in found]
    left = [one for one in words if one["way"] == "left"]
    june = {"since": "2026-06-01", "until": "2026-06-30", "way": "left"}
    assert left == [june, {"since": "2026-05-02", "until": "2026-05-31", "way": "left"}, june, june]
    assert client.get(stage, left[1]).content.decode().count('class="row-link"') == 1
    assert re.search(r'href="[^"]*close_reason[^"]*"><bdi>', page)  # the value of what was lost


def test_a_condition_narrows_every_figure(story):
    tree = {"all": [{"field": "amount", "op": "less", "value": "6"}]}  # of 100 poisha
    found = analysed(story, *JUNE, filter=tree)
    assert flow_of(found, "Qualifying").counts["entered"] == 3 and found.results.won == 0


def test_programs_get_the_same_figures(story):
    client, pipeline = Client(), ready_pipeline()
    client.force_login(story)
    address = f"/api/v1/pipelines/{pipeline.pk}/analysis"
    told = client.get(address, {"since": "2026-06-01", "until": "2026-06-30"}).json()
    first = told["stages"][0]
    assert (first["entered"], first["passed"], first["median_seconds"]) == (4, 2, 4 * 86_400)
    assert (told["won_value"], told["losses"][0]["value"], told["cohorts"][0]["open"]) == (900, 500, 2)
    assert client.get(address, {"since": "tea"}).status_code == 422


@pytest.mark.parametrize(
    "since, until", [("2026-06-30", "2026-06-01"), ("2026-02-30", ""), ("tea", ""), ("1900-01-01", ""), ("", "9999-12-31")]
)  # fmt: skip
def test_a_period_that_is_none_is_refused_with_a_sentence(story, since, until):
    with pytest.raises(ValidationError):
        queries.span_of(since, until)
    client = Client()
    client.force_login(story)
    answer = client.get(reverse("sales:analysis"), {"since": since, "until": until})
    assert answer.status_code == 422 and "This is not what was asked for" in answer.content.decode()


def test_an_undone_move_stays_in_the_history(rupa):
    made = make_opportunity(by=rupa)
    first, second = stage_named("Qualifying"), stage_named("Needs understood")
    client = Client()
    client.force_login(rupa)
    address = reverse("sales:moving", args=[made.pk])
    there = client.post(address, {"stage": second.pk, "from": first.pk}, HTTP_HX_REQUEST="true")
    undo = json.loads(there["HX-Trigger"])["toast"]["action_url"]
    assert client.post(undo, HTTP_HX_REQUEST="true").status_code == 200
    made.refresh_from_db()
    assert made.stage == first and made.moves.count() == 3
    actions.move_opportunity(made, actor=rupa, stage=second)
    actions.move_opportunity(made, actor=rupa, stage=stage_named("Quoted"))
    late = client.post(undo, HTTP_HX_REQUEST="true")  # somebody moved it on meanwhile: nothing moves
    made.refresh_from_db()
    assert made.stage.name == "Quoted" and "meanwhile" in late["HX-Trigger"]


@pytest.fixture
def public_rows(rupa):
    """The rows of a public file of 8,800 opportunities that say when they were engaged, written as opportunities with moves."""
    folder = data_set("b2b_pipeline_maven")
    with (folder / "products.csv").open() as file:
        price = {row["product"]: int(row["sales_price"]) for row in csv.DictReader(file)}
    with (folder / "sales_pipeline.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["engage_date"]]
    firm, stages = make_company("Maven", by=rupa), {"Engaging": stage_named("Quoted")}
    reason, told = reason_named("No answer"), []
    for row in rows:
        for name in ("engage_date", "close_date"):
            row[name] = datetime.strptime(row[name], "%m/%d/%Y").date() if row[name] else None
        # A lost one is worth what it would have cost; the file writes 0.
        row["value"] = int(row["close_value"] or 0) or price.get(
            row["product"].replace("GTXPro", "GTX Pro"), 0
        )
        steps = [(stages["Engaging"], row["engage_date"])]
        if row["close_date"]:
            steps.append((stage_named(row["deal_stage"]), row["close_date"]))
        lost = reason if row["deal_stage"] == "Lost" else None
        told.append(tell(rupa, firm, steps, taka=row["value"], reason=lost))
    write(told)
    return rows


def test_the_public_pipeline_gives_what_plain_python_counts(rupa, public_rows):
    since, until = date(2017, 4, 1), date(2017, 9, 30)
    found = analysed(rupa, since, until)
    flow = flow_of(found, "Quoted")
    entered = [row for row in public_rows if since <= row["engage_date"] <= until]
    closed = [row for row in public_rows if row["close_date"] and since <= row["close_date"] <= until]
    by_end = Counter(row["deal_stage"] for row in closed)
    assert len(public_rows) == 8300 and by_end["Won"] > 1000
    assert flow.counts == {
        "entered": len(entered), "left": len(closed), "passed": by_end["Won"], "lost": by_end["Lost"], "back": 0,
    }  # fmt: skip
    lasted = [(row["close_date"] - row["engage_date"]).days for row in closed]
    assert flow.median == timedelta(days=median(lasted))
    assert flow.slowest.total_seconds() == pytest.approx(
        quantiles(lasted, n=10, method="inclusive")[8] * 86_400
    )
    value = {end: sum(row["value"] for row in closed if row["deal_stage"] == end) for end in ("Won", "Lost")}
    results = found.results
    assert (results.won_value, results.lost_value) == (value["Won"], value["Lost"])
    assert [(one.count, one.value) for one in found.losses] == [(by_end["Lost"], value["Lost"])]
    cycle = [(row["close_date"] - row["engage_date"]).days for row in closed if row["deal_stage"] == "Won"]
    assert results.cycle.total_seconds() == pytest.approx(sum(cycle) / len(cycle) * 86_400)
    months = Counter((row["engage_date"].replace(day=1), row["deal_stage"]) for row in entered)
    assert {(one.month, state): one.counts[state] for one in found.cohorts for state in ("won", "lost")} == {
        (date(2017, month, 1), state): months[date(2017, month, 1), state.title()]
        for month in range(4, 10)
        for state in ("won", "lost")
    }
    former = [
        row for row in public_rows if row["close_date"] and date(2016, 9, 30) <= row["close_date"] < since
    ]
    won_before = sum(row["deal_stage"] == "Won" for row in former)
    assert flow.before.counts["left"] == len(former) and flow.before.counts["passed"] == won_before
