"""An administrator writes the rules of a stage, tries them out and saves them; a seller drags a card there."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from bandhu.catalog.tests.cast import make_money
from bandhu.identity.tests.cast import make_team
from bandhu.interactions.models import FollowUp
from bandhu.platform.money import Money
from bandhu.sales.tests.cast import make_opportunity, make_seller, stage_named
from tests.journeys.accessibility import violations
from tests.journeys.people import page_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def column(page, name):
    return page.locator(".board-column").filter(has=page.get_by_role("heading", name=name, exact=True))


def test_a_rule_is_written_and_holds_the_next_card(browser, live_server, worker):
    make_money()
    boss = make_seller("Boss", role="administrator", team=make_team("House"))
    rupa = make_seller("Rupa Chakraborty", role="sales", team=make_team("Dhaka"))
    rice = make_opportunity("Two hundred sacks", by=rupa, taka="500")
    quoted = stage_named("Quoted")
    page = page_of(browser, live_server, boss)
    page.goto(f"{live_server.url}/settings/pipelines/{quoted.pipeline_id}/", wait_until="networkidle")
    page.get_by_role("link", name="Rules of Quoted").click()
    expect(page.get_by_text("This stage has no rules yet")).to_be_visible()
    page.get_by_role("button", name="Add a condition").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Field").select_option(label="Amount")
    dialog.get_by_label("Condition").select_option(label="is at least")
    dialog.get_by_label("Value").fill("1000")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#rule-conditions")).to_contain_text("Amount")
    page.get_by_label("What a seller is told who may not").fill("Quotes begin at 1,000 taka.")
    page.get_by_label("Do this").select_option(label="Plan a follow-up")
    page.get_by_label("What is to be done").fill("Ask whether it arrived")
    page.get_by_label("Due in so many days").fill("3")
    assert violations(page) == []
    page.get_by_role("button", name="Try it on the last moves").click()
    expect(page.get_by_text("Nothing was moved into this stage yet")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("“Quoted” is saved.")).to_be_visible()
    expect(page.locator("#rule-conditions")).to_contain_text("1,000")

    board = page_of(browser, live_server, rupa)
    board.goto(f"{live_server.url}/board/", wait_until="networkidle")
    board.locator(f"#card-{rice.pk}").drag_to(column(board, "Quoted"))
    dialog = board.get_by_role("dialog")
    expect(dialog.get_by_text("Quotes begin at 1,000 taka.")).to_be_visible()
    assert violations(board) == []
    dialog.get_by_label("Amount").fill("2500")
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(column(board, "Quoted").locator(f"#card-{rice.pk}")).to_be_visible()
    rice.refresh_from_db()
    assert rice.stage == quoted and rice.amount == Money.of("2500", "BDT")
    worker.work()
    assert not FollowUp.objects.exists()  # the move can still be taken back
    worker.work(after=timedelta(seconds=20))
    assert FollowUp.objects.get().what == "Ask whether it arrived" and FollowUp.objects.get().owner == rupa
    board.goto(f"{live_server.url}/opportunities/{rice.pk}/", wait_until="networkidle")
    expect(board.get_by_text("By the rules of the stage:")).to_be_visible()


def test_by_keys_a_card_is_held_back_just_so(browser, live_server):
    make_money()
    rupa = make_seller("Rupa Chakraborty", role="administrator", team=make_team("Dhaka"))
    rice = make_opportunity("Two hundred sacks", by=rupa)
    stage = stage_named("Needs understood")
    stage.condition = {"all": [{"field": "competitor", "op": "filled"}]}
    stage.condition_words = "Name a competitor first."
    stage.save()
    page = page_of(browser, live_server, rupa, viewport={"width": 390, "height": 844})
    page.goto(f"{live_server.url}/board/", wait_until="networkidle")
    page.locator(f"#card-{rice.pk} a").focus()
    page.keyboard.press("]")
    expect(page.get_by_role("dialog").get_by_text("Name a competitor first.")).to_be_visible()
    rice.refresh_from_db()
    assert rice.stage.name == "Qualifying"
    page.goto(f"{live_server.url}/settings/stages/{stage.pk}/rules/", wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []
