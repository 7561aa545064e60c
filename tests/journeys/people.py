"""Signed-in browsers for the journeys."""

from django.test import Client
from playwright.sync_api import Browser, Page

from bandhu.identity.models import User


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
