"""The board and the pages of opportunities, through the browser's door."""

import json
import re
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from bandhu.catalog.tests.cast import make_money
from bandhu.customers.tests.cast import make_company, make_contact
from bandhu.identity.tests.cast import make_team
from bandhu.platform.listing import listing_for
from bandhu.platform.money import Money
from bandhu.sales import actions, queries
from bandhu.sales.models import Opportunity, Stage
from bandhu.sales.tests.cast import make_opportunity, make_seller, ready_pipeline, reason_named, stage_named

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def rupa():
    make_money()
    return make_seller("Rupa", team=make_team("Dhaka"))


@pytest.fixture
def client(rupa):
    client = Client()
    client.force_login(rupa)
    return client


def column_of(user, name, **definition):
    board = queries.board(ready_pipeline(), listing_for(user, "opportunity", definition))
    return next(column for column in board.columns if column.stage.name == name)


def test_columns_count_and_sum_in_the_base_currency(rupa):
    make_opportunity("Rice", by=rupa, taka="1000")
    make_opportunity("Tea", by=rupa, amount=Money.of(10, "USD"))  # at 120
    actions.move_opportunity(
        make_opportunity("Jute", by=rupa, taka="77"), actor=rupa, stage=stage_named("Quoted")
    )
    assert (column_of(rupa, "Qualifying").count, column_of(rupa, "Qualifying").total) == (2, 220_000)
    assert (column_of(rupa, "Quoted").count, column_of(rupa, "Quoted").total) == (1, 7_700)


def test_a_board_shows_what_the_reader_may_see(rupa):
    make_opportunity("Rice", by=rupa)
    other = make_seller("Sam", role="sales", team=make_team("Khulna"))
    own = make_opportunity("Own", by=other)
    column = column_of(other, "Qualifying")
    assert (column.count, [card.pk for card in column.cards]) == (1, [own.pk])


def test_a_long_column_goes_on_where_it_stopped(rupa):
    company = make_company(by=rupa)
    made = [make_opportunity(f"No {n}", by=rupa, company=company).pk for n in range(queries.CARDS + 5)]
    column = column_of(rupa, "Qualifying")
    assert (column.count, len(column.cards)) == (len(made), queries.CARDS)
    rest = queries.more_cards(column.stage, listing_for(rupa, "opportunity", {}), column.more)
    assert [card.pk for card in [*column.cards, *rest.cards]] == made[::-1]
    assert rest.more == ""


def test_a_filter_narrows_cards_and_sums(rupa):
    make_opportunity("Rice", by=rupa, taka="100", source="Fair")
    make_opportunity("Tea", by=rupa, taka="30", source="Web")
    column = column_of(rupa, "Qualifying", filter={"all": [{"field": "source", "op": "is", "value": "fair"}]})
    assert (column.count, column.total) == (1, 10_000)
    by_amount = {"all": [{"field": "amount", "op": "more", "value": "99"}]}
    assert column_of(rupa, "Qualifying", filter=by_amount).count == 1


@pytest.mark.parametrize("lanes", ["", "owner", "source"])
def test_the_page_of_the_board(client, rupa, lanes):
    make_opportunity("<b>Rice</b>", by=rupa, source="Fair")
    page = client.get(reverse("sales:board"), {"lanes": lanes}).content.decode()
    assert "&lt;b&gt;Rice&lt;/b&gt;" in page
    assert "<b>Rice</b>" not in page
    assert 'draggable="true"' in page


def test_a_broken_filter_is_said(client, rupa):
    answer = client.get(reverse("sales:board"), {"filter": "{"})
    assert answer.status_code == 422
    assert client.get(reverse("sales:board"), {"pipeline": "nonsense"}).status_code == 200


def test_moving_a_card_takes_it_from_one_column_to_the_other(client, rupa):
    made, stays = make_opportunity("Rice", by=rupa), make_opportunity("Tea", by=rupa)
    answer = client.post(
        reverse("sales:moving", args=[made.pk]),
        {"stage": stage_named("Quoted").pk, "from": made.stage_id},
        HTTP_HX_CURRENT_URL=f"http://testserver{reverse('sales:board')}",
        **HTMX,
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    # The heads of two columns, and their counts in the row that switches between them.
    assert page.count('hx-swap-oob="true"') == 4
    assert f'<div id="card-{made.pk}" hx-swap-oob="delete">' in page
    under = page.partition(f'hx-swap-oob="afterbegin:#cards-{stage_named("Quoted").pk}"')[2]
    assert f'<article class="board-card" id="card-{made.pk}"' in under.partition("</article>")[0]
    assert str(stays.pk) not in page
    assert "toast" in answer["HX-Trigger"]


@pytest.mark.parametrize(
    ("shown", "left", "entered"),
    [
        ({"shown_from": "7 900000", "shown_to": "2 100"}, "6 600000", "3 300100"),
        ({"shown_from": "7 900000", "shown_to": "x"}, "0 0", "1 300000"),
        ({}, "0 0", "1 300000"),
    ],
)
def test_sums_above_the_columns_are_carried_on_from_what_the_page_shows(client, rupa, shown, left, entered):
    made, goal = make_opportunity("Rice", by=rupa, taka="3000"), stage_named("Quoted")
    page = client.post(
        reverse("sales:moving", args=[made.pk]),
        {"stage": goal.pk, "from": made.stage_id, **shown},
        HTTP_HX_CURRENT_URL=f"http://testserver{reverse('sales:board')}",
        **HTMX,
    ).content.decode()
    assert f'id="head-{made.stage_id}" data-shown="{left}"' in page
    assert f'id="head-{goal.pk}" data-shown="{entered}"' in page


def test_a_filter_on_the_first_stage_holds_for_the_others_too(rupa):
    make_opportunity("Rice", by=rupa, taka="3000")
    for taka in ("10", "99"):
        made = make_opportunity(f"Tea {taka}", by=rupa, taka=taka)
        actions.move_opportunity(made, actor=rupa, stage=stage_named("Quoted"))
    first = ready_pipeline().stages.order_by("position").first()
    either = [
        {"field": "stage", "op": "in", "value": [str(first.pk)]},
        {"field": "amount", "op": "more", "value": "50"},
    ]
    column = column_of(rupa, "Quoted", filter={"any": either})
    assert (column.count, [card.name for card in column.cards]) == (1, ["Tea 99"])


def test_what_a_stage_needs_is_asked_for_and_then_moves(client, rupa):
    made = make_opportunity("Rice", by=rupa, amount=None)
    url, stage = reverse("sales:moving", args=[made.pk]), stage_named("Negotiating")
    asked = client.post(url, {"stage": stage.pk, "from": made.stage_id}, **HTMX)
    assert (asked.status_code, asked["HX-Retarget"]) == (422, "#dialog-body")
    assert 'name="expected_close"' in asked.content.decode()
    filled = {
        "stage": stage.pk,
        "from": made.stage_id,
        "asked": ["amount", "expected_close"],
        "amount": "1,500",
        "currency": "BDT",
    }
    again = client.post(url, filled, **HTMX)
    assert again.status_code == 422
    assert 'value="1,500"' in again.content.decode()
    client.post(url, filled | {"expected_close": "2030-05-01"}, **HTMX)
    made.refresh_from_db()
    assert (made.stage, made.amount_minor) == (stage, 150_000)


def test_losing_asks_why(client, rupa):
    made = make_opportunity("Rice", by=rupa)
    url, lost = (
        reverse("sales:moving", args=[made.pk]),
        {"stage": stage_named("Lost").pk, "from": made.stage_id},
    )
    assert 'name="reason"' in client.post(url, lost, **HTMX).content.decode()
    reason = reason_named("No answer")
    client.post(url, lost | {"closing": "1", "reason": reason.pk, "note": "Three mails"})
    made.refresh_from_db()
    assert (made.state, made.close_reason, made.close_note) == ("lost", reason, "Three mails")


def test_the_second_of_two_is_told(client, rupa):
    made = make_opportunity("Rice", by=rupa)
    actions.move_opportunity(made, actor=rupa, stage=stage_named("Quoted"))
    answer = client.post(
        reverse("sales:moving", args=[made.pk]),
        {"stage": stage_named("Needs understood").pk, "from": made.stage_id},
        **HTMX,
    )
    assert "Quoted" in json.loads(answer["HX-Trigger"])["toast"]["text"]
    assert Opportunity.objects.get(pk=made.pk).stage.name == "Quoted"


def test_a_form_makes_one_and_keeps_what_was_wrong(client, rupa):
    contact = make_contact("Anika", by=rupa)
    wrong = {"name": "Rice", "contact": contact.pk, "amount": "12x", "currency": "BDT"}
    refused = client.post(reverse("sales:opportunity_new"), wrong)
    assert refused.status_code == 422
    assert 'value="12x"' in refused.content.decode()
    client.post(
        reverse("sales:opportunity_new"),
        wrong | {"amount": "১২.৫০", "tags": "Big, New", "stage": stage_named("Quoted").pk},
    )
    made = Opportunity.objects.get()
    assert (made.amount, made.contact, made.stage.name) == (Money(1250, "BDT"), contact, "Quoted")
    page = client.get(reverse("sales:opportunity", args=[made.pk])).content.decode()
    assert "Anika" in page and "Negotiating" in page
    assert "Rice" in client.get(reverse("sales:contact_opportunities", args=[contact.pk])).content.decode()
    assert "Rice" in client.get(reverse("sales:opportunities")).content.decode()


def test_two_forms_of_one_version_are_compared(client, rupa):
    made = make_opportunity("Rice", by=rupa)
    actions.change_opportunity(made, actor=rupa, name="More rice")
    answer = client.post(
        reverse("sales:opportunity_edit", args=[made.pk]),
        {
            "version": "1",
            "name": "Less rice",
            "company": made.company_id,
            "amount": "5000",
            "currency": "BDT",
        },
    )
    assert answer.status_code == 409
    assert "More rice" in answer.content.decode()


def test_a_currency_without_a_rate_is_refused_with_the_way_out(client, rupa):
    company = make_company(by=rupa)
    sent = {"name": "Rice", "company": company.pk, "amount": "5 EUR"}
    answer = client.post(reverse("sales:opportunity_new"), sent)
    assert answer.status_code == 422
    assert "exchange rate for EUR" in answer.content.decode()
    assert not Opportunity.objects.exists()


def test_parts_are_added_in_dialogs(client, rupa):
    made, boss = make_opportunity("Rice", by=rupa), make_contact("The Boss", by=rupa)
    post = lambda name, data: client.post(reverse(f"sales:{name}", args=[made.pk]), data, **HTMX)  # noqa: E731
    assert post("stakeholders", {"contact": boss.pk, "role": "decides"}).status_code == 204
    assert post("competitors", {"name": "Meghna"}).status_code == 204
    assert post("splits", {"user-0": rupa.pk, "percent-0": "90"}).status_code == 422
    assert post("splits", {"user-0": rupa.pk, "percent-0": "100"}).status_code == 204
    assert (
        post(
            "steps", {"what": "Call", "kind": "call", "due_at": "2030-01-01T10:00", "owner": rupa.pk}
        ).status_code
        == 204
    )
    page = client.get(reverse("sales:opportunity", args=[made.pk])).content.decode()
    for words in ("The Boss", "Decides", "Meghna", "Call"):
        assert words in page
    made.refresh_from_db()
    assert made.next_step_due_at.year == 2030


def test_pipelines_are_set_up_on_screens(client):
    client.force_login(make_seller("Root", role="administrator"))
    client.post(reverse("sales:pipelines"), {"name": "Repairs", "name_bn": "মেরামত"})
    repairs = queries.pipelines(make_seller("Reader"), with_inactive=True)[-1]
    assert (repairs.name, repairs.names) == ("Repairs", {"bn": "মেরামত"})
    client.post(
        reverse("sales:stage_new", args=[repairs.pk]),
        {
            "name": "Looked at",
            "kind": "open",
            "probability": "40%",
            "forecast": "pipeline",
            "required_fields": ["amount"],
        },
    )
    page = client.get(reverse("sales:pipeline", args=[repairs.pk])).content.decode()
    assert "Looked at" in page and "40%" in page
    added = repairs.stages.get(name="Looked at")
    client.post(reverse("sales:stage_order", args=[repairs.pk]), {"up": added.pk})
    assert Stage.objects.filter(pipeline=repairs).first() == added
    refused = client.post(
        reverse("sales:stage", args=[added.pk]), {"name": "", "kind": "open", "forecast": "x"}
    )
    assert refused.status_code == 422


def test_a_card_that_leaves_the_filter_by_moving_is_not_put_back(client, rupa):
    made, first = make_opportunity("Rice", by=rupa), stage_named("Qualifying")
    tree = json.dumps({"all": [{"field": "stage", "op": "in", "value": [str(first.pk)]}]})
    answer = client.post(
        reverse("sales:moving", args=[made.pk]),
        {"stage": stage_named("Quoted").pk, "from": first.pk},
        HTTP_HX_CURRENT_URL=f"http://testserver{reverse('sales:board')}?{urlencode({'filter': tree})}",
        **HTMX,
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'<div id="card-{made.pk}" hx-swap-oob="delete">' in page and "<article" not in page


def test_a_full_cell_of_a_lane_leads_to_all_its_cards(client, rupa):
    firm = make_company("Padma", by=rupa)
    for number in range(12):
        make_opportunity(f"Sale {number}", by=rupa, company=firm, source="Fair")
    make_opportunity("Elsewhere", by=rupa, company=firm)
    address = reverse("sales:board")
    for lanes, count in (("source", 12), ("owner", 13)):
        page = client.get(address, {"lanes": lanes}).content.decode()
        assert f"All {count} cards" in page
        url = unescape(re.search(r'href="([^"]+)">All ', page)[1])
        tree = json.loads(parse_qs(urlsplit(url).query)["filter"][0])
        assert listing_for(rupa, "opportunity", {"filter": tree}).count() == (count, False)
    assert "cards</a>" not in client.get(address, {"lanes": "owner", "q": "Elsewhere"}).content.decode()


def test_every_open_card_says_that_no_step_is_planned(client, rupa):
    Stage.objects.update(ageing_days=None)
    made = make_opportunity("Rice", by=rupa)
    assert "No next step is planned" in client.get(reverse("sales:board")).content.decode()
    actions.move_opportunity(made, actor=rupa, stage=stage_named("Won"))
    assert "No next step is planned" not in client.get(reverse("sales:board")).content.decode()
