"""Two teams that know nothing of each other: no page and no list of the API shows one a name of the other."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from bandhu.customers import actions
from bandhu.identity.tests.cast import make_team, make_user
from bandhu.interactions.actions import log_interaction, plan_follow_up

pytestmark = pytest.mark.django_db
SECRET = "Zaheerunnissa"


def _plain_addresses(patterns=None, before=""):
    """Every address without arguments that is ours."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        address = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _plain_addresses(one.url_patterns, address)
        elif isinstance(one, URLPattern) and "<" not in address and "^" not in address:
            yield "/" + address


ADDRESSES = sorted(
    address for address in set(_plain_addresses())
    if not address.startswith(("/accounts/", "/static/", "/ui/", "/api/v1/docs"))
)  # fmt: skip


@pytest.fixture
def other_team():
    """Somebody of one team with customers, a timeline and a next step; returns somebody of another team."""
    rupa = make_user("Rupa Zaheerunnissa", role="sales", team=make_team("Dhaka"))
    company = actions.create_company(actor=rupa, name=f"{SECRET} Traders", phones=["01711000001"])
    contact = actions.create_contact(
        actor=rupa, full_name=f"{SECRET} Begum", company=company, phones=["01712345678"],
        mails=[f"{SECRET}@example.com"], note=SECRET,
    )  # fmt: skip
    log_interaction(contact, actor=rupa, kind="note", body=f"{SECRET} called")
    plan_follow_up(contact, actor=rupa, what=f"Call {SECRET}", due_at=timezone.now())
    actions.create_contact(actor=rupa, full_name=f"{SECRET} Deleted").delete()
    return make_user("Arjun", role="sales", team=make_team("Chennai"))


def test_no_page_shows_a_name_of_the_other_team(other_team):
    client = Client()
    client.force_login(other_team)
    assert len(ADDRESSES) > 20
    leaks = [
        (address, told)
        for address in ADDRESSES
        for query in ({}, {"q": SECRET}, {"q": "712345678"})
        for told in _told(client.get(address, query))
    ]
    assert not leaks


def _told(answer):
    """What the answer says of the other team; the bare word may be repeated, since it was asked for."""
    assert answer.status_code < 500
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    shown = text.decode(errors="replace")
    names = (
        f"{SECRET} Begum",
        f"{SECRET} Traders",
        f"{SECRET} called",
        f"Call {SECRET}",
        f"{SECRET} Deleted",
    )
    return [name for name in names if name in shown]


def test_the_test_would_notice(other_team):
    """The same pages do show the names to their own team."""
    boss = make_user("Boss", role="administrator")
    client = Client()
    client.force_login(boss)
    assert f"{SECRET} Begum" in client.get("/contacts/").content.decode()
