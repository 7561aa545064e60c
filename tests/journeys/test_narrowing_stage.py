"""A manager finds the stage where the pipeline narrows and opens what was lost there: by keys alone, and on a telephone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from bandhu.catalog.tests.cast import make_money
from bandhu.customers.tests.cast import make_company
from bandhu.identity.tests.cast import make_team
from bandhu.sales.tests.cast import make_seller, stage_named
from bandhu.sales.tests.stories import tell, write
from tests.journeys.accessibility import violations
from tests.journeys.people import fits, page_of, tab_to

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
LOST = "See what was lost here"
# A point of the first bar that is red, below the legend, in pixels of the page.
RED = """canvas => {
    const scale = canvas.width / canvas.clientWidth;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let y = canvas.height - 1; y > 60 * scale; y -= 1) for (let x = 0; x < canvas.width; x += 1) {
        const at = 4 * (y * canvas.width + x);
        if (data[at] > 140 && data[at + 1] < 90 && data[at + 2] < 90 && data[at + 3] > 250) return { x: x / scale + 4, y: y / scale - 4 };
    }
    return null;
}"""


@pytest.fixture
def rupa():
    """Of sixty that left "Qualifying" forty passed a hundred days ago, and twenty-four ten days ago."""
    make_money()
    rupa = make_seller("Rupa Chakraborty", team=make_team("Dhaka"))
    firm, today = make_company("Padma Traders", by=rupa), timezone.localdate()
    first, won, lost = map(stage_named, ("Qualifying", "Won", "Lost"))
    told = []
    for days, good in ((100, 40), (10, 24)):
        left = today - timedelta(days=days)
        for number in range(60):
            steps = [(first, left - timedelta(days=1)), (won if number < good else lost, left)]
            told.append(tell(rupa, firm, steps, name=f"Sale {days}-{number}"))
    write(told)
    return rupa


def test_by_keys_alone(browser, live_server, rupa):
    page = page_of(browser, live_server, rupa)
    page.goto(f"{live_server.url}/", wait_until="networkidle")
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.get_by_role("heading", name="Pipeline analysis").wait_for()
    expect(page.get_by_text("“Qualifying” narrows")).to_be_visible()
    assert violations(page) == []
    tab_to(page, page.get_by_role("link", name=LOST))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Lost from “Qualifying”")
    assert page.get_by_role("row").count() == 37  # 36 that were lost, and the head
    tab_to(page, page.locator("main table a").first)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sale 10-")


def test_by_the_picture(browser, live_server, rupa):
    page = page_of(browser, live_server, rupa)
    page.goto(f"{live_server.url}/analysis/", wait_until="networkidle")
    picture = page.locator("[data-chart-target=place] canvas").first
    picture.wait_for()
    page.wait_for_timeout(500)  # the bars grow
    picture.click(position=picture.evaluate(RED))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Lost from “Qualifying”")


def test_on_a_telephone(browser, live_server, rupa):
    page = page_of(browser, live_server, rupa, viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto(f"{live_server.url}/analysis/", wait_until="networkidle")
    assert fits(page)
    page.get_by_role("link", name=LOST).tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Lost from “Qualifying”")
    assert fits(page) and violations(page) == []
    page.locator("main table a").first.tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sale 10-")
    assert fits(page)
