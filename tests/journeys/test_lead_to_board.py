"""From a form on somebody else's website to a card on the board."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import Client

from bandhu.catalog.tests.cast import make_money
from bandhu.identity.tests.cast import make_team
from bandhu.platform import submission_guard
from bandhu.sales import actions
from bandhu.sales.models import Lead, Opportunity
from bandhu.sales.tests.cast import make_seller, make_web_form
from tests.journeys.accessibility import violations

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the test says what is wrong."""


@pytest.fixture
def foreign_site(tmp_path):
    """Another website, whose pages the test writes into a folder."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield tmp_path, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_form_on_another_website_becomes_a_card(page, live_server, foreign_site, monkeypatch):
    make_money()
    monkeypatch.setattr(submission_guard, "LEAST_SECONDS", -1)
    boss = make_seller("Boss", role="administrator", team=make_team("Dhaka"), toured_at="2026-01-01T00:00Z")
    rupa = make_seller("Rupa", role="manager", team=boss.team, toured_at="2026-01-01T00:00Z")
    form = make_web_form(by=boss)
    actions.set_assignment_rule(None, actor=boss, name="All", people=[(rupa, None)])

    folder, site = foreign_site
    line = f'<script src="{live_server.url}/f/{form.slug}/embed.js" async></script>'
    (folder / "rice.html").write_text(
        f'<!doctype html><html lang="bn"><title>Rice</title><h1>Rice</h1>{line}</html>'
    )
    page.goto(f"{site}/rice.html?utm_campaign=monsoon")
    frame = page.frame_locator("iframe")
    frame.locator("#id_full_name").fill("রহিমা খাতুন")
    frame.locator("#id_mail").fill("rahima@example.org")
    frame.locator("#id_message").fill("চাল লাগবে")
    frame.locator("form button[type=submit]").click()
    frame.get_by_text("ধন্যবাদ!").wait_for()

    lead = Lead.objects.get()
    assert (lead.owner, lead.campaign, lead.language) == (rupa, "monsoon", "bn")
    assert lead.landing_page.startswith(f"{site}/rice.html")

    client = Client()
    client.force_login(rupa)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}/leads/")
    page.get_by_text("রহিমা খাতুন").first.wait_for()
    page.goto(f"{live_server.url}/leads/{lead.pk}/")
    assert violations(page) == []
    page.get_by_role("button", name="Make it an opportunity").click()
    page.locator("#dialog-body #id_name").fill("Rice for Rahima")
    page.locator("#dialog-body").get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Rice for Rahima").wait_for()
    page.goto(f"{live_server.url}/board/")
    page.get_by_text("Rice for Rahima").wait_for()
    made = Opportunity.objects.get()
    assert (made.lead, made.source, made.contact, made.owner) == (lead, "Website", lead.contact, rupa)
