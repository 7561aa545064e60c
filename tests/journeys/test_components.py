"""The living page in each language and theme: nobody is shut out, nothing is wider than the screen."""

import pytest
from playwright.sync_api import Page, expect

from .accessibility import violations

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "bn", "ta", "ar"])
def test_the_components_break_no_rule_of_accessibility(bare_site: str, page: Page, language: str, theme: str):
    page.goto(f"{bare_site}/ui/?language={language}&theme={theme}")
    assert violations(page) == []


def test_the_documentation_of_the_components_breaks_no_rule_either(bare_site: str, page: Page):
    page.goto(f"{bare_site}/ui/?language=en")
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert violations(page) == []


@pytest.mark.parametrize("language", ["en", "bn", "ta", "ar"])
def test_no_page_is_wider_than_its_screen(bare_site: str, page: Page, language: str):
    page.goto(f"{bare_site}/ui/?language={language}")
    for width in (360, 390, 820, 1440):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


def test_text_of_indic_scripts_stands_tall_and_is_never_spaced(bare_site: str, page: Page):
    page.goto(f"{bare_site}/ui/?language=bn")
    style = page.evaluate(
        "(() => { const s = getComputedStyle(document.querySelector('.event-body'));"
        " return [parseFloat(s.lineHeight) / parseFloat(s.fontSize), s.letterSpacing]; })()"
    )
    assert style[0] >= 1.6
    assert style[1] in ("normal", "0px")


def test_the_palette_opens_by_keyboard_and_closes_by_escape(bare_site: str, page: Page):
    page.goto(f"{bare_site}/ui/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search")).to_be_focused()
    page.keyboard.type("keyboard")
    page.keyboard.press("Enter")
    expect(page.locator("#keyboard-help")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#keyboard-help")).to_be_hidden()


def test_a_menu_works_by_arrow_keys(bare_site: str, page: Page):
    page.goto(f"{bare_site}/ui/")
    button = page.get_by_role("button", name="Actions", exact=True)
    button.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Edit e")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Merge")).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()


def test_rows_are_walked_and_selected_by_keyboard(bare_site: str, page: Page):
    page.goto(f"{bare_site}/ui/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_role("checkbox", name="Arjun Menon")).to_be_checked()
    bar = page.locator(".selection-bar")
    expect(bar).to_contain_text("1 selected")
    page.get_by_label("Select every row").check()
    bar.get_by_role("button", name="Select all 12480 that match").click()
    expect(bar).to_contain_text("12,480 selected")


def test_a_combobox_asks_the_server_and_takes_the_answer(bare_site: str, page: Page):
    page.goto(f"{bare_site}/ui/")
    box = page.get_by_role("combobox", name="Person")
    box.fill("Grace")
    expect(page.get_by_role("option", name="Grace Thompson")).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("Grace Thompson")
    assert page.locator("input[name=sample_person]").input_value() == "1"


def test_a_toast_shows_what_the_server_said(bare_site: str, page: Page):
    page.goto(f"{bare_site}/ui/")
    page.get_by_role("button", name="Toast").click()
    expect(page.get_by_role("region", name="Messages")).to_contain_text("The contact was saved.")


def test_a_dialog_keeps_the_focus_and_gives_it_back(bare_site: str, page: Page):
    page.goto(f"{bare_site}/ui/")
    opener = page.get_by_role("button", name="Dialog", exact=True)
    opener.click()
    dialog = page.get_by_role("dialog", name="Delete this contact?")
    expect(dialog).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_first_view_sends_at_most_150_kilobytes_without_fonts(bare_site: str, page: Page):
    sizes: dict[str, int] = {}
    page.on(
        "response",
        lambda answer: sizes.update({answer.url: int(answer.header_value("content-length") or 10**9)}),
    )
    page.goto(f"{bare_site}/ui/", wait_until="networkidle")
    counted = {url: size for url, size in sizes.items() if ".woff2" not in url}
    assert len(counted) >= 4
    assert sum(counted.values()) <= 150_000, counted


def test_built_files_are_kept_for_good_and_sent_compressed(bare_site: str, page: Page):
    with page.expect_response(lambda answer: "/app." in answer.url and answer.url.endswith(".js")) as caught:
        page.goto(f"{bare_site}/ui/")
    assert "immutable" in caught.value.header_value("cache-control")
    assert caught.value.header_value("content-encoding") in ("br", "gzip")
