"""Signed-in browsers for the journeys."""

from django.test import Client
from playwright.sync_api import Browser, Locator, Page

from bandhu.identity.models import User
from bandhu.inbox.models import Draft
from bandhu.platform.events import deliver, event_classes, subscriptions
from bandhu.platform.models import EventRecord


def page_of(browser: Browser, live_server, user: User, **options) -> Page:
    """A page in a browser of `user`'s own, already signed in, without the tour."""
    User.objects.filter(pk=user.pk).update(toured_at="2026-01-01T00:00Z")
    client = Client()
    client.force_login(user)
    context = browser.new_context(**({"viewport": {"width": 1440, "height": 900}} | options))
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    return context.new_page()


def tab_to(page: Page, target: Locator, most: int = 150) -> None:
    """Press Tab as somebody without a mouse does, until `target` has the focus."""
    wanted = target.element_handle()
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(one) => document.activeElement === one", wanted):
            return
    raise AssertionError(f"{most} presses of Tab do not reach {target}")


def editor(page: Page, name: str) -> Locator:
    """The editor in the place of the box `name`. What is written before it is there may be begun at neither."""
    return page.locator(".rich-frame[data-ready=yes]").get_by_role("textbox", name=name)


def kept_draft(page: Page, words: str) -> Draft:
    """The draft once these words stand in it. "Draft kept" alone may be of what was written before them."""
    for _tenth in range(200):
        found = Draft.objects.filter(text__contains=words).first()
        if found is not None:
            return found
        page.wait_for_timeout(100)
    raise AssertionError(f"no draft has the words {words!r}")


def fits(page: Page) -> bool:
    """Whether nothing sticks out beside the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def do_the_workers_part() -> None:
    """Hand every event to everybody who listens, and what comes of that too."""
    done: set[int] = set()
    while fresh := list(EventRecord.objects.exclude(pk__in=done).order_by("pk")):
        for record in fresh:
            done.add(record.pk)
            event = event_classes[record.name](**record.payload)
            for one in subscriptions(record.name):
                if one.wanted is None or one.wanted(event):
                    deliver(record.pk, one.path)
