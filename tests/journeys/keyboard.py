"""Somebody without a mouse: from one control to the next with Tab, and where the focus is."""

import re
from contextlib import AbstractContextManager

from playwright.sync_api import Page

# What has the focus: its role and name as a screen reader says them (nearly), whether one sees it, and whether something covers it.
_FOCUS = """() => {
    const one = document.activeElement;
    if (!one || one === document.body || one === document.documentElement) return null;
    const roles = { A: "link", BUTTON: "button", SELECT: "combobox", TEXTAREA: "textbox", SUMMARY: "summary", IFRAME: "frame" };
    const kinds = { checkbox: "checkbox", radio: "radio", submit: "button", number: "spinbutton", search: "searchbox" };
    const role = one.getAttribute("role") ?? (one.tagName === "INPUT" ? (kinds[one.type] ?? "textbox") : (roles[one.tagName] ?? one.tagName.toLowerCase()));
    const by = one.getAttribute("aria-labelledby")?.split(" ").map((id) => document.getElementById(id)?.textContent).join(" ");
    const label = [...(one.labels ?? [])].map((each) => each.textContent).join(" ");
    const said = one.cloneNode(true);
    said.querySelectorAll?.("[aria-hidden=true], svg").forEach((each) => each.remove());
    const name = (by ?? one.getAttribute("aria-label") ?? (label || said.textContent || one.title || one.placeholder || "")).trim().replace(/\\s+/g, " ");
    const seen = (each) => {
        const style = getComputedStyle(each);
        const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 && style.outlineColor !== "rgba(0, 0, 0, 0)";
        return outlined || (each.matches(":focus, :focus-within") && style.boxShadow !== "none");
    };
    const around = [one, one.parentElement, one.parentElement?.parentElement, ...(one.labels ?? []), one.nextElementSibling].filter(Boolean);
    const box = one.getBoundingClientRect();
    const at = [Math.max(0, Math.min(innerWidth - 1, box.left + box.width / 2)), Math.max(0, Math.min(innerHeight - 1, box.top + Math.min(box.height, innerHeight) / 2))];
    const top = document.elementFromPoint(...at);
    const within = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return {
        role, name, seen: around.some(seen),
        covered: !within || !(top && (one.contains(top) || top.contains(one) || [...(one.labels ?? [])].some((each) => each.contains(top)))),
        what: one.outerHTML.slice(0, 160),
    };
}"""


def focus_of(page: Page) -> dict:
    """Role, name and looks of what has the focus; fails where nothing but the page has it."""
    found = page.evaluate(_FOCUS)
    assert found, f"the focus is lost on {page.url}"
    return found


def settle(page: Page) -> dict:
    """Wait until no request runs and nothing is swapped any more; the focus must be somewhere then."""
    quiet = page.locator("body:not(.is-busy)")
    quiet.wait_for(state="attached")
    page.wait_for_timeout(700)  # a hint may come and fetch a part anew
    quiet.wait_for(state="attached")
    return focus_of(page)


def go_to(page: Page, role: str, name: str, *, key: str = "Tab", most: int = 120, nth: int = 1) -> None:
    """Press Tab (or `key`) until what has this role and this name (a regular expression, whole) has the focus, for the `nth` time.

    Every stop on the way must be seen to have the focus, and nothing may lie over it.
    """
    passed, met, rounds = [], 0, 0
    for _press in range(most):
        page.keyboard.press(key)
        found = page.evaluate(_FOCUS)
        if found is None:  # after its last control the browser's own follow
            passed.append("(the page)")
            rounds += 1
            if rounds > 2:
                break
            continue
        passed.append(f"{found['role']} {found['name'][:30]}")
        assert found["seen"], f"one does not see the focus: {found['what']} on {page.url}"
        assert not found["covered"], f"the focus is covered: {found['what']} on {page.url}"
        if found["role"] == role and re.fullmatch(name, found["name"]):
            met += 1
            if met == nth:
                return
    raise AssertionError(
        f"{len(passed)} presses of {key} do not reach {role} “{name}” on {page.url}: {passed}"
    )


def press(page: Page, role: str, name: str, *, key: str = "Enter", **options) -> None:
    """Go there with Tab and press it."""
    go_to(page, role, name, **options)
    page.keyboard.press(key)


def arriving(page: Page) -> AbstractContextManager:
    """What is pressed within leads to another page."""
    return page.expect_navigation(wait_until="load", timeout=90_000)


def follow(page: Page, role: str, name: str, **options) -> None:
    """Go there with Tab, press it and wait for the page that comes."""
    with arriving(page):
        press(page, role, name, **options)


def write(page: Page, name: str, text: str, *, role: str = "textbox", **options) -> None:
    """Go to a box with Tab and type into it what takes the place of what stands there."""
    go_to(page, role, name, **options)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
