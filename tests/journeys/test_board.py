"""The board in a browser: dragged, by keys, by two sellers at once, and on a telephone."""

import pytest
from playwright.sync_api import expect

from bandhu.catalog.tests.cast import make_money
from bandhu.identity.tests.cast import make_team
from bandhu.sales.models import StageMove
from bandhu.sales.tests.cast import make_opportunity, make_seller, stage_named
from tests.journeys.accessibility import violations
from tests.journeys.people import page_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rupa():
    make_money()
    return make_seller("Rupa Chakraborty", team=make_team("Dhaka"))


@pytest.fixture
def rice(rupa):
    return make_opportunity("Two hundred sacks", by=rupa)


def board_of(browser, live_server, user, **options):
    page = page_of(browser, live_server, user, **options)
    page.goto(f"{live_server.url}/board/", wait_until="networkidle")
    return page


def column(page, name):
    return page.locator(".board-column").filter(has=page.get_by_role("heading", name=name, exact=True))


def standing(opportunity):
    opportunity.refresh_from_db()
    return opportunity.stage.name


def test_a_card_is_dragged_and_the_move_taken_back(browser, live_server, rupa, rice):
    page = board_of(browser, live_server, rupa)
    card = page.locator(f"#card-{rice.pk}")
    card.drag_to(column(page, "Needs understood"))
    expect(column(page, "Needs understood").locator(f"#card-{rice.pk}")).to_be_visible()
    expect(column(page, "Qualifying").locator(".board-card")).to_have_count(0)
    assert standing(rice) == "Needs understood"
    assert violations(page) == []
    page.get_by_role("button", name="Undo").click()
    expect(column(page, "Qualifying").locator(f"#card-{rice.pk}")).to_be_visible()
    assert standing(rice) == "Qualifying" and StageMove.objects.filter(opportunity=rice).count() == 3


def test_a_loss_dropped_asks_for_its_reason_and_a_refused_one_stays(browser, live_server, rupa, rice):
    page = board_of(browser, live_server, rupa, viewport={"width": 2000, "height": 900})
    page.locator(f"#card-{rice.pk}").drag_to(column(page, "Lost"))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_contain_text("Lost")
    assert standing(rice) == "Qualifying"
    dialog.get_by_label("Reason").select_option(label="Too expensive")
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(column(page, "Lost").locator(f"#card-{rice.pk}")).to_be_visible()
    assert standing(rice) == "Lost" and rice.close_reason.name == "Too expensive"


def test_the_board_by_keys_alone(browser, live_server, rupa, rice):
    page = board_of(browser, live_server, rupa)
    page.locator(f"#card-{rice.pk} a").focus()
    page.keyboard.press("]")
    card = column(page, "Needs understood").locator(f"#card-{rice.pk} a")
    expect(card).to_be_focused()
    with page.expect_response(lambda answer: "/board/" in answer.url):
        page.evaluate("htmx.trigger('#board', 'live')")  # as after anybody's change
    expect(card).to_be_focused()
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog")
    choice = dialog.get_by_role("button", name="Quoted")
    expect(choice).to_be_visible()
    choice.focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(column(page, "Quoted").locator(f"#card-{rice.pk}")).to_be_visible()
    assert standing(rice) == "Quoted"


def test_two_sellers_move_one_card_at_the_same_time(browser, live_server, rupa, rice):
    kamal = make_seller("Kamal Uddin", team=rupa.team)
    first, second = (board_of(browser, live_server, user) for user in (rupa, kamal))
    # The second's page must not learn of the first's move before it moves the card itself.
    second.evaluate("document.querySelector('#board').removeAttribute('data-live-topic')")
    first.locator(f"#card-{rice.pk}").drag_to(column(first, "Needs understood"))
    expect(column(first, "Needs understood").locator(f"#card-{rice.pk}")).to_be_visible()
    second.locator(f"#card-{rice.pk}").drag_to(column(second, "Quoted"))
    expect(second.get_by_text("it is in “Needs understood” now")).to_be_visible()
    expect(column(second, "Needs understood").locator(f"#card-{rice.pk}")).to_be_visible()
    expect(second.locator(f"[id='card-{rice.pk}']")).to_have_count(1)
    assert standing(rice) == "Needs understood" and StageMove.objects.filter(opportunity=rice).count() == 2


def test_the_board_and_the_analysis_on_a_telephone(browser, live_server, rupa, rice):
    page = board_of(browser, live_server, rupa, viewport={"width": 390, "height": 844}, has_touch=True)
    page.locator(f"#card-{rice.pk}").get_by_role("button").click()
    page.get_by_role("dialog").get_by_role("button", name="Needs understood").click()
    page.get_by_label("Stages").get_by_role("link", name="Needs understood").click()
    expect(column(page, "Needs understood").locator(f"#card-{rice.pk}")).to_be_in_viewport()
    expect(page.get_by_label("Stages").get_by_role("link", name="Needs understood")).to_contain_text("1")
    assert stage_named("Needs understood") == type(rice).objects.get().stage
    assert violations(page) == []
    page.goto(f"{live_server.url}/analysis/", wait_until="networkidle")
    expect(page.get_by_role("heading", name="Pipeline analysis")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []


def test_a_manager_opens_the_records_behind_a_number(browser, live_server, rupa, rice):
    page = page_of(browser, live_server, rupa)
    page.goto(f"{live_server.url}/analysis/", wait_until="networkidle")
    assert violations(page) == []
    row = page.get_by_role("row").filter(has_text="Qualifying")
    row.get_by_role("link", name="1", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Entered “Qualifying”")
    page.get_by_role("link", name="Two hundred sacks").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Two hundred sacks")
